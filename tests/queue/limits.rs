//! Where the operating system has no thread left for a queue, or no descriptor.

use std::sync::Mutex;
use std::sync::mpsc::channel;

use libc::__rlimit_resource_t as Resource;
use verigator::ffi::*;

use crate::handles::{Context, VERIFIED, last_message};
use crate::support::limit::Limit;
use crate::support::peer::{Peer, reply};
use crate::support::route::Route;

/// The first call is refused as long as at most so much is there, and is the caller's.
fn nothing_is_accepted_within(resource: Resource, most: u64) {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    queue.descriptor();
    let call = context.check();
    let limit = Limit::new(resource, most);
    for _ in 0..3 {
        assert_eq!(call.submit(&queue, 1), VERIGATOR_SYSTEM);
        let message = last_message();
        assert!(message.contains("no thread for the queue"), "{message}");
        assert_eq!(call.status(), VERIGATOR_PENDING);
        assert_eq!(queue.next(None), Err(VERIGATOR_EMPTY));
        assert!(!queue.is_readable());
    }
    drop(limit);
    assert_eq!(call.submit(&queue, 2), VERIGATOR_OK);
    assert_eq!(queue.wait(), call.0);
    assert!(call.is_verified());
    assert_eq!(call.tag(), 2);
    assert_eq!(queue.next(None), Err(VERIGATOR_EMPTY));
    assert_eq!(peer.received().len(), 1);
}

#[test]
fn without_a_thread_for_the_queue_nothing_is_accepted() {
    crate::in_a_process("limits::no_thread_is_left");
}

#[test]
#[ignore = "run by without_a_thread_for_the_queue_nothing_is_accepted, in a process of its own"]
fn no_thread_is_left() {
    become_an_ordinary_user();
    nothing_is_accepted_within(libc::RLIMIT_NPROC, 0);
}

#[test]
fn without_a_thread_of_its_own_a_call_through_a_proxy_fails_and_the_next_works() {
    crate::in_a_process("limits::no_thread_is_left_for_a_call");
}

#[test]
#[ignore = "run by without_a_thread_of_its_own_a_call_through_a_proxy_fails_and_the_next_works, alone"]
fn no_thread_is_left_for_a_call() {
    become_an_ordinary_user();
    let routed = Route::Socks.to_one_that_always_answers(reply(200, VERIFIED));
    let context = Context::of(&routed);
    let queue = context.queue();
    for expected in [VERIGATOR_OK, VERIGATOR_SYSTEM, VERIGATOR_OK] {
        let call = context.check();
        let is_limited = expected == VERIGATOR_SYSTEM;
        let limit = is_limited.then(|| Limit::new(libc::RLIMIT_NPROC, 0));
        assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
        assert_eq!(queue.wait(), call.0);
        drop(limit);
        assert_eq!(call.status(), expected);
        assert_eq!(
            call.error().is_some_and(|(_, maybe_sent)| !maybe_sent),
            is_limited
        );
        assert_eq!(queue.next(None), Err(VERIGATOR_EMPTY));
    }
    assert_eq!(routed.peer.received().len(), 2);
}

/// Root has as many threads as it likes.
fn become_an_ordinary_user() {
    const NOBODY: libc::uid_t = 65534;
    // SAFETY: it asks for the user.
    if unsafe { libc::geteuid() } == 0 {
        // SAFETY: for the whole process, which is the test's own.
        assert_eq!(unsafe { libc::setuid(NOBODY) }, 0);
    }
}

#[test]
fn without_a_descriptor_for_the_queue_nothing_is_accepted() {
    crate::in_a_process("limits::no_descriptor_is_left");
}

#[test]
#[ignore = "run by without_a_descriptor_for_the_queue_nothing_is_accepted, in a process of its own"]
fn no_descriptor_is_left() {
    // The lowest three are in use.
    nothing_is_accepted_within(libc::RLIMIT_NOFILE, 3);
}

#[test]
fn a_limit_below_what_is_open_holds_no_call_up() {
    crate::in_a_process("limits::the_program_shuts_itself_in");
}

/// `poll(2)` looks at no more descriptors than the limit allows.
#[test]
#[ignore = "run by a_limit_below_what_is_open_holds_no_call_up, in a process of its own"]
fn the_program_shuts_itself_in() {
    let (seen, seeing) = channel();
    let (go_on, goes_on) = channel::<()>();
    let goes_on = Mutex::new(goes_on);
    let peer = Peer::start(move |connection| {
        while connection.request().is_some() {
            seen.send(()).unwrap();
            goes_on.lock().unwrap().recv().unwrap();
            connection.send(&reply(200, VERIFIED));
        }
    });
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let mut limit = None;
    for _ in 0..3 {
        let call = context.check();
        assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
        seeing.recv().unwrap();
        limit.get_or_insert_with(|| Limit::new(libc::RLIMIT_NOFILE, 0));
        go_on.send(()).unwrap();
        assert_eq!(queue.wait(), call.0);
        assert_eq!(call.status(), VERIGATOR_OK);
    }
    assert_eq!(peer.connections(), 1);
}
