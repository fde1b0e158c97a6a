//! Calls: each is one operation as an object, which carries its own outcome and error.

use std::ffi::c_char;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::auth::{self, verigator_challenge, verigator_method, verigator_verification};
use super::boundary;
use super::config::{level_out, verigator_log_level};
use super::ctx::{client, verigator_ctx};
use super::error::{Failure, verigator_error};
use super::handle::{self, Kind};
use super::output::Output;
use super::queue::verigator_queue;
use super::recovery_codes::{self, verigator_recovery_codes};
use super::service::{self, verigator_service, verigator_services};
use super::status::{VERIGATOR_INVALID_HANDLE, VERIGATOR_OK, VERIGATOR_PENDING, verigator_status};
use super::totp::{self, verigator_enrolment, verigator_enrolment_link, verigator_totp_state};
use super::user::{self, verigator_user, verigator_users};
use crate::answer::Noun;
use crate::call::Call;
use crate::error::Result;
use crate::model::{
    Challenge, Enrolment, EnrolmentLink, RecoveryCodes, RecoveryCodesLeft, Service, ServiceList,
    TotpState, User, UserList, Verification,
};
use crate::operation::Operation;
use crate::table::Table;

/// One operation that is about to happen, with its arguments, its outcome and its error.
///
/// verigator_call_auth_start and its like make it; verigator_call_run makes the call on this thread,
/// or verigator_call_submit hands it to a queue. Once it has ended, verigator_call_status says what it
/// came to, verigator_call_error why, and verigator_call_verification and its like give the answer.
/// verigator_call_free ends it. It keeps what it needs of its context, which may be freed before. Any
/// thread may use it, several at once.
pub struct verigator_call {
    _opaque: [u8; 0],
}

static CALLS: Table<Arc<Call>> = Table::new();

impl Kind for verigator_call {
    type Value = Arc<Call>;

    fn table() -> &'static Table<Arc<Call>> {
        &CALLS
    }
}

/// All calls whose handles are live.
pub(super) fn held() -> Vec<Arc<Call>> {
    CALLS.iter().map(|call| Arc::clone(&**call)).collect()
}

/// Makes the handle of a call with this operation.
fn make<T: Noun>(
    ctx: *const verigator_ctx,
    out: Output<*mut verigator_call>,
    operation: impl FnOnce() -> Result<Operation<T>>,
) -> verigator_status {
    boundary::call(|| {
        let out = out.require("out_call")?;
        let client = client(ctx)?;
        let call = Call::new((*client).clone(), operation()?.of_any_kind());
        let handle = handle::new::<verigator_call>(Arc::clone(&call))?;
        call.handle.store(handle.addr(), Ordering::Relaxed);
        out.write(handle);
        Ok(())
    })
}

/// Makes a call that creates a service: as verigator_service_create.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_service. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_service_create(
    ctx: *const verigator_ctx,
    fqdn: *const c_char,
    name: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe { service::create(fqdn, name) })
}

/// Makes a call that reads a service: as verigator_service_get.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_service. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_service_get(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe { service::get(service_id) })
}

/// Makes a call that finds a service by its host name: as verigator_service_find.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_service. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_service_find(
    ctx: *const verigator_ctx,
    fqdn: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe { service::find(fqdn) })
}

/// Makes a call that lists the services of the account by the page: as verigator_service_page.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_services. Since 1.0.
///
/// # Safety
///
/// `cursor` is NULL or NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_service_page(
    ctx: *const verigator_ctx,
    limit: i64,
    cursor: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe { service::page(limit, cursor) })
}

/// Makes a call that deletes a service and its users: as verigator_service_delete.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; it has no answer but its status. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_service_delete(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe { service::delete(service_id) })
}

/// Makes a call that registers a user: as verigator_user_create.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_user. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_user_create(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    phone_number: *const c_char,
    id_in_service: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    let create = || unsafe { user::create(service_id, phone_number, id_in_service) };
    make(ctx, out, create)
}

/// Makes a call that reads a user: as verigator_user_get.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_user. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_user_get(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe { user::get(service_id, user_id) })
}

/// Makes a call that finds a user by what the service calls it: as verigator_user_find.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_user. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_user_find(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    id_in_service: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe {
        user::find(service_id, id_in_service)
    })
}

