//! A program of many threads: none of them waits for the others when it submits.

use std::ffi::c_void;
use std::sync::Barrier;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use verigator::ffi::*;

use crate::handles::{ANY, Call, Context, Queue};
use crate::support::peer::{Peer, reply};

/// A wake function that holds on to the queue's thread.
struct Stopped {
    is_there: Sender<()>,
    go_on: Receiver<()>,
}

extern "C" fn stop(stopped: *mut c_void) {
    // SAFETY: it is what `set_wake` was given, which outlives the queue.
    let stopped = unsafe { &*stopped.cast::<Stopped>() };
    stopped.is_there.send(()).unwrap();
    // Once the other end is gone, nothing is waited for.
    let _ = stopped.go_on.recv();
}

#[test]
fn submit_returns_while_the_queues_thread_is_stopped() {
    let peer = Peer::always(reply(200, ANY));
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let (is_there, arrives) = channel();
    let (goes_on, go_on) = channel();
    let stopped = Box::new(Stopped { is_there, go_on });
    let user_data = (&raw const *stopped).cast_mut().cast();
    // SAFETY: the wake function is of its type, and what it is given lives until it runs no more.
    let set = unsafe { verigator_queue_set_wake(queue.0, Some(stop), user_data, None) };
    assert_eq!(set, VERIGATOR_OK);
    let first = context.get();
    assert_eq!(first.submit(&queue, 0), VERIGATOR_OK);
    arrives.recv().unwrap();
    let calls: Vec<Call> = (0..50).map(|_| context.get()).collect();
    std::thread::scope(|scope| {
        for call in &calls {
            scope.spawn(|| assert_eq!(call.submit(&queue, 0), VERIGATOR_OK));
        }
    });
    drop(goes_on);
    queue.wait_for(calls.len() + 1);
    queue.close();
}

/// What this thread has computed so far.
fn computed() -> Duration {
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: a valid place to write the time to.
    let read = unsafe { libc::clock_gettime(libc::CLOCK_THREAD_CPUTIME_ID, &raw mut time) };
    assert_eq!(read, 0);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The least that one of many submits had to compute.
fn work_of_submit(context: &Context, queue: &Queue) -> Duration {
    let calls: Vec<Call> = (0..200).map(|_| context.get()).collect();
    let work = calls.iter().map(|call| {
        let before = computed();
        assert_eq!(call.submit(queue, 0), VERIGATOR_OK);
        computed() - before
    });
    let least = work.min().unwrap();
    queue.wait_for(calls.len());
    least
}

#[test]
fn what_a_submit_has_to_do_does_not_grow_with_the_programs_threads() {
    crate::in_a_process("threads::work_beside_many_threads");
}

#[test]
#[ignore = "run by what_a_submit_has_to_do_does_not_grow_with_the_programs_threads, in a process of its own"]
fn work_beside_many_threads() {
    let peer = Peer::always(reply(200, ANY));
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    let alone = work_of_submit(&context, &queue);
    let (many, barrier) = (1000, Barrier::new(1001));
    std::thread::scope(|scope| {
        for _ in 0..many {
            scope.spawn(|| {
                drop(context.get());
                barrier.wait();
                barrier.wait();
            });
        }
        barrier.wait();
        let beside_many = work_of_submit(&context, &queue);
        barrier.wait();
        println!("{alone:?} alone, {beside_many:?} beside {many} threads");
        assert!(
            beside_many < 4 * alone,
            "{alone:?} alone, {beside_many:?} beside {many} threads"
        );
    });
}
