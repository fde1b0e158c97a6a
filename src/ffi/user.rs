//! Users and lists of users.

use std::ffi::{CString, c_char};
use std::ptr;

use super::boundary;
use super::ctx::{client, verigator_ctx};
use super::handle::{self, Kind};
use super::output::Output;
use super::status::verigator_status;
use super::text;
use crate::error::{Error, Result};
use crate::model::{User, UserList};
use crate::operation::Operation;
use crate::table::Table;

/// A user of a service.
///
/// verigator_user_create, verigator_user_get and verigator_user_find make it, verigator_user_free ends it. It does not
/// change, and any thread may read it.
pub struct verigator_user {
    _opaque: [u8; 0],
}

/// The users of one service, or a page of them.
///
/// verigator_user_list and verigator_user_page make it; verigator_users_count says how many there are, and
/// verigator_users_id and its kin read each by its index; verigator_users_free ends it. It does not
/// change, and any thread may read it.
pub struct verigator_users {
    _opaque: [u8; 0],
}

pub(super) struct UserText {
    id: CString,
    ctime: CString,
    id_in_service: CString,
}

pub(super) struct UserListText {
    users: Vec<UserText>,
    total: u64,
    next_cursor: Option<CString>,
}

static USERS: Table<UserText> = Table::new();
static USER_LISTS: Table<UserListText> = Table::new();

impl Kind for verigator_user {
    type Value = UserText;

    fn table() -> &'static Table<UserText> {
        &USERS
    }
}

impl Kind for verigator_users {
    type Value = UserListText;

    fn table() -> &'static Table<UserListText> {
        &USER_LISTS
    }
}

impl From<User> for UserText {
    fn from(user: User) -> Self {
        Self {
            id: text::output(user.id),
            ctime: text::output(user.ctime),
            id_in_service: text::output(user.id_in_service),
        }
    }
}

impl From<UserList> for UserListText {
    fn from(list: UserList) -> Self {
        Self {
            users: list.users.into_iter().map(UserText::from).collect(),
            total: list.total,
            next_cursor: list.next_cursor.map(text::output),
        }
    }
}

fn read(user: *const verigator_user, field: impl FnOnce(&UserText) -> &CString) -> *const c_char {
    boundary::read(ptr::null(), || Ok(field(&*handle::get(user)?).as_ptr()))
}

