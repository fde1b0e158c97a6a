//! Authentications: started, then checked.

use std::ffi::{CString, c_char};
use std::ptr;

use super::boundary;
use super::ctx::{client, verigator_ctx};
use super::handle::{self, Kind};
use super::output::Output;
use super::status::verigator_status;
use super::text;
use super::truth;
use super::user::ids;
use crate::error::{Error, Result};
use crate::model::{Challenge, Method, Verification};
use crate::operation::Operation;
use crate::table::Table;

/// A way to prove a login: one of VERIGATOR_METHOD_*.
pub type verigator_method = i32;

/// A PIN in a text message.
pub const VERIGATOR_METHOD_SMS: verigator_method = 1;
/// A code from an authenticator app (RFC 6238).
pub const VERIGATOR_METHOD_TOTP: verigator_method = 2;
/// One of the user's recovery codes. A verification may have had it; none can be started with it.
/// Since 1.0.
pub const VERIGATOR_METHOD_RECOVERY_CODE: verigator_method = 3;

/// A started authentication that waits for its token.
///
/// verigator_auth_start makes it (or verigator_challenge_new, from what was stored),
/// verigator_auth_check uses it, verigator_challenge_free ends it. It does not change, and any
/// thread may read it.
pub struct verigator_challenge {
    _opaque: [u8; 0],
}

/// What the service says of a token.
///
/// verigator_auth_check and verigator_auth_check_token make it, verigator_verification_verified says yes
/// or no, verigator_verification_free ends it. It does not change, and any thread may read it.
pub struct verigator_verification {
    _opaque: [u8; 0],
}

pub(super) struct StartedChallenge {
    challenge: Challenge,
    auth_id: Option<CString>,
}

pub(super) struct Answer {
    verification: Verification,
    result: Option<CString>,
}

static CHALLENGES: Table<StartedChallenge> = Table::new();
static ANSWERS: Table<Answer> = Table::new();

impl Kind for verigator_challenge {
    type Value = StartedChallenge;

    fn table() -> &'static Table<StartedChallenge> {
        &CHALLENGES
    }
}

impl Kind for verigator_verification {
    type Value = Answer;

    fn table() -> &'static Table<Answer> {
        &ANSWERS
    }
}

impl From<Challenge> for StartedChallenge {
    fn from(challenge: Challenge) -> Self {
        Self {
            auth_id: challenge.auth_id.as_deref().map(text::output),
            challenge,
        }
    }
}

impl From<Verification> for Answer {
    fn from(verification: Verification) -> Self {
        Self {
            result: verification.result.as_deref().map(text::output),
            verification,
        }
    }
}

fn method_in(method: verigator_method) -> Result<Method> {
    match method {
        VERIGATOR_METHOD_SMS => Ok(Method::Sms),
        VERIGATOR_METHOD_TOTP => Ok(Method::Totp),
        _ => Err(Error::invalid_argument(format!(
            "method is {method}; pass VERIGATOR_METHOD_SMS (1) or VERIGATOR_METHOD_TOTP (2)"
        ))),
    }
}

fn method_out(method: Method) -> verigator_method {
    match method {
        Method::Sms => VERIGATOR_METHOD_SMS,
        Method::Totp => VERIGATOR_METHOD_TOTP,
        Method::RecoveryCode => VERIGATOR_METHOD_RECOVERY_CODE,
    }
}

fn read<T>(
    verification: *const verigator_verification,
    otherwise: T,
    field: impl FnOnce(&Answer) -> T,
) -> T {
    boundary::read(otherwise, || Ok(field(&*handle::get(verification)?)))
}

