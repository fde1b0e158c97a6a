package verigator

import (
	"context"
	"time"

	"github.com/messente/libverigator/bindings/go/internal/raw"
)

// Error is everything known about one failure. It is an error of every call, and never a yes.
//
// [errors.Is] finds its [Status] and, where the context ended the call, [context.Canceled] or
// [context.DeadlineExceeded] and the context's cause.
type Error struct {
	// Status is the permanent number of the failure.
	Status Status
	// Kind is the group that it belongs to.
	Kind Kind
	// HTTPStatus is the HTTP status that made the call fail, or 0 if it failed otherwise.
	HTTPStatus int
	// Message is one line for a person, safe to print: what was wrong, with which value, and what to do.
	// It holds no password and no token.
	Message string
	// MaybeSent is whether bytes of the request may have reached the service.
	MaybeSent bool
	// RetrySafe is whether the same call again can do no harm, such as a second message.
	RetrySafe bool

	serviceMessage *string
	requestID      *string
	body           []byte
	retryAfterMS   int64
	// What the context ended with.
	causes []error
}

// Error is the message.
func (e *Error) Error() string {
	return e.Message
}

// Is is whether target is the error's status.
func (e *Error) Is(target error) bool {
	status, ok := target.(Status)
	return ok && (status == e.Status || status == ErrInvalidData && e.Status == ErrBadRequest)
}

// Unwrap is what the context ended with, where it ended the call.
func (e *Error) Unwrap() []error {
	return e.causes
}

// Timeout is whether a deadline passed, as [net.Error] has it.
func (e *Error) Timeout() bool {
	return e.Status == ErrTimeout
}

// ServiceMessage is the service's own message exactly as it came, and whether there was one. It is the
// network's: do not print it unescaped.
func (e *Error) ServiceMessage() (message string, ok bool) {
	return optional(e.serviceMessage)
}

// RequestID is the reply's X-Request-Id, for the operator of the service, and whether there was one.
func (e *Error) RequestID() (id string, ok bool) {
	return optional(e.requestID)
}

// Body is the body of the reply exactly as it came, at most 64 KiB of it, or nil if none was read. It may
// repeat what was sent, a password or a token: treat it as a secret.
func (e *Error) Body() []byte {
	return e.body
}

// RetryAfter is how long the service asked to wait, and whether it did.
func (e *Error) RetryAfter() (wait time.Duration, ok bool) {
	return time.Duration(max(e.retryAfterMS, 0)) * time.Millisecond, e.retryAfterMS >= 0
}

func optional(text *string) (string, bool) {
	if text == nil {
		return "", false
	}
	return *text, true
}

// newError is an error of what the library knows, or nil.
func newError(failure *raw.Failure) error {
	if failure == nil {
		return nil
	}
	return &Error{
		Status:         Status(failure.Status),
		Kind:           Kind(failure.Kind),
		HTTPStatus:     int(failure.HTTPStatus),
		Message:        failure.Message,
		MaybeSent:      failure.MaybeSent,
		RetrySafe:      failure.RetrySafe,
		serviceMessage: failure.ServiceMessage,
		requestID:      failure.RequestID,
		body:           failure.Body,
		retryAfterMS:   failure.RetryAfterMS,
	}
}

// notSent is the error of a call that the library never saw.
func notSent(status Status, kind Kind, message string, causes ...error) *Error {
	return &Error{
		Status:       status,
		Kind:         kind,
		Message:      message,
		RetrySafe:    true,
		retryAfterMS: -1,
		causes:       causes,
	}
}

// notTaken is the error of a call that was answered, but whose answer the library could not hand over.
func notTaken() error {
	return &Error{
		Status:       ErrSystem,
		Kind:         KindInternal,
		Message:      "the service did what was asked for, but there was no room for its answer; close what is not needed",
		MaybeSent:    true,
		retryAfterMS: -1,
	}
}

// endedBefore is the error of a call whose context had ended already, as err says.
func endedBefore(ctx context.Context, err error) error {
	message := "the context ended before the call (" + err.Error() + "); nothing was sent"
	if err == context.DeadlineExceeded {
		return notSent(ErrTimeout, KindTimeout, message, causesOf(ctx, err)...)
	}
	return notSent(ErrCancelled, KindCancelled, message, causesOf(ctx, err)...)
}

// causesOf is what a context ended with: err, and the program's own cause if it gave one.
func causesOf(ctx context.Context, err error) []error {
	if cause := context.Cause(ctx); cause != nil && cause != err {
		return []error{err, cause}
	}
	return []error{err}
}
