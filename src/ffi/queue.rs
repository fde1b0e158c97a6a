//! Queues: calls go in, ended calls come out.

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::boundary;
use super::call::{self, verigator_call};
use super::ctx::{client, verigator_ctx};
use super::handle::{self, Kind};
use super::output::{Descriptor, Output};
use super::status::{
    VERIGATOR_CLOSED, VERIGATOR_EMPTY, VERIGATOR_OK, VERIGATOR_PENDING, verigator_status,
};
use super::user_data::{UserData, verigator_destroy_callback};
use crate::error::{Error, Result};
use crate::queue::{Function, Next, Queue};
use crate::table::Table;

/// What calls are submitted to, and what ended calls come out of.
///
/// verigator_queue_new makes it, verigator_call_submit puts calls in, verigator_queue_next takes ended
/// ones out, verigator_queue_close and verigator_queue_free end it. It has one thread, from the first
/// submit until it is closed. Any thread may use it, several at once.
///
/// In a child of fork() it begins anew: what was under way ends VERIGATOR_CANCELLED there, and goes on
/// in the parent; descriptor and wake function are the parent's, so ask and set again.
pub struct verigator_queue {
    _opaque: [u8; 0],
}

/// Is called when an ended call waits in a queue; see verigator_queue_set_wake.
///
/// It must return soon: no exception and no longjmp may leave it.
pub type verigator_wake_callback = Option<unsafe extern "C" fn(user_data: *mut c_void)>;

static QUEUES: Table<Arc<Queue>> = Table::new();

impl Kind for verigator_queue {
    type Value = Arc<Queue>;

    fn table() -> &'static Table<Arc<Queue>> {
        &QUEUES
    }
}

/// Makes a queue for calls of `ctx`. Nothing is started yet.
///
/// It keeps what it needs of the context, which may be freed before. `*out_queue` is for
/// verigator_queue_free. Since 1.0.
///
/// # Safety
///
/// `out_queue` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_queue_new(
    ctx: *const verigator_ctx,
    out_queue: *mut *mut verigator_queue,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_queue) };
    boundary::call(|| {
        let out = out.require("out_queue")?;
        let client = client(ctx)?;
        out.write_handle(Arc::new(Queue::new((*client).clone(), call::held)))
    })
}

/// Takes the call that ended first out of the queue, or waits for one: at most `timeout_ms`, 0 not at
/// all, -1 for as long as a call is under way.
///
/// VERIGATOR_OK means that `*out_call` (not NULL) is a call that has ended: the handle that was
/// submitted, for verigator_call_status and verigator_call_free. Otherwise it is NULL, and no failure
/// is remembered for VERIGATOR_PENDING (none has ended in that time), VERIGATOR_EMPTY (none is under
/// way either) and VERIGATOR_CLOSED (the queue was closed, and nothing is left). With -1 it does not
/// wait when none is under way. Since 1.0.
///
/// # Safety
///
/// `out_call` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_queue_next(
    queue: *mut verigator_queue,
    timeout_ms: i64,
    out_call: *mut *mut verigator_call,
) -> verigator_status {
    // SAFETY: as the caller promises.
    let out = unsafe { Output::new(out_call) };
    boundary::status(|| {
        let out = out.require("out_call")?;
        let most = time_in(timeout_ms)?;
        Ok(match handle::get(queue)?.next(most) {
            Next::Ended(call) => {
                let value = call.handle.load(Ordering::Relaxed);
                out.write(ptr::without_provenance_mut(value));
                VERIGATOR_OK
            }
            Next::Pending => VERIGATOR_PENDING,
            Next::Empty => VERIGATOR_EMPTY,
            Next::Closed => VERIGATOR_CLOSED,
        })
    })
}

fn time_in(timeout_ms: i64) -> Result<Option<Duration>> {
    match u64::try_from(timeout_ms) {
        Ok(milliseconds) => Ok(Some(Duration::from_millis(milliseconds))),
        Err(_) if timeout_ms == -1 => Ok(None),
        Err(_) => Err(Error::invalid_argument(format!(
            "timeout_ms is {timeout_ms}; pass milliseconds, or -1 to wait while a call is under way"
        ))),
    }
}

/// Writes a descriptor that can be read exactly as long as an ended call waits: for poll, epoll,
/// kqueue and the loops over them.
///
/// It is borrowed: nobody reads, writes or closes it but the queue, whose loop forgets it before
/// verigator_queue_close. It stays open until the queue is freed, and the same, but in a child of
/// fork(). It is a state: as long as it is readable, verigator_queue_next gives a call; only one
/// that was taken the moment it ended may leave it so until the next look. `*out_fd` (not NULL) is -1 on
/// failure; on Windows it is a socket. Since 1.0.
///
/// # Safety
///
/// `out_fd` is valid for writing.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_queue_fd(
    queue: *mut verigator_queue,
    out_fd: *mut i32,
) -> verigator_status {
    // SAFETY: as the caller promises; it is an `i32` by another name.
    let out = unsafe { Output::new(out_fd.cast::<Descriptor>()) };
    boundary::call(|| {
        let out = out.require("out_fd")?;
        out.write(Descriptor::from(handle::get(queue)?.descriptor()?));
        Ok(())
    })
}

/// Has `wake` (may be NULL for none, as at first) called when the first ended call waits in the queue.
///
/// For loops that are woken by a function (uv_async_send). It runs on the queue's thread, carries
/// nothing but `user_data`, and may stand for several calls: take them out until none is left. If some
/// wait already, it is called for them; in a child of fork() which has submitted nothing, before this
/// returns. It may call any function of the queue. Once this returns, the one before runs no more; nor does one after
/// verigator_queue_close. `destroy` (may be NULL) is called with `user_data` once nothing uses it any
/// more, and not when this is refused. Since 1.0.
///
/// # Safety
///
/// `wake` and `destroy` are functions of their types, and `user_data` may be used on every thread.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn verigator_queue_set_wake(
    queue: *mut verigator_queue,
    wake: verigator_wake_callback,
    user_data: *mut c_void,
    destroy: verigator_destroy_callback,
) -> verigator_status {
    boundary::call(|| {
        let queue = handle::get(queue)?;
        let user_data = UserData::new(user_data, destroy);
        queue.set_wake(wake.map(|wake| {
            // SAFETY: as the caller promises.
            Arc::new(move || unsafe { wake(user_data.get()) }) as Function
        }));
        Ok(())
    })
}

/// Cancels the calls that are under way, and refuses later ones. Cannot be undone.
///
/// What has ended, and those that this ends, can still be taken out; then verigator_queue_next returns
/// VERIGATOR_CLOSED. Nothing is waited for. Any thread, also from within the wake function; not from a
/// signal handler. Since 1.0.
#[unsafe(no_mangle)]
#[must_use]
pub extern "C" fn verigator_queue_close(queue: *mut verigator_queue) -> verigator_status {
    boundary::call(|| {
        handle::get(queue)?.close();
        Ok(())
    })
}

/// Closes a queue and frees it. NULL does nothing.
///
/// Threads that wait in verigator_queue_next return VERIGATOR_CLOSED. Calls that were not taken out are
/// cancelled; their handles are still for verigator_call_free. Nothing is waited for.
/// VERIGATOR_INVALID_HANDLE for one that was freed before. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_queue_free(queue: *mut verigator_queue) -> verigator_status {
    boundary::call(|| {
        if let Some(queue) = handle::take(queue)? {
            queue.free();
        }
        Ok(())
    })
}
