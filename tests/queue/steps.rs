//! A call that is made a step at a time, by a thread that has other things to see to.

use std::ffi::CStr;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use verigator::ffi::*;

use crate::handles::{Call, Context, VERIFIED};
use crate::support::peer::{Peer, reply, reply_with};
use crate::support::route::Route;

impl Call {
    fn step(&self) -> verigator_status {
        verigator_call_step(self.0)
    }

    /// Steps until it has ended.
    fn steps(&self) -> verigator_status {
        loop {
            match self.step() {
                VERIGATOR_PENDING => {}
                status => return status,
            }
        }
    }

    /// Its log lines, with their levels.
    fn lines(&self) -> Vec<(verigator_log_level, String)> {
        (0..)
            .map_while(|index| {
                let message = verigator_call_log_message(self.0, index);
                // SAFETY: the call lives, so does its line.
                let message = (!message.is_null()).then(|| unsafe { CStr::from_ptr(message) })?;
                let level = verigator_call_log_level(self.0, index);
                Some((level, message.to_str().unwrap().to_owned()))
            })
            .collect()
    }
}

/// On every route, also where the thread of another kind makes it.
#[test]
fn a_call_that_waits_comes_back_within_a_tenth_of_a_second_and_goes_on() {
    Route::each(|route| {
        let (go_on, goes_on) = channel::<()>();
        let goes_on = std::sync::Mutex::new(goes_on);
        let routed = route.to(move |connection| {
            connection.request();
            goes_on.lock().unwrap().recv().unwrap();
            connection.send(&reply(200, VERIFIED));
        });
        let call = Context::of(&routed).check();
        for _ in 0..3 {
            let before = Instant::now();
            assert_eq!(call.step(), VERIGATOR_PENDING);
            assert!(before.elapsed() < Duration::from_secs(1));
            assert_eq!(call.status(), VERIGATOR_PENDING);
        }
        go_on.send(()).unwrap();
        // Whichever thread has the time.
        let status = thread::scope(|scope| scope.spawn(|| call.steps()).join().unwrap());
        assert_eq!(status, VERIGATOR_OK);
        assert!(call.is_verified());
        assert_eq!(routed.peer.received().len(), 1);
    });
}

#[test]
fn an_answer_that_is_there_soon_takes_one_step() {
    let peer = Peer::always(reply(200, VERIFIED));
    let context = Context::to(&peer.base_url());
    let call = context.check();
    assert_eq!(call.step(), VERIGATOR_OK);
    assert!(call.is_verified());
    // It is made once.
    assert_eq!(call.step(), VERIGATOR_INVALID_ARGUMENT);
    assert_eq!(call.run(), VERIGATOR_INVALID_ARGUMENT);
    let run = context.check();
    assert_eq!(run.run(), VERIGATOR_OK);
    assert_eq!(run.step(), VERIGATOR_INVALID_ARGUMENT);
}

#[test]
fn between_two_steps_a_call_is_cancelled_late_closed_or_freed() {
    let silent = || {
        Peer::start(|connection| {
            connection.request();
            connection.wait_for_close();
        })
    };
    let begun = |context: &Context| {
        let call = context.check().timeout(Duration::from_millis(300));
        assert_eq!(call.step(), VERIGATOR_PENDING);
        call
    };
    let peer = silent();
    let context = Context::to(&peer.base_url());

    let cancelled = begun(&context);
    cancelled.cancel();
    assert_eq!(cancelled.steps(), VERIGATOR_CANCELLED);
    assert!(cancelled.error().unwrap().1);

    assert_eq!(begun(&context).steps(), VERIGATOR_TIMEOUT);

    drop(begun(&context));
    peer.wait_until_ended(3);

    let closed = begun(&context);
    context.close();
    assert_eq!(closed.steps(), VERIGATOR_CANCELLED);
}

