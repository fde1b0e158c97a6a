//! Where the keys of a database are.

use std::fmt;
use std::path::{Path, PathBuf};

use super::Key;
use super::key_file::{KeyFile, KeyFileError};
use crate::storage::Location;

/// What systemd calls the directory of a service's credentials.
const CREDENTIALS_VARIABLE: &str = "CREDENTIALS_DIRECTORY";
/// What the credential with the keys is called.
const CREDENTIAL: &str = "verigator-server.key";
/// What is behind the name of a SQLite file in the name of the file with its keys.
const SUFFIX: &str = ".key";

/// Where the keys of a database are.
#[derive(Debug, Clone)]
pub enum KeyPlace {
    /// In a file, which is made for a new database.
    File(KeyFile),
    /// In a credential that systemd has handed over. It stays as it was when the service was started.
    Credential(KeyFile),
    /// Nowhere: the key is gone with the process, like the database.
    Memory,
}

impl KeyPlace {
    /// The place that was named; or else a credential, if there is one; or else beside the database.
    ///
    /// # Errors
    ///
    /// Nothing was named, and the database is no file.
    pub fn of(location: &Location, named: Option<&Path>) -> Result<Self, String> {
        if let Some(path) = named {
            return Ok(Self::File(KeyFile::at(path)));
        }
        if let Location::Memory = location {
            return Ok(Self::Memory);
        }
        if let Some(path) = credential().filter(|path| path.exists()) {
            return Ok(Self::Credential(KeyFile::at(path)));
        }
        match location {
            Location::File(path) => Ok(Self::beside(path)),
            _ => Err(format!(
                "name the file with the keys of {location} with --key-file; it is made if the database is new. \
                 All servers on one database have the same keys"
            )),
        }
    }

    /// Beside a SQLite file.
    pub fn beside(database: &Path) -> Self {
        let mut path = database.as_os_str().to_owned();
        path.push(SUFFIX);
        Self::File(KeyFile::at(path))
    }

    /// The keys that are there.
    ///
    /// # Errors
    ///
    /// There is no file, or it cannot be used.
    pub fn read(&self) -> Result<Vec<Key>, KeyFileError> {
        match self {
            Self::File(file) => file.read(),
            Self::Credential(file) => file.read_whatever_its_mode(),
            Self::Memory => Ok(Vec::new()),
        }
    }

    /// Whether a first key is made here where there is none.
    pub fn can_be_made(&self) -> bool {
        matches!(self, Self::File(_))
    }

    /// What may help where a key is missing.
    pub fn advice(&self) -> String {
        match self {
            Self::File(file) => {
                let path = file.path().display();
                format!(
                    "put it back into {path} (a line of a copy of it), or name its file with --key-file"
                )
            }
            Self::Credential(_) => format!(
                "add its line to the credential {CREDENTIAL} and restart the service: a service that runs \
                 keeps the credentials it was started with"
            ),
            Self::Memory => "it was in the memory of another process".to_owned(),
        }
    }
}

/// As a person finds it.
impl fmt::Display for KeyPlace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(file) => write!(formatter, "--key-file {}", file.path().display()),
            Self::Credential(_) => write!(formatter, "the credential {CREDENTIAL}"),
            Self::Memory => formatter.write_str("in memory"),
        }
    }
}

fn credential() -> Option<PathBuf> {
    let directory = std::env::var_os(CREDENTIALS_VARIABLE)?;
    Some(Path::new(&directory).join(CREDENTIAL))
}
