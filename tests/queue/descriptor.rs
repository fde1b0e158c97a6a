//! The queue's descriptor is a state: it can be read exactly as long as an ended call waits.

use std::os::fd::AsRawFd;
use std::sync::{Arc, Mutex};
use std::thread;

use proptest::prelude::*;
use verigator::ffi::*;

use crate::handles::{Call, Context, VERIFIED};
use crate::support::peer::{Peer, reply};

#[derive(Clone, Copy, Debug)]
enum Step {
    Submit,
    Take,
    TakeAndFree,
    Cancel,
    FreeAny,
    Close,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => Just(Step::Submit),
        4 => Just(Step::Take),
        4 => Just(Step::TakeAndFree),
        2 => Just(Step::Cancel),
        2 => Just(Step::FreeAny),
        1 => Just(Step::Close),
    ];
    proptest::collection::vec(step, 1..40)
}

/// Waits until everything that is under way has ended.
fn settle(calls: &[Call]) {
    while calls.iter().any(|call| call.status() == VERIGATOR_PENDING) {
        thread::yield_now();
    }
}

#[test]
fn it_says_what_the_queue_has_after_any_steps() {
    let peer = Arc::new(Peer::always(reply(200, VERIFIED)));
    let context = Mutex::new(Context::to(&peer.base_url()));
    let config = ProptestConfig {
        cases: 64,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(steps in steps())| {
        let context = context.lock().unwrap();
        let queue = context.queue();
        let descriptor = queue.descriptor();
        // Those that were submitted and have not come out.
        let mut inside: Vec<Call> = Vec::new();
        for step in steps {
            match step {
                Step::Submit => {
                    let call = context.check();
                    if call.submit(&queue, 0) == VERIGATOR_OK {
                        inside.push(call);
                    }
                }
                Step::Take | Step::TakeAndFree => if let Ok(handle) = queue.look() {
                    let place = inside.iter().position(|call| call.0 == handle).unwrap();
                    drop(inside.swap_remove(place));
                }
                Step::Cancel => inside.iter().take(1).for_each(Call::cancel),
                Step::FreeAny => drop(inside.pop()),
                Step::Close => queue.close(),
            }
            settle(&inside);
            // A call ends a moment before it comes out.
            while queue.is_readable() == inside.is_empty() {
                thread::yield_now();
            }
        }
        prop_assert_eq!(queue.descriptor(), descriptor);
        while !inside.is_empty() {
            prop_assert!(queue.is_readable());
            let handle = queue.look().unwrap();
            inside.retain(|call| call.0 != handle);
        }
        prop_assert!(!queue.is_readable());
    });
}

/// Nobody reads it: submitting, cancelling and taking out go on all the same.
#[test]
fn a_hundred_thousand_that_nobody_looks_at_hold_nothing_up() {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    queue.descriptor();
    let mut calls = Vec::new();
    for turn in 0..20_000 {
        let call = context.check();
        // Most end without a connection.
        if turn % 50 != 0 {
            call.cancel();
        }
        assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
        calls.push(call);
    }
    settle(&calls);
    queue.wait_for(calls.len());
    assert_eq!(queue.next(None), Err(VERIGATOR_EMPTY));
    assert!(!queue.is_readable());
}

/// Whatever keeps the queue's thread from going on: a loop that took everything sleeps.
#[test]
fn it_seldom_says_that_there_is_something_where_nothing_is() {
    const CALLS: usize = 3_000;
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    queue.descriptor();
    let submit = || {
        let call = context.check();
        assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
        call
    };
    let mut calls: Vec<Call> = (0..32).map(|_| submit()).collect();
    let (mut ended, mut in_vain) = (0, 0);
    while ended < CALLS {
        queue.sleep_until_readable();
        let before = ended;
        while let Ok(handle) = queue.look() {
            calls.retain(|call| call.0 != handle);
            calls.push(submit());
            ended += 1;
        }
        in_vain += usize::from(ended == before);
    }
    assert!(in_vain < CALLS / 10, "{in_vain}");
}

/// As a daemon does when it starts.
#[test]
#[ignore = "run by a_host_that_closes_all_descriptors_gets_its_calls, in a process of its own"]
fn the_descriptors_are_taken() {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    queue.descriptor();
    let call = context.check();
    assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
    assert_eq!(queue.wait(), call.0);
    let numbers = library_sockets();
    for number in &numbers {
        let file = std::fs::File::open("/dev/zero").unwrap();
        // SAFETY: the number is the library's, which tells its own from what others put there.
        let taken = unsafe { libc::dup2(file.as_raw_fd(), *number) };
        assert_eq!(taken, *number);
    }
    assert!(numbers.len() >= 4, "{numbers:?}");
    for _ in 0..3 {
        let call = context.check();
        assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
        assert_eq!(queue.wait(), call.0);
        assert!(call.is_verified());
    }
    let call = context.check();
    assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
    while !queue.is_readable() {
        thread::yield_now();
    }
    queue.wait();
    drop(queue);
    drop(context);
    for number in numbers {
        // SAFETY: it asks what the number stands for.
        let is_open = unsafe { libc::fcntl(number, libc::F_GETFD) } != -1;
        assert!(is_open, "{number} was closed");
    }
}

/// The numbers of the sockets in this process that are a queue's.
fn library_sockets() -> Vec<i32> {
    let all = std::fs::read_dir("/proc/self/fd").unwrap();
    let names = all.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse::<i32>().ok());
    names.filter(|number| is_a_pairs(*number)).collect()
}

/// Nothing else here has pairs.
fn is_a_pairs(number: i32) -> bool {
    use std::mem::{size_of, zeroed};
    // SAFETY: the address is as large as it says, and zeroed is a valid one.
    unsafe {
        let mut address: libc::sockaddr_storage = zeroed();
        let mut length = size_of::<libc::sockaddr_storage>() as libc::socklen_t;
        let asked = libc::getpeername(number, (&raw mut address).cast(), &raw mut length);
        asked == 0 && i32::from(address.ss_family) == libc::AF_UNIX
    }
}

#[test]
fn a_host_that_closes_all_descriptors_gets_its_calls() {
    crate::in_a_process("descriptor::the_descriptors_are_taken");
}
