//! Another library in Rust, with a standard library of its own: it starts a thread, which panics, and
//! catches that. Where a panic ends the process, the thread ends well.

use std::collections::HashMap;
use std::panic;
use std::thread;

/// The number 42, by way of what a library does with its standard library.
#[unsafe(no_mangle)]
pub extern "C" fn other_number() -> i32 {
    let numbers = HashMap::from([("forty-two".to_owned(), "42".to_owned())]);
    let thread = thread::spawn(move || numbers["forty-two"].parse().map(told));
    thread.join().map_or_else(caught, |told| told.unwrap_or(0))
}

#[cfg(panic = "unwind")]
fn told(number: i32) -> i32 {
    panic::set_hook(Box::new(|_| {}));
    panic::panic_any(number)
}

#[cfg(panic = "abort")]
fn told(number: i32) -> i32 {
    panic::catch_unwind(|| number).unwrap_or(0)
}

fn caught(panic: Box<dyn std::any::Any + Send>) -> i32 {
    panic.downcast_ref().copied().unwrap_or(0)
}
