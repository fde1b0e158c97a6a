//! What a call comes to, run or submitted.

use std::time::Duration;

use verigator::ffi::*;

use crate::handles::{ANY, Context, VERIFIED};
use crate::support::peer::{Peer, reply};

#[test]
fn a_call_is_run_once_and_carries_its_answer() {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let call = context.check();
    assert_eq!(call.status(), VERIGATOR_PENDING);
    assert_eq!(call.run(), VERIGATOR_OK);
    assert_eq!(call.status(), VERIGATOR_OK);
    assert!(call.error().is_none());
    // Of another kind there is none, and this one is handed over once.
    assert!(verigator_call_challenge(call.0).is_null());
    assert!(call.is_verified());
    assert!(!call.is_verified());
    assert_eq!(call.run(), VERIGATOR_INVALID_ARGUMENT);
    assert_eq!(call.submit(&context.queue(), 0), VERIGATOR_INVALID_ARGUMENT);
    assert_eq!(peer.received().len(), 1);
}

#[test]
fn a_submitted_call_comes_out_with_its_tag_and_its_answer() {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    assert_eq!(queue.next(None), Err(VERIGATOR_EMPTY));
    let calls: Vec<_> = (0..20).map(|_| context.check()).collect();
    for (tag, call) in calls.iter().enumerate() {
        assert_eq!(call.submit(&queue, tag as u64), VERIGATOR_OK);
    }
    let mut seen = [false; 20];
    for _ in &calls {
        let handle = queue.wait();
        let call = calls.iter().find(|call| call.0 == handle).unwrap();
        assert_eq!(calls[call.tag() as usize].0, handle);
        assert!(!std::mem::replace(&mut seen[call.tag() as usize], true));
        assert_eq!(call.status(), VERIGATOR_OK);
        assert!(call.is_verified());
    }
    assert_eq!(queue.next(None), Err(VERIGATOR_EMPTY));
    assert_eq!(queue.look(), Err(VERIGATOR_EMPTY));
}

#[test]
fn an_error_belongs_to_its_call_and_not_to_the_thread() {
    let (fine, denying) = (
        Peer::always(reply(200, VERIFIED)),
        Peer::always(reply(403, "{}")),
    );
    let (contexts, mut calls) = (
        [
            Context::to(&fine.base_url()),
            Context::to(&denying.base_url()),
        ],
        vec![],
    );
    verigator_clear_error();
    let queues = contexts.each_ref().map(Context::queue);
    for turn in 0..10 {
        let (context, queue) = (&contexts[turn % 2], &queues[turn % 2]);
        let call = context.check();
        assert_eq!(call.submit(queue, 0), VERIGATOR_OK);
        calls.push(call);
    }
    for turn in 0..10 {
        queues[turn % 2].wait();
    }
    for (turn, call) in calls.iter().enumerate() {
        match turn % 2 {
            0 => assert!(call.error().is_none() && call.is_verified()),
            _ => {
                assert_eq!(call.status(), VERIGATOR_FORBIDDEN);
                let (message, maybe_sent) = call.error().unwrap();
                assert!(message.contains("403") && maybe_sent, "{message}");
            }
        }
    }
    assert!(verigator_last_error().is_null());
}

#[test]
fn what_is_wrong_with_an_argument_is_said_at_once() {
    let context = Context::to("http://127.0.0.1:1");
    let other = Context::to("http://127.0.0.1:1");
    let call = context.check();
    assert_eq!(call.submit(&other.queue(), 0), VERIGATOR_INVALID_ARGUMENT);
    assert_eq!(call.status(), VERIGATOR_PENDING);
    for time in [-1, 0, 3_600_001] {
        let set = verigator_call_set_timeout_ms(call.0, time);
        assert_eq!(set, VERIGATOR_INVALID_ARGUMENT);
    }
    let queue = context.queue();
    let mut out = std::ptr::null_mut();
    // SAFETY: the output is a variable.
    let next = unsafe { verigator_queue_next(queue.0, -2, &mut out) };
    assert_eq!(next, VERIGATOR_INVALID_ARGUMENT);
    assert_eq!(queue.look(), Err(VERIGATOR_EMPTY));
}

#[test]
fn a_call_that_is_submitted_again_is_what_it_was() {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let (queue, call) = (context.queue(), context.check());
    assert_eq!(call.submit(&context.queue(), 1), VERIGATOR_OK);
    assert_eq!(call.submit(&queue, 2), VERIGATOR_INVALID_ARGUMENT);
    assert_eq!(call.tag(), 1);
    assert_eq!(queue.next(None), Err(VERIGATOR_EMPTY));
}

#[test]
fn the_deadline_of_a_call_is_its_own() {
    let peer = Peer::start(|connection| {
        connection.request();
        connection.wait_for_close();
    });
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let (patient, hasty) = (
        context.check().timeout(Duration::from_secs(300)),
        context.check().timeout(Duration::from_millis(1)),
    );
    assert_eq!(patient.submit(&queue, 1), VERIGATOR_OK);
    assert_eq!(hasty.submit(&queue, 2), VERIGATOR_OK);
    assert_eq!(queue.wait(), hasty.0);
    assert_eq!(hasty.status(), VERIGATOR_TIMEOUT);
    assert_eq!(queue.look(), Err(VERIGATOR_PENDING));
    assert_eq!(patient.status(), VERIGATOR_PENDING);
    let alone = context.check().timeout(Duration::from_millis(1));
    assert_eq!(alone.run(), VERIGATOR_TIMEOUT);
}

#[test]
fn a_queue_goes_on_after_all_its_calls_were_late() {
    let peer = Peer::start(|connection| {
        while let Some(request) = connection.request() {
            if request.line.starts_with("GET ") {
                connection.send(&reply(200, ANY));
            }
        }
    });
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    for _ in 0..3 {
        let late = [(); 4].map(|()| context.check().timeout(Duration::from_millis(20)));
        for call in &late {
            assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
        }
        queue.wait_for(late.len());
        assert!(late.iter().all(|call| call.status() == VERIGATOR_TIMEOUT));
        let idle = queue.next(Some(Duration::from_millis(1)));
        assert_eq!(idle, Err(VERIGATOR_EMPTY));
        let call = context.get();
        assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
        assert_eq!(queue.wait(), call.0);
        assert_eq!(call.status(), VERIGATOR_OK);
    }
}
