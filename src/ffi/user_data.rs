//! The pointer that a program gives with a callback, and the function that is told when it is done with.

use std::ffi::c_void;

/// Is told that this library no longer uses a pointer that it was given.
///
/// It must return: no exception and no longjmp may leave it.
pub type verigator_destroy_callback = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

/// The caller's pointer, which this library hands on and never follows.
pub(super) struct UserData {
    user_data: *mut c_void,
    destroy: verigator_destroy_callback,
}

// SAFETY: the caller promises that its callbacks may use the pointer on every thread.
unsafe impl Send for UserData {}
// SAFETY: as above.
unsafe impl Sync for UserData {}

impl UserData {
    pub(super) fn new(user_data: *mut c_void, destroy: verigator_destroy_callback) -> Self {
        Self { user_data, destroy }
    }

    pub(super) fn get(&self) -> *mut c_void {
        self.user_data
    }
}

impl Drop for UserData {
    fn drop(&mut self) {
        if let Some(destroy) = self.destroy {
            // SAFETY: as the caller promises; nothing uses the pointer any more.
            unsafe { destroy(self.user_data) };
        }
    }
}
