//! Which library this is.

use std::ffi::{CStr, c_char};

/// The major version of this header: it changes when a program must be changed.
pub const VERIGATOR_VERSION_MAJOR: i32 = 1;
/// The minor version of this header: it changes when something is added.
pub const VERIGATOR_VERSION_MINOR: i32 = 0;
/// The patch version of this header: it changes with every other release.
pub const VERIGATOR_VERSION_PATCH: i32 = 0;

const VERSION: &CStr =
    match CStr::from_bytes_with_nul(concat!(env!("CARGO_PKG_VERSION"), "\0").as_bytes()) {
        Ok(version) => version,
        Err(_) => panic!("a version has no NUL"),
    };

/// Returns the version of the library that was loaded, such as "1.0.0".
///
/// The string is static. Compare it with VERIGATOR_VERSION_MAJOR and its kin, which are those of
/// the header at the time of compiling. Any thread. Since 1.0.
#[unsafe(no_mangle)]
pub extern "C" fn verigator_version() -> *const c_char {
    VERSION.as_ptr()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_has_the_version_of_the_package() {
        let header = format!(
            "{VERIGATOR_VERSION_MAJOR}.{VERIGATOR_VERSION_MINOR}.{VERIGATOR_VERSION_PATCH}"
        );
        assert_eq!(header, env!("CARGO_PKG_VERSION"));
    }
}
