//! Services.

use std::ffi::{CString, c_char};
use std::ptr;

use super::boundary;
use super::ctx::{client, verigator_ctx};
use super::handle::{self, Kind};
use super::output::Output;
use super::status::verigator_status;
use super::text;
use crate::error::Result;
use crate::model::Service;
use crate::operation::Operation;
use crate::table::Table;

/// A registered service: what its users log in to.
///
/// verigator_service_create and verigator_service_get make it, verigator_service_free ends it. It
/// does not change, and any thread may read it.
pub struct verigator_service {
    _opaque: [u8; 0],
}

pub(super) struct ServiceText {
    id: CString,
    name: CString,
    ctime: CString,
}

static SERVICES: Table<ServiceText> = Table::new();

impl Kind for verigator_service {
    type Value = ServiceText;

    fn table() -> &'static Table<ServiceText> {
        &SERVICES
    }
}

impl From<Service> for ServiceText {
    fn from(service: Service) -> Self {
        Self {
            id: text::output(service.id),
            name: text::output(service.name),
            ctime: text::output(service.ctime),
        }
    }
}

fn read(
    service: *const verigator_service,
    field: impl FnOnce(&ServiceText) -> &CString,
) -> *const c_char {
    boundary::read(ptr::null(), || Ok(field(&*handle::get(service)?).as_ptr()))
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn create(
    fqdn: *const c_char,
    name: *const c_char,
) -> Result<Operation<Service>> {
    // SAFETY: as the caller promises.
    let (fqdn, name) = unsafe { (text::input("fqdn", fqdn)?, text::input("name", name)?) };
    Operation::create_service(fqdn, name)
}

/// # Safety
///
/// The string is NUL-terminated.
pub(super) unsafe fn get(service_id: *const c_char) -> Result<Operation<Service>> {
    // SAFETY: as the caller promises.
    Operation::service(unsafe { text::input("service_id", service_id) }?)
}

/// # Safety
///
/// The string is NUL-terminated.
pub(super) unsafe fn delete(service_id: *const c_char) -> Result<Operation<()>> {
    // SAFETY: as the caller promises.
    Operation::delete_service(unsafe { text::input("service_id", service_id) }?)
}

/// Creates a service (POST /v1/service/service).
///
/// `fqdn` is its host name and `name` what users see, each at most 4096 bytes. `*out_service` (may
/// be NULL) is for verigator_service_free. VERIGATOR_CONFLICT: it exists already;
/// VERIGATOR_INVALID_DATA: a value is not acceptable. Not repeated if it may have arrived. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_service` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_service_create(
    ctx: *const verigator_ctx,
    fqdn: *const c_char,
    name: *const c_char,
    out_service: *mut *mut verigator_service,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_service) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let service = client.run(unsafe { create(fqdn, name) }?)?;
        out.write_answer(ServiceText::from(service))
    })
}

/// Reads a service (GET /v1/service/service/{sid}).
///
/// `service_id` is 1 to 1024 bytes. `*out_service` (may be NULL) is for verigator_service_free.
/// VERIGATOR_NOT_FOUND, VERIGATOR_FORBIDDEN: no such service, or another account's. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated; `out_service` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_service_get(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    out_service: *mut *mut verigator_service,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_service) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let service = client.run(unsafe { get(service_id) }?)?;
        out.write_answer(ServiceText::from(service))
    })
}

/// Deletes a service and its users (DELETE /v1/service/service/{sid}).
///
/// `service_id` is 1 to 1024 bytes. VERIGATOR_NOT_FOUND also when a first attempt, whose answer was
/// lost, deleted it. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_service_delete(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
) -> verigator_status {
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        client.run(unsafe { delete(service_id) }?)
    })
}

/// Frees a service and its strings. NULL does nothing.
///
/// VERIGATOR_INVALID_HANDLE for one that was freed before. It stays registered at Verigator: see
/// verigator_service_delete. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_service_free(service: *mut verigator_service) -> verigator_status {
    boundary::call(|| handle::free(service))
}

/// Returns the service's id, for the other calls; NULL if `service` is not a live handle.
///
/// The string is the service's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_service_id(service: *const verigator_service) -> *const c_char {
    read(service, |service| &service.id)
}

/// Returns the service's name; NULL if `service` is not a live handle.
///
/// The string is the service's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_service_name(service: *const verigator_service) -> *const c_char {
    read(service, |service| &service.name)
}

/// Returns when the service was made, an RFC 3339 timestamp; NULL if `service` is not a live handle.
///
/// The string is the service's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_service_ctime(service: *const verigator_service) -> *const c_char {
    read(service, |service| &service.ctime)
}
