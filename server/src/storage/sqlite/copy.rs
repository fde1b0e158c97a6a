//! A file that is written beside the one whose place it is to take, and removed again if that does not
//! happen.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::log;

/// A new file, for its owner only.
pub(super) struct NewFile(PathBuf);

impl NewFile {
    /// Makes it beside a file, empty, with a name that no other process takes.
    pub(super) fn beside(file: &Path) -> io::Result<Self> {
        let path = log::beside(file, &format!(".{}.part", std::process::id()));
        let new = Self(path);
        new.remove();
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&new.0)?;
        Ok(new)
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Takes over the bytes of a database that nobody writes to, and of its log if it has one.
    pub(super) fn take_from(&self, database: &Path) -> io::Result<()> {
        let before = state(database)?;
        // Only the bytes: the file keeps its permissions.
        let mut options = OpenOptions::new();
        options.write(true).truncate(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        for suffix in ["", "-wal"] {
            let from = log::beside(database, suffix);
            if suffix.is_empty() || log::bytes(database) > 0 {
                let mut to = options.open(log::beside(&self.0, suffix))?;
                io::copy(&mut File::open(from)?, &mut to)?;
            }
        }
        match state(database)? == before {
            true => Ok(()),
            false => Err(io::Error::other(
                "it was written to while it was copied; try again",
            )),
        }
    }

    /// Brings it to the disk and gives it the name of the other file.
    pub(super) fn become_file(&self, file: &Path) -> io::Result<()> {
        File::open(&self.0)?.sync_all()?;
        std::fs::rename(&self.0, file)?;
        sync_directory(file)
    }

    fn remove(&self) {
        for suffix in ["", "-journal", "-wal", "-shm"] {
            let _ = std::fs::remove_file(log::beside(&self.0, suffix));
        }
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        self.remove();
    }
}

/// What tells whether a database was written to.
fn state(database: &Path) -> io::Result<impl PartialEq + use<>> {
    let file = std::fs::metadata(database)?;
    let log = std::fs::metadata(log::path(database)).ok();
    let log = log.map(|log| (log.len(), log.modified().ok()));
    Ok((file.len(), file.modified().ok(), log))
}

/// Brings to the disk which names are in the directory of a file.
pub(super) fn sync_directory(file: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(directory) = file.parent() {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}
