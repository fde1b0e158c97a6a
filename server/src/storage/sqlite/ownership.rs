//! What to do where the folder of a file is somebody else's, as a volume may be that a container was given.

use std::io;
use std::path::Path;

use super::OpenError;

/// Why a file cannot be opened.
pub(super) fn refusal(file: &Path, cause: io::Error) -> OpenError {
    match cause.kind() {
        io::ErrorKind::PermissionDenied => match advice(file) {
            Some(advice) => OpenError::Io(io::Error::other(format!("{cause}; {advice}"))),
            None => OpenError::Io(cause),
        },
        _ => OpenError::Io(cause),
    }
}

#[cfg(unix)]
fn advice(file: &Path) -> Option<String> {
    use std::os::unix::fs::MetadataExt;
    let folder = file.parent()?;
    let owner = std::fs::metadata(folder).ok()?.uid();
    let user = rustix::process::geteuid().as_raw();
    let folder = folder.display();
    (owner != user).then(|| {
        format!("{folder} belongs to the user {owner}: give it to the user {user}, as whom the server runs")
    })
}

#[cfg(not(unix))]
fn advice(_: &Path) -> Option<String> {
    None
}
