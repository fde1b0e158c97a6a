//! How many calls run at once, and what becomes of the others.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

use verigator::ffi::*;

use crate::handles::{ANY, Call, Context, VERIFIED};
use crate::support::peer::{Peer, reply};
use crate::support::route::PLENTY;

fn at_most(most: i64) -> impl FnOnce(*mut verigator_config) {
    move |config| {
        let set = verigator_config_set_max_connections(config, most);
        assert_eq!(set, VERIGATOR_OK);
    }
}

#[test]
fn no_more_connections_than_allowed_are_used_again_for_the_others() {
    let peer = Peer::start(|connection| {
        while connection.request().is_some() {
            connection.send(&reply(200, VERIFIED));
        }
    });
    let context = Context::with(&peer.base_url(), at_most(3));
    let queue = context.queue();
    let calls: Vec<Call> = (0..100).map(|_| context.check()).collect();
    for (tag, call) in calls.iter().enumerate() {
        assert_eq!(call.submit(&queue, tag as u64), VERIGATOR_OK);
    }
    let ended: HashSet<_> = calls.iter().map(|_| queue.wait()).collect();
    assert_eq!(ended.len(), calls.len());
    assert!(calls.iter().all(|call| call.status() == VERIGATOR_OK));
    assert!(peer.connections() <= 3, "{}", peer.connections());
}

/// Not that of their deadlines, of which the last one's is the first.
#[test]
fn the_others_wait_in_the_order_in_which_they_were_submitted() {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::with(&peer.base_url(), at_most(1));
    let queue = context.queue();
    let calls: Vec<Call> = (0..100)
        .map(|tag| {
            context
                .check()
                .timeout(PLENTY - Duration::from_millis(10 * tag))
        })
        .collect();
    for (tag, call) in (0..).zip(&calls) {
        assert_eq!(call.submit(&queue, tag), VERIGATOR_OK);
    }
    // With one connection they end as they began.
    let ended: Vec<_> = calls.iter().map(|_| queue.wait()).collect();
    let submitted: Vec<_> = calls.iter().map(|call| call.0).collect();
    assert_eq!(ended, submitted);
}

#[test]
fn no_more_run_at_once_than_allowed() {
    let running = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (now, highest) = (Arc::clone(&running), Arc::clone(&most));
    let peer = Peer::start(move |connection| {
        while connection.request().is_some() {
            highest.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::yield_now();
            now.fetch_sub(1, Ordering::SeqCst);
            connection.send(&reply(200, VERIFIED));
        }
    });
    let context = Context::with(&peer.base_url(), at_most(2));
    let queue = context.queue();
    let calls: Vec<Call> = (0..50).map(|_| context.check()).collect();
    calls
        .iter()
        .for_each(|call| assert_eq!(call.submit(&queue, 0), VERIGATOR_OK));
    queue.wait_for(calls.len());
    assert!(most.load(Ordering::SeqCst) <= 2);
}

#[test]
fn the_deadline_runs_in_the_line() {
    let (seen, seeing) = channel();
    let peer = Peer::start(move |connection| {
        connection.request();
        seen.send(()).unwrap();
        connection.wait_for_close();
    });
    let context = Context::with(&peer.base_url(), at_most(1));
    let queue = context.queue();
    let first = context.check();
    assert_eq!(first.submit(&queue, 0), VERIGATOR_OK);
    seeing.recv().unwrap();
    // The shorter one ends first, though it came later.
    let times = [200, 100];
    let others = times.map(|time| context.check().timeout(Duration::from_millis(time)));
    others
        .iter()
        .for_each(|call| assert_eq!(call.submit(&queue, 0), VERIGATOR_OK));
    assert_eq!([queue.wait(), queue.wait()], [others[1].0, others[0].0]);
    for call in &others {
        assert_eq!(call.status(), VERIGATOR_TIMEOUT);
        let (message, maybe_sent) = call.error().unwrap();
        assert!(
            !maybe_sent && message.contains("max_connections"),
            "{message}"
        );
    }
    assert_eq!(peer.received().len(), 1);
}

#[test]
fn a_hundred_calls_wait_for_a_slow_service_at_once() {
    let (all, go_on) = (100, Arc::new(std::sync::Barrier::new(100)));
    let peer = Peer::start(move |connection| {
        if connection.request().is_some() {
            // None is answered before all are there.
            go_on.wait();
            connection.send(&reply(200, VERIFIED));
        }
    });
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let calls: Vec<Call> = (0..all).map(|_| context.check()).collect();
    calls
        .iter()
        .for_each(|call| assert_eq!(call.submit(&queue, 0), VERIGATOR_OK));
    queue.wait_for(calls.len());
    assert!(calls.iter().all(Call::is_verified));
}

#[test]
fn many_threads_share_a_queue_and_each_call_comes_out_once() {
    let peer = Peer::always(reply(200, ANY));
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let (threads, each) = (8, 250);
    let seen = std::sync::Mutex::new(HashSet::new());
    let calls: Vec<Vec<Call>> = (0..threads)
        .map(|_| (0..each).map(|_| context.get()).collect())
        .collect();
    let left = AtomicUsize::new(threads * each);
    std::thread::scope(|scope| {
        for own in &calls {
            let (queue, seen, left) = (&queue, &seen, &left);
            scope.spawn(move || {
                for (turn, call) in own.iter().enumerate() {
                    assert_eq!(call.submit(queue, 0), VERIGATOR_OK);
                    if turn % 7 == 0 {
                        call.cancel();
                    }
                }
                while left.load(Ordering::SeqCst) > 0 {
                    if let Ok(handle) = queue.next(Some(Duration::from_millis(1))) {
                        assert!(seen.lock().unwrap().insert(handle.addr()));
                        left.fetch_sub(1, Ordering::SeqCst);
                    }
                }
            });
        }
    });
    assert_eq!(queue.next(None), Err(VERIGATOR_EMPTY));
    assert_eq!(seen.lock().unwrap().len(), threads * each);
}
