package verigator_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	verigator "github.com/messente/libverigator/bindings/go"
	"github.com/messente/libverigator/bindings/go/internal/servertest"
)

var _ interface {
	error
	Timeout() bool
} = (*verigator.Error)(nil)

// statuses are all constants of this package.
var statuses = []verigator.Status{
	verigator.ErrInvalidArgument, verigator.ErrInvalidHandle, verigator.ErrInvalidConfig, verigator.ErrClosed,
	verigator.ErrDNS, verigator.ErrConnect, verigator.ErrTLS, verigator.ErrDisconnected, verigator.ErrTimeout,
	verigator.ErrCancelled, verigator.ErrProxy, verigator.ErrProtocol, verigator.ErrTooLarge, verigator.ErrSystem,
	verigator.ErrPanic, verigator.ErrBadRequest, verigator.ErrUnauthorized, verigator.ErrForbidden,
	verigator.ErrNotFound, verigator.ErrConflict, verigator.ErrInvalidData, verigator.ErrTooManyRequests,
	verigator.ErrInternalServerError, verigator.ErrNotSupported, verigator.ErrBadGateway,
	verigator.ErrServiceUnavailable, verigator.ErrGatewayTimeout,
}

func TestThereIsAnErrorForEachStatusOfTheHeader(t *testing.T) {
	header, err := os.ReadFile("internal/raw/verigator.h")
	if err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(string(header), "#define VERIGATOR_OK 0")
	list, _, _ = strings.Cut(list, "#define VERIGATOR_KIND_")
	var inHeader []string
	for _, found := range regexp.MustCompile(`#define VERIGATOR_(\w+) (-?\d+)`).FindAllStringSubmatch(list, -1) {
		// These two are no failures, and no call comes to them.
		if found[1] != "PENDING" && found[1] != "EMPTY" {
			inHeader = append(inHeader, found[1]+" "+found[2])
		}
	}
	var here []string
	for _, status := range statuses {
		here = append(here, fmt.Sprintf("%s %d", status.Name(), int32(status)))
	}
	if !slices.Equal(inHeader, here) {
		t.Errorf("the header has %v\nhere there are %v", inHeader, here)
	}
}

func TestEachStatusOfTheServiceIsAnErrorOfItsOwn(t *testing.T) {
	for _, status := range statuses {
		if status < 0 {
			continue
		}
		client := newClient(t, servertest.Answering(t, int(status), `{"message":"no"}`), verigator.WithMaxRetries(0))
		_, err := client.Service(t.Context(), "s1")
		for _, other := range statuses {
			treatedAs := status == verigator.ErrBadRequest && other == verigator.ErrInvalidData
			if errors.Is(err, other) != (other == status || treatedAs) {
				t.Errorf("%d: whether it is %v is wrong", status, other)
			}
		}
		if failure := failureOf(t, err); failure.HTTPStatus != int(status) || failure.Kind != verigator.KindService {
			t.Errorf("%+v", failure)
		}
	}
}

func TestAStatusWithoutAConstantIsItsNumber(t *testing.T) {
	client := newClient(t, servertest.Answering(t, 418, ""))
	_, err := client.Service(t.Context(), "s1")
	if !errors.Is(err, verigator.Status(418)) {
		t.Error(err)
	}
	if said := verigator.Status(418).Error(); said != "verigator: unknown (418)" {
		t.Error(said)
	}
	if said := verigator.ErrNotFound.Error(); said != "verigator: not found (404)" {
		t.Error(said)
	}
}

func TestAnErrorHasAllThatIsKnown(t *testing.T) {
	url := servertest.Answering(t, 429, `{"message":"slowly, 123456"}`, "Retry-After", "7", "X-Request-Id", "r1")
	client := newClient(t, url)
	_, err := client.Initiate(t.Context(), "s1", "u1", verigator.MethodSMS)
	failure := failureOf(t, err)
	message, ok := failure.ServiceMessage()
	if !ok || message != "slowly, 123456" || string(failure.Body()) != `{"message":"slowly, 123456"}` {
		t.Errorf("%q, %q", message, failure.Body())
	}
	if id, ok := failure.RequestID(); !ok || id != "r1" {
		t.Error(id)
	}
	if wait, ok := failure.RetryAfter(); !ok || wait != 7*time.Second {
		t.Error(wait)
	}
	if !failure.MaybeSent || failure.Timeout() {
		t.Errorf("%+v", failure)
	}

	_, err = client.Service(t.Context(), "")
	refused := failureOf(t, err)
	_, hasMessage := refused.ServiceMessage()
	_, hasID := refused.RequestID()
	_, hasWait := refused.RetryAfter()
	if hasMessage || hasID || hasWait || refused.Body() != nil || refused.MaybeSent {
		t.Errorf("%+v", refused)
	}
}

func TestNobodyListens(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	client := newClient(t, "http://"+listener.Addr().String())
	_, err = client.Service(t.Context(), "s1")
	if !errors.Is(err, verigator.ErrConnect) || failureOf(t, err).Kind != verigator.KindNetwork {
		t.Error(err)
	}
}

func TestLinesOfACallGoToItsLogger(t *testing.T) {
	var lines bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client := newClient(t, servertest.Answering(t, 200, aService), verigator.WithLogger(logger))
	must[verigator.Service](t)(client.Service(t.Context(), "s1"))
	if !strings.Contains(lines.String(), "level=INFO") || !strings.Contains(lines.String(), "level=DEBUG") {
		t.Errorf("%s", &lines)
	}
	if strings.Contains(lines.String(), servertest.Password) {
		t.Errorf("the password is in %s", &lines)
	}
}

func TestALoggerGetsWhatItTakes(t *testing.T) {
	var lines bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{Level: slog.LevelWarn}))
	url := servertest.Answering(t, 200, aService)
	client := newClient(t, url, verigator.WithLogger(logger))
	must[verigator.Service](t)(client.Service(t.Context(), "s1"))
	if lines.Len() > 0 {
		t.Errorf("%s", &lines)
	}
	silent := newClient(t, url, verigator.WithLogger(nil))
	must[verigator.Service](t)(silent.Service(t.Context(), "s1"))
}

// closing closes a client as soon as it logs.
type closing struct {
	slog.Handler
	client *verigator.Client
}

func (c *closing) Handle(context.Context, slog.Record) error {
	return c.client.Close()
}

func TestALoggerMayCloseTheClient(t *testing.T) {
	handler := &closing{Handler: slog.NewTextHandler(&bytes.Buffer{}, nil)}
	handler.client = newClient(t, servertest.Answering(t, 200, aService), verigator.WithLogger(slog.New(handler)))
	must[verigator.Service](t)(handler.client.Service(t.Context(), "s1"))
}
