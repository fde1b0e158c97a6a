//! What every native method runs in: a panic of Rust becomes a Java exception.

use jni::errors::{Result, ThrowRuntimeExAndDefault};
use jni::{Env, EnvUnowned};

/// Runs a native method. An `Err` has thrown, or is thrown now; so is a panic. Java sees the
/// exception, and the value returned beside it is not read.
pub(crate) fn call<'local, T: Default>(
    mut env: EnvUnowned<'local>,
    method: impl FnOnce(&mut Env<'local>) -> Result<T>,
) -> T {
    env.with_env(method).resolve::<ThrowRuntimeExAndDefault>()
}
