// What can go wrong, and how a program tells one failure from another: each is brought about, and printed
// as a line of examples/failures.txt.
//
// What a program does is in explain, printFailure and printAnswer; the rest makes trouble, for which it
// needs a `verigator-server --dev --chaos`. VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL
// say where, and as whom.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	verigator "github.com/messente/libverigator/bindings/go"
)

const (
	wrong  = "That is not right. Please correct it."
	taken  = "You are registered already."
	old    = "That code is too old. Ask for another."
	noCode = "If no code comes, ask for another."
	wait   = "Too many attempts. Wait a while."
	later  = "We cannot log you in now. Try again later."
	begin  = "Please begin again, or call us."
	callUs = "We cannot log you in. Please call us."
)

// printLine prints one line of the table.
func printLine(situation, what, sent, again, tell string) {
	fmt.Printf("%-28s%-24s%-7s%-19s%s\n", situation, what, sent, again, tell)
}

// explain says what a failure is, whether the same call may succeed later, and what the user reads.
func explain(err error) (what string, maySucceed bool, tell string) {
	for _, explanation := range []struct {
		status     verigator.Status
		what       string
		maySucceed bool
		tell       string
	}{
		{verigator.ErrInvalidArgument, "invalid argument", false, wrong},
		{verigator.ErrInvalidConfig, "invalid option", false, callUs},
		{verigator.ErrClosed, "closed before the call", false, later},
		{verigator.ErrDNS, "name not found", true, later},
		{verigator.ErrConnect, "no connection", true, later},
		{verigator.ErrTLS, "TLS failed", false, callUs},
		{verigator.ErrDisconnected, "connection broken", true, later},
		{verigator.ErrTimeout, "deadline passed", true, later},
		{verigator.ErrCancelled, "closed during the call", false, later},
		{verigator.ErrProxy, "proxy failed", true, later},
		{verigator.ErrProtocol, "no valid reply", false, callUs},
		{verigator.ErrTooLarge, "reply too large", false, callUs},
		{verigator.ErrUnauthorized, "wrong credentials", false, callUs},
		{verigator.ErrForbidden, "forbidden", false, callUs},
		{verigator.ErrNotFound, "not found", false, begin},
		{verigator.ErrConflict, "conflict", false, taken},
		{verigator.ErrInvalidData, "invalid data", false, wrong},
		{verigator.ErrTooManyRequests, "too many requests", true, wait},
	} {
		if errors.Is(err, explanation.status) {
			return explanation.what, explanation.maySucceed, explanation.tell
		}
	}
	var failure *verigator.Error
	if errors.As(err, &failure) && failure.HTTPStatus >= 500 {
		return "service failed", true, later
	}
	// Also what a later version of the library may tell.
	return "unexpected failure", false, callUs
}

// printFailure prints a failure. Every one is a no; whether to make the same call again depends on what the
// first one has done.
func printFailure(situation string, err error) {
	var failure *verigator.Error
	if !errors.As(err, &failure) {
		log.Fatalf("%s: this should have failed: %v", situation, err)
	}
	what, maySucceed, tell := explain(err)
	sent := "no"
	if failure.MaybeSent {
		sent = "maybe"
	}
	pause, asked := failure.RetryAfter()
	switch {
	case !maySucceed:
		printLine(situation, what, sent, "no", tell)
	case !failure.RetrySafe:
		// A start may have sent a code, and another start would end it.
		printLine(situation, what, sent, "if the user asks", noCode)
	case asked:
		printLine(situation, what, sent, fmt.Sprintf("after %.0f s", pause.Seconds()), tell)
	default:
		printLine(situation, what, sent, "yes", tell)
	}
}

// printAnswer prints an answer: a no is one, and no failure.
func printAnswer(situation string, answer verigator.Verification) {
	switch {
	case answer.Verified:
		printLine(situation, "verified", "yes", "no", "Welcome!")
	case answer.Throttled:
		printLine(situation, "denied, throttled", "yes", "after a while", wait)
	case answer.Expired:
		printLine(situation, "denied, expired", "yes", "with a new start", old)
	default:
		printLine(situation, "denied", "yes", "with another code", wrong)
	}
}

var ctx = context.Background()

func main() {
	client := succeeds(verigator.NewFromEnv())
	defer client.Close()
	service := succeeds(client.CreateService(ctx, "failures.example.com", "Example shop"))
	user := succeeds(client.CreateUser(ctx, service.ID, "+3725555555", "jane@example.com"))
	jane := jane{client, service.ID, user.ID, server{os.Getenv("VERIGATOR_BASE_URL")}}
	printLine("SITUATION", "WHAT HAPPENED", "SENT", "TRY AGAIN", "TELL THE USER")
	jane.answers()
	jane.refusedCalls()
	jane.misbehaviour()
	jane.options()
	jane.closing()
	if err := client.DeleteService(ctx, service.ID); err != nil {
		log.Fatal(err)
	}
}

