//! A wake function that does all that it may: it runs on the queue's thread, with no lock held.

use std::ffi::c_void;
use std::sync::Mutex;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use verigator::ffi::*;

use crate::handles::{Call, Context, Queue, VERIFIED};
use crate::support::peer::{Peer, reply};

const CALLS: usize = 200;

struct Host {
    context: Context,
    queue: Queue,
    under_way: Mutex<Vec<Call>>,
    taken: Mutex<usize>,
    done: Sender<usize>,
}

impl Host {
    fn submit(&self) {
        let call = self.context.check();
        assert_eq!(call.submit(&self.queue, 0), VERIGATOR_OK);
        self.under_way.lock().unwrap().push(call);
    }

    /// Takes out what has ended, and frees it; submits one for each, and cancels every second.
    fn take(&self) {
        while let Ok(handle) = self.queue.look() {
            let mut taken = self.taken.lock().unwrap();
            *taken += 1;
            let mut under_way = self.under_way.lock().unwrap();
            under_way.retain(|call| call.0 != handle);
            drop(under_way);
            if *taken == CALLS {
                self.queue.close();
                assert_eq!(verigator_queue_free(self.queue.0), VERIGATOR_OK);
                return;
            }
            self.submit();
            if taken.is_multiple_of(2) {
                self.under_way.lock().unwrap().last().unwrap().cancel();
            }
        }
    }
}

extern "C" fn take(host: *mut c_void) {
    // SAFETY: it is what `set_wake` was given, and not yet `forget`.
    unsafe { &*host.cast::<Host>() }.take();
}

extern "C" fn forget(host: *mut c_void) {
    // SAFETY: it is what `set_wake` was given, and nothing uses it any more.
    let host = unsafe { Box::from_raw(host.cast::<Host>()) };
    let taken = *host.taken.lock().unwrap();
    host.done.send(taken).unwrap();
}

#[test]
fn it_takes_out_submits_cancels_closes_and_frees() {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let (done, is_done) = channel();
    let host = Box::into_raw(Box::new(Host {
        context,
        queue,
        under_way: Mutex::default(),
        taken: Mutex::default(),
        done,
    }));
    // SAFETY: the host lives until it is forgotten, which is after the last call has come out.
    unsafe {
        let queue = (*host).queue.0;
        let set = verigator_queue_set_wake(queue, Some(take), host.cast(), Some(forget));
        assert_eq!(set, VERIGATOR_OK);
        let call = (*host).context.check();
        assert_eq!(call.submit(&(*host).queue, 0), VERIGATOR_OK);
        std::mem::forget(call);
    }
    assert_eq!(is_done.recv_timeout(Duration::from_secs(60)), Ok(CALLS));
}
