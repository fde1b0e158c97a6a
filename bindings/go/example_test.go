package verigator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	verigator "github.com/messente/libverigator/bindings/go"
)

func Example() {
	ctx := context.Background()
	client, err := verigator.New("api-username", "api-password")
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	challenge, err := client.Initiate(ctx, "service-id", "user-id", verigator.MethodTOTP)
	if err != nil {
		log.Fatal(err)
	}
	var token string
	fmt.Print("Code: ")
	fmt.Scanln(&token)
	answer, err := client.Verify(ctx, "service-id", "user-id", challenge, token)
	if err == nil && answer.Verified {
		fmt.Println("Welcome!")
	}
}

func ExampleNew() {
	_, err := verigator.New("api-username", "api-password", verigator.WithMaxRetries(11))
	fmt.Println(errors.Is(err, verigator.ErrInvalidConfig))
	// Output: true
}

func ExampleError() {
	client, err := verigator.New("api-username", "api-password")
	if err != nil {
		log.Fatal(err)
	}
	client.Close()
	_, err = client.Service(context.Background(), "service-id")
	var failure *verigator.Error
	if errors.As(err, &failure) {
		fmt.Println(failure.Status.Name(), failure.Kind, failure.MaybeSent)
	}
	fmt.Println(errors.Is(err, verigator.ErrClosed))
	// Output:
	// CLOSED usage false
	// true
}

// A deadline is the call's time-out; the error is both the library's and the context's.
func ExampleClient_Initiate_deadline() {
	client, err := verigator.New("api-username", "api-password", verigator.WithBaseURL("http://127.0.0.1:8080"))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	ctx, cancel := context.WithDeadline(context.Background(), time.Now())
	defer cancel()
	_, err = client.Initiate(ctx, "service-id", "user-id", verigator.MethodSMS)
	fmt.Println(errors.Is(err, verigator.ErrTimeout), errors.Is(err, context.DeadlineExceeded))
	// Output: true true
}

// Where another process verifies, the challenge is stored.
func ExampleChallenge() {
	id := "6bc0a3a4"
	stored, err := json.Marshal(verigator.Challenge{Method: verigator.MethodSMS, AuthID: &id})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", stored)
	// Output: {"method":"sms","auth_id":"6bc0a3a4"}
}

// In a handler, the call ends when the browser goes away.
func ExampleClient_Verify() {
	var client *verigator.Client
	http.HandleFunc("POST /code", func(w http.ResponseWriter, r *http.Request) {
		var challenge verigator.Challenge // that of the session
		answer, err := client.Verify(r.Context(), "service-id", "user-id", challenge, r.PostFormValue("code"))
		switch {
		case errors.Is(err, verigator.ErrNotFound):
			http.Error(w, "Please begin again.", http.StatusForbidden)
		case err != nil:
			http.Error(w, "We cannot log you in now. Try again later.", http.StatusServiceUnavailable)
		case answer.Verified:
			http.Redirect(w, r, "/", http.StatusSeeOther)
		default:
			http.Error(w, "That is not it.", http.StatusUnauthorized)
		}
	})
}

func ExampleRecoveryCodes() {
	fmt.Println(verigator.RecoveryCodes{"abcd-efgh", "ijkl-mnop"})
	// Output: RecoveryCodes{2, secret}
}