/// Starts an authentication (POST /v1/service/service/{sid}/users/{uid}/auth).
///
/// The ids are 1 to 1024 bytes. `method` is VERIGATOR_METHOD_TOTP to prefer the authenticator app
/// (a user who has none set up is sent an SMS instead) or VERIGATOR_METHOD_SMS. `*out_method` (may
/// be NULL) is the method that is really used.
///
/// It is never sent twice, since that would send a second message: after VERIGATOR_TIMEOUT or
/// VERIGATOR_DISCONNECTED see verigator_error_maybe_sent. VERIGATOR_NOT_FOUND: no such service or
/// user; VERIGATOR_CONFLICT: an authentication cannot start now. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_method` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_auth_initiate(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    method: verigator_method,
    out_method: *mut verigator_method,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_method) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let challenge = client.run(unsafe { start(service_id, user_id, method) }?)?;
        out.write(method_out(challenge.method));
        Ok(())
    })
}

/// Starts an authentication like verigator_auth_initiate, and keeps all that the service says.
///
/// `*out_challenge` (may be NULL) is for verigator_auth_check and verigator_challenge_free. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_challenge` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_auth_start(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    method: verigator_method,
    out_challenge: *mut *mut verigator_challenge,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_challenge) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let challenge = client.run(unsafe { start(service_id, user_id, method) }?)?;
        out.write_answer(StartedChallenge::from(challenge))
    })
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn start(
    service_id: *const c_char,
    user_id: *const c_char,
    method: verigator_method,
) -> Result<Operation<Challenge>> {
    // SAFETY: as the caller promises.
    let (service_id, user_id) = unsafe { ids(service_id, user_id) }?;
    Operation::initiate(service_id, user_id, method_in(method)?)
}

/// Checks a token (PUT /v1/service/service/{sid}/users/{uid}/auth) and writes yes or no.
///
/// The ids are 1 to 1024 bytes, `token` is 1 to 64 printable ASCII characters: the PIN, the code or the
/// recovery code that the user typed. `*out_verified` (not NULL) is 1 or 0: 1 only when the service said
/// so, and 0 otherwise, whatever the status.
///
/// VERIGATOR_OK means that the service answered, not that the answer is yes. Any other status is a
/// no. It is never sent twice, since a token is good for one check. VERIGATOR_NOT_FOUND: no such
/// service, user or pending verification. See verigator_auth_check for a token of one
/// authentication only. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_verified` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_auth_verify(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    token: *const c_char,
    out_verified: *mut i32,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_verified) };
    boundary::call(|| {
        let out = out.require("out_verified")?;
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let verification = client.run(unsafe { check_token(service_id, user_id, token) }?)?;
        out.write(truth::output(verification.verified));
        Ok(())
    })
}

/// Checks a token of one authentication (PUT /v1/service/service/{sid}/users/{uid}/auth), and keeps
/// all that the service says.
///
/// The method and auth_id of `challenge` are sent along, so that a token of another one is not taken.
/// It must be live: VERIGATOR_INVALID_HANDLE for NULL, and nothing is sent. Otherwise as
/// verigator_auth_verify. `*out_verification` (not NULL) is for verigator_verification_free: read
/// the answer with verigator_verification_verified. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_verification` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_auth_check(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    challenge: *const verigator_challenge,
    token: *const c_char,
    out_verification: *mut *mut verigator_verification,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_verification) };
    boundary::call(|| {
        let out = out.require("out_verification")?;
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let verification = client.run(unsafe { check(service_id, user_id, challenge, token) }?)?;
        out.write_answer(Answer::from(verification))
    })
}

