package raw

// #include "shim.h"
import "C"

import "unsafe"

// Failure is all that is known of one.
type Failure struct {
	Status         int32
	Kind           int32
	HTTPStatus     int32
	Message        string
	ServiceMessage *string // nil for none
	RequestID      *string // nil for none
	Body           []byte  // nil for none
	RetryAfterMS   int64   // -1 for none
	MaybeSent      bool
	RetrySafe      bool
}

// failure is why a function failed, or nil.
func failure(outcome C.outcome) *Failure {
	if outcome.status == C.VERIGATOR_OK {
		return nil
	}
	return readFailure(outcome.error, int32(outcome.status))
}

// made is what a function made, or why it did not.
func made(outcome C.outcome) (Handle, *Failure) {
	return Handle(outcome.made), failure(outcome)
}

// CallFailure is why a call failed that has ended with this status.
func CallFailure(call Handle, status int32) *Failure {
	return readFailure(C.call_error(C.uintptr_t(call)), status)
}

// readFailure reads an error and frees it. There is none where the library had no room for it.
func readFailure(handle C.uintptr_t, status int32) *Failure {
	if handle == 0 {
		why := "the call failed: " + StatusName(status)
		return &Failure{Status: status, Kind: C.VERIGATOR_KIND_INTERNAL, Message: why, RetryAfterMS: -1, MaybeSent: true}
	}
	defer C.free_error(handle)
	fields := C.read_error(handle)
	failure := &Failure{
		Status:         int32(fields.status),
		Kind:           int32(fields.kind),
		HTTPStatus:     int32(fields.http_status),
		Message:        C.GoString(fields.message),
		ServiceMessage: optionalTextOut(fields.service_message),
		RequestID:      optionalTextOut(fields.request_id),
		RetryAfterMS:   int64(fields.retry_after_ms),
		MaybeSent:      fields.maybe_sent != 0,
		RetrySafe:      fields.retry_safe != 0,
	}
	if fields.body != nil {
		failure.Body = append([]byte{}, unsafe.Slice((*byte)(unsafe.Pointer(fields.body)), fields.body_length)...)
	}
	return failure
}
