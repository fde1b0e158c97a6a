//! One context of the C API, as the soak uses it.

use std::ffi::{CStr, CString, c_char};
use std::ptr::null_mut;

use verigator::ffi::*;

/// A context that threads share.
pub struct Context(*mut verigator_ctx);

// SAFETY: the API lets any number of threads use one context.
unsafe impl Sync for Context {}

/// What a call gives, or its status.
pub type Outcome<T> = Result<T, verigator_status>;

impl Context {
    pub fn new(base_url: &str) -> Self {
        let (username, password, base_url) = (c"demo", c"demo-password", text(base_url));
        let (mut config, mut ctx) = (null_mut(), null_mut());
        // SAFETY: the strings are NUL-terminated, the outputs are variables.
        unsafe {
            let made = verigator_config_new(username.as_ptr(), password.as_ptr(), &mut config);
            outcome(made, || ()).unwrap();
            outcome(
                verigator_config_set_base_url(config, base_url.as_ptr()),
                || (),
            )
            .unwrap();
            outcome(verigator_ctx_new(config, &mut ctx), || ()).unwrap();
        }
        outcome(verigator_config_free(config), || ()).unwrap();
        Self(ctx)
    }

    pub fn create_service(&self, fqdn: &str) -> Outcome<String> {
        let (fqdn, mut service) = (text(fqdn), null_mut());
        // SAFETY: the strings are NUL-terminated, the output is a variable.
        let status = unsafe {
            verigator_service_create(self.0, fqdn.as_ptr(), c"Example".as_ptr(), &mut service)
        };
        outcome(status, || {
            let id = read(verigator_service_id(service));
            assert_eq!(verigator_service_free(service), VERIGATOR_OK);
            id
        })
    }

    pub fn create_user(&self, service: &str, phone: &str, name: &str) -> Outcome<String> {
        let (service, phone, name, mut user) = (text(service), text(phone), text(name), null_mut());
        // SAFETY: the strings are NUL-terminated, the output is a variable.
        let status = unsafe {
            verigator_user_create(
                self.0,
                service.as_ptr(),
                phone.as_ptr(),
                name.as_ptr(),
                &mut user,
            )
        };
        outcome(status, || {
            assert_eq!(
                read(verigator_user_id_in_service(user)),
                name.to_str().unwrap()
            );
            let id = read(verigator_user_id(user));
            assert_eq!(verigator_user_free(user), VERIGATOR_OK);
            id
        })
    }

    pub fn delete_user(&self, service: &str, user: &str) -> Outcome<()> {
        let (service, user) = (text(service), text(user));
        // SAFETY: the strings are NUL-terminated.
        let status = unsafe { verigator_user_delete(self.0, service.as_ptr(), user.as_ptr()) };
        outcome(status, || ())
    }

    pub fn initiate(&self, service: &str, user: &str) -> Outcome<()> {
        let (service, user, mut method) = (text(service), text(user), 0);
        // SAFETY: the strings are NUL-terminated, the output is a variable.
        let status = unsafe {
            verigator_auth_initiate(
                self.0,
                service.as_ptr(),
                user.as_ptr(),
                VERIGATOR_METHOD_TOTP,
                &mut method,
            )
        };
        outcome(status, || assert_eq!(method, VERIGATOR_METHOD_SMS))
    }

    pub fn verify(&self, service: &str, user: &str, token: &str) -> Outcome<bool> {
        let (service, user, token) = (text(service), text(user), text(token));
        let mut verified = 0;
        // SAFETY: the strings are NUL-terminated, the output is a variable.
        let status = unsafe {
            verigator_auth_verify(
                self.0,
                service.as_ptr(),
                user.as_ptr(),
                token.as_ptr(),
                &mut verified,
            )
        };
        assert!(
            status == VERIGATOR_OK || verified == 0,
            "a yes with a failure"
        );
        outcome(status, || verified == 1)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        verigator_ctx_free(self.0);
    }
}

fn text(text: &str) -> CString {
    CString::new(text).unwrap()
}

fn read(text: *const c_char) -> String {
    assert!(!text.is_null());
    // SAFETY: a string of a handle that is freed after this.
    let text = unsafe { CStr::from_ptr(text) };
    text.to_str().unwrap().to_owned()
}

/// The value of a call that succeeded; the error of one that failed is read, as hosts do.
fn outcome<T>(status: verigator_status, value: impl FnOnce() -> T) -> Outcome<T> {
    if status == VERIGATOR_OK {
        return Ok(value());
    }
    let error = verigator_last_error();
    assert_eq!(verigator_error_status(error), status);
    assert!(!read(verigator_error_message(error)).is_empty());
    assert_eq!(verigator_error_free(error), VERIGATOR_OK);
    Err(status)
}
