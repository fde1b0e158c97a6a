//! A call that is not wanted any more, wherever it is.

use std::sync::mpsc::channel;
use std::thread;

use verigator::ffi::*;

use crate::handles::{Call, Context, VERIFIED};
use crate::support::peer::{Peer, reply};
use crate::support::route::Route;

/// A service that says when a request came, and does not answer.
fn silent(context: impl FnOnce(&str) -> Context) -> (Peer, Context, std::sync::mpsc::Receiver<()>) {
    let (seen, seeing) = channel();
    let peer = Peer::start(move |connection| {
        connection.request();
        seen.send(()).unwrap();
        connection.wait_for_close();
    });
    let context = context(&peer.base_url());
    (peer, context, seeing)
}

#[test]
fn a_call_that_runs_on_another_thread_is_ended() {
    let (_peer, context, seeing) = silent(Context::to);
    let call = context.check();
    let status = thread::scope(|scope| {
        let running = scope.spawn(|| call.run());
        seeing.recv().unwrap();
        call.cancel();
        running.join().unwrap()
    });
    assert_eq!(status, VERIGATOR_CANCELLED);
    let (message, maybe_sent) = call.error().unwrap();
    assert!(
        maybe_sent && message == "the call was cancelled",
        "{message}"
    );
}

#[test]
fn a_submitted_call_is_ended_and_comes_out() {
    let (_peer, context, seeing) = silent(Context::to);
    let queue = context.queue();
    let call = context.check();
    assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
    seeing.recv().unwrap();
    call.cancel();
    call.cancel();
    assert_eq!(queue.wait(), call.0);
    assert_eq!(call.status(), VERIGATOR_CANCELLED);
    assert!(call.error().unwrap().1);
    assert_eq!(queue.next(None), Err(VERIGATOR_EMPTY));
}

#[test]
fn a_call_in_the_line_is_ended_and_nothing_was_sent() {
    let one = |base_url: &str| {
        Context::with(base_url, |config| {
            assert_eq!(
                verigator_config_set_max_connections(config, 1),
                VERIGATOR_OK
            );
        })
    };
    let (peer, context, seeing) = silent(one);
    let queue = context.queue();
    let first = context.check();
    assert_eq!(first.submit(&queue, 0), VERIGATOR_OK);
    seeing.recv().unwrap();
    for is_before in [false, true] {
        let second = context.check();
        let cancels = || second.cancel();
        is_before.then(cancels);
        assert_eq!(second.submit(&queue, 0), VERIGATOR_OK);
        (!is_before).then(cancels);
        assert_eq!(queue.wait(), second.0);
        let (message, maybe_sent) = second.error().unwrap();
        assert!(
            !maybe_sent && message.contains("before it was begun"),
            "{message}"
        );
    }
    assert_eq!(first.status(), VERIGATOR_PENDING);
    assert_eq!(peer.received().len(), 1);
}

#[test]
fn a_call_is_cancelled_before_it_is_made() {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let (run, submitted) = (context.check(), context.check());
    run.cancel();
    submitted.cancel();
    assert_eq!(run.run(), VERIGATOR_CANCELLED);
    assert_eq!(submitted.submit(&queue, 0), VERIGATOR_OK);
    assert_eq!(queue.wait(), submitted.0);
    for call in [&run, &submitted] {
        assert_eq!(call.status(), VERIGATOR_CANCELLED);
        assert!(!call.error().unwrap().1);
    }
    assert!(peer.received().is_empty());
}

#[test]
fn one_that_has_ended_stays_as_it_is() {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let (queue, call, next) = (context.queue(), context.check(), context.check());
    assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
    queue.wait();
    call.cancel();
    assert_eq!(call.status(), VERIGATOR_OK);
    assert!(call.is_verified());
    // Nor does it hit whoever has the connection now.
    assert_eq!(next.submit(&queue, 0), VERIGATOR_OK);
    call.cancel();
    queue.wait();
    assert_eq!(next.status(), VERIGATOR_OK);
}

/// On every route, also where a lane is driven by a runtime of its own.
#[test]
fn a_call_is_cancelled_on_every_route() {
    Route::each(|route| {
        let (seen, seeing) = channel();
        let routed = route.to(move |connection| {
            connection.request();
            seen.send(()).unwrap();
            connection.wait_for_close();
        });
        let context = Context::of(&routed);
        let queue = context.queue();
        let (run, submitted) = (context.check(), context.check());
        assert_eq!(submitted.submit(&queue, 0), VERIGATOR_OK);
        thread::scope(|scope| {
            let running = scope.spawn(|| run.run());
            seeing.recv().unwrap();
            seeing.recv().unwrap();
            run.cancel();
            submitted.cancel();
            assert_eq!(running.join().unwrap(), VERIGATOR_CANCELLED);
        });
        assert_eq!(queue.wait(), submitted.0);
        assert_eq!(submitted.status(), VERIGATOR_CANCELLED);
        assert!(submitted.error().unwrap().1);
    });
}

#[test]
fn a_call_that_is_freed_does_not_come_out_any_more() {
    let (_peer, context, seeing) = silent(Context::to);
    let queue = context.queue();
    let calls: [Call; 2] = [context.check(), context.check()];
    for call in &calls {
        assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
        seeing.recv().unwrap();
    }
    drop(calls);
    assert_eq!(queue.next(None), Err(VERIGATOR_EMPTY));
    // Nor one that has ended.
    let fine = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&fine.base_url());
    let queue = context.queue();
    let call = context.check();
    assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
    while call.status() == VERIGATOR_PENDING {
        thread::yield_now();
    }
    drop(call);
    assert!(!queue.is_readable());
    assert_eq!(queue.next(None), Err(VERIGATOR_EMPTY));
}
