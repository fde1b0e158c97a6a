//! A file of keys: a line each, the id and the key in base64. The first encrypts, all of them decrypt.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use data_encoding::{BASE64, HEXLOWER};
use zeroize::Zeroizing;

use super::key::{KEY_BYTES, Key};
use crate::randomness::{Randomness, SystemRandomness};
use crate::secret_file;

/// What a file begins with that this program makes.
const HEADING: &str = "\
# Keys of verigator-server. The first one encrypts, all of them decrypt. Without them the database cannot
# be read: keep a copy, but not where the backups of the database are.
";

/// Why keys cannot be had, or kept.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// There is no such file.
    #[error("there is no key file {}", .0.display())]
    Missing(PathBuf),
    /// The file cannot be read.
    #[error("the key file {} cannot be read: {}", .0.display(), .1)]
    Unreadable(PathBuf, io::Error),
    /// The file is not for its owner only.
    #[error("the key file {} can be read or written by others; run: chmod 600 {}", .0.display(), .0.display())]
    Open(PathBuf),
    /// A line is no key.
    #[error(
        "line {} of the key file {} is no key: it has the id and 32 bytes in base64, or these alone, as made \
         by: openssl rand -base64 32", .1, .0.display()
    )]
    Malformed(PathBuf, usize),
    /// A line has the id of another key.
    #[error(
        "line {} of the key file {} was changed: its bytes are not those of the key {}; put the line \
         back as it was", .1, .0.display(), .2
    )]
    Changed(PathBuf, usize, String),
    /// There is nothing in it.
    #[error("there is no key in the file {}", .0.display())]
    Empty(PathBuf),
    /// The file cannot be written.
    #[error("the key file {} cannot be written: {}", .0.display(), .1)]
    Unwritable(PathBuf, io::Error),
    /// Somebody else is at it.
    #[error("the key file {} is being changed by another process; try again when that has ended", .0.display())]
    Busy(PathBuf),
}

/// A file of keys.
#[derive(Debug, Clone)]
pub struct KeyFile(PathBuf);

impl KeyFile {
    /// A file that is there or not.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The keys in it, one at least.
    ///
    /// # Errors
    ///
    /// It is not there, it is not what it should be, or others may read it.
    pub fn read(&self) -> Result<Vec<Key>, KeyFileError> {
        self.check_mode()?;
        self.read_whatever_its_mode()
    }

    /// The same of a file that somebody else looks after, such as systemd.
    ///
    /// # Errors
    ///
    /// It is not there, or it is not what it should be.
    pub fn read_whatever_its_mode(&self) -> Result<Vec<Key>, KeyFileError> {
        let text = secret_file::read(&self.0).map_err(|error| self.unreadable(error))?;
        let lines = text.lines().map(str::trim).zip(1..);
        let lines = lines.filter(|(line, _)| !line.is_empty() && !line.starts_with('#'));
        let keys = lines.map(|(line, number)| self.key(line, number));
        let keys = keys.collect::<Result<Vec<_>, _>>()?;
        match keys.is_empty() {
            true => Err(KeyFileError::Empty(self.0.clone())),
            false => Ok(keys),
        }
    }

    /// Makes it, for its owner only, with a new key. What is there already stays as it is, also if it came
    /// just now; says whether it was made.
    ///
    /// # Errors
    ///
    /// It cannot be written.
    pub fn make(&self) -> Result<bool, KeyFileError> {
        let new = self.write_beside(&[Key::generate()])?;
        // A link is whole from the first moment, and never takes a name that is taken.
        let made = std::fs::hard_link(&new, &self.0);
        let _ = std::fs::remove_file(&new);
        match made {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(self.unwritable(error)),
            Ok(()) => self.sync_directory().map(|()| true),
        }
    }

    /// Removes a file that was made and is of no use.
    pub fn unmake(&self) {
        let _ = std::fs::remove_file(&self.0);
    }

    /// Puts a new key before those that are there. Whenever this is interrupted the file is whole.
    ///
    /// # Errors
    ///
    /// It cannot be read or written, or somebody else changes it.
    pub fn put_new_first(&self) -> Result<(), KeyFileError> {
        // What a link leads to is replaced, and not the link.
        let path = self.0.canonicalize();
        Self(path.map_err(|error| self.unreadable(error))?).put_new_first_here()
    }

