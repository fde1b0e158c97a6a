//! Files that nobody but their owner may read.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::problem::{Problem, Result};

/// The largest of these files, in bytes.
const LARGEST: u64 = 1 << 20;

/// A text file, and who may do what with it.
pub struct Text {
    /// What it says, without the mark that some editors put at its beginning.
    pub text: Zeroizing<String>,
    /// The permissions of others than its owner, as in `chmod`.
    pub others: u32,
}

/// Reads a text file.
///
/// # Errors
///
/// It cannot be read, is too large, or is not UTF-8.
pub fn read(path: &Path) -> io::Result<Text> {
    let file = File::open(path)?;
    let others = permissions_of_others(&file)?;
    let mut text = Zeroizing::new(String::new());
    let read = file.take(LARGEST + 1).read_to_string(&mut text)?;
    if read as u64 > LARGEST {
        return Err(io::Error::other("it is too large to be what it should be"));
    }
    if let Some(rest) = text.strip_prefix('\u{feff}') {
        text = Zeroizing::new(rest.to_owned());
    }
    Ok(Text { text, others })
}

/// Reads a password from a file that only its owner may read.
///
/// # Errors
///
/// Others may read it as well, or nobody can.
pub fn password(path: &Path, source: &str) -> Result<Zeroizing<String>> {
    let text = read(path).map_err(|error| {
        let path = path.display();
        Problem::said(format!(
            "the password cannot be read from {path} (named by {source}): {error}"
        ))
    })?;
    refuse_others(path, text.others)?;
    let password = text.text.trim_end_matches(['\r', '\n']);
    Ok(Zeroizing::new(password.to_owned()))
}

/// Refuses a file with a password of which others than its owner may do anything.
///
/// # Errors
///
/// They may.
pub fn refuse_others(path: &Path, others: u32) -> Result<()> {
    match others {
        0 => Ok(()),
        _ => {
            let path = path.display();
            Err(Problem::said(format!(
                "{path} has a password, and others than its owner may read or write it: \
                 chmod 600 {path}, and change the password if they may have seen it"
            )))
        }
    }
}

/// What may others do with a file; with what is none, such as a pipe, it says nothing.
#[cfg(unix)]
fn permissions_of_others(file: &File) -> io::Result<u32> {
    use std::os::unix::fs::PermissionsExt;

    let metadata = file.metadata()?;
    Ok(match metadata.is_file() {
        true => metadata.permissions().mode() & 0o066,
        false => 0,
    })
}

#[cfg(not(unix))]
fn permissions_of_others(_: &File) -> io::Result<u32> {
    Ok(0)
}
