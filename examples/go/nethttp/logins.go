package main

import (
	"errors"
	"html/template"
	"log/slog"
	"net/http"

	verigator "github.com/messente/libverigator/bindings/go"
)

// logins answers the requests of browsers.
type logins struct {
	client   *verigator.Client
	accounts *accounts
	sessions sessions
}

func newLogins(client *verigator.Client, accounts *accounts) *logins {
	return &logins{client: client, accounts: accounts, sessions: sessions{byID: map[string]session{}}}
}

func (l *logins) routes() http.Handler {
	routes := http.NewServeMux()
	routes.HandleFunc("GET /{$}", l.home)
	routes.HandleFunc("POST /login", l.logIn)
	routes.HandleFunc("GET /code", l.askForCode)
	routes.HandleFunc("POST /code", l.checkCode)
	routes.HandleFunc("POST /logout", l.logOut)
	return routes
}

// home welcomes who is logged in, and asks others for their password.
func (l *logins) home(w http.ResponseWriter, r *http.Request) {
	if current := l.sessions.of(r); current.verified {
		show(w, http.StatusOK, "welcome", current.name)
		return
	}
	show(w, http.StatusOK, "login", "")
}

// logIn checks the password and has a code sent. The call ends when the browser goes away.
func (l *logins) logIn(w http.ResponseWriter, r *http.Request) {
	name := r.PostFormValue("name")
	userID, ok := l.accounts.checkPassword(name, r.PostFormValue("password"))
	if !ok {
		show(w, http.StatusUnauthorized, "login", "That is not right. Please correct it.")
		return
	}
	challenge, err := l.client.Initiate(r.Context(), l.accounts.serviceID, userID, verigator.MethodTOTP)
	if err != nil {
		showFailure(w, "login", err)
		return
	}
	l.sessions.begin(w, r, session{name: name, userID: userID, challenge: challenge})
	http.Redirect(w, r, "/code", http.StatusSeeOther)
}

func (l *logins) askForCode(w http.ResponseWriter, _ *http.Request) {
	show(w, http.StatusOK, "code", "")
}

// checkCode checks the second factor. Only a verified answer without an error is a yes.
func (l *logins) checkCode(w http.ResponseWriter, r *http.Request) {
	current, ok := l.sessions.attempt(r)
	if !ok {
		show(w, http.StatusForbidden, "login", "Please begin again.")
		return
	}
	token := r.PostFormValue("code")
	answer, err := l.client.Verify(r.Context(), l.accounts.serviceID, current.userID, current.challenge, token)
	switch {
	case err != nil:
		showFailure(w, "code", err)
	case answer.Verified:
		l.sessions.begin(w, r, session{name: current.name, userID: current.userID, verified: true})
		http.Redirect(w, r, "/", http.StatusSeeOther)
	case answer.Throttled:
		show(w, http.StatusTooManyRequests, "code", "Too many attempts. Wait a while.")
	default:
		show(w, http.StatusUnauthorized, "code", "That is not it.")
	}
}

func (l *logins) logOut(w http.ResponseWriter, r *http.Request) {
	l.sessions.end(r)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// showFailure tells the user what to do about a failure, and the operator what it was.
func showFailure(w http.ResponseWriter, page string, err error) {
	switch {
	case errors.Is(err, verigator.ErrInvalidArgument):
		show(w, http.StatusUnauthorized, page, "That is not it.")
	case errors.Is(err, verigator.ErrTooManyRequests):
		show(w, http.StatusTooManyRequests, page, "Too many attempts. Wait a while.")
	case errors.Is(err, verigator.ErrNotFound):
		show(w, http.StatusForbidden, "login", "Please begin again.")
	default:
		slog.Error("a login failed", "error", err)
		show(w, http.StatusServiceUnavailable, page, "We cannot log you in now. Try again later.")
	}
}

var pages = template.Must(template.New("").Parse(`
{{- define "login"}}<!doctype html><title>Example shop</title><p role="alert">{{.}}</p>
<form method="post" action="/login">
<label>Name <input name="name" autocomplete="username"></label>
<label>Password <input name="password" type="password" autocomplete="current-password"></label>
<button>Log in</button></form>
{{end}}
{{- define "code"}}<!doctype html><title>Example shop</title><p role="alert">{{.}}</p>
<form method="post" action="/code">
<label>Code <input name="code" inputmode="numeric" autocomplete="one-time-code" autofocus></label>
<button>Continue</button></form>
{{end}}
{{- define "welcome"}}<!doctype html><title>Example shop</title><p>Welcome, {{.}}!</p>
<form method="post" action="/logout"><button>Log out</button></form>
{{end}}`))

// show writes a page. What it says is the user's alone.
func show(w http.ResponseWriter, status int, page, message string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	if err := pages.ExecuteTemplate(w, page, message); err != nil {
		slog.Error("a page was not sent", "error", err)
	}
}
