//! What a panic says, kept for the error that it becomes. Rust would print it on descriptor 2, which may
//! be the host's data file by then, and look into the environment for how much to print.

use std::cell::{Cell, RefCell};
use std::panic::{self, PanicHookInfo};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

thread_local! {
    static IS_WITHIN: Cell<bool> = const { Cell::new(false) };
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// What the threads that this library starts are called.
const OWN_THREADS: &str = "verigator-";

/// Runs an export: until it ends, panics of this thread are silent.
pub(super) fn within<T>(export: impl FnOnce() -> T) -> T {
    struct Reset(bool);

    impl Drop for Reset {
        fn drop(&mut self) {
            IS_WITHIN.set(self.0);
        }
    }

    install();
    let _reset = Reset(IS_WITHIN.replace(true));
    export()
}

/// Where this thread's last panic was, such as `src/client.rs:7`.
pub(super) fn place() -> Option<String> {
    PLACE.try_with(RefCell::take).ok().flatten()
}

/// Once for the copy of the standard library that is in this one: the others of a process, a host in Rust
/// with them, have their own. What is shared with a Rust program goes on as it did.
fn install() {
    static IS_INSTALLED: AtomicBool = AtomicBool::new(false);
    if IS_INSTALLED.load(Ordering::Relaxed) || IS_INSTALLED.swap(true, Ordering::Relaxed) {
        return;
    }
    let others = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        if IS_WITHIN.get() {
            note(info);
        } else if !is_own_thread() {
            others(info);
        }
    }));
}

fn is_own_thread() -> bool {
    thread::current()
        .name()
        .is_some_and(|name| name.starts_with(OWN_THREADS))
}

fn note(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string);
    let _ = PLACE.try_with(|last| last.replace(place));
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::super::boundary;
    use crate::error::Status;

    #[test]
    fn a_panic_prints_nothing_and_tells_its_place() {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture"])
            .arg("ffi::panic_hook::tests::an_export_panics")
            .env("RUST_BACKTRACE", "full")
            .output()
            .unwrap();
        assert!(child.status.success());
        let printed = String::from_utf8(child.stderr).unwrap();
        assert_eq!(printed, "");
    }

    #[test]
    #[ignore = "run by a_panic_prints_nothing_and_tells_its_place, in a process of its own"]
    fn an_export_panics() {
        let status = boundary::call(|| panic!("on purpose"));
        assert_eq!(status, Status::PANIC.value());
        let error = boundary::last_error().unwrap();
        let (message, file) = (error.message(), file!());
        assert!(
            message.contains("on purpose") && message.contains(file),
            "{message}"
        );
    }
}
