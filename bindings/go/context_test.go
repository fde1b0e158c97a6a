package verigator_test

import (
	"context"
	"errors"
	"fmt"
	"path"
	"sync/atomic"
	"testing"
	"time"

	verigator "github.com/messente/libverigator/bindings/go"
	"github.com/messente/libverigator/bindings/go/internal/servertest"
)

const aService = `{"id":"s1","name":"Example","ctime":"2017-07-06T13:12:03.141Z"}`

func TestAContextThatHadEndedSendsNothing(t *testing.T) {
	silent := servertest.StartSilent(t, 1)
	client := newClient(t, silent.URL)
	cause := errors.New("the user went away")
	cancelled, cancel := context.WithCancelCause(t.Context())
	cancel(cause)
	expired, cancelExpired := context.WithDeadline(t.Context(), time.Now().Add(-time.Second))
	defer cancelExpired()

	_, err := client.Initiate(cancelled, "s1", "u1", verigator.MethodSMS)
	for _, is := range []error{context.Canceled, cause, verigator.ErrCancelled} {
		if !errors.Is(err, is) {
			t.Errorf("%v is not %v", err, is)
		}
	}
	if failure := failureOf(t, err); failure.MaybeSent || !failure.RetrySafe || failure.Kind != verigator.KindCancelled {
		t.Errorf("%+v", failure)
	}
	_, err = client.Initiate(expired, "s1", "u1", verigator.MethodSMS)
	for _, is := range []error{context.DeadlineExceeded, verigator.ErrTimeout} {
		if !errors.Is(err, is) {
			t.Errorf("%v is not %v", err, is)
		}
	}
	if len(silent.Came) != 0 {
		t.Error("something was sent")
	}
}

func TestCancellingAContextEndsItsCallAndSaysWhetherItWasSent(t *testing.T) {
	silent := servertest.StartSilent(t, 1)
	client := newClient(t, silent.URL)
	cause := errors.New("the user went away")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() {
		<-silent.Came
		cancel(cause)
	}()
	_, err := client.Initiate(ctx, "s1", "u1", verigator.MethodSMS)
	for _, is := range []error{context.Canceled, cause, verigator.ErrCancelled} {
		if !errors.Is(err, is) {
			t.Errorf("%v is not %v", err, is)
		}
	}
	if failure := failureOf(t, err); !failure.MaybeSent || failure.RetrySafe {
		t.Errorf("a start that came is sent, and not safe to repeat: %+v", failure)
	}
}

func TestADeadlineIsTheTimeout(t *testing.T) {
	silent := servertest.StartSilent(t, 1)
	client := newClient(t, silent.URL)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := client.Service(ctx, "s1")
	if !errors.Is(err, verigator.ErrTimeout) || !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	if failure := failureOf(t, err); !failure.Timeout() || failure.Kind != verigator.KindTimeout {
		t.Errorf("%+v", failure)
	}
}

func TestTheEarlierOfTimeoutAndDeadlineEndsACall(t *testing.T) {
	silent := servertest.StartSilent(t, 2)
	client := newClient(t, silent.URL, verigator.WithTimeout(50*time.Millisecond))
	later, cancel := context.WithTimeout(t.Context(), time.Hour)
	defer cancel()
	for _, ctx := range []context.Context{t.Context(), later} {
		_, err := client.Service(ctx, "s1")
		if !errors.Is(err, verigator.ErrTimeout) || errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("the time-out was the client's: %v", err)
		}
	}
	patient := newClient(t, silent.URL, verigator.WithTimeout(time.Hour))
	sooner, cancelSooner := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancelSooner()
	if _, err := patient.Service(sooner, "s1"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the time-out was the context's: %v", err)
	}
}

// withLateEnd is a context that turns out to have been cancelled once its call was delivered.
type withLateEnd struct {
	context.Context
	delivered func()
	done      chan struct{}
}

func (c *withLateEnd) Done() <-chan struct{} {
	c.delivered()
	return c.done
}

func TestAnAnswerThatArrivesWithTheCancelIsKept(t *testing.T) {
	// On one connection a call begins when the one before has ended.
	client := newClient(t, servertest.Answering(t, 200, aService), verigator.WithMaxConnections(1))
	ended := make(chan struct{})
	close(ended)
	// Which of the two is looked at first is chance.
	for range 20 {
		ctx := &withLateEnd{Context: t.Context(), done: ended, delivered: func() {
			must[verigator.Service](t)(client.Service(t.Context(), "s2"))
		}}
		if service := must[verigator.Service](t)(client.Service(ctx, "s1")); service.ID != "s1" {
			t.Fatalf("%+v", service)
		}
	}
}

// countingContext counts the functions that wait for its end, as context.AfterFunc makes them.
type countingContext struct {
	context.Context
	done    chan struct{}
	waiting atomic.Int64
}

func (c *countingContext) Done() <-chan struct{} { return c.done }

func (c *countingContext) AfterFunc(func()) func() bool {
	c.waiting.Add(1)
	return func() bool {
		c.waiting.Add(-1)
		return true
	}
}

func TestAContextKeepsNothingOfItsCalls(t *testing.T) {
	client := newClient(t, servertest.Answering(t, 200, aService))
	ctx := &countingContext{Context: context.Background(), done: make(chan struct{})}
	before := goroutines(t, "verigator.")
	for range 10_000 {
		must[verigator.Service](t)(client.Service(ctx, "s1"))
	}
	if left := ctx.waiting.Load(); left != 0 {
		t.Errorf("%d functions wait for the context's end", left)
	}
	eventually(t, "as many goroutines as before", func() bool { return goroutines(t, "verigator.") == before })
}

func TestCallsWithContextsOfTheirOwnAreCancelledEachForItself(t *testing.T) {
	const calls = 100
	silent := servertest.StartSilent(t, calls)
	client := newClient(t, silent.URL)
	type outcome struct {
		id  string
		err error
	}
	outcomes := make(chan outcome)
	cancels := map[string]context.CancelFunc{}
	for call := range calls {
		id := fmt.Sprint("s", call)
		ctx, cancel := context.WithCancel(t.Context())
		cancels[id] = cancel
		go func() {
			_, err := client.Service(ctx, id)
			outcomes <- outcome{id, err}
		}()
	}
	for range calls {
		id := path.Base(<-silent.Came)
		cancels[id]()
		if ended := <-outcomes; ended.id != id || !errors.Is(ended.err, context.Canceled) {
			t.Fatalf("%s was cancelled, but %s ended: %v", id, ended.id, ended.err)
		}
	}
}