fn read_at(
    users: *const verigator_users,
    index: usize,
    field: impl FnOnce(&UserText) -> &CString,
) -> *const c_char {
    boundary::read(ptr::null(), || {
        let list = handle::get(users)?;
        let user = list
            .users
            .get(index)
            .ok_or_else(|| Error::invalid_argument("no such index"))?;
        Ok(field(user).as_ptr())
    })
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn create(
    service_id: *const c_char,
    phone_number: *const c_char,
    id_in_service: *const c_char,
) -> Result<Operation<User>> {
    // SAFETY: as the caller promises.
    let (service_id, phone_number, id_in_service) = unsafe {
        (
            text::input("service_id", service_id)?,
            text::input("phone_number", phone_number)?,
            text::input("id_in_service", id_in_service)?,
        )
    };
    Operation::create_user(service_id, phone_number, id_in_service)
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn get(
    service_id: *const c_char,
    user_id: *const c_char,
) -> Result<Operation<User>> {
    // SAFETY: as the caller promises.
    let (service_id, user_id) = unsafe { ids(service_id, user_id) }?;
    Operation::user(service_id, user_id)
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn find(
    service_id: *const c_char,
    id_in_service: *const c_char,
) -> Result<Operation<User>> {
    // SAFETY: as the caller promises.
    let (service_id, id_in_service) = unsafe {
        (
            text::input("service_id", service_id)?,
            text::input("id_in_service", id_in_service)?,
        )
    };
    Operation::find_user(service_id, id_in_service)
}

/// # Safety
///
/// The string is NUL-terminated.
pub(super) unsafe fn list(service_id: *const c_char) -> Result<Operation<UserList>> {
    // SAFETY: as the caller promises.
    Operation::users(unsafe { text::input("service_id", service_id) }?)
}

/// # Safety
///
/// `service_id` is NUL-terminated, `cursor` is NULL or NUL-terminated.
pub(super) unsafe fn page(
    service_id: *const c_char,
    limit: i64,
    cursor: *const c_char,
) -> Result<Operation<UserList>> {
    // SAFETY: as the caller promises.
    let (service_id, cursor) = unsafe {
        (
            text::input("service_id", service_id)?,
            text::optional_input("cursor", cursor)?,
        )
    };
    Operation::page_users(service_id, limit, cursor)
}

/// # Safety
///
/// The strings are NUL-terminated.
pub(super) unsafe fn unlock(
    service_id: *const c_char,
    user_id: *const c_char,
) -> Result<Operation<()>> {
    // SAFETY: as the caller promises.
    let (service_id, user_id) = unsafe { ids(service_id, user_id) }?;
    Operation::unlock_user(service_id, user_id)
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
    Operation::delete_user(service_id, user_id)
}

/// Reads what names a user.
///
/// # Safety
///
/// The strings are NUL-terminated as long as what is returned is used.
pub(super) unsafe fn ids<'a>(
    service_id: *const c_char,
    user_id: *const c_char,
) -> Result<(&'a str, &'a str)> {
    // SAFETY: as the caller promises.
    unsafe {
        Ok((
            text::input("service_id", service_id)?,
            text::input("user_id", user_id)?,
        ))
    }
}

/// Registers a user (POST /v1/service/service/{sid}/users).
///
/// `service_id` is 1 to 1024 bytes; `phone_number` has its country prefix (E.164, such as
/// "+3725555555"); `id_in_service` is the caller's own name for the user, such as an e-mail address;
/// both at most 4096 bytes. `*out_user` (may be NULL) is for verigator_user_free.
/// VERIGATOR_CONFLICT: the user exists already; VERIGATOR_INVALID_DATA: a value is not acceptable.
/// Not repeated if it may have arrived. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_user` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_user_create(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    phone_number: *const c_char,
    id_in_service: *const c_char,
    out_user: *mut *mut verigator_user,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_user) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let user = client.run(unsafe { create(service_id, phone_number, id_in_service) }?)?;
        out.write_answer(UserText::from(user))
    })
}

/// Reads a user (GET /v1/service/service/{sid}/users/{uid}).
///
/// The ids are 1 to 1024 bytes. `*out_user` (may be NULL) is for verigator_user_free.
/// VERIGATOR_NOT_FOUND, VERIGATOR_FORBIDDEN: no such service or user, or another account's. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_user` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_user_get(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
    out_user: *mut *mut verigator_user,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_user) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let user = client.run(unsafe { get(service_id, user_id) }?)?;
        out.write_answer(UserText::from(user))
    })
}

/// Finds a user by what the service calls it (GET /v1/service/service/{sid}/users?id_in_service={id}).
///
/// `service_id` is 1 to 1024 bytes; `id_in_service` is 1 to 4096, and is compared as verigator_user_create compares
/// it. `*out_user` (may be NULL) is for verigator_user_free.
///
/// verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
/// VERIGATOR_NOT_FOUND: no such service, or it has no user of that name. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated; `out_user` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_user_find(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    id_in_service: *const c_char,
    out_user: *mut *mut verigator_user,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_user) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let user = client.run(unsafe { find(service_id, id_in_service) }?)?;
        out.write_answer(UserText::from(user))
    })
}

/// Lists the users of a service (GET /v1/service/service/{sid}/users).
///
/// `service_id` is 1 to 1024 bytes. `*out_users` (may be NULL) is for verigator_users_free. Since 1.0.
///
/// # Safety
///
/// The string is NUL-terminated; `out_users` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_user_list(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    out_users: *mut *mut verigator_users,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_users) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let list = client.run(unsafe { list(service_id) }?)?;
        out.write_answer(UserListText::from(list))
    })
}

/// Lists the users of a service by the page (GET /v1/service/service/{sid}/users).
///
/// `service_id` is 1 to 1024 bytes. `limit` is the most users of the page, 1 to 1000. `cursor` is NULL for the
/// first page, and then what verigator_users_next_cursor returns of the page before; at most 4096 bytes.
/// `*out_users` (may be NULL) is for verigator_users_free. The hosted service has no pages, and answers with
/// all users: a last page. Since 1.0.
///
/// # Safety
///
/// `service_id` is NUL-terminated, `cursor` is NULL or NUL-terminated; `out_users` is NULL or valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_user_page(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    limit: i64,
    cursor: *const c_char,
    out_users: *mut *mut verigator_users,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_users) };
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        let answer = client.run(unsafe { page(service_id, limit, cursor) }?)?;
        out.write_answer(UserListText::from(answer))
    })
}