#[test]
fn a_signal_ends_a_step() {
    extern "C" fn nothing(_: libc::c_int) {}
    let (seen, seeing) = channel();
    let peer = Peer::start(move |connection| {
        connection.request();
        seen.send(()).unwrap();
        connection.wait_for_close();
    });
    let call = Context::to(&peer.base_url()).check();
    // SAFETY: the handler does nothing, and the thread lives until it is joined.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = nothing as extern "C" fn(libc::c_int) as usize;
        assert_eq!(
            libc::sigaction(libc::SIGUSR1, &action, std::ptr::null_mut()),
            0
        );
        let this = libc::pthread_self();
        thread::scope(|scope| {
            let signals = scope.spawn(move || {
                seeing.recv().unwrap();
                libc::pthread_kill(this, libc::SIGUSR1)
            });
            assert_eq!(call.step(), VERIGATOR_PENDING);
            assert_eq!(signals.join().unwrap(), 0);
        });
    }
    call.cancel();
    assert_eq!(call.steps(), VERIGATOR_CANCELLED);
}

#[test]
fn a_child_of_fork_finds_its_parents_call_cancelled() {
    crate::in_a_process("steps::a_parent_and_its_child");
}

#[test]
#[ignore = "run by a_child_of_fork_finds_its_parents_call_cancelled, in a process of its own"]
fn a_parent_and_its_child() {
    let (go_on, goes_on) = channel::<()>();
    let goes_on = std::sync::Mutex::new(goes_on);
    let peer = Peer::start(move |connection| {
        connection.request();
        goes_on.lock().unwrap().recv().unwrap();
        connection.send(&reply(200, VERIFIED));
    });
    let context = Context::to(&peer.base_url());
    let (stepped, freed) = (context.check(), context.check());
    assert_eq!(stepped.step(), VERIGATOR_PENDING);
    assert_eq!(freed.step(), VERIGATOR_PENDING);
    // SAFETY: the child looks at the calls, and leaves by _exit.
    let child = unsafe { libc::fork() };
    if child == 0 {
        let is_cancelled = stepped.step() == VERIGATOR_CANCELLED;
        let is_freed = verigator_call_free(freed.0) == VERIGATOR_OK;
        // SAFETY: it always is.
        unsafe { libc::_exit(i32::from(!(is_cancelled && is_freed))) };
    }
    let mut status = -1;
    // SAFETY: a valid place to write the status to.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0);
    for call in [&stepped, &freed] {
        go_on.send(()).unwrap();
        assert_eq!(call.steps(), VERIGATOR_OK);
        assert!(call.is_verified());
    }
}

#[test]
fn a_call_keeps_its_log_lines() {
    let peer = Peer::in_turn(vec![
        reply_with(503, "retry-after: 0\r\n", ""),
        reply(200, r#"{"id":"s","name":"n","ctime":"t"}"#),
    ]);
    let keeping = |level| {
        Context::with(&peer.base_url(), |config| {
            assert_eq!(verigator_config_set_call_log(config, level), VERIGATOR_OK);
        })
    };
    let context = keeping(VERIGATOR_LOG_INFO);
    let queue = context.queue();
    let (stepped, submitted) = (context.get(), context.get());
    assert!(stepped.lines().is_empty());
    assert_eq!(stepped.steps(), VERIGATOR_OK);
    let lines = stepped.lines();
    let levels: Vec<_> = lines.iter().map(|(level, _)| *level).collect();
    assert_eq!(
        levels,
        [VERIGATOR_LOG_WARN, VERIGATOR_LOG_INFO],
        "{lines:?}"
    );
    assert!(lines[0].1.contains("retry 1"), "{lines:?}");
    assert_eq!(verigator_call_log_level(stepped.0, 2), 0);

    assert_eq!(submitted.submit(&queue, 0), VERIGATOR_OK);
    queue.wait();
    assert_eq!(submitted.lines().len(), 1);

    let none = keeping(VERIGATOR_LOG_ERROR).get();
    assert_eq!(none.run(), VERIGATOR_OK);
    assert!(none.lines().is_empty());
}
