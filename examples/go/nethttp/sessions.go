package main

import (
	"crypto/rand"
	"net/http"
	"sync"

	verigator "github.com/messente/libverigator/bindings/go"
)

// session is how far a browser's login has come.
type session struct {
	name      string
	userID    string
	challenge verigator.Challenge
	attempts  int
	verified  bool
}

// sessions are those of all browsers, by what their cookie says. A program of yours lets them expire.
type sessions struct {
	mutex sync.Mutex
	byID  map[string]session
}

const cookieName = "session"

// of is the session of a request; without one it is the zero session, which is nobody's.
func (s *sessions) of(r *http.Request) session {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return session{}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.byID[cookie.Value]
}

// begin replaces the session of a request by a new one with an id of its own, so that nobody can have
// planted it.
func (s *sessions) begin(w http.ResponseWriter, r *http.Request, begun session) {
	id := rand.Text()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.forget(r)
	s.byID[id] = begun
	http.SetCookie(w, &http.Cookie{
		// Over https, Secure too.
		Name: cookieName, Value: id, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

// attempt counts an attempt at the code, and says whether there is one left. It is counted before the code
// is checked, so that requests at once are no more attempts.
func (s *sessions) attempt(r *http.Request) (session, bool) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return session{}, false
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	current, ok := s.byID[cookie.Value]
	if !ok || current.verified {
		return session{}, false
	}
	current.attempts++
	if current.attempts > 3 {
		s.forget(r)
		return session{}, false
	}
	s.byID[cookie.Value] = current
	return current, true
}

// end forgets the session of a request.
func (s *sessions) end(r *http.Request) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.forget(r)
}

// forget is end with the mutex held.
func (s *sessions) forget(r *http.Request) {
	if cookie, err := r.Cookie(cookieName); err == nil {
		delete(s.byID, cookie.Value)
	}
}