/// Lets a user log in again who is locked after too many wrong tokens (POST /v1/service/service/{sid}/users/{uid}/unlock).
///
/// The ids are 1 to 1024 bytes. A user who is not locked stays so.
///
/// verigator-server has this call; the hosted service has not (VERIGATOR_NOT_SUPPORTED).
/// VERIGATOR_NOT_FOUND: no such service or user. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_user_unlock(
    ctx: *const verigator_ctx,
    service_id: *const c_char,
    user_id: *const c_char,
) -> verigator_status {
    boundary::call(|| {
        let client = client(ctx)?;
        // SAFETY: as the caller promises.
        client.run(unsafe { unlock(service_id, user_id) }?)
    })
}

/// Deletes a user (DELETE /v1/service/service/{sid}/users/{uid}).
///
/// The ids are 1 to 1024 bytes. VERIGATOR_NOT_FOUND also when a first attempt, whose answer was
/// lost, deleted the user. Since 1.0.
///
/// # Safety
///
/// The strings are NUL-terminated.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_user_delete(
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

/// Frees a user and its strings. NULL does nothing.
///
/// VERIGATOR_INVALID_HANDLE for one that was freed before. The user stays registered: see
/// verigator_user_delete. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_user_free(user: *mut verigator_user) -> verigator_status {
    boundary::call(|| handle::free(user))
}

/// Returns the user's id at Verigator, for the other calls; NULL if `user` is not a live handle.
///
/// The string is the user's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_user_id(user: *const verigator_user) -> *const c_char {
    read(user, |user| &user.id)
}

/// Returns when the user was registered, an RFC 3339 timestamp; NULL if `user` is not a live handle.
///
/// The string is the user's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_user_ctime(user: *const verigator_user) -> *const c_char {
    read(user, |user| &user.ctime)
}

/// Returns the caller's own name for the user; NULL if `user` is not a live handle.
///
/// The string is the user's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_user_id_in_service(user: *const verigator_user) -> *const c_char {
    read(user, |user| &user.id_in_service)
}

/// Frees a list of users and its strings. NULL does nothing.
///
/// VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_users_free(users: *mut verigator_users) -> verigator_status {
    boundary::call(|| handle::free(users))
}

/// Returns how many users are in the list; 0 if `users` is not a live handle.
///
/// Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_users_count(users: *const verigator_users) -> usize {
    boundary::read(0, || Ok(handle::get(users)?.users.len()))
}

/// Returns how many users the service has, as it says; 0 if `users` is not a live handle.
///
/// It is verigator_users_count unless the service sent only some of them. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_users_total(users: *const verigator_users) -> u64 {
    boundary::read(0, || Ok(handle::get(users)?.total))
}

/// Returns the id of the user at `index`, counted from 0; NULL if there is none.
///
/// The string is the list's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_users_id(users: *const verigator_users, index: usize) -> *const c_char {
    read_at(users, index, |user| &user.id)
}

/// Returns when the user at `index` was registered, an RFC 3339 timestamp; NULL if there is none.
///
/// The string is the list's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_users_ctime(
    users: *const verigator_users,
    index: usize,
) -> *const c_char {
    read_at(users, index, |user| &user.ctime)
}

/// Returns the caller's own name for the user at `index`; NULL if there is none.
///
/// The string is the list's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_users_id_in_service(
    users: *const verigator_users,
    index: usize,
) -> *const c_char {
    read_at(users, index, |user| &user.id_in_service)
}

/// Returns the cursor of the next page, for verigator_user_page; NULL if this is the last one.
///
/// NULL also if `users` is not a live handle. The string is the list's. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_users_next_cursor(users: *const verigator_users) -> *const c_char {
    boundary::read(ptr::null(), || {
        Ok(text::address(handle::get(users)?.next_cursor.as_ref()))
    })
}
