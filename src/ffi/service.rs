//! Services and pages of services.

use std::ffi::{CString, c_char};
use std::ptr;

use super::boundary;
use super::ctx::{client, verigator_ctx};
use super::handle::{self, Kind};
use super::output::Output;
use super::status::verigator_status;
use super::text;
use crate::error::{Error, Result};
use crate::model::{Service, ServiceList};
use crate::operation::Operation;
use crate::table::Table;

/// A registered service: what its users log in to.
///
/// verigator_service_create, verigator_service_get and verigator_service_find make it,
/// verigator_service_free ends it. It does not change, and any thread may read it.
pub struct verigator_service {
    _opaque: [u8; 0],
}

/// A page of the services of an account.
///
/// verigator_service_page makes it; verigator_services_count says how many there are, and
/// verigator_services_id and its kin read each by its index; verigator_services_free ends it. It does not
/// change, and any thread may read it.
pub struct verigator_services {
    _opaque: [u8; 0],
}

pub(super) struct ServiceText {
    id: CString,
    name: CString,
    ctime: CString,
}

pub(super) struct ServiceListText {
    services: Vec<ServiceText>,
    total: u64,
    next_cursor: Option<CString>,
}

static SERVICES: Table<ServiceText> = Table::new();
static SERVICE_LISTS: Table<ServiceListText> = Table::new();

impl Kind for verigator_service {
    type Value = ServiceText;

    fn table() -> &'static Table<ServiceText> {
        &SERVICES
    }
}

impl Kind for verigator_services {
    type Value = ServiceListText;

    fn table() -> &'static Table<ServiceListText> {
        &SERVICE_LISTS
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

impl From<ServiceList> for ServiceListText {
    fn from(list: ServiceList) -> Self {
        Self {
            services: list.services.into_iter().map(ServiceText::from).collect(),
            total: list.total,
            next_cursor: list.next_cursor.map(text::output),
        }
    }
}

fn read_at(
    services: *const verigator_services,
    index: usize,
    field: impl FnOnce(&ServiceText) -> &CString,
) -> *const c_char {
    boundary::read(ptr::null(), || {
        let list = handle::get(services)?;
        let service = list
            .services
            .get(index)
            .ok_or_else(|| Error::invalid_argument("no such index"))?;
        Ok(field(service).as_ptr())
    })
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

/// # Safety
///
/// The string is NUL-terminated.
pub(super) unsafe fn find(fqdn: *const c_char) -> Result<Operation<Service>> {
    // SAFETY: as the caller promises.
    Operation::find_service(unsafe { text::input("fqdn", fqdn) }?)
}

/// # Safety
///
/// `cursor` is NULL or NUL-terminated.
pub(super) unsafe fn page(limit: i64, cursor: *const c_char) -> Result<Operation<ServiceList>> {
    // SAFETY: as the caller promises.
    Operation::page_services(limit, unsafe { text::optional_input("cursor", cursor) }?)
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

/// Finds a service of the account by its host name (GET /v1/service/service?fqdn={fqdn}).
///
/// `fqdn` is 1 to 4096 bytes, and is compared as verigator_service_create compares it. `*out_service` (may be
/// NULL) is for verigator_service_free.
///
/// verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
/// VERIGATOR_NOT_FOUND: the account has no service of that name. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated; `out_service` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_service_find(
    ctx: *const verigator_ctx,
    fqdn: *const c_char,
    out_service: *mut *mut verigator_service,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_service) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let answer = client.run(unsafe { find(fqdn) }?)?;
        out.write_answer(ServiceText::from(answer))
    })
}

/// Lists the services of the account by the page (GET /v1/service/service).
///
/// `limit` is the most services of the page, 1 to 1000. `cursor` is NULL for the first page, and then what
/// verigator_services_next_cursor returns of the page before; at most 4096 bytes. `*out_services` (may be
/// NULL) is for verigator_services_free.
///
/// verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED). Since 1.0.
///
/// # Safety
///
/// `cursor` is NULL or NUL-terminated; `out_services` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_service_page(
    ctx: *const verigator_ctx,
    limit: i64,
    cursor: *const c_char,
    out_services: *mut *mut verigator_services,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_services) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let answer = client.run(unsafe { page(limit, cursor) }?)?;
        out.write_answer(ServiceListText::from(answer))
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

/// Frees a list of services and its strings. NULL does nothing.
///
/// VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_services_free(services: *mut verigator_services) -> verigator_status {
    boundary::call(|| handle::free(services))
}

/// Returns how many services are in the list; 0 if `services` is not a live handle.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_services_count(services: *const verigator_services) -> usize {
    boundary::read(0, || Ok(handle::get(services)?.services.len()))
}

/// Returns how many services the account has, as the server says; 0 if `services` is not a live handle.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_services_total(services: *const verigator_services) -> u64 {
    boundary::read(0, || Ok(handle::get(services)?.total))
}

/// Returns the id of the service at `index`, counted from 0; NULL if there is none.
///
/// The string is the list's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_services_id(
    services: *const verigator_services,
    index: usize,
) -> *const c_char {
    read_at(services, index, |service| &service.id)
}

/// Returns the name of the service at `index`; NULL if there is none.
///
/// The string is the list's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_services_name(
    services: *const verigator_services,
    index: usize,
) -> *const c_char {
    read_at(services, index, |service| &service.name)
}

/// Returns when the service at `index` was made, an RFC 3339 timestamp; NULL if there is none.
///
/// The string is the list's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_services_ctime(
    services: *const verigator_services,
    index: usize,
) -> *const c_char {
    read_at(services, index, |service| &service.ctime)
}

/// Returns the cursor of the next page, for verigator_service_page; NULL if this is the last one.
///
/// NULL also if `services` is not a live handle. The string is the list's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_services_next_cursor(
    services: *const verigator_services,
) -> *const c_char {
    boundary::read(ptr::null(), || {
        Ok(text::address(handle::get(services)?.next_cursor.as_ref()))
    })
}
