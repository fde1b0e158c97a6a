//! With the feature `capi`, makes from `src/ffi` what languages see of the C API, beside the build's
//! other outputs: the header and the description. The committed ones in `include/` are compared with
//! them by the tests and replaced by `make header`.

#[cfg(feature = "capi")]
mod description;
#[cfg(feature = "capi")]
mod header;
#[cfg(feature = "capi")]
mod options;
#[cfg(feature = "capi")]
mod reading;
#[cfg(feature = "capi")]
mod source;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build");
    #[cfg(feature = "capi")]
    capi::prepare()?;
    Ok(())
}

#[cfg(feature = "capi")]
mod capi {
    use std::env;
    use std::fs;
    use std::path::PathBuf;

    use super::{Result, description, header};

    pub fn prepare() -> Result<()> {
        for path in ["cbindgen.toml", "src/ffi", "src/option"] {
            println!("cargo::rerun-if-changed={path}");
        }
        let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
        let made = PathBuf::from(env::var("OUT_DIR")?);
        fs::write(made.join("verigator.h"), header::text(&root)?)?;
        fs::write(made.join("verigator.json"), description::text(&root)?)?;
        stay_loaded();
        Ok(())
    }

    /// A name lookup that the deadline cut off goes on in its thread: the code under it must stay.
    fn stay_loaded() {
        if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        }
    }
}
