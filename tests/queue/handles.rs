//! The C API as Rust holds it: each handle is freed when it is dropped.

use std::collections::HashSet;
use std::ffi::{CStr, CString};
use std::ptr::null_mut;
use std::time::Duration;

use verigator::ffi::*;

use crate::support::route::Routed;

pub const VERIFIED: &str = r#"{"verified":true,"method":"totp"}"#;

/// What any call takes for its answer.
pub const ANY: &str = r#"{"verified":true,"id":"s","name":"n","ctime":"t"}"#;

/// A context for a service at this address.
pub struct Context(*mut verigator_ctx);

/// A call, as long as it is not freed otherwise.
pub struct Call(pub *mut verigator_call);

pub struct Queue(pub *mut verigator_queue);

// SAFETY: handles are for any thread.
unsafe impl Send for Context {}
// SAFETY: as above.
unsafe impl Sync for Context {}
// SAFETY: as above.
unsafe impl Send for Call {}
// SAFETY: as above.
unsafe impl Sync for Call {}
// SAFETY: as above.
unsafe impl Send for Queue {}
// SAFETY: as above.
unsafe impl Sync for Queue {}

impl Context {
    pub fn to(base_url: &str) -> Self {
        Self::with(base_url, |_| ())
    }

    /// Of the service at the end of this route.
    pub fn of(routed: &Routed) -> Self {
        Self(context_of(routed.client()).unwrap())
    }

    /// With more options.
    pub fn with(base_url: &str, configure: impl FnOnce(*mut verigator_config)) -> Self {
        let base_url = CString::new(base_url).unwrap();
        let (mut config, mut ctx) = (null_mut(), null_mut());
        // SAFETY: the strings are NUL-terminated, the outputs variables.
        unsafe {
            let made = verigator_config_new(c"user".as_ptr(), c"password".as_ptr(), &mut config);
            assert_eq!(made, VERIGATOR_OK);
            let set = verigator_config_set_base_url(config, base_url.as_ptr());
            assert_eq!(set, VERIGATOR_OK);
            configure(config);
            assert_eq!(verigator_ctx_new(config, &mut ctx), VERIGATOR_OK);
        }
        verigator_config_free(config);
        Self(ctx)
    }

    /// A call that checks a token.
    pub fn check(&self) -> Call {
        let mut call = null_mut();
        // SAFETY: the strings are literals, the output a variable.
        let made = unsafe {
            let (service, user, token) = (c"s".as_ptr(), c"u".as_ptr(), c"123456".as_ptr());
            verigator_call_auth_check_token(self.0, service, user, token, &mut call)
        };
        assert_eq!(made, VERIGATOR_OK);
        Call(call)
    }

    /// A call that reads a service, which may be repeated.
    pub fn get(&self) -> Call {
        let mut call = null_mut();
        // SAFETY: the string is a literal, the output a variable.
        let made = unsafe { verigator_call_service_get(self.0, c"s".as_ptr(), &mut call) };
        assert_eq!(made, VERIGATOR_OK);
        Call(call)
    }

    pub fn queue(&self) -> Queue {
        let mut queue = null_mut();
        // SAFETY: the output is a variable.
        let made = unsafe { verigator_queue_new(self.0, &mut queue) };
        assert_eq!(made, VERIGATOR_OK);
        Queue(queue)
    }

    pub fn close_idle(&self) {
        assert_eq!(verigator_ctx_close_idle(self.0), VERIGATOR_OK);
    }

    pub fn close(&self) {
        assert_eq!(verigator_ctx_close(self.0), VERIGATOR_OK);
    }
}

impl Call {
    pub fn timeout(self, time: Duration) -> Self {
        let time = time.as_millis().try_into().unwrap();
        assert_eq!(verigator_call_set_timeout_ms(self.0, time), VERIGATOR_OK);
        self
    }

    pub fn run(&self) -> verigator_status {
        verigator_call_run(self.0)
    }