/// Checks a token of any authentication of the user, and keeps all that the service says.
///
/// It is the weaker check: `token` alone decides. For a program that does not have the challenge that
/// verigator_auth_start gave, nor its parts for verigator_challenge_new. Otherwise as
/// verigator_auth_check. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_verification` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_auth_check_token(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    token: *const c_char,
    out_verification: *mut *mut verigator_verification,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_verification) };
    boundary::call(|| {
        let out = out.require("out_verification")?;
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let verification = client.run(unsafe { check_token(service_id, user_id, token) }?)?;
        out.write_answer(Answer::from(verification))
    })
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn check(
    service_id: *const c_char,
    user_id: *const c_char,
    challenge: *const verigator_challenge,
    token: *const c_char,
) -> Result<Operation<Verification>> {
    let started = handle::get(challenge)?;
    // SAFETY: as the caller promises.
    let (service_id, user_id) = unsafe { ids(service_id, user_id) }?;
    // SAFETY: as the caller promises.
    let token = unsafe { text::input("token", token) }?;
    Operation::verify(service_id, user_id, Some(&started.challenge), token)
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn check_token(
    service_id: *const c_char,
    user_id: *const c_char,
    token: *const c_char,
) -> Result<Operation<Verification>> {
    // SAFETY: as the caller promises.
    let (service_id, user_id) = unsafe { ids(service_id, user_id) }?;
    // SAFETY: as the caller promises.
    Operation::verify(service_id, user_id, None, unsafe {
        text::input("token", token)
    }?)
}

/// Makes a challenge from its parts, as another process that started it may have stored them.
///
/// `auth_id` may be NULL. `*out_challenge` is for verigator_challenge_free. Nothing is sent. Since 1.0.
///
/// # Safety
///
/// `auth_id` is NULL or NUL-terminated; `out_challenge` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_challenge_new(
    method: verigator_method,
    auth_id: *const c_char,
    out_challenge: *mut *mut verigator_challenge,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_challenge) };
    boundary::call(|| {
        let out = out.require("out_challenge")?;
        // SAFETY: as the caller promises.
        let auth_id = unsafe { text::optional_input("auth_id", auth_id) }?;
        let challenge = Challenge::new(method_in(method)?, auth_id);
        out.write_handle(StartedChallenge::from(challenge))
    })
}

/// Frees a challenge and its strings. NULL does nothing.
///
/// VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_challenge_free(
    challenge: *mut verigator_challenge,
) -> verigator_status {
    boundary::call(|| handle::free(challenge))
}

/// Returns the method that is really used; 0 if `challenge` is not a live handle.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_challenge_method(
    challenge: *const verigator_challenge,
) -> verigator_method {
    boundary::read(0, || {
        Ok(method_out(handle::get(challenge)?.challenge.method))
    })
}

/// Returns the id of this authentication, or NULL if the service gave none.
///
/// The string is the challenge's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_challenge_auth_id(
    challenge: *const verigator_challenge,
) -> *const c_char {
    boundary::read(ptr::null(), || {
        Ok(text::address(handle::get(challenge)?.auth_id.as_ref()))
    })
}

/// Frees a verification and its strings. NULL does nothing.
///
/// VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_verification_free(
    verification: *mut verigator_verification,
) -> verigator_status {
    boundary::call(|| handle::free(verification))
}

/// Returns whether the token proves the login: 1 or 0. Only 1 is a yes.
///
/// 0 also if `verification` is not a live handle. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_verification_verified(
    verification: *const verigator_verification,
) -> i32 {
    read(verification, 0, |answer| {
        truth::output(answer.verification.verified)
    })
}

/// Returns the method that was checked, or 0 if the service does not say.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_verification_method(
    verification: *const verigator_verification,
) -> verigator_method {
    read(verification, 0, |answer| {
        answer.verification.method.map_or(0, method_out)
    })
}

/// Returns whether there were too many checks, so that the next one has to wait: 1 or 0.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_verification_throttled(
    verification: *const verigator_verification,
) -> i32 {
    read(verification, 0, |answer| {
        truth::output(answer.verification.throttled)
    })
}

/// Returns whether the token was too old: 1 or 0.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_verification_expired(
    verification: *const verigator_verification,
) -> i32 {
    read(verification, 0, |answer| {
        truth::output(answer.verification.expired)
    })
}

/// Returns whether the token was wrong: 1 or 0.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_verification_invalid(
    verification: *const verigator_verification,
) -> i32 {
    read(verification, 0, |answer| {
        truth::output(answer.verification.invalid)
    })
}

/// Returns the service's word for the outcome, such as "INVALID", or NULL if it gave none.
///
/// The string is the verification's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_verification_result(
    verification: *const verigator_verification,
) -> *const c_char {
    read(verification, ptr::null(), |answer| {
        text::address(answer.result.as_ref())
    })
}
