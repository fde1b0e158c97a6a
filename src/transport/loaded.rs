//! Keeps this library loaded: the thread of a name lookup may run after its call has ended, and needs its
//! code.

use std::io;

/// From now on the library is not unloaded any more.
#[cfg(windows)]
pub(super) fn stay() -> io::Result<()> {
    use windows_sys::Win32::System::LibraryLoader::{
        GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
    };

    let within = stay as fn() -> io::Result<()>;
    let flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN;
    let mut module = std::ptr::null_mut();
    // SAFETY: with these flags the second argument is an address within the module, and no text; the
    // third is valid for writing.
    let is_pinned = unsafe { GetModuleHandleExW(flags, within as *const u16, &mut module) };
    match is_pinned {
        0 => Err(io::Error::last_os_error()),
        _ => Ok(()),
    }
}

/// Elsewhere the linker says so (`-z nodelete`).
#[cfg(not(windows))]
pub(super) fn stay() -> io::Result<()> {
    Ok(())
}
