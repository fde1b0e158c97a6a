package verigator

import (
	"fmt"
	"strings"

	"github.com/messente/libverigator/bindings/go/internal/raw"
)

// Status is what a call came to: the HTTP status that the service answered, if it is positive, or what
// arose on this side. The numbers are permanent, and those of the C API.
//
// It is an error so that [errors.Is] takes it; calls return an *[Error] that has one.
type Status int32

// What arose on this side.
const (
	// ErrInvalidArgument is an argument that is malformed or out of its limits. Nothing was sent.
	ErrInvalidArgument Status = -1
	// ErrInvalidHandle is a defect of this package. Nothing was sent.
	ErrInvalidHandle Status = -2
	// ErrInvalidConfig is an option, or options together, that cannot be used. Nothing was sent.
	ErrInvalidConfig Status = -3
	// ErrClosed is a client that was closed before the call. Nothing was sent.
	ErrClosed Status = -4
	// ErrDNS is the name of the server or proxy that could not be resolved. Nothing was sent.
	ErrDNS Status = -10
	// ErrConnect is a connection that could not be made. Nothing was sent.
	ErrConnect Status = -11
	// ErrTLS is a failure of TLS: certificate, host name, pinned key, version, or a peer without it.
	ErrTLS Status = -12
	// ErrDisconnected is a connection that broke after it was made.
	ErrDisconnected Status = -13
	// ErrTimeout is a deadline that passed.
	ErrTimeout Status = -14
	// ErrCancelled is a context that was cancelled, or a client that was closed, while the call waited.
	ErrCancelled Status = -15
	// ErrProxy is a proxy that failed or refused. Nothing was sent to the service.
	ErrProxy Status = -16
	// ErrProtocol is a reply that breaks the contract.
	ErrProtocol Status = -20
	// ErrTooLarge is a reply that is larger than [WithMaxResponseBytes] allows.
	ErrTooLarge Status = -21
	// ErrSystem is a resource that the operating system refused.
	ErrSystem Status = -30
	// ErrPanic is a defect of the library, caught before it reached the program.
	ErrPanic Status = -31
)

// What the service answered.
const (
	// ErrBadRequest is 400: a malformed request. It matches [ErrInvalidData], as which it is to be treated.
	ErrBadRequest Status = 400
	// ErrUnauthorized is 401: the API username or password is missing or wrong.
	ErrUnauthorized Status = 401
	// ErrForbidden is 403: the account may not touch this resource.
	ErrForbidden Status = 403
	// ErrNotFound is 404: no such service, user, enrolment or pending verification.
	ErrNotFound Status = 404
	// ErrConflict is 409: it exists already, or an authentication cannot start now.
	ErrConflict Status = 409
	// ErrInvalidData is 422: a value is not acceptable to the service.
	ErrInvalidData Status = 422
	// ErrTooManyRequests is 429; see [Error.RetryAfter].
	ErrTooManyRequests Status = 429
	// ErrInternalServerError is 500: the service failed.
	ErrInternalServerError Status = 500
	// ErrNotSupported is 501: the server has no such route. It may have answered 404 or 405, see
	// [Error.HTTPStatus].
	ErrNotSupported Status = 501
	// ErrBadGateway is 502: a gateway got no proper answer from the service.
	ErrBadGateway Status = 502
	// ErrServiceUnavailable is 503: the service is not available now; see [Error.RetryAfter].
	ErrServiceUnavailable Status = 503
	// ErrGatewayTimeout is 504: a gateway got no answer in time.
	ErrGatewayTimeout Status = 504
)

// Name is the status's name in the C API without its prefix, such as "NOT_FOUND".
func (s Status) Name() string {
	return raw.StatusName(int32(s))
}

// Error is the name for a person, with the number.
func (s Status) Error() string {
	name := strings.ToLower(strings.ReplaceAll(s.Name(), "_", " "))
	return fmt.Sprintf("verigator: %s (%d)", name, int32(s))
}

// Kind is what a program does about an error, coarser than its status.
type Kind int32

const (
	// KindUsage is a call that was wrong: mend the program or its configuration.
	KindUsage Kind = 1
	// KindNetwork is a service that was not reached, or a connection that broke.
	KindNetwork Kind = 2
	// KindTimeout is a deadline that passed.
	KindTimeout Kind = 3
	// KindCancelled is a context that was cancelled, or a client that was closed, while the call waited.
	KindCancelled Kind = 4
	// KindProtocol is a reply that cannot be believed.
	KindProtocol Kind = 5
	// KindService is an error that the service answered.
	KindService Kind = 6
	// KindInternal is a process that ran out of something, or a defect of the library.
	KindInternal Kind = 7
)

// String is the kind's name, such as "network".
func (k Kind) String() string {
	names := [...]string{"usage", "network", "timeout", "cancelled", "protocol", "service", "internal"}
	if k < 1 || int(k) > len(names) {
		return fmt.Sprintf("Kind(%d)", int32(k))
	}
	return names[k-1]
}