    fn put_new_first_here(&self) -> Result<(), KeyFileError> {
        let _lock = self.lock()?;
        let mut keys = self.read()?;
        keys.insert(0, Key::generate());
        let new = self.write_beside(&keys)?;
        let replaced = self
            .keep_owner(&new)
            .and_then(|()| std::fs::rename(&new, &self.0));
        replaced.map_err(|error| {
            let _ = std::fs::remove_file(&new);
            self.unwritable(error)
        })?;
        self.sync_directory()
    }

    fn key(&self, line: &str, number: usize) -> Result<Key, KeyFileError> {
        let (id, bytes) = match line.split_once(char::is_whitespace) {
            Some((id, bytes)) => (Some(id), bytes.trim_start()),
            None => (None, line),
        };
        let bytes = BASE64.decode(bytes.as_bytes()).map(Zeroizing::new);
        let bytes: Option<[u8; KEY_BYTES]> = bytes.ok().and_then(|bytes| bytes[..].try_into().ok());
        let bytes = bytes.ok_or_else(|| KeyFileError::Malformed(self.0.clone(), number))?;
        let key = Key::new(Zeroizing::new(bytes));
        match id {
            Some(id) if id != key.id().to_string() => {
                Err(KeyFileError::Changed(self.0.clone(), number, id.to_owned()))
            }
            _ => Ok(key),
        }
    }

