//! With the feature `capi`, makes a fresh `verigator.h` from `src/ffi` beside the build's other
//! outputs. The committed one in `include/` is compared with it by the tests and replaced by
//! `make header`.

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "capi")]
    capi::prepare()?;
    Ok(())
}

#[cfg(feature = "capi")]
mod capi {
    use std::env;
    use std::fs;
    use std::path::PathBuf;

    use super::Result;

    pub fn prepare() -> Result<()> {
        for path in ["cbindgen.toml", "src/ffi"] {
            println!("cargo::rerun-if-changed={path}");
        }
        fs::write(
            PathBuf::from(env::var("OUT_DIR")?).join("verigator.h"),
            header()?,
        )?;
        stay_loaded();
        Ok(())
    }

    fn header() -> Result<String> {
        let mut header = Vec::new();
        cbindgen::generate(env::var("CARGO_MANIFEST_DIR")?)?.write(&mut header);
        // Rust's heading, in the words of the header's manual.
        Ok(String::from_utf8(header)?.replace("# Safety\n *\n * ", "The caller promises: "))
    }

    /// A name lookup that the deadline cut off goes on in its thread: the code under it must stay.
    fn stay_loaded() {
        if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        }
    }
}