    pub fn submit(&self, queue: &Queue, tag: u64) -> verigator_status {
        verigator_call_submit(self.0, queue.0, tag)
    }

    pub fn cancel(&self) {
        assert_eq!(verigator_call_cancel(self.0), VERIGATOR_OK);
    }

    pub fn status(&self) -> verigator_status {
        verigator_call_status(self.0)
    }

    pub fn tag(&self) -> u64 {
        verigator_call_tag(self.0)
    }

    /// Whether the answer is a yes. It is taken.
    pub fn is_verified(&self) -> bool {
        let verification = verigator_call_verification(self.0);
        let is_verified = verigator_verification_verified(verification) == 1;
        assert_eq!(verigator_verification_free(verification), VERIGATOR_OK);
        is_verified
    }

    /// The message of its error, and whether the request may have been sent.
    pub fn error(&self) -> Option<(String, bool)> {
        read(verigator_call_error(self.0))
    }
}

/// The message of the last error on this thread.
pub fn last_message() -> String {
    read(verigator_last_error()).unwrap().0
}

/// An error's message, and whether the request may have been sent. The error is freed.
fn read(error: *mut verigator_error) -> Option<(String, bool)> {
    if error.is_null() {
        return None;
    }
    // SAFETY: the message is the error's, which lives until it is freed.
    let message = unsafe { CStr::from_ptr(verigator_error_message(error)) };
    let message = message.to_str().unwrap().to_owned();
    let maybe_sent = verigator_error_maybe_sent(error) == 1;
    assert_eq!(verigator_error_free(error), VERIGATOR_OK);
    Some((message, maybe_sent))
}

impl Queue {
    /// The next call, or why there is none. Whose handle it is says who frees it.
    pub fn next(&self, time: Option<Duration>) -> Result<*mut verigator_call, verigator_status> {
        let milliseconds = time.map_or(-1, |time| time.as_millis().try_into().unwrap());
        let mut call = null_mut();
        // SAFETY: the output is a variable.
        let status = unsafe { verigator_queue_next(self.0, milliseconds, &mut call) };
        assert_eq!(status == VERIGATOR_OK, !call.is_null());
        match status {
            VERIGATOR_OK => Ok(call),
            status => Err(status),
        }
    }

    /// What is there now.
    pub fn look(&self) -> Result<*mut verigator_call, verigator_status> {
        self.next(Some(Duration::ZERO))
    }

    pub fn wait(&self) -> *mut verigator_call {
        self.next(None).unwrap()
    }

    /// Takes out so many, each another one.
    pub fn wait_for(&self, count: usize) {
        let ended: HashSet<_> = (0..count).map(|_| self.wait()).collect();
        assert_eq!(ended.len(), count);
    }

    pub fn close(&self) {
        assert_eq!(verigator_queue_close(self.0), VERIGATOR_OK);
    }

    pub fn descriptor(&self) -> i32 {
        let mut descriptor = 0;
        // SAFETY: the output is a variable.
        let status = unsafe { verigator_queue_fd(self.0, &mut descriptor) };
        assert_eq!(status, VERIGATOR_OK);
        descriptor
    }

    /// Whether its descriptor can be read.
    pub fn is_readable(&self) -> bool {
        self.poll(0)
    }

    /// As a loop does.
    pub fn sleep_until_readable(&self) {
        assert!(self.poll(-1));
    }

    fn poll(&self, timeout_ms: i32) -> bool {
        let mut polled = libc::pollfd {
            fd: self.descriptor(),
            events: libc::POLLIN,
            revents: 0,
        };
        // SAFETY: one valid entry.
        unsafe { libc::poll(&mut polled, 1, timeout_ms) == 1 }
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        verigator_ctx_free(self.0);
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        verigator_call_free(self.0);
    }
}

impl Drop for Queue {
    fn drop(&mut self) {
        verigator_queue_free(self.0);
    }
}
