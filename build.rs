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
        let header = String::from_utf8(header)?
            // Rust's heading, in the words of the header's manual.
            .replace("# Safety\n *\n * ", "The caller promises: ")
            // Where C++ wants an attribute.
            .replace(
                "VERIGATOR_API\nVERIGATOR_MUST_USE\n",
                "VERIGATOR_MUST_USE VERIGATOR_API\n",
            );
        Ok(with_calling_convention(&header))
    }

    /// Says how functions and callbacks are called, for which cbindgen knows no place.
    fn with_calling_convention(header: &str) -> String {
        let mut result = String::with_capacity(header.len() * 2);
        let mut shift = 0;
        for line in header.lines() {
            if line.starts_with(' ') {
                // The next parameter of a declaration.
                let is_comment = line.starts_with(" *");
                result.extend((0..if is_comment { 0 } else { shift }).map(|_| ' '));
                result.push_str(line);
            } else {
                let insertion = insertion(line);
                let (at, convention) = insertion.unwrap_or_default();
                shift = convention.len();
                result.push_str(&line[..at]);
                result.push_str(convention);
                result.push_str(&line[at..]);
            }
            result.push('\n');
        }
        result
    }

    /// What to insert where, if a function or callback is declared in this line.
    fn insertion(line: &str) -> Option<(usize, &'static str)> {
        let arguments = line.find('(')?;
        if line.starts_with(['#', '/']) {
            None
        } else if line.starts_with("typedef") {
            Some((arguments + 1, "VERIGATOR_CALL "))
        } else {
            let name = line[..arguments].rfind("verigator_")?;
            Some((name, "VERIGATOR_CALL "))
        }
    }

    /// A name lookup that the deadline cut off goes on in its thread: the code under it must stay.
    fn stay_loaded() {
        if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
            println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
        }
    }
}