/// Makes a call that lists the users of a service: as verigator_user_list.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_users. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_user_list(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe { user::list(service_id) })
}

/// Makes a call that lists the users of a service by the page: as verigator_user_page.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_users. Since 1.0.
///
/// # Safety
///
/// `service_id` is NUL-terminated, `cursor` is NULL or NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_user_page(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    limit: i64,
    cursor: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe {
        user::page(service_id, limit, cursor)
    })
}

/// Makes a call that lets a locked user log in again: as verigator_user_unlock.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; it has no answer but its status. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_user_unlock(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe { user::unlock(service_id, user_id) })
}

/// Makes a call that deletes a user: as verigator_user_delete.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; it has no answer but its status. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_user_delete(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe { user::delete(service_id, user_id) })
}

/// Makes a call that starts an authentication: as verigator_auth_start.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_challenge. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_auth_start(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    method: verigator_method,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    let start = || unsafe { auth::start(service_id, user_id, method) };
    make(ctx, out, start)
}

/// Makes a call that checks a token of one authentication: as verigator_auth_check.
///
/// What is wrong with an argument is said here, and nothing is sent yet; `challenge` must be live, and
/// may be freed afterwards. `*out_call` is for verigator_call_free; its answer is for
/// verigator_call_verification. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_auth_check(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    challenge: *const verigator_challenge,
    token: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    let check = || unsafe { auth::check(service_id, user_id, challenge, token) };
    make(ctx, out, check)
}

/// Makes a call that checks a token of any authentication of the user: as verigator_auth_check_token.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_verification. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_auth_check_token(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    token: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    let check = || unsafe { auth::check_token(service_id, user_id, token) };
    make(ctx, out, check)
}

/// Makes a call that begins the enrolment of an authenticator app: as verigator_totp_begin.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_enrolment. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_totp_begin(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe { totp::begin(service_id, user_id) })
}

/// Makes a call that makes a link by which the user sets an app up: as verigator_totp_link_create.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_enrolment_link. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_totp_link_create(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    lifetime_seconds: i64,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    let create = || unsafe { totp::create_link(service_id, user_id, lifetime_seconds) };
    make(ctx, out, create)
}

/// Makes a call that confirms an enrolment by a token: as verigator_totp_confirm.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; it has no answer but its status. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_totp_confirm(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    token: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe {
        totp::confirm(service_id, user_id, token)
    })
}

/// Makes a call that reads how far an enrolment has come: as verigator_totp_get.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_totp_state. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_totp_get(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe { totp::get(service_id, user_id) })
}

/// Makes a call that removes an enrolment: as verigator_totp_delete.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; it has no answer but its status. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_totp_delete(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe { totp::delete(service_id, user_id) })
}

/// Makes a call that makes recovery codes: as verigator_recovery_codes_create.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_recovery_codes. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_recovery_codes_create(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe {
        recovery_codes::create(service_id, user_id)
    })
}

/// Makes a call that says how many recovery codes are left: as verigator_recovery_codes_remaining.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; its answer is for verigator_call_remaining. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_recovery_codes_remaining(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe {
        recovery_codes::remaining(service_id, user_id)
    })
}

/// Makes a call that removes recovery codes: as verigator_recovery_codes_delete.
///
/// What is wrong with an argument is said here, and nothing is sent yet. `*out_call` is for
/// verigator_call_free; it has no answer but its status. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_call_recovery_codes_delete(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    // SAFETY: as the caller promises.
    make(ctx, out, || unsafe {
        recovery_codes::delete(service_id, user_id)
    })
}

/// Sets how long the whole of the call may take, in milliseconds; 1 to 3600000. Default: its context's.
///
/// In a queue the time begins when it is submitted. VERIGATOR_INVALID_ARGUMENT once it was run or
/// submitted. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_call_set_timeout_ms(
    call: *mut verigator_call,
    timeout_ms: i64,
) -> verigator_status {
    boundary::call(|| handle::get(call)?.set_timeout(timeout_ms))
}

/// Makes the call on this thread, and returns when it has ended: its status.
///
/// Another thread may end it with verigator_call_cancel. VERIGATOR_INVALID_ARGUMENT if it was run or
/// submitted before: a call is made once. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_call_run(call: *mut verigator_call) -> verigator_status {
    boundary::call(|| handle::get(call)?.run())
}

