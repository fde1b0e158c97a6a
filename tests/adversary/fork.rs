//! A child of `fork()`, which goes on with a client that its parent made. `tests/c/fork.c` has more.

use std::sync::mpsc::channel;

use crate::support::peer::reply;
use crate::support::route::{Route, config_from_variables};
use crate::{SERVICE, in_a_process_with_a_route};

/// What the parent remembers of its sessions lies behind locks, and tells who watches the network that
/// the two are one.
#[test]
fn a_child_goes_on_with_tls_sessions_of_its_own_only() {
    Route::each(|route| {
        if !route.speaks_tls() {
            return;
        }
        let (seen, seeing) = channel();
        let routed = route.to(move |connection| {
            connection.request();
            seen.send(connection.is_resumed()).unwrap();
            connection.send(&reply(200, SERVICE));
        });
        in_a_process_with_a_route("fork::a_parent_and_its_child_call", &routed);
        let resumed: Vec<bool> = seeing.try_iter().collect();
        let (parent, child, parent_again) = ([false, true], [false, true], [true]);
        assert_eq!(resumed, [&parent[..], &child, &parent_again].concat());
    });
}

#[test]
#[ignore = "run by a_child_goes_on_with_tls_sessions_of_its_own_only, in a process of its own"]
fn a_parent_and_its_child_call() {
    let mut config = config_from_variables();
    // A connection for each call.
    config.set_max_idle_connections(0).unwrap();
    let client = crate::client(&config);
    let is_answered = || client.service("s").is_ok();
    assert!(is_answered() && is_answered());
    // SAFETY: no thread holds a lock that the child needs: there is none but the one that waits for this.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let failed = i32::from(!(is_answered() && is_answered()));
        // SAFETY: it always is, and runs nothing that is the parent's.
        unsafe { libc::_exit(failed) };
    }
    let mut status = -1;
    // SAFETY: a valid place to write the status to.
    let ended = unsafe { libc::waitpid(child, &raw mut status, 0) };
    assert_eq!((ended, status), (child, 0));
    assert!(is_answered());
}
