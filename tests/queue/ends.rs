//! How a queue ends: what is under way is cancelled, what has ended can be taken out, and nothing
//! waits.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use verigator::ffi::*;

use crate::handles::{Call, Context, Queue, VERIFIED};
use crate::support::peer::{Peer, reply};

/// A service that answers every second request, and says when one came.
fn moody() -> (Peer, std::sync::mpsc::Receiver<()>) {
    let (seen, seeing) = channel();
    let count = AtomicUsize::new(0);
    let peer = Peer::start(move |connection| {
        while connection.request().is_some() {
            let number = count.fetch_add(1, Ordering::SeqCst);
            seen.send(()).unwrap();
            if number % 2 == 1 {
                connection.wait_for_close();
                return;
            }
            connection.send(&reply(200, VERIFIED));
        }
    });
    (peer, seeing)
}

#[test]
fn closing_ends_what_is_under_way_and_leaves_what_has_ended() {
    let (peer, seeing) = moody();
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let calls: Vec<Call> = (0..6).map(|_| context.check()).collect();
    for call in &calls {
        assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
    }
    for _ in &calls {
        seeing.recv().unwrap();
    }
    queue.close();
    queue.close();
    assert_eq!(context.check().submit(&queue, 0), VERIGATOR_CLOSED);
    let mut answered = 0;
    for _ in &calls {
        let handle = queue.wait();
        let call = calls.iter().find(|call| call.0 == handle).unwrap();
        match call.status() {
            VERIGATOR_OK => answered += 1,
            status => assert_eq!(status, VERIGATOR_CANCELLED),
        }
    }
    assert!(answered <= 3);
    assert_eq!(queue.next(None), Err(VERIGATOR_CLOSED));
    assert_eq!(queue.look(), Err(VERIGATOR_CLOSED));
    assert!(!queue.is_readable());
}

#[test]
fn closing_the_context_cancels_what_waits_in_line() {
    let (seen, seeing) = channel();
    let peer = Peer::start(move |connection| {
        connection.request().unwrap();
        seen.send(()).unwrap();
        connection.wait_for_close();
    });
    let context = Context::with(&peer.base_url(), |config| {
        let set = verigator_config_set_max_connections(config, 1);
        assert_eq!(set, VERIGATOR_OK);
    });
    let queue = context.queue();
    let calls: Vec<Call> = (0..3).map(|_| context.check()).collect();
    let late = context.check();
    for call in &calls {
        assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
    }
    seeing.recv().unwrap();
    context.close();
    for (place, call) in calls.iter().enumerate() {
        assert_eq!(queue.wait(), call.0);
        assert_eq!(call.status(), VERIGATOR_CANCELLED);
        assert_eq!(call.error().unwrap().1, place == 0);
    }
    assert_eq!(late.submit(&queue, 0), VERIGATOR_OK);
    assert_eq!(queue.wait(), late.0);
    assert_eq!(late.status(), VERIGATOR_CLOSED);
}

#[test]
fn closing_the_context_ends_the_calls_of_its_queues() {
    let (peer, seeing) = moody();
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let (first, second) = (context.check(), context.check());
    for call in [&first, &second] {
        assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
        seeing.recv().unwrap();
    }
    assert_eq!(queue.wait(), first.0);
    context.close();
    assert_eq!(queue.wait(), second.0);
    assert_eq!(second.status(), VERIGATOR_CANCELLED);
    let late = context.check();
    assert_eq!(late.submit(&queue, 0), VERIGATOR_OK);
    assert_eq!(queue.wait(), late.0);
    assert_eq!(late.status(), VERIGATOR_CLOSED);
}

#[test]
fn freeing_a_queue_ends_the_wait_of_other_threads_and_cancels_its_calls() {
    let (peer, seeing) = moody();
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let (answered, waiting) = (context.check(), context.check());
    for call in [&answered, &waiting] {
        assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
        seeing.recv().unwrap();
    }
    assert_eq!(queue.wait(), answered.0);
    thread::scope(|scope| {
        let taking = scope.spawn(|| {
            queue
                .next(Some(Duration::from_secs(300)))
                .map(|call| call.addr())
        });
        // Whether it waits by now or not.
        assert_eq!(verigator_queue_free(queue.0), VERIGATOR_OK);
        let nothing = taking.join().unwrap().unwrap_err();
        assert!(
            [VERIGATOR_CLOSED, VERIGATOR_INVALID_HANDLE].contains(&nothing),
            "{nothing}"
        );
    });
    assert_eq!(queue.look(), Err(VERIGATOR_INVALID_HANDLE));
    while waiting.status() == VERIGATOR_PENDING {
        thread::yield_now();
    }
    assert_eq!(waiting.status(), VERIGATOR_CANCELLED);
}

#[test]
fn calls_and_queue_outlive_their_context() {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let (queue, call) = (context.queue(), context.check());
    drop(context);
    assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
    assert_eq!(queue.wait(), call.0);
    drop(queue);
    assert!(call.is_verified());
}

