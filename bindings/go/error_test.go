package verigator_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
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

func TestConstantsAreThoseOfTheDescription(t *testing.T) {
	text, err := os.ReadFile("../../include/verigator.json")
	if err != nil {
		t.Fatal(err)
	}
	var description struct {
		Constants []struct {
			Name, Type string
			Value      int32
		}
	}
	if err := json.Unmarshal(text, &description); err != nil {
		t.Fatal(err)
	}
	described := map[string][]string{}
	for _, constant := range description.Constants {
		described[constant.Type] = append(described[constant.Type], fmt.Sprint(constant.Name, " ", constant.Value))
	}
	here := map[string][]string{
		"verigator_status": {
			// These three are no failures, and no call comes to the latter two.
			"VERIGATOR_OK 0", "VERIGATOR_PENDING -40", "VERIGATOR_EMPTY -41",
		},
		"verigator_tls_version": {
			fmt.Sprintf("VERIGATOR_TLS_1_2 %d", verigator.TLS12), fmt.Sprintf("VERIGATOR_TLS_1_3 %d", verigator.TLS13),
		},
	}
	for _, status := range statuses {
		here["verigator_status"] = append(here["verigator_status"], fmt.Sprintf("VERIGATOR_%s %d", status.Name(), int32(status)))
	}
	for kind := verigator.KindUsage; kind <= verigator.KindInternal; kind++ {
		name := strings.ToUpper(kind.String())
		here["verigator_kind"] = append(here["verigator_kind"], fmt.Sprintf("VERIGATOR_KIND_%s %d", name, kind))
	}
	for method := verigator.MethodSMS; method <= verigator.MethodRecoveryCode; method++ {
		name := strings.ToUpper(method.String())
		here["verigator_method"] = append(here["verigator_method"], fmt.Sprintf("VERIGATOR_METHOD_%s %d", name, method))
	}
	for of, names := range here {
		slices.Sort(names)
		slices.Sort(described[of])
		if !slices.Equal(names, described[of]) {
			t.Errorf("%s: described are %v\nhere there are %v", of, described[of], names)
		}
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
