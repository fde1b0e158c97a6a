//! A child of `fork()` and what it inherits: its own queue, where what was under way is cancelled.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;

use verigator::ffi::*;

use crate::handles::{ANY, Call, Context};
use crate::support::peer::{Peer, reply};

#[test]
fn a_queue_begins_anew_in_a_child_and_goes_on_in_the_parent() {
    crate::in_a_process("processes::a_parent_and_its_child");
}

#[test]
#[ignore = "run by a_queue_begins_anew_in_a_child_and_goes_on_in_the_parent, in a process of its own"]
fn a_parent_and_its_child() {
    let (seen, seeing) = channel();
    let (go_on, goes_on) = channel::<()>();
    let goes_on = std::sync::Mutex::new(goes_on);
    let peer = Peer::start(move |connection| {
        while let Some(request) = connection.request() {
            if request.line.contains("/auth") {
                seen.send(()).unwrap();
                goes_on.lock().unwrap().recv().unwrap();
            }
            connection.send(&reply(200, ANY));
        }
    });
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let descriptor = queue.descriptor();
    let (ended, pending) = (context.get(), context.check());
    assert_eq!(ended.submit(&queue, 7), VERIGATOR_OK);
    while !queue.is_readable() {
        std::thread::yield_now();
    }
    assert_eq!(pending.submit(&queue, 8), VERIGATOR_OK);
    seeing.recv().unwrap();

    // SAFETY: the child makes calls, and leaves by _exit.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let outcome = std::panic::catch_unwind(|| {
            in_the_child(&context, &queue, descriptor, &[&ended, &pending])
        });
        // SAFETY: it always is, and runs nothing that is the parent's.
        unsafe { libc::_exit(i32::from(outcome.is_err())) };
    }
    let mut status = -1;
    // SAFETY: a valid place to write the status to.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0);

    assert_eq!(pending.status(), VERIGATOR_PENDING);
    assert_eq!(queue.wait(), ended.0);
    go_on.send(()).unwrap();
    assert_eq!(queue.wait(), pending.0);
    assert!(pending.is_verified());
    assert_eq!(queue.descriptor(), descriptor);
}

fn in_the_child(
    context: &Context,
    queue: &crate::handles::Queue,
    descriptor: i32,
    calls: &[&Call; 2],
) {
    let [ended, pending] = calls;
    // What was under way is not: cancelling it says nothing to the parent.
    pending.cancel();
    assert_eq!(pending.status(), VERIGATOR_CANCELLED);
    let (message, maybe_sent) = pending.error().unwrap();
    assert!(maybe_sent && message.contains("forked"), "{message}");
    assert!(queue.is_readable());
    assert_ne!(queue.descriptor(), descriptor);
    // So is whoever is told by a function of the child's.
    static WOKEN: AtomicUsize = AtomicUsize::new(0);
    crate::ends::count_wakes(queue, &WOKEN);
    assert_eq!(WOKEN.load(Ordering::SeqCst), 1);
    let (first, second) = (queue.look().unwrap(), queue.look().unwrap());
    assert!([(ended.0, pending.0), (pending.0, ended.0)].contains(&(first, second)));
    assert_eq!(ended.tag(), 7);
    assert_eq!(queue.next(None), Err(VERIGATOR_EMPTY));
    assert!(!queue.is_readable());
    // And new calls are made on connections of its own.
    let call = context.get();
    assert_eq!(call.submit(queue, 0), VERIGATOR_OK);
    assert_eq!(queue.wait(), call.0);
    assert_eq!(verigator_call_free(pending.0), VERIGATOR_OK);
    assert_eq!(verigator_queue_free(queue.0), VERIGATOR_OK);
}
