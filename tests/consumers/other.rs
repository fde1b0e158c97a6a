//! Another library in Rust, with a standard library of its own, which unwinds.

/// The number, by way of a panic that is caught.
#[unsafe(no_mangle)]
pub extern "C" fn other_number() -> i32 {
    std::panic::set_hook(Box::new(|_| {}));
    let caught = std::panic::catch_unwind(|| std::panic::panic_any(42_i32));
    caught.unwrap_err().downcast_ref().copied().unwrap_or(0)
}
