package verigator_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	verigator "github.com/messente/libverigator/bindings/go"
	"github.com/messente/libverigator/bindings/go/internal/servertest"
)

var _ io.Closer = (*verigator.Client)(nil)

// newClient makes a client that is closed with the test.
func newClient(t testing.TB, url string, options ...verigator.Option) *verigator.Client {
	t.Helper()
	options = append([]verigator.Option{verigator.WithBaseURL(url)}, options...)
	client, err := verigator.New(servertest.Username, servertest.Password, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// must is a value that came without an error.
func must[T any](t testing.TB) func(value T, err error) T {
	return func(value T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return value
	}
}

// jane is a user of a new service.
func jane(t testing.TB, server *servertest.Server, client *verigator.Client) (serviceID, userID string) {
	t.Helper()
	service := must[verigator.Service](t)(client.CreateService(t.Context(), server.HostName(), "Example shop"))
	user := must[verigator.User](t)(client.CreateUser(t.Context(), service.ID, "+3725555555", "jane@example.com"))
	return service.ID, user.ID
}

// failureOf is an error as what it is.
func failureOf(t testing.TB, err error) *verigator.Error {
	t.Helper()
	var failure *verigator.Error
	if !errors.As(err, &failure) {
		t.Fatalf("%v is no *verigator.Error", err)
	}
	return failure
}

func TestALoginByChallenge(t *testing.T) {
	server := servertest.Start(t)
	client := newClient(t, server.URL)
	serviceID, userID := jane(t, server, client)
	challenge := must[verigator.Challenge](t)(client.Initiate(t.Context(), serviceID, userID, verigator.MethodTOTP))
	if challenge.Method != verigator.MethodSMS || challenge.AuthID == nil {
		t.Fatalf("a user without an app is asked by SMS, not by %+v", challenge)
	}

	// Another process verifies.
	stored := must[[]byte](t)(json.Marshal(challenge))
	var again verigator.Challenge
	if err := json.Unmarshal(stored, &again); err != nil {
		t.Fatal(err)
	}
	pin := server.PIN(t, userID)
	answer := must[verigator.Verification](t)(client.Verify(t.Context(), serviceID, userID, again, pin))
	if !answer.Verified || answer.Method != verigator.MethodSMS {
		t.Fatalf("the right code is a yes: %+v", answer)
	}
	answer = must[verigator.Verification](t)(client.VerifyToken(t.Context(), serviceID, userID, pin))
	if answer.Verified {
		t.Fatal("a code is good for one login")
	}
}

func TestAChallengeThatGotLostIsRefused(t *testing.T) {
	silent := servertest.StartSilent(t, 1)
	client := newClient(t, silent.URL)
	answer, err := client.Verify(t.Context(), "s1", "u1", verigator.Challenge{}, "123456")
	if !errors.Is(err, verigator.ErrInvalidArgument) || answer.Verified {
		t.Fatalf("%v, %+v", err, answer)
	}
	if failure := failureOf(t, err); failure.MaybeSent || failure.Kind != verigator.KindUsage {
		t.Fatalf("%+v", failure)
	}
	if strings.Contains(err.Error(), "123456") {
		t.Fatal("the token is in the message")
	}
}

func TestWhatTenantsDoForThemselves(t *testing.T) {
	server := servertest.Start(t)
	client := newClient(t, server.URL)
	ctx := t.Context()
	serviceID, userID := jane(t, server, client)

	enrolment := must[verigator.Enrolment](t)(client.BeginTOTP(ctx, serviceID, userID))
	state := must[verigator.TOTPState](t)(client.TOTP(ctx, serviceID, userID))
	if !strings.HasPrefix(enrolment.URI, "otpauth://") || !state.Pending || state.Confirmed {
		t.Fatalf("%+v", state)
	}
	if err := client.ConfirmTOTP(ctx, serviceID, userID, "000000"); !errors.Is(err, verigator.ErrInvalidData) {
		t.Fatalf("a wrong token confirms nothing: %v", err)
	}
	if err := client.DeleteTOTP(ctx, serviceID, userID); err != nil {
		t.Fatal(err)
	}

	codes := must[verigator.RecoveryCodes](t)(client.CreateRecoveryCodes(ctx, serviceID, userID))
	challenge := must[verigator.Challenge](t)(client.Initiate(ctx, serviceID, userID, verigator.MethodSMS))
	answer := must[verigator.Verification](t)(client.Verify(ctx, serviceID, userID, challenge, codes[0]))
	if !answer.Verified || answer.Method != verigator.MethodRecoveryCode {
		t.Fatalf("a recovery code is a token: %+v", answer)
	}
	left := must[int64](t)(client.CountRecoveryCodes(ctx, serviceID, userID))
	if left != int64(len(codes))-1 {
		t.Fatalf("%d of %d are left", left, len(codes))
	}
	if err := client.DeleteRecoveryCodes(ctx, serviceID, userID); err != nil {
		t.Fatal(err)
	}
	if err := client.UnlockUser(ctx, serviceID, userID); err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{enrolment.Secret, enrolment.QRSVG, codes[0]} {
		printed := fmt.Sprintf("%v %+v %#v %s %v", enrolment, enrolment, &enrolment, codes, enrolment.LogValue())
		if strings.Contains(printed, secret) {
			t.Fatalf("a secret was printed: %s", printed)
		}
	}
}

func TestPages(t *testing.T) {
	server := servertest.Start(t)
	client := newClient(t, server.URL)
	ctx := t.Context()
	serviceID, userID := jane(t, server, client)
	john := must[verigator.User](t)(client.CreateUser(ctx, serviceID, "+3725555556", "john@example.com"))

	var ids []string
	for cursor, first := "", true; first || cursor != ""; first = false {
		page := must[verigator.UserList](t)(client.PageUsers(ctx, serviceID, 1, cursor))
		ids = append(ids, page.Users[0].ID)
		cursor = page.NextCursor
	}
	if len(ids) != 2 || ids[0] == ids[1] {
		t.Fatalf("two pages of one user each, not %v", ids)
	}
	list := must[verigator.UserList](t)(client.ListUsers(ctx, serviceID))
	if len(list.Users) != 2 || list.Total != 2 {
		t.Fatalf("%+v", list)
	}
	services := must[verigator.ServicePage](t)(client.PageServices(ctx, 1000, ""))
	if len(services.Services) != 1 || services.Services[0].ID != serviceID || services.NextCursor != "" {
		t.Fatalf("%+v", services)
	}
	read := must[verigator.User](t)(client.User(ctx, serviceID, userID))
	if read.IDInService != "jane@example.com" {
		t.Fatalf("%+v", read)
	}
	if err := client.DeleteUser(ctx, serviceID, john.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := client.User(ctx, serviceID, john.ID); !errors.Is(err, verigator.ErrNotFound) {
		t.Fatalf("a deleted user is gone: %v", err)
	}
}

func TestOptionsAreJudgedAsTheClientIsMade(t *testing.T) {
	for name, option := range map[string]verigator.Option{
		"a scheme that is none":     verigator.WithBaseURL("ftp://localhost"),
		"plain http":                verigator.WithBaseURL("http://192.0.2.7"),
		"a time that is too short":  verigator.WithTimeout(time.Microsecond),
		"a time that is negative":   verigator.WithIdleTimeout(-3 * time.Millisecond),
		"a NUL in a path":           verigator.WithCAFile("ca\x00.pem"),
		"a NUL in a text":           verigator.WithAddress("192.0.2.7\x00"),
		"no PEM":                    verigator.WithCAPEM(nil),
		"a version that is none":    verigator.WithMinTLSVersion(11),
		"a pin that is none":        verigator.WithPinnedKey("sha256//"),
		"a proxy that is none":      verigator.WithProxy("gopher://proxy"),
		"a file that is not there":  verigator.WithClientCertificateFiles("/none/chain", "/none/key"),
		"more retries than allowed": verigator.WithMaxRetries(11),
	} {
		client, err := verigator.New(servertest.Username, servertest.Password, option)
		if client != nil {
			t.Errorf("%s: a client was made", name)
		}
		if !errors.Is(err, verigator.ErrInvalidConfig) && !errors.Is(err, verigator.ErrInvalidArgument) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheEnvironmentIsReadWhereItIsAskedFor(t *testing.T) {
	url := servertest.Answering(t, 200, `{"id":"s1","name":"Example","ctime":"2017-07-06T13:12:03.141Z"}`)
	t.Setenv("VERIGATOR_USERNAME", "user")
	t.Setenv("VERIGATOR_PASSWORD", "secret")
	t.Setenv("VERIGATOR_BASE_URL", url)
	client := must[*verigator.Client](t)(verigator.NewFromEnv())
	defer client.Close()
	service := must[verigator.Service](t)(client.Service(t.Context(), "s1"))
	if service != (verigator.Service{ID: "s1", Name: "Example", CTime: "2017-07-06T13:12:03.141Z"}) {
		t.Fatalf("%+v", service)
	}
	t.Setenv("VERIGATOR_PASSWORD", "")
	if _, err := verigator.NewFromEnv(); !errors.Is(err, verigator.ErrInvalidConfig) {
		t.Fatal(err)
	}
}

func TestTheLibraryIsThatOfTheHeader(t *testing.T) {
	if verigator.Version() == "" {
		t.Fatal("it has no version")
	}
}

func TestAMethodIsItsNameInText(t *testing.T) {
	for _, method := range []verigator.Method{0, verigator.MethodSMS, verigator.MethodTOTP, verigator.MethodRecoveryCode} {
		text := must[[]byte](t)(method.MarshalText())
		var again verigator.Method = 7
		if err := again.UnmarshalText(text); err != nil || again != method {
			t.Errorf("%q is %v: %v", text, again, err)
		}
	}
	if _, err := verigator.Method(7).MarshalText(); err == nil {
		t.Error("7 is no method")
	}
	var method verigator.Method
	if err := method.UnmarshalText([]byte("fax")); err == nil {
		t.Error("fax is no method")
	}
}

func TestAContextMayBeTheBackground(t *testing.T) {
	url := servertest.Answering(t, 404, `{"message":"no such service"}`)
	client := newClient(t, url)
	_, err := client.Service(context.Background(), "s1")
	if !errors.Is(err, verigator.ErrNotFound) {
		t.Fatal(err)
	}
}