    /// Refuses a file that others than its owner may read or write.
    fn check_mode(&self) -> Result<(), KeyFileError> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::MetadataExt;
            let metadata = std::fs::metadata(&self.0).map_err(|error| self.unreadable(error))?;
            if metadata.mode() & 0o077 != 0 {
                return Err(KeyFileError::Open(self.0.clone()));
            }
        }
        Ok(())
    }

    /// Keeps other processes from changing it, as long as the outcome is kept.
    fn lock(&self) -> Result<File, KeyFileError> {
        let file = File::open(&self.0).map_err(|error| self.unreadable(error))?;
        let busy = || KeyFileError::Busy(self.0.clone());
        file.try_lock().map_err(|_| busy())?;
        // Whoever had it before may have put another one in its place.
        match is_at(&file, &self.0) {
            true => Ok(file),
            false => Err(busy()),
        }
    }

    /// Writes keys into a new file beside it, brought to the disk.
    fn write_beside(&self, keys: &[Key]) -> Result<PathBuf, KeyFileError> {
        let mut name = self.0.clone().into_os_string();
        // Processes in several containers may have one number.
        let mut number = [0; 4];
        SystemRandomness.fill(&mut number);
        name.push(format!(".{}.part", HEXLOWER.encode(&number)));
        let path = PathBuf::from(name);
        let mut text = Zeroizing::new(HEADING.to_owned());
        for key in keys {
            let bytes = Zeroizing::new(BASE64.encode(key.bytes()));
            text.push_str(&format!("{} {}\n", key.id(), *bytes));
        }
        let written = write_new(&path, text.as_bytes());
        written.map_err(|error| {
            let _ = std::fs::remove_file(&path);
            self.unwritable(error)
        })?;
        Ok(path)
    }

    /// Who could read it before can do so afterwards.
    fn keep_owner(&self, new: &Path) -> io::Result<()> {
        #[cfg(unix)]
        {
            use std::os::unix::fs::{MetadataExt, chown};
            let old = std::fs::metadata(&self.0)?;
            chown(new, Some(old.uid()), Some(old.gid()))?;
            std::fs::set_permissions(new, old.permissions())?;
        }
        Ok(())
    }

    fn sync_directory(&self) -> Result<(), KeyFileError> {
        #[cfg(unix)]
        {
            let path = std::path::absolute(&self.0).map_err(|error| self.unwritable(error))?;
            let directory = path.parent().unwrap_or(&path);
            let synced = File::open(directory).and_then(|directory| directory.sync_all());
            synced.map_err(|error| self.unwritable(error))?;
        }
        Ok(())
    }

    fn unreadable(&self, error: io::Error) -> KeyFileError {
        match error.kind() {
            ErrorKind::NotFound => KeyFileError::Missing(self.0.clone()),
            _ => KeyFileError::Unreadable(self.0.clone(), error),
        }
    }

    fn unwritable(&self, error: io::Error) -> KeyFileError {
        KeyFileError::Unwritable(self.0.clone(), error)
    }
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Whether a file that was opened is still the one of that name.
fn is_at(file: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let both = file
            .metadata()
            .and_then(|one| Ok((one, std::fs::metadata(path)?)));
        both.is_ok_and(|(one, other)| (one.dev(), one.ino()) == (other.dev(), other.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = (file, path);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made() -> (tempfile::TempDir, KeyFile) {
        let directory = tempfile::tempdir().unwrap();
        let file = KeyFile::at(directory.path().join("key"));
        assert!(file.make().unwrap());
        (directory, file)
    }

    #[test]
    fn a_file_is_made_once_and_for_its_owner_only() {
        let (directory, file) = made();
        let before = std::fs::read(file.path()).unwrap();
        assert!(!file.make().unwrap());
        assert_eq!(std::fs::read(file.path()).unwrap(), before);
        assert_eq!(directory.path().read_dir().unwrap().count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = file.path().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_new_key_comes_first_and_the_others_stay() {
        let (directory, file) = made();
        let old = file.read().unwrap()[0].id();
        file.put_new_first().unwrap();
        let keys = file.read().unwrap();
        assert_eq!(keys.len(), 2);
        assert!(keys[0].id() != old && keys[1].id() == old);
        assert_eq!(directory.path().read_dir().unwrap().count(), 1);
    }

    #[test]
    #[cfg(unix)]
    fn a_link_stays_one() {
        let (directory, file) = made();
        let link = directory.path().join("link");
        std::os::unix::fs::symlink(file.path(), &link).unwrap();
        KeyFile::at(&link).put_new_first().unwrap();
        assert!(link.symlink_metadata().unwrap().is_symlink());
        assert_eq!(file.read().unwrap().len(), 2);
    }

    #[test]
    fn two_that_change_it_at_once_do_it_in_turn_or_not() {
        let (_directory, file) = made();
        let lock = file.lock().unwrap();
        assert!(matches!(file.put_new_first(), Err(KeyFileError::Busy(_))));
        drop(lock);
        file.put_new_first().unwrap();
    }

    #[test]
    fn what_is_no_key_is_told_by_its_line() {
        let (_directory, file) = made();
        let text = std::fs::read_to_string(file.path()).unwrap();
        let line = text.lines().last().unwrap();
        let (id, bytes) = line.split_once(' ').unwrap();
        let other = data_encoding::BASE64.encode(&[7; 32]);
        for (content, expected) in [
            (String::new(), "there is no key in"),
            ("\n# a remark\n".to_owned(), "there is no key in"),
            ("x".to_owned(), "line 1 of"),
            (format!("{line}\n{id} {}", &bytes[4..]), "line 2 of"),
            (format!("{id} {other}"), "was changed"),
        ] {
            std::fs::write(file.path(), &content).unwrap();
            let told = file.read().err().expect("it is refused").to_string();
            assert!(told.contains(expected), "{content:?}: {told}");
            assert!(!told.contains(bytes) && !told.contains(&other), "{told}");
        }
        std::fs::write(
            file.path(),
            format!("\u{feff}\u{20}{other} \r\n\r\n{line}\r\n"),
        )
        .unwrap();
        let keys = file.read().unwrap();
        assert_eq!(keys[0].bytes(), &[7; 32]);
        assert_eq!(keys[1].id().to_string(), id);
    }

    #[test]
    #[cfg(unix)]
    fn a_file_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let (_directory, file) = made();
        for (mode, is_refused) in [(0o604, true), (0o620, true), (0o640, true), (0o400, false)] {
            let mode = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(file.path(), mode.clone()).unwrap();
            let is_open = matches!(file.read(), Err(KeyFileError::Open(_)));
            assert_eq!(is_open, is_refused, "{:o}", mode.mode());
        }
    }
}