/// Makes the call on this thread for a tenth of a second at most: VERIGATOR_PENDING if it has not ended
/// by then, or when the handler of a signal ran on this thread; otherwise its status.
///
/// Call it again to go on: until then nothing of the call happens but its deadline, and
/// verigator_call_cancel. It is verigator_call_run for languages that have to see to their own signals
/// and interrupts. VERIGATOR_INVALID_ARGUMENT if the call was run or submitted before, or another thread
/// is at a step of it. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_call_step(call: *mut verigator_call) -> verigator_status {
    boundary::status(|| match handle::get(call)?.step()? {
        true => Ok(VERIGATOR_OK),
        false => Ok(VERIGATOR_PENDING),
    })
}

/// Hands the call to `queue`, whose thread makes it; verigator_queue_next gives it back once it ended.
///
/// It never blocks. `tag` is for the caller alone, who reads it with verigator_call_tag. The call must
/// be of the queue's context. VERIGATOR_CLOSED: the queue was closed; VERIGATOR_SYSTEM: there is no
/// thread or descriptor for the queue; VERIGATOR_INVALID_ARGUMENT: it was run or submitted before. When
/// it is refused, nothing comes out of the queue for it. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_call_submit(
    call: *mut verigator_call,
    queue: *mut verigator_queue,
    tag: u64,
) -> verigator_status {
    boundary::call(|| {
        let call = handle::get(call)?;
        handle::get(queue)?.submit(&call, tag)
    })
}

/// Ends the call as soon as may be, with VERIGATOR_CANCELLED. One that has ended stays as it is.
///
/// It still ends once: verigator_call_run returns, or verigator_queue_next gives it. An answer that
/// comes at the same moment is kept, and verigator_error_maybe_sent tells whether the request may have
/// arrived. Any thread, at any time; not from a signal handler. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_call_cancel(call: *mut verigator_call) -> verigator_status {
    boundary::call(|| {
        handle::get(call)?.cancel();
        Ok(())
    })
}

/// Returns what the call came to: VERIGATOR_PENDING until it has ended.
///
/// VERIGATOR_INVALID_HANDLE if `call` is not a live handle. The last error stays as it was. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_call_status(call: *const verigator_call) -> verigator_status {
    boundary::read(VERIGATOR_INVALID_HANDLE, || {
        Ok(match handle::get(call)?.outcome() {
            None => VERIGATOR_PENDING,
            Some(Ok(())) => VERIGATOR_OK,
            Some(Err(error)) => error.status().value(),
        })
    })
}

/// Returns why the call failed, or NULL if it did not, or has not ended.
///
/// It is a new handle each time, for verigator_error_free, and has nothing to do with the thread's last
/// error. NULL also when there is no room for another handle. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_error(call: *const verigator_call) -> *mut verigator_error {
    boundary::read(ptr::null_mut(), || match handle::get(call)?.outcome() {
        Some(Err(error)) => handle::new(Failure::from(error.clone())),
        _ => Ok(ptr::null_mut()),
    })
}

/// Returns the tag that the call was submitted with, or 0.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_tag(call: *const verigator_call) -> u64 {
    boundary::read(0, || Ok(handle::get(call)?.tag()))
}

/// Returns a log line of the call, the first of which has the index 0, or NULL behind the last one.
///
/// There are lines when verigator_config_set_call_log was called, and more may come until the call has
/// ended. The string is valid until the call is freed. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_log_message(
    call: *const verigator_call,
    index: usize,
) -> *const c_char {
    boundary::read(ptr::null(), || {
        let line = handle::get(call)?.lines.get(index);
        Ok(line.map_or(ptr::null(), |(_, message)| message))
    })
}

/// Returns how much that log line matters, one of VERIGATOR_LOG_*, or 0 behind the last one.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_log_level(
    call: *const verigator_call,
    index: usize,
) -> verigator_log_level {
    boundary::read(0, || {
        let line = handle::get(call)?.lines.get(index);
        Ok(line.map_or(0, |(level, _)| level_out(level)))
    })
}

