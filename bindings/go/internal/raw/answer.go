package raw

// #include "shim.h"
import "C"

// Each of these takes what a call was answered with, and says whether it was there.

// TakeService takes a service.
func TakeService(call Handle, read func(id, name, ctime string)) (ok bool) {
	fields := C.take_service(C.uintptr_t(call))
	defer C.free_service(fields.handle)
	read(readService(fields))
	return fields.handle != 0
}

func readService(fields C.service_fields) (id, name, ctime string) {
	return C.GoString(fields.id), C.GoString(fields.name), C.GoString(fields.ctime)
}

// TakeServices takes a page of services, each of which is handed to read. The cursor of a last page is nil.
func TakeServices(call Handle, read func(id, name, ctime string)) (total uint64, nextCursor *string, ok bool) {
	list := C.take_services(C.uintptr_t(call))
	defer C.free_services(list.handle)
	for index := range list.count {
		read(readService(C.services_at(list.handle, index)))
	}
	return uint64(list.total), optionalTextOut(list.next_cursor), list.handle != 0
}

// TakeUser takes a user.
func TakeUser(call Handle, read func(id, ctime, idInService string)) (ok bool) {
	fields := C.take_user(C.uintptr_t(call))
	defer C.free_user(fields.handle)
	read(readUser(fields))
	return fields.handle != 0
}

func readUser(fields C.user_fields) (id, ctime, idInService string) {
	return C.GoString(fields.id), C.GoString(fields.ctime), C.GoString(fields.id_in_service)
}

// TakeUsers takes a list of users, each of which is handed to read. The cursor of a last page is nil.
func TakeUsers(call Handle, read func(id, ctime, idInService string)) (total uint64, nextCursor *string, ok bool) {
	list := C.take_users(C.uintptr_t(call))
	defer C.free_users(list.handle)
	for index := range list.count {
		read(readUser(C.users_at(list.handle, index)))
	}
	return uint64(list.total), optionalTextOut(list.next_cursor), list.handle != 0
}

// TakeChallenge takes a started authentication.
func TakeChallenge(call Handle) (method int32, authID *string, ok bool) {
	fields := C.take_challenge(C.uintptr_t(call))
	defer C.free_challenge(fields.handle)
	return int32(fields.method), optionalTextOut(fields.auth_id), fields.handle != 0
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

// TakeVerification takes what the service said of a token. What is not there is a no.
func TakeVerification(call Handle) (answer Verification, ok bool) {
	fields := C.take_verification(C.uintptr_t(call))
	defer C.free_verification(fields.handle)
	return Verification{
		Verified:  fields.verified == 1,
		Method:    int32(fields.method),
		Throttled: fields.throttled != 0,
		Expired:   fields.expired != 0,
		Invalid:   fields.invalid != 0,
		Result:    C.GoString(fields.result),
	}, fields.handle != 0
}

// TakeEnrolment takes an enrolment.
func TakeEnrolment(call Handle) (secret, uri, qrSVG string, replaced, ok bool) {
	fields := C.take_enrolment(C.uintptr_t(call))
	defer C.free_enrolment(fields.handle)
	return C.GoString(fields.secret), C.GoString(fields.uri), C.GoString(fields.qr_svg), fields.replaced != 0, fields.handle != 0
}

// TakeEnrolmentLink takes a link.
func TakeEnrolmentLink(call Handle) (url, expiresAt string, replaced, ok bool) {
	fields := C.take_enrolment_link(C.uintptr_t(call))
	defer C.free_enrolment_link(fields.handle)
	return C.GoString(fields.url), C.GoString(fields.expires_at), fields.replaced != 0, fields.handle != 0
}

// TakeTOTPState takes the state of an enrolment.
func TakeTOTPState(call Handle) (confirmed, pending, ok bool) {
	fields := C.take_totp_state(C.uintptr_t(call))
	defer C.free_totp_state(fields.handle)
	return fields.confirmed != 0, fields.pending != 0, fields.handle != 0
}

// TakeRecoveryCodes takes recovery codes.
func TakeRecoveryCodes(call Handle) (codes []string, ok bool) {
	list := C.take_recovery_codes(C.uintptr_t(call))
	defer C.free_recovery_codes(list.handle)
	codes = make([]string, list.count)
	for index := range list.count {
		codes[index] = C.GoString(C.recovery_codes_at(list.handle, index))
	}
	return codes, list.handle != 0
}

// TakeRemaining takes how many recovery codes are left.
func TakeRemaining(call Handle) (remaining int64, ok bool) {
	remaining = int64(C.take_remaining(C.uintptr_t(call)))
	return remaining, remaining >= 0
}
