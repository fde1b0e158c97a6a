package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
)

// server is where the trouble comes from: the development routes of verigator-server.
type server struct {
	url string
}

// ask makes a request and returns the answer.
func (s server) ask(method, path, body string) []byte {
	request := succeeds(http.NewRequest(method, s.url+path, strings.NewReader(body)))
	reply := succeeds(http.DefaultClient.Do(request))
	defer reply.Body.Close()
	answer := succeeds(io.ReadAll(reply.Body))
	if reply.StatusCode != http.StatusOK {
		log.Fatalf("%s %s: %s: %s", method, path, reply.Status, answer)
	}
	return answer
}

// code is the one in the message that this user was sent last.
func (s server) code(userID string) string {
	var outbox struct{ Messages []struct{ PIN string } }
	if err := json.Unmarshal(s.ask(http.MethodGet, "/_/outbox?user_id="+userID, ""), &outbox); err != nil {
		log.Fatal(err)
	}
	return outbox.Messages[len(outbox.Messages)-1].PIN
}

// misbehave has the next such operation go wrong.
func (s server) misbehave(operation, effect string) {
	s.ask(http.MethodPut, "/_/chaos", fmt.Sprintf(`[{"operation": %q, "times": 1, %s}]`, operation, effect))
}

// chaos is what is still to go wrong.
func (s server) chaos() string {
	return string(s.ask(http.MethodGet, "/_/chaos", ""))
}

// advanceClock has time pass.
func (s server) advanceClock(seconds int) {
	s.ask(http.MethodPut, "/_/clock", fmt.Sprintf(`{"advance": %d}`, seconds))
}
