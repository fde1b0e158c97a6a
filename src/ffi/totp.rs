//! Authenticator apps: enrolled, confirmed, removed.

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
use crate::error::Result;
use crate::model::{Confirmation, Enrolment, EnrolmentLink, TotpState};
use crate::operation::Operation;
use crate::table::Table;

/// What an authenticator app is enrolled with.
///
/// verigator_totp_begin makes it; verigator_enrolment_uri or verigator_enrolment_qr_svg is for the app;
/// verigator_enrolment_free ends it, and wipes it. All of its strings are the secret in some form: they are
/// shown to their user once, and not logged. It does not change, and any thread may read it.
pub struct verigator_enrolment {
    _opaque: [u8; 0],
}

/// A link by which a user sets an authenticator app up.
///
/// verigator_totp_link_create makes it; verigator_enrolment_link_url is for the user; verigator_enrolment_link_free
/// ends it, and wipes it. The link itself works on. Whoever opens it sets an app up, so that it is given to its user
/// alone, and not logged. It does not change, and any thread may read it.
pub struct verigator_enrolment_link {
    _opaque: [u8; 0],
}

/// How far the enrolment of a user's authenticator app has come.
///
/// verigator_totp_get makes it, verigator_totp_state_free ends it. It does not change, and any thread may
/// read it.
pub struct verigator_totp_state {
    _opaque: [u8; 0],
}

/// The strings are wiped when they are freed, as everything of the library's is.
pub(super) struct EnrolmentText {
    secret: CString,
    uri: CString,
    qr_svg: CString,
    replaced: bool,
}

/// The same of a link.
pub(super) struct LinkText {
    url: CString,
    expires_at: CString,
    replaced: bool,
}

static ENROLMENTS: Table<EnrolmentText> = Table::new();
static LINKS: Table<LinkText> = Table::new();
static STATES: Table<TotpState> = Table::new();

impl Kind for verigator_enrolment {
    type Value = EnrolmentText;

    fn table() -> &'static Table<EnrolmentText> {
        &ENROLMENTS
    }
}

impl Kind for verigator_enrolment_link {
    type Value = LinkText;

    fn table() -> &'static Table<LinkText> {
        &LINKS
    }
}

impl Kind for verigator_totp_state {
    type Value = TotpState;

    fn table() -> &'static Table<TotpState> {
        &STATES
    }
}

impl From<Enrolment> for EnrolmentText {
    fn from(enrolment: Enrolment) -> Self {
        Self {
            secret: text::output(enrolment.secret.as_str()),
            uri: text::output(enrolment.uri.as_str()),
            qr_svg: text::output(enrolment.qr_svg.as_str()),
            replaced: enrolment.replaced,
        }
    }
}

impl From<EnrolmentLink> for LinkText {
    fn from(link: EnrolmentLink) -> Self {
        Self {
            url: text::output(link.url.as_str()),
            expires_at: text::output(link.expires_at.as_str()),
            replaced: link.replaced,
        }
    }
}

fn read(
    enrolment: *const verigator_enrolment,
    field: impl FnOnce(&EnrolmentText) -> &CString,
) -> *const c_char {
    boundary::read(
        ptr::null(),
        || Ok(field(&*handle::get(enrolment)?).as_ptr()),
    )
}

fn read_link(
    link: *const verigator_enrolment_link,
    field: impl FnOnce(&LinkText) -> &CString,
) -> *const c_char {
    boundary::read(ptr::null(), || Ok(field(&*handle::get(link)?).as_ptr()))
}

