package verigator

import (
	"errors"
	"testing"

	"github.com/messente/libverigator/bindings/go/internal/raw"
	"github.com/messente/libverigator/bindings/go/internal/servertest"
)

// As where the library has no room for another handle.
func TestAnAnswerThatIsNotThereIsAnError(t *testing.T) {
	url := servertest.Answering(t, 200, `{"id":"s1","name":"Example","ctime":"2017-07-06T13:12:03.141Z"}`)
	client, err := New("user", "secret", WithBaseURL(url))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	read := func(p raw.Place) (raw.Handle, *raw.Failure) { return raw.ServiceGet(p, "s1") }

	// None of these is what a service is answered with.
	if answer, err := do(t.Context(), client, read, takeVerification); answer.Verified || !errors.Is(err, ErrSystem) {
		t.Error(answer, err)
	}
	for name, err := range map[string]error{
		"services":       errorOf(do(t.Context(), client, read, takeServices)),
		"user":           errorOf(do(t.Context(), client, read, takeUser)),
		"users":          errorOf(do(t.Context(), client, read, takeUsers)),
		"challenge":      errorOf(do(t.Context(), client, read, takeChallenge)),
		"enrolment":      errorOf(do(t.Context(), client, read, takeEnrolment)),
		"link":           errorOf(do(t.Context(), client, read, takeEnrolmentLink)),
		"state":          errorOf(do(t.Context(), client, read, takeTOTPState)),
		"recovery codes": errorOf(do(t.Context(), client, read, takeRecoveryCodes)),
		"remaining":      errorOf(do(t.Context(), client, read, raw.TakeRemaining)),
	} {
		if !errors.Is(err, ErrSystem) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if service, err := do(t.Context(), client, read, takeService); err != nil || service.ID != "s1" {
		t.Error(service, err)
	}
}

func errorOf[T any](_ T, err error) error { return err }