/// The answer of this kind, handed over once.
fn answer<T: Noun, K: Kind>(call: *mut verigator_call) -> *mut K
where
    K::Value: From<T>,
{
    boundary::read(ptr::null_mut(), || {
        match handle::get(call)?.take_answer::<T>() {
            Some(answer) => handle::new(K::Value::from(answer)),
            None => Ok(ptr::null_mut()),
        }
    })
}

/// Returns the service that the call was answered with, or NULL.
///
/// It is handed over once, for verigator_service_free: later calls return NULL, as for a call that
/// failed, has not ended, or has another kind of answer. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_service(call: *mut verigator_call) -> *mut verigator_service {
    answer::<Service, _>(call)
}

/// Returns the page of services that the call was answered with, or NULL.
///
/// It is handed over once, for verigator_services_free: later calls return NULL, as for a call that
/// failed, has not ended, or has another kind of answer. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_services(call: *mut verigator_call) -> *mut verigator_services {
    answer::<ServiceList, _>(call)
}

/// Returns the user that the call was answered with, or NULL.
///
/// It is handed over once, for verigator_user_free: later calls return NULL, as for a call that
/// failed, has not ended, or has another kind of answer. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_user(call: *mut verigator_call) -> *mut verigator_user {
    answer::<User, _>(call)
}

/// Returns the list of users that the call was answered with, or NULL.
///
/// It is handed over once, for verigator_users_free: later calls return NULL, as for a call that
/// failed, has not ended, or has another kind of answer. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_users(call: *mut verigator_call) -> *mut verigator_users {
    answer::<UserList, _>(call)
}

/// Returns the started authentication that the call was answered with, or NULL.
///
/// It is handed over once, for verigator_challenge_free: later calls return NULL, as for a call that
/// failed, has not ended, or has another kind of answer. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_challenge(call: *mut verigator_call) -> *mut verigator_challenge {
    answer::<Challenge, _>(call)
}

/// Returns what the service said of the token, or NULL.
///
/// It is handed over once, for verigator_verification_free: later calls return NULL, as for a call that
/// failed, has not ended, or has another kind of answer. NULL is no yes. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_verification(
    call: *mut verigator_call,
) -> *mut verigator_verification {
    answer::<Verification, _>(call)
}

/// Returns the enrolment that the call was answered with, or NULL.
///
/// It is handed over once, for verigator_enrolment_free: later calls return NULL, as for a call that
/// failed, has not ended, or has another kind of answer. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_enrolment(call: *mut verigator_call) -> *mut verigator_enrolment {
    answer::<Enrolment, _>(call)
}

/// Returns the link that the call was answered with, or NULL.
///
/// It is handed over once, for verigator_enrolment_link_free: later calls return NULL, as for a call that
/// failed, has not ended, or has another kind of answer. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_enrolment_link(
    call: *mut verigator_call,
) -> *mut verigator_enrolment_link {
    answer::<EnrolmentLink, _>(call)
}

/// Returns the state of an enrolment that the call was answered with, or NULL.
///
/// It is handed over once, for verigator_totp_state_free: later calls return NULL, as for a call that
/// failed, has not ended, or has another kind of answer. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_totp_state(
    call: *mut verigator_call,
) -> *mut verigator_totp_state {
    answer::<TotpState, _>(call)
}

/// Returns the recovery codes that the call was answered with, or NULL.
///
/// It is handed over once, for verigator_recovery_codes_free: later calls return NULL, as for a call that
/// failed, has not ended, or has another kind of answer. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_recovery_codes(
    call: *mut verigator_call,
) -> *mut verigator_recovery_codes {
    answer::<RecoveryCodes, _>(call)
}

/// Returns how many recovery codes are left, as the call was answered, or -1.
///
/// It is handed over once: later calls return -1, as for a call that failed, has not ended, or has another
/// kind of answer. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_remaining(call: *mut verigator_call) -> i64 {
    boundary::read(-1, || {
        let left = handle::get(call)?.take_answer::<RecoveryCodesLeft>();
        Ok(left.map_or(-1, |left| left.remaining.into()))
    })
}

/// Frees a call, its answer and its error. NULL does nothing.
///
/// One that is under way is cancelled, and does not come out of its queue any more; nothing is waited
/// for. VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_call_free(call: *mut verigator_call) -> verigator_status {
    boundary::call(|| {
        if let Some(call) = handle::take(call)? {
            call.forget();
        }
        Ok(())
    })
}
