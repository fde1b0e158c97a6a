//! A queue in its host's process: what stays as it was.

use std::collections::HashSet;

use verigator::ffi::*;

use crate::handles::{Context, Queue, VERIFIED};
use crate::support::peer::{Peer, reply};

/// Makes a call through a queue, which is still there afterwards.
fn used(peer: &Peer) -> (Context, Queue) {
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    queue.descriptor();
    let call = context.check();
    assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
    assert_eq!(queue.wait(), call.0);
    assert!(call.is_verified());
    (context, queue)
}

/// A set of signals, as the system has it of this process or one of its threads.
fn signals(status: &str, which: &str) -> u64 {
    let value = status.lines().find_map(|line| line.strip_prefix(which));
    u64::from_str_radix(value.unwrap().trim(), 16).unwrap()
}

/// The `status` of each thread of this process that has this name.
fn of_threads(name: &str) -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let all =
        tasks.filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("status")).ok());
    let named = format!("Name:\t{name}\n");
    all.filter(|status| status.starts_with(&named)).collect()
}

/// The host's signals are its own threads'; those of faults are for its crash handler.
#[test]
#[ignore = "run by signals_are_the_hosts, in a process of its own"]
fn a_queue_and_signals() {
    const FAULTS: [i32; 7] = [
        libc::SIGABRT,
        libc::SIGBUS,
        libc::SIGFPE,
        libc::SIGILL,
        libc::SIGSEGV,
        libc::SIGSYS,
        libc::SIGTRAP,
    ];
    // Of this thread: the process's first one, which has just started it, may not be done with that.
    let handled = || {
        let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
        ["SigBlk:", "SigIgn:", "SigCgt:"].map(|which| signals(&status, which))
    };
    let peer = Peer::always(reply(200, VERIFIED));
    let before = handled();
    let (_context, queue) = used(&peer);
    let threads = of_threads("verigator-queue");
    let [thread] = threads.as_slice() else {
        panic!("{threads:?}")
    };
    let blocked = signals(thread, "SigBlk:");
    // Two cannot be blocked, and those between are the C library's own.
    let can_be = |signal: &i32| ![libc::SIGKILL, libc::SIGSTOP, 32, 33].contains(signal);
    for signal in (1..=64).filter(can_be) {
        let is_blocked = blocked >> (signal - 1) & 1 == 1;
        assert_eq!(is_blocked, !FAULTS.contains(&signal), "signal {signal}");
    }
    drop(queue);
    assert_eq!(handled(), before);
}

#[test]
fn signals_are_the_hosts() {
    crate::in_a_process("host::a_queue_and_signals");
}

fn descriptors() -> HashSet<i32> {
    let all = std::fs::read_dir("/proc/self/fd").unwrap();
    all.filter_map(|entry| entry.unwrap().file_name().to_str()?.parse().ok())
        .collect()
}

/// So that a program which the host starts has none of them.
#[test]
#[ignore = "run by descriptors_are_not_handed_on, in a process of its own"]
fn a_queue_and_descriptors() {
    let peer = Peer::always(reply(200, VERIFIED));
    let before = descriptors();
    let (_context, _queue) = used(&peer);
    let mut count = 0;
    for number in descriptors().difference(&before) {
        // SAFETY: it asks how the number is handed on; one that was closed since has no flags.
        let flags = unsafe { libc::fcntl(*number, libc::F_GETFD) };
        assert!(flags == -1 || flags & libc::FD_CLOEXEC != 0, "{number}");
        count += 1;
    }
    // The queue's, its thread's and the connection's.
    assert!(count >= 5, "{count}");
}

#[test]
fn descriptors_are_not_handed_on() {
    crate::in_a_process("host::a_queue_and_descriptors");
}
