//! Where a database is, as an operator writes it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use super::postgres;

/// The name that stands for a database in memory.
const MEMORY: &str = ":memory:";

/// Where a database is.
#[derive(Debug, Clone)]
pub enum Location {
    /// A SQLite file.
    File(PathBuf),
    /// A SQLite database that is gone at the end.
    Memory,
    /// A database of a PostgreSQL server.
    Postgres(Box<postgres::Address>),
}

impl Location {
    /// Whether something is there already, as far as that can be told without opening it.
    pub fn may_exist(&self) -> bool {
        match self {
            Self::File(path) => path.exists(),
            Self::Memory => false,
            Self::Postgres(_) => true,
        }
    }
}

/// `postgres://...`, `sqlite:PATH`, a bare path, or `:memory:`.
impl FromStr for Location {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(Box::new(text.parse()?)));
        }
        match text.strip_prefix("sqlite:").unwrap_or(text) {
            "" => Err("it is empty; name a file, :memory: or postgres://...".to_owned()),
            MEMORY => Ok(Self::Memory),
            path => Ok(Self::File(path.into())),
        }
    }
}

/// As it may be shown: there is no password in it.
impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(formatter),
            Self::Memory => formatter.write_str(MEMORY),
            Self::Postgres(address) => address.fmt(formatter),
        }
    }
}
