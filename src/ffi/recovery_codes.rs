//! Recovery codes: made, counted, removed.

use std::ffi::{CString, c_char};
use std::ptr;

use super::boundary;
use super::ctx::{client, verigator_ctx};
use super::handle::{self, Kind};
use super::output::Output;
use super::status::verigator_status;
use super::text;
use super::user::ids;
use crate::error::{Error, Result};
use crate::model::{RecoveryCodes, RecoveryCodesLeft};
use crate::operation::Operation;
use crate::table::Table;

/// A user's recovery codes, each a token for one verification.
///
/// verigator_recovery_codes_create makes it; verigator_recovery_codes_count says how many there are, and
/// verigator_recovery_codes_get reads each by its index; verigator_recovery_codes_free ends it, and wipes
/// it. They are shown to their user once, and not logged. It does not change, and any thread may read it.
pub struct verigator_recovery_codes {
    _opaque: [u8; 0],
}

/// The strings are wiped when they are freed, as everything of the library's is.
pub(super) struct CodesText(Vec<CString>);

static RECOVERY_CODES: Table<CodesText> = Table::new();

impl Kind for verigator_recovery_codes {
    type Value = CodesText;

    fn table() -> &'static Table<CodesText> {
        &RECOVERY_CODES
    }
}

impl From<RecoveryCodes> for CodesText {
    fn from(made: RecoveryCodes) -> Self {
        let texts = made.codes.iter().map(|code| text::output(code.as_str()));
        Self(texts.collect())
    }
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn create(
    service_id: *const c_char,
    user_id: *const c_char,
) -> Result<Operation<RecoveryCodes>> {
    // SAFETY: as the caller promises.
    let (service_id, user_id) = unsafe { ids(service_id, user_id) }?;
    Operation::create_recovery_codes(service_id, user_id)
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn remaining(
    service_id: *const c_char,
    user_id: *const c_char,
) -> Result<Operation<RecoveryCodesLeft>> {
    // SAFETY: as the caller promises.
    let (service_id, user_id) = unsafe { ids(service_id, user_id) }?;
    Operation::count_recovery_codes(service_id, user_id)
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
    Operation::delete_recovery_codes(service_id, user_id)
}

/// Makes recovery codes for a user (POST /v1/service/service/{sid}/users/{uid}/recovery_codes).
///
/// The ids are 1 to 1024 bytes. `*out_codes` (may be NULL) is for verigator_recovery_codes_free. Each code is
/// a token for one verigator_auth_check or verigator_auth_verify, whatever method was started. Those made
/// before are good for nothing any more, so it is never sent twice.
///
/// verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
/// VERIGATOR_NOT_FOUND: no such service or user. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_codes` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_recovery_codes_create(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_codes: *mut *mut verigator_recovery_codes,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_codes) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let answer = client.run(unsafe { create(service_id, user_id) }?)?;
        out.write_answer(CodesText::from(answer))
    })
}

/// Says how many recovery codes of a user are left (GET /v1/service/service/{sid}/users/{uid}/recovery_codes).
///
/// The ids are 1 to 1024 bytes. `*out_remaining` (not NULL) is 0 whenever the status is not VERIGATOR_OK.
///
/// verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
/// VERIGATOR_NOT_FOUND: no such service or user. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_remaining` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_recovery_codes_remaining(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_remaining: *mut i64,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_remaining) };
    boundary::call(|| {
        let out = out.require("out_remaining")?;
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let left = client.run(unsafe { remaining(service_id, user_id) }?)?;
        out.write(left.remaining.into());
        Ok(())
    })
}

/// Removes the recovery codes of a user (DELETE /v1/service/service/{sid}/users/{uid}/recovery_codes).
///
/// The ids are 1 to 1024 bytes. VERIGATOR_NOT_FOUND also when a first attempt, whose answer was lost,
/// removed them.
///
/// verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED). Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_recovery_codes_delete(
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

/// Frees a list of recovery codes and wipes its strings. NULL does nothing.
///
/// VERIGATOR_INVALID_HANDLE for one that was freed before. The codes stay good: see
/// verigator_recovery_codes_delete. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_recovery_codes_free(
    codes: *mut verigator_recovery_codes,
) -> verigator_status {
    boundary::call(|| handle::free(codes))
}

/// Returns how many codes are in the list; 0 if `codes` is not a live handle.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_recovery_codes_count(codes: *const verigator_recovery_codes) -> usize {
    boundary::read(0, || Ok(handle::get(codes)?.0.len()))
}

/// Returns the code at `index`, counted from 0; NULL if there is none.
///
/// The string is the list's, and a secret. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_recovery_codes_get(
    codes: *const verigator_recovery_codes,
    index: usize,
) -> *const c_char {
    boundary::read(ptr::null(), || {
        let codes = handle::get(codes)?;
        let code = codes
            .0
            .get(index)
            .ok_or_else(|| Error::invalid_argument("no such index"))?;
        Ok(code.as_ptr())
    })
}