/// How many threads of this process have this name.
fn threads(name: &str) -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")));
    names
        .filter(|found| found.as_ref().is_ok_and(|found| found.trim() == name))
        .count()
}

#[test]
#[ignore = "run by a_queue_has_one_thread_while_it_is_open, in a process of its own"]
fn threads_come_and_go() {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    assert_eq!(threads("verigator-queue"), 0);
    for _ in 0..3 {
        let calls: Vec<_> = (0..20).map(|_| context.check()).collect();
        calls
            .iter()
            .for_each(|call| assert_eq!(call.submit(&queue, 0), VERIGATOR_OK));
        queue.wait_for(calls.len());
        assert_eq!(threads("verigator-queue"), 1);
    }
    queue.close();
    while threads("verigator-queue") > 0 {
        thread::yield_now();
    }
}

#[test]
fn a_queue_has_one_thread_while_it_is_open() {
    crate::in_a_process("ends::threads_come_and_go");
}

extern "C" fn count(user_data: *mut std::ffi::c_void) {
    // SAFETY: it is what `set_wake` was given below, and outlives the queue.
    unsafe { &*user_data.cast::<AtomicUsize>() }.fetch_add(1, Ordering::SeqCst);
}

#[test]
fn the_wake_function_is_called_when_the_first_ends_and_no_more_once_it_is_taken_away() {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let (woken, destroyed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let set = |wake: verigator_wake_callback, counter: &AtomicUsize| {
        let user_data = std::ptr::from_ref(counter).cast_mut().cast();
        // SAFETY: the counters outlive the queue.
        let set = unsafe { verigator_queue_set_wake(queue.0, wake, user_data, None) };
        assert_eq!(set, VERIGATOR_OK);
    };
    set(Some(count), &woken);
    let call = context.check();
    assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
    while woken.load(Ordering::SeqCst) == 0 {
        thread::yield_now();
    }
    assert_eq!(queue.look(), Ok(call.0));
    set(None, &woken);
    let call = context.check();
    assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
    queue.wait();
    assert_eq!(woken.load(Ordering::SeqCst), 1);
    // And what it was called with is given back.
    let user_data = std::ptr::from_ref(&destroyed).cast_mut().cast();
    // SAFETY: the counter outlives the queue.
    let set = unsafe { verigator_queue_set_wake(queue.0, Some(count), user_data, Some(count)) };
    assert_eq!(set, VERIGATOR_OK);
    queue.close();
    assert_eq!(destroyed.load(Ordering::SeqCst), 1);
}

/// Sets a function that counts how often it is called.
pub fn count_wakes(queue: &Queue, woken: &'static AtomicUsize) {
    let user_data = std::ptr::from_ref(woken).cast_mut().cast();
    // SAFETY: the counter lives for ever.
    let set = unsafe { verigator_queue_set_wake(queue.0, Some(count), user_data, None) };
    assert_eq!(set, VERIGATOR_OK);
}

/// Waits until it was.
fn is_called(woken: &AtomicUsize) {
    let end = Instant::now() + Duration::from_secs(30);
    while woken.load(Ordering::SeqCst) == 0 {
        assert!(Instant::now() < end, "nobody was told of what waits");
        thread::yield_now();
    }
}

#[test]
fn a_wake_function_that_is_set_late_is_told_of_what_waits() {
    static WOKEN: [AtomicUsize; 3] = [const { AtomicUsize::new(0) }; 3];
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let (first, second) = (context.check(), context.check());
    assert_eq!(first.submit(&queue, 0), VERIGATOR_OK);
    while first.status() == VERIGATOR_PENDING {
        thread::yield_now();
    }
    for woken in &WOKEN[..2] {
        count_wakes(&queue, woken);
        is_called(woken);
    }
    assert_eq!(queue.look(), Ok(first.0));
    count_wakes(&queue, &WOKEN[2]);
    assert_eq!(second.submit(&queue, 0), VERIGATOR_OK);
    is_called(&WOKEN[2]);
    assert_eq!(queue.look(), Ok(second.0));
    // SAFETY: there is nothing to call.
    let none = unsafe { verigator_queue_set_wake(queue.0, None, std::ptr::null_mut(), None) };
    assert_eq!(none, VERIGATOR_OK);
    assert!(WOKEN.iter().all(|woken| woken.load(Ordering::SeqCst) == 1));
}

#[test]
fn connections_that_rest_are_closed_on_request_and_with_the_context() {
    let ends: [fn(&Context); 2] = [Context::close_idle, Context::close];
    for end in ends {
        let (closed, closing) = channel();
        let peer = Peer::start(move |connection| {
            while connection.request().is_some() {
                connection.send(&reply(200, VERIFIED));
            }
            closed.send(()).unwrap();
        });
        let context = Context::to(&peer.base_url());
        let queue = context.queue();
        let call = context.check();
        assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
        assert_eq!(queue.wait(), call.0);
        end(&context);
        closing.recv_timeout(Duration::from_secs(10)).unwrap();
    }
}
