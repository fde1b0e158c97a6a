// A login from end to end: register a service and a user, send a PIN, and check what was typed.
//
// VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom. The exit code is 0
// for a yes, 1 for a no, and 2 when the service could not be asked.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/signal"

	verigator "github.com/messente/libverigator/bindings/go"
)

func main() {
	// Ctrl-C ends the call that is under way.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	verified, err := registerAndLogIn(ctx)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case !verified:
		fmt.Println("Denied.")
		os.Exit(1)
	}
	fmt.Println("Welcome!")
}

// registerAndLogIn registers Jane, logs her in, and takes everything back, also when that fails.
func registerAndLogIn(ctx context.Context) (verified bool, err error) {
	client, err := verigator.NewFromEnv()
	if err != nil {
		return false, err
	}
	defer client.Close()
	service, err := client.CreateService(ctx, "shop.example.com", "Example shop")
	if err != nil {
		return false, err
	}
	defer client.DeleteService(context.WithoutCancel(ctx), service.ID)
	user, err := client.CreateUser(ctx, service.ID, "+3725555555", "jane@example.com")
	if err != nil {
		return false, err
	}
	return logIn(ctx, client, service.ID, user.ID)
}

// logIn sends this user a PIN and gives them three attempts at typing it.
func logIn(ctx context.Context, client *verigator.Client, serviceID, userID string) (bool, error) {
	challenge, err := client.Initiate(ctx, serviceID, userID, verigator.MethodTOTP)
	if err != nil {
		return false, err
	}
	keyboard := bufio.NewScanner(os.Stdin)
	for range 3 {
		fmt.Printf("%s PIN: ", challenge.Method)
		keyboard.Scan()
		answer, err := client.Verify(ctx, serviceID, userID, challenge, keyboard.Text())
		if err != nil {
			return false, err
		}
		if answer.Verified {
			return true, nil
		}
		fmt.Println("That is not it.")
	}
	return false, nil
}