fn read_state(state: *const verigator_totp_state, field: impl FnOnce(&TotpState) -> bool) -> i32 {
    boundary::read(0, || Ok(truth::output(field(&*handle::get(state)?))))
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn begin(
    service_id: *const c_char,
    user_id: *const c_char,
) -> Result<Operation<Enrolment>> {
    // SAFETY: as the caller promises.
    let (service_id, user_id) = unsafe { ids(service_id, user_id) }?;
    Operation::begin_totp(service_id, user_id)
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn create_link(
    service_id: *const c_char,
    user_id: *const c_char,
    lifetime_seconds: i64,
) -> Result<Operation<EnrolmentLink>> {
    // SAFETY: as the caller promises.
    let (service_id, user_id) = unsafe { ids(service_id, user_id) }?;
    Operation::create_totp_link(service_id, user_id, lifetime_seconds)
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn confirm(
    service_id: *const c_char,
    user_id: *const c_char,
    token: *const c_char,
) -> Result<Operation<Confirmation>> {
    // SAFETY: as the caller promises.
    let (service_id, user_id) = unsafe { ids(service_id, user_id) }?;
    // SAFETY: as the caller promises.
    Operation::confirm_totp(service_id, user_id, unsafe { text::input("token", token) }?)
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn get(
    service_id: *const c_char,
    user_id: *const c_char,
) -> Result<Operation<TotpState>> {
    // SAFETY: as the caller promises.
    let (service_id, user_id) = unsafe { ids(service_id, user_id) }?;
    Operation::totp(service_id, user_id)
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn delete(
    service_id: *const c_char,
    user_id: *const c_char,
) -> Result<Operation<()>> {
    // SAFETY: as the caller promises.
    let (service_id, user_id) = unsafe { ids(service_id, user_id) }?;
    Operation::delete_totp(service_id, user_id)
}

/// Begins the enrolment of an authenticator app (POST /v1/service/service/{sid}/users/{uid}/totp).
///
/// The ids are 1 to 1024 bytes. `*out_enrolment` (may be NULL) is for verigator_enrolment_free. The user's
/// app takes it, and verigator_totp_confirm the app's first token; until then logins are as they were.
/// An enrolment that was begun before and not confirmed ends, so it is never sent twice.
///
/// verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
/// VERIGATOR_NOT_FOUND: no such service or user. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_enrolment` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_totp_begin(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_enrolment: *mut *mut verigator_enrolment,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_enrolment) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let answer = client.run(unsafe { begin(service_id, user_id) }?)?;
        out.write_answer(EnrolmentText::from(answer))
    })
}

/// Makes a link by which the user sets an authenticator app up (POST /v1/service/service/{sid}/users/{uid}/totp/link).
///
/// The ids are 1 to 1024 bytes; the link is good for `lifetime_seconds`, 60 to 604800 (a week), and once. `*out_link`
/// (may be NULL) is for verigator_enrolment_link_free. The user opens its URL in a browser, scans the QR code there
/// and types the app's first token; until then logins are as they were. A link that was made before ends, and so does
/// an enrolment that was begun and not confirmed, so it is never sent twice.
///
/// verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
/// VERIGATOR_NOT_FOUND: no such service or user; VERIGATOR_CONFLICT: the server does not know by which address users
/// reach it. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_link` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_totp_link_create(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    lifetime_seconds: i64,
    out_link: *mut *mut verigator_enrolment_link,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_link) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let operation = unsafe { create_link(service_id, user_id, lifetime_seconds) }?;
        out.write_answer(LinkText::from(client.run(operation)?))
    })
}

/// Confirms an enrolment by a token of the app (PUT /v1/service/service/{sid}/users/{uid}/totp).
///
/// The ids are 1 to 1024 bytes, `token` is 1 to 64 printable ASCII characters. VERIGATOR_OK means that the
/// enrolment is confirmed, and that logins use the app from now on; nothing else does.
/// VERIGATOR_INVALID_DATA: the token is not right, and verigator_error_service_message says what to do. It
/// is never sent twice.
///
/// verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
/// VERIGATOR_NOT_FOUND: no such service or user, or no enrolment was begun; VERIGATOR_CONFLICT: it was
/// confirmed already. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_totp_confirm(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    token: *const c_char,
) -> verigator_status {
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        client
            .run(unsafe { confirm(service_id, user_id, token) }?)
            .map(|Confirmation| ())
    })
}

/// Reads how far an enrolment has come (GET /v1/service/service/{sid}/users/{uid}/totp).
///
/// The ids are 1 to 1024 bytes. `*out_state` (may be NULL) is for verigator_totp_state_free.
///
/// verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
/// VERIGATOR_NOT_FOUND: no such service or user. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_state` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_totp_get(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_state: *mut *mut verigator_totp_state,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_state) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let answer = client.run(unsafe { get(service_id, user_id) }?)?;
        out.write_answer(answer)
    })
}

