package raw

// #include "shim.h"
import "C"

// Place is where a call is made.
type Place struct {
	Ctx       Handle
	Queue     Handle
	Tag       uint64
	TimeoutMS int64 // 0 for the context's
}

func (p Place) c() C.place {
	return C.place{
		ctx:        C.uintptr_t(p.Ctx),
		queue:      C.uintptr_t(p.Queue),
		tag:        C.uint64_t(p.Tag),
		timeout_ms: C.int64_t(p.TimeoutMS),
	}
}

// ServiceCreate is verigator_call_service_create, submitted; so are all that return a call.
func ServiceCreate(p Place, fqdn, name string) (Handle, *Failure) {
	return made(C.start_service_create(p.c(), textIn(fqdn).c(), textIn(name).c()))
}

// ServiceGet is verigator_call_service_get.
func ServiceGet(p Place, serviceID string) (Handle, *Failure) {
	return made(C.start_service_get(p.c(), textIn(serviceID).c()))
}

// ServiceFind is verigator_call_service_find.
func ServiceFind(p Place, fqdn string) (Handle, *Failure) {
	return made(C.start_service_find(p.c(), textIn(fqdn).c()))
}

// ServicePage is verigator_call_service_page; a nil cursor is that of the first page.
func ServicePage(p Place, limit int64, cursor *string) (Handle, *Failure) {
	return made(C.start_service_page(p.c(), C.int64_t(limit), optionalTextIn(cursor).c()))
}

// ServiceDelete is verigator_call_service_delete.
func ServiceDelete(p Place, serviceID string) (Handle, *Failure) {
	return made(C.start_service_delete(p.c(), textIn(serviceID).c()))
}

// UserCreate is verigator_call_user_create.
func UserCreate(p Place, serviceID, phoneNumber, idInService string) (Handle, *Failure) {
	return made(C.start_user_create(p.c(), textIn(serviceID).c(), textIn(phoneNumber).c(), textIn(idInService).c()))
}

// UserGet is verigator_call_user_get.
func UserGet(p Place, serviceID, userID string) (Handle, *Failure) {
	return made(C.start_user_get(p.c(), textIn(serviceID).c(), textIn(userID).c()))
}

// UserFind is verigator_call_user_find.
func UserFind(p Place, serviceID, idInService string) (Handle, *Failure) {
	return made(C.start_user_find(p.c(), textIn(serviceID).c(), textIn(idInService).c()))
}

// UserList is verigator_call_user_list.
func UserList(p Place, serviceID string) (Handle, *Failure) {
	return made(C.start_user_list(p.c(), textIn(serviceID).c()))
}

// UserPage is verigator_call_user_page; a nil cursor is that of the first page.
func UserPage(p Place, serviceID string, limit int64, cursor *string) (Handle, *Failure) {
	return made(C.start_user_page(p.c(), textIn(serviceID).c(), C.int64_t(limit), optionalTextIn(cursor).c()))
}

// UserUnlock is verigator_call_user_unlock.
func UserUnlock(p Place, serviceID, userID string) (Handle, *Failure) {
	return made(C.start_user_unlock(p.c(), textIn(serviceID).c(), textIn(userID).c()))
}

// UserDelete is verigator_call_user_delete.
func UserDelete(p Place, serviceID, userID string) (Handle, *Failure) {
	return made(C.start_user_delete(p.c(), textIn(serviceID).c(), textIn(userID).c()))
}

// AuthStart is verigator_call_auth_start.
func AuthStart(p Place, serviceID, userID string, method int32) (Handle, *Failure) {
	return made(C.start_auth_start(p.c(), textIn(serviceID).c(), textIn(userID).c(), C.int32_t(method)))
}

// AuthCheck is verigator_call_auth_check with a challenge of these parts.
func AuthCheck(p Place, serviceID, userID string, method int32, authID *string, token string) (Handle, *Failure) {
	secret := textIn(token)
	defer secret.wipe()
	return made(C.start_auth_check(p.c(), textIn(serviceID).c(), textIn(userID).c(),
		C.int32_t(method), optionalTextIn(authID).c(), secret.c()))
}

// AuthCheckToken is verigator_call_auth_check_token.
func AuthCheckToken(p Place, serviceID, userID, token string) (Handle, *Failure) {
	secret := textIn(token)
	defer secret.wipe()
	return made(C.start_auth_check_token(p.c(), textIn(serviceID).c(), textIn(userID).c(), secret.c()))
}

// TOTPBegin is verigator_call_totp_begin.
func TOTPBegin(p Place, serviceID, userID string) (Handle, *Failure) {
	return made(C.start_totp_begin(p.c(), textIn(serviceID).c(), textIn(userID).c()))
}

// TOTPLinkCreate is verigator_call_totp_link_create.
func TOTPLinkCreate(p Place, serviceID, userID string, lifetimeSeconds int64) (Handle, *Failure) {
	return made(C.start_totp_link_create(p.c(), textIn(serviceID).c(), textIn(userID).c(), C.int64_t(lifetimeSeconds)))
}

// TOTPConfirm is verigator_call_totp_confirm.
func TOTPConfirm(p Place, serviceID, userID, token string) (Handle, *Failure) {
	secret := textIn(token)
	defer secret.wipe()
	return made(C.start_totp_confirm(p.c(), textIn(serviceID).c(), textIn(userID).c(), secret.c()))
}

// TOTPGet is verigator_call_totp_get.
func TOTPGet(p Place, serviceID, userID string) (Handle, *Failure) {
	return made(C.start_totp_get(p.c(), textIn(serviceID).c(), textIn(userID).c()))
}

// TOTPDelete is verigator_call_totp_delete.
func TOTPDelete(p Place, serviceID, userID string) (Handle, *Failure) {
	return made(C.start_totp_delete(p.c(), textIn(serviceID).c(), textIn(userID).c()))
}

// RecoveryCodesCreate is verigator_call_recovery_codes_create.
func RecoveryCodesCreate(p Place, serviceID, userID string) (Handle, *Failure) {
	return made(C.start_recovery_codes_create(p.c(), textIn(serviceID).c(), textIn(userID).c()))
}

// RecoveryCodesRemaining is verigator_call_recovery_codes_remaining.
func RecoveryCodesRemaining(p Place, serviceID, userID string) (Handle, *Failure) {
	return made(C.start_recovery_codes_remaining(p.c(), textIn(serviceID).c(), textIn(userID).c()))
}

// RecoveryCodesDelete is verigator_call_recovery_codes_delete.
func RecoveryCodesDelete(p Place, serviceID, userID string) (Handle, *Failure) {
	return made(C.start_recovery_codes_delete(p.c(), textIn(serviceID).c(), textIn(userID).c()))
}

// CallCancel ends a call; one that has ended, or was freed, stays as it is.
func CallCancel(call Handle) {
	C.call_cancel(C.uintptr_t(call))
}

// CallLog is a log line that a call kept, and its level: 0 behind the last one.
func CallLog(call Handle, index int) (level int32, message string) {
	line := C.call_log(C.uintptr_t(call), C.size_t(index))
	if line.level == 0 {
		return 0, ""
	}
	return int32(line.level), C.GoString(line.message)
}

// CallFree frees a call, its answer and its error.
func CallFree(call Handle) {
	C.call_free(C.uintptr_t(call))
}
