//! A queue in its host's process: what stays as it was, and what becomes of calls where there is no
//! room for it, or at the end.

use std::collections::HashSet;
use std::process::Command;

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
    let handled = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
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

/// Does something while this limit is 0.
fn without(resource: libc::__rlimit_resource_t, act: impl FnOnce()) {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the places are valid to read and to write.
    unsafe {
        assert_eq!(libc::getrlimit(resource, &raw mut limit), 0);
        let none = libc::rlimit {
            rlim_cur: 0,
            ..limit
        };
        assert_eq!(libc::setrlimit(resource, &raw const none), 0);
    }
    act();
    // SAFETY: as above.
    assert_eq!(unsafe { libc::setrlimit(resource, &raw const limit) }, 0);
}

/// A call that is refused for want of something is the caller's, as it was.
#[test]
#[ignore = "run by a_submit_without_room_accepts_nothing, in a process of its own"]
fn a_queue_without_room() {
    // The number of root's threads has no limit.
    // SAFETY: this process has nothing that another user may not have.
    unsafe { libc::setuid(65534) };
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    for resource in [libc::RLIMIT_NOFILE, libc::RLIMIT_NPROC] {
        let (queue, call) = (context.queue(), context.check());
        without(resource, || {
            assert_eq!(call.submit(&queue, 7), VERIGATOR_SYSTEM, "{resource}");
        });
        assert_eq!(call.status(), VERIGATOR_PENDING);
        assert!(call.error().is_none());
        assert_eq!(queue.look(), Err(VERIGATOR_EMPTY));
        assert_eq!(call.submit(&queue, 8), VERIGATOR_OK);
        assert_eq!(queue.wait(), call.0);
        assert!(call.is_verified() && call.tag() == 8);
    }
}

#[test]
fn a_submit_without_room_accepts_nothing() {
    crate::in_a_process("host::a_queue_without_room");
}

/// Neither joins a thread nor crashes; some calls have begun by then.
#[test]
#[ignore = "run by the_end_of_a_program_amid_its_calls_is_its_own, in a process of its own"]
fn a_program_that_ends() {
    let peer = Peer::start(|connection| {
        connection.request();
        connection.wait_for_close();
    });
    let context = Context::to(&peer.base_url());
    let queue = context.queue();
    for _ in 0..1_000 {
        let call = context.check();
        assert_eq!(call.submit(&queue, 0), VERIGATOR_OK);
        std::mem::forget(call);
    }
    std::process::exit(7);
}

#[test]
fn the_end_of_a_program_amid_its_calls_is_its_own() {
    for _ in 0..20 {
        let mut program = Command::new(std::env::current_exe().unwrap());
        let ended = program
            .args(["--exact", "host::a_program_that_ends", "--ignored"])
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(7), "{ended:?}");
    }
}