// jane is a user who has trouble.
type jane struct {
	client    *verigator.Client
	serviceID string
	userID    string
	server    server
}

// start starts an authentication.
func (j *jane) start(client *verigator.Client) error {
	_, err := client.Initiate(ctx, j.serviceID, j.userID, verigator.MethodTOTP)
	return err
}

// startWith prints how a start fails with an option that cannot go well.
func (j *jane) startWith(situation string, option verigator.Option) {
	client, err := verigator.NewFromEnv(option)
	if err == nil {
		defer client.Close()
		err = j.start(client)
	}
	printFailure(situation, err)
}

// verify asks whether a code is right.
func (j *jane) verify(code string) (verigator.Verification, error) {
	return j.client.VerifyToken(ctx, j.serviceID, j.userID, code)
}

// check prints what the service says of a code.
func (j *jane) check(situation, code string) {
	if answer, err := j.verify(code); err != nil {
		printFailure(situation, err)
	} else {
		printAnswer(situation, answer)
	}
}

// begin starts an authentication that goes well.
func (j *jane) begin() {
	if err := j.start(j.client); err != nil {
		log.Fatal(err)
	}
}

// answers prints what the service answers to codes.
func (j *jane) answers() {
	j.check("nothing was started", "0000000")
	j.begin()
	j.check("the right code", j.server.code(j.userID))
	j.check("a code used before", j.server.code(j.userID))
	j.begin()
	j.server.advanceClock(301)
	j.check("an old code", j.server.code(j.userID))
	j.begin()
	j.check("a wrong code", "0000000")
	answer := succeeds(j.verify("0000000"))
	for !answer.Throttled {
		answer = succeeds(j.verify("0000000"))
	}
	printAnswer("too many wrong codes", answer)
}

// refusedCalls prints how calls fail that ask for what cannot be.
func (j *jane) refusedCalls() {
	j.check("an empty code", "")
	_, err := j.client.CreateUser(ctx, j.serviceID, "none", "john@example.com")
	printFailure("a number that is none", err)
	_, err = j.client.CreateUser(ctx, j.serviceID, "+3725555556", "jane@example.com")
	printFailure("a user who exists", err)
	_, err = j.client.Initiate(ctx, j.serviceID, "nobody", verigator.MethodTOTP)
	printFailure("an unknown user", err)
}

// misbehaviour prints how calls fail at a service that misbehaves.
func (j *jane) misbehaviour() {
	for _, trouble := range []struct{ situation, effect string }{
		{"another account's service", `"status": 403`},
		{"too many starts", `"status": 429, "retry-after": 7`},
		{"a start that fails", `"status": 503, "retry-after": 7`},
		{"a status unheard of", `"status": 418`},
		{"a broken connection", `"drop": true`},
		{"a reply that is none", `"status": 201, "body": "It works!"`},
	} {
		j.server.misbehave("start-authentication", trouble.effect)
		printFailure(trouble.situation, j.start(j.client))
	}
	j.server.misbehave("get-user", `"status": 503, "retry-after": 7`)
	_, err := j.client.User(ctx, j.serviceID, j.userID)
	printFailure("reading that fails", err)
}

// options prints how calls fail with options that are not right.
func (j *jane) options() {
	j.startWith("an option that is none", verigator.WithBaseURL("ftp://localhost"))
	// A label has 63 characters at most.
	j.startWith("an unknown name", verigator.WithBaseURL("https://"+strings.Repeat("0", 64)+".example"))
	// Port 1 (tcpmux) is served by nobody.
	j.startWith("nobody listens", verigator.WithBaseURL("http://127.0.0.1:1"))
	j.startWith("no TLS there", verigator.WithBaseURL(strings.Replace(j.server.url, "http:", "https:", 1)))
	j.startWith("no proxy there", verigator.WithProxy("http://127.0.0.1:1"))
	j.server.misbehave("start-authentication", `"delay": 60000`)
	j.startWith("a slow service", verigator.WithTimeout(500*time.Millisecond))
	j.startWith("a long reply", verigator.WithMaxResponseBytes(4))
	client := succeeds(verigator.New("demo", "wrong", verigator.WithBaseURL(j.server.url)))
	defer client.Close()
	printFailure("a wrong password", j.start(client))
}

// closing prints how calls of a client fail that is closed.
func (j *jane) closing() {
	client := succeeds(verigator.NewFromEnv())
	j.server.misbehave("start-authentication", `"delay": 60000`)
	before := j.server.chaos()
	ended := make(chan error)
	go func() { ended <- j.start(client) }()
	for j.server.chaos() == before {
	}
	client.Close()
	printFailure("closed meanwhile", <-ended)
	printFailure("closed before", j.start(client))
}

// succeeds is what came of a call that must not fail.
func succeeds[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}
