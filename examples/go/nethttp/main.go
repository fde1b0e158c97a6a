// A login with two factors on net/http: a password, then a code by SMS or of an authenticator app.
//
// VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where the service is, and as whom it is
// asked. -listen says where browsers reach this program; Ctrl-C ends it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	verigator "github.com/messente/libverigator/bindings/go"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:8000", "where browsers reach this program")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *listen); err != nil {
		log.Fatal(err)
	}
}

// run serves logins until ctx ends.
func run(ctx context.Context, address string) error {
	// One client for all requests.
	client, err := verigator.NewFromEnv(verigator.WithLogger(slog.Default()), verigator.WithTimeout(10*time.Second))
	if err != nil {
		return err
	}
	defer client.Close()
	accounts, err := register(ctx, client)
	if err != nil {
		return err
	}
	defer client.DeleteService(context.WithoutCancel(ctx), accounts.serviceID)

	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: newLogins(client, accounts).routes(), ReadHeaderTimeout: 5 * time.Second}
	ended := make(chan error)
	go func() {
		<-ctx.Done()
		// Requests that are being answered end first, and their calls with them.
		ended <- server.Shutdown(context.Background())
	}()
	fmt.Printf("listening on http://%s\n", listener.Addr())
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return <-ended
}
