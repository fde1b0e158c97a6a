//! A socket in the file system. One that a server left behind when it was killed is taken over; one that
//! somebody still listens on never is.

use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::{UnixListener, UnixSocket as Unbound, UnixStream};
use tokio::time::{sleep, timeout};

use crate::listener::BACKLOG;

/// How long to wait for another server that takes a socket in the same directory, and how often to look.
const LOOKS: usize = 50;
const LOOK_INTERVAL: Duration = Duration::from_millis(20);
/// How long to wait for whoever may listen.
const ANSWER: Duration = Duration::from_secs(1);

/// A socket that takes connections.
pub struct UnixSocket {
    listener: UnixListener,
    /// What is to be removed in the end.
    made: Option<Made>,
}

/// A file that was made here, which may have been replaced since.
struct Made {
    path: PathBuf,
    id: (u64, u64),
}

impl UnixSocket {
    /// Makes a socket of some mode, in the place of one that nobody listens on any more.
    ///
    /// # Errors
    ///
    /// Somebody listens there, or may do so; there is something else of that name; or it cannot be made.
    pub async fn bind(path: &Path, mode: u32) -> io::Result<Self> {
        // Two that are started at once would each remove what the other has just made.
        let _lock = lock_directory_of(path).await?;
        remove_abandoned(path).await?;
        let unbound = Unbound::new_stream()?;
        unbound.bind(path)?;
        // Nobody can connect before it listens.
        fs::set_permissions(path, Permissions::from_mode(mode))?;
        let metadata = fs::symlink_metadata(path)?;
        Ok(Self {
            listener: unbound.listen(BACKLOG)?,
            made: Some(Made {
                path: std::path::absolute(path)?,
                id: (metadata.dev(), metadata.ino()),
            }),
        })
    }

    /// A socket that somebody else made, and will remove.
    pub fn passed(listener: UnixListener) -> Self {
        Self {
            listener,
            made: None,
        }
    }

    /// Where it is; empty if it has no name.
    pub fn path(&self) -> io::Result<PathBuf> {
        let address = self.listener.local_addr()?;
        Ok(address.as_pathname().unwrap_or(Path::new("")).to_owned())
    }

    /// Waits for a connection.
    pub async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}

impl Drop for UnixSocket {
    fn drop(&mut self) {
        let Some(made) = &self.made else { return };
        let metadata = fs::symlink_metadata(&made.path);
        if metadata.is_ok_and(|file| (file.dev(), file.ino()) == made.id) {
            let _ = fs::remove_file(&made.path);
        }
    }
}

async fn lock_directory_of(path: &Path) -> io::Result<File> {
    let directory = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    let directory = File::open(directory.unwrap_or(Path::new(".")))?;
    for _ in 0..LOOKS {
        match directory.try_lock() {
            Ok(()) => return Ok(directory),
            Err(TryLockError::WouldBlock) => sleep(LOOK_INTERVAL).await,
            Err(TryLockError::Error(error)) => return Err(error),
        }
    }
    Err(io::Error::new(
        ErrorKind::ResourceBusy,
        "somebody has locked its directory",
    ))
}

async fn remove_abandoned(path: &Path) -> io::Result<()> {
    let metadata = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        metadata => metadata?,
    };
    if !metadata.file_type().is_socket() {
        return Err(io::Error::new(
            ErrorKind::AlreadyExists,
            "there is something else of that name",
        ));
    }
    match timeout(ANSWER, UnixStream::connect(path)).await {
        // Only this says that nobody listens: one whose queue is full, or that may not be asked, is alive.
        Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => fs::remove_file(path),
        _ => Err(io::Error::new(
            ErrorKind::AddrInUse,
            "another program listens there",
        )),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net;

    use super::*;

    async fn error(path: &Path) -> String {
        let bound = UnixSocket::bind(path, 0o600).await;
        bound.err().expect("it must not be taken").to_string()
    }

    #[tokio::test]
    async fn a_socket_that_was_left_behind_is_taken_and_a_live_one_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        let live = net::UnixListener::bind(&path).unwrap();
        assert!(error(&path).await.contains("another program"));
        drop(live);
        let taken = UnixSocket::bind(&path, 0o640).await.unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o7777, 0o640);
        assert!(error(&path).await.contains("another program"));
        drop(taken);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn nothing_else_is_removed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file");
        fs::write(&path, "precious").unwrap();
        assert!(error(&path).await.contains("something else"));
        fs::remove_file(&path).unwrap();
        let replaced = UnixSocket::bind(&path, 0o600).await.unwrap();
        fs::remove_file(&path).unwrap();
        let _other = net::UnixListener::bind(&path).unwrap();
        drop(replaced);
        assert!(path.exists(), "it is another's");
    }

    #[tokio::test]
    async fn of_many_that_start_at_once_one_takes_it() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("socket");
        drop(net::UnixListener::bind(&path).unwrap());
        let tries = (0..8).map(|_| UnixSocket::bind(&path, 0o600));
        let taken = futures_util::future::join_all(tries).await;
        assert_eq!(taken.iter().filter(|bound| bound.is_ok()).count(), 1);
        assert!(UnixStream::connect(&path).await.is_ok());
    }
}