/// Removes the enrolment of a user's authenticator app, confirmed or not (DELETE /v1/service/service/{sid}/users/{uid}/totp).
///
/// The ids are 1 to 1024 bytes. VERIGATOR_NOT_FOUND also when a first attempt, whose answer was lost,
/// removed it.
///
/// verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED). Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_totp_delete(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
) -> verigator_status {
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        client.run(unsafe { delete(service_id, user_id) }?)
    })
}

/// Frees an enrolment and wipes its strings. NULL does nothing.
///
/// VERIGATOR_INVALID_HANDLE for one that was freed before. The user stays enrolled: see
/// verigator_totp_delete. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_enrolment_free(
    enrolment: *mut verigator_enrolment,
) -> verigator_status {
    boundary::call(|| handle::free(enrolment))
}

/// Returns the secret in base32 (RFC 4648 section 6), for who cannot scan; NULL if `enrolment` is not a live handle.
///
/// The string is the enrolment's, and a secret. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_enrolment_secret(
    enrolment: *const verigator_enrolment,
) -> *const c_char {
    read(enrolment, |enrolment| &enrolment.secret)
}

/// Returns the same as a URI for the app, which begins with "otpauth://"; NULL if `enrolment` is not a live handle.
///
/// The string is the enrolment's, and a secret. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_enrolment_uri(enrolment: *const verigator_enrolment) -> *const c_char {
    read(enrolment, |enrolment| &enrolment.uri)
}

/// Returns that URI as a QR code, an SVG image; NULL if `enrolment` is not a live handle.
///
/// The string is the enrolment's, and a secret. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_enrolment_qr_svg(
    enrolment: *const verigator_enrolment,
) -> *const c_char {
    read(enrolment, |enrolment| &enrolment.qr_svg)
}

/// Returns whether an enrolment that was begun before and not confirmed has ended by this one: 1 or 0.
///
/// 0 also if `enrolment` is not a live handle. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_enrolment_replaced(enrolment: *const verigator_enrolment) -> i32 {
    boundary::read(0, || Ok(truth::output(handle::get(enrolment)?.replaced)))
}

/// Frees a link and wipes its URL. NULL does nothing.
///
/// VERIGATOR_INVALID_HANDLE for one that was freed before. The link works on: verigator_totp_delete ends it, or a
/// new one. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_enrolment_link_free(
    link: *mut verigator_enrolment_link,
) -> verigator_status {
    boundary::call(|| handle::free(link))
}

/// Returns the URL that the user opens, https (http at a server for development); NULL if `link` is not a live handle.
///
/// The string is the link's, and a secret. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_enrolment_link_url(
    link: *const verigator_enrolment_link,
) -> *const c_char {
    read_link(link, |link| &link.url)
}

/// Returns when the link ends, as the server says it (RFC 3339); NULL if `link` is not a live handle.
///
/// The string is the link's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_enrolment_link_expires_at(
    link: *const verigator_enrolment_link,
) -> *const c_char {
    read_link(link, |link| &link.expires_at)
}

/// Returns whether the link ended another one that was good, or an enrolment that was not confirmed: 1 or 0.
///
/// 0 also if `link` is not a live handle. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_enrolment_link_replaced(link: *const verigator_enrolment_link) -> i32 {
    boundary::read(0, || Ok(truth::output(handle::get(link)?.replaced)))
}

/// Frees the state of an enrolment. NULL does nothing.
///
/// VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_totp_state_free(state: *mut verigator_totp_state) -> verigator_status {
    boundary::call(|| handle::free(state))
}

/// Returns whether an app is confirmed, so that logins use it: 1 or 0.
///
/// 0 also if `state` is not a live handle. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_totp_state_confirmed(state: *const verigator_totp_state) -> i32 {
    read_state(state, |state| state.confirmed)
}

/// Returns whether an enrolment was begun that waits for its first token: 1 or 0.
///
/// 0 also if `state` is not a live handle. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_totp_state_pending(state: *const verigator_totp_state) -> i32 {
    read_state(state, |state| state.pending)
}
