//! Makes a fresh `verigator.h` from `src/ffi` beside the build's other outputs. The committed one
//! in `include/` is compared with it by the tests and replaced by `make header`.

use std::env;
use std::fs;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in ["build.rs", "cbindgen.toml", "src/ffi"] {
        println!("cargo::rerun-if-changed={path}");
    }
    fs::write(
        PathBuf::from(env::var("OUT_DIR")?).join("verigator.h"),
        header()?,
    )?;
    stay_loaded();
    Ok(())
}

fn header() -> Result<String, Box<dyn std::error::Error>> {
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
