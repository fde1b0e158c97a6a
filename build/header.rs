//! Makes the C header from `src/ffi`, with cbindgen.

use std::path::Path;

use super::Result;

pub fn text(root: &Path) -> Result<String> {
    let mut header = Vec::new();
    cbindgen::generate(root)?.write(&mut header);
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
