package raw

// #include "shim.h"
import "C"

// TakeService is the service that a call was answered with.
func TakeService(call Handle) (id, name, ctime string) {
	fields := C.take_service(C.uintptr_t(call))
	defer C.free_service(fields.handle)
	return readService(fields)
}

func readService(fields C.service_fields) (id, name, ctime string) {
	return C.GoString(fields.id), C.GoString(fields.name), C.GoString(fields.ctime)
}

// TakeServices is the page of services that a call was answered with; each is handed to add. The cursor
// of a last page is nil.
func TakeServices(call Handle, add func(id, name, ctime string)) (total uint64, nextCursor *string) {
	list := C.take_services(C.uintptr_t(call))
	defer C.free_services(list.handle)
	for index := range list.count {
		add(readService(C.services_at(list.handle, index)))
	}
	return uint64(list.total), optionalTextOut(list.next_cursor)
}

// TakeUser is the user that a call was answered with.
func TakeUser(call Handle) (id, ctime, idInService string) {
	fields := C.take_user(C.uintptr_t(call))
	defer C.free_user(fields.handle)
	return readUser(fields)
}

func readUser(fields C.user_fields) (id, ctime, idInService string) {
	return C.GoString(fields.id), C.GoString(fields.ctime), C.GoString(fields.id_in_service)
}

// TakeUsers is the list of users that a call was answered with; each is handed to add. The cursor of a
// last page is nil.
func TakeUsers(call Handle, add func(id, ctime, idInService string)) (total uint64, nextCursor *string) {
	list := C.take_users(C.uintptr_t(call))
	defer C.free_users(list.handle)
	for index := range list.count {
		add(readUser(C.users_at(list.handle, index)))
	}
	return uint64(list.total), optionalTextOut(list.next_cursor)
}

// TakeChallenge is the started authentication that a call was answered with.
func TakeChallenge(call Handle) (method int32, authID *string) {
	fields := C.take_challenge(C.uintptr_t(call))
	defer C.free_challenge(fields.handle)
	return int32(fields.method), optionalTextOut(fields.auth_id)
}

// Verification is what the service said of a token.
type Verification struct {
	Verified  bool
	Method    int32 // 0 if the service does not say
	Throttled bool
	Expired   bool
	Invalid   bool
	Result    string // empty if the service does not say
}

// TakeVerification is what a call was answered with; without an answer it is a no.
func TakeVerification(call Handle) Verification {
	fields := C.take_verification(C.uintptr_t(call))
	defer C.free_verification(fields.handle)
	return Verification{
		Verified:  fields.verified == 1,
		Method:    int32(fields.method),
		Throttled: fields.throttled != 0,
		Expired:   fields.expired != 0,
		Invalid:   fields.invalid != 0,
		Result:    C.GoString(fields.result),
	}
}

// TakeEnrolment is the enrolment that a call was answered with.
func TakeEnrolment(call Handle) (secret, uri, qrSVG string, replaced bool) {
	fields := C.take_enrolment(C.uintptr_t(call))
	defer C.free_enrolment(fields.handle)
	return C.GoString(fields.secret), C.GoString(fields.uri), C.GoString(fields.qr_svg), fields.replaced != 0
}

// TakeEnrolmentLink is the link that a call was answered with.
func TakeEnrolmentLink(call Handle) (url, expiresAt string, replaced bool) {
	fields := C.take_enrolment_link(C.uintptr_t(call))
	defer C.free_enrolment_link(fields.handle)
	return C.GoString(fields.url), C.GoString(fields.expires_at), fields.replaced != 0
}

// TakeTOTPState is the state of an enrolment that a call was answered with.
func TakeTOTPState(call Handle) (confirmed, pending bool) {
	fields := C.take_totp_state(C.uintptr_t(call))
	defer C.free_totp_state(fields.handle)
	return fields.confirmed != 0, fields.pending != 0
}

// TakeRecoveryCodes is the recovery codes that a call was answered with.
func TakeRecoveryCodes(call Handle) []string {
	list := C.take_recovery_codes(C.uintptr_t(call))
	defer C.free_recovery_codes(list.handle)
	codes := make([]string, list.count)
	for index := range list.count {
		codes[index] = C.GoString(C.recovery_codes_at(list.handle, index))
	}
	return codes
}

// TakeRemaining is how many recovery codes are left, as a call was answered.
func TakeRemaining(call Handle) int64 {
	return int64(C.take_remaining(C.uintptr_t(call)))
}
