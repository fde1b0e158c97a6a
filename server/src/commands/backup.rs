//! Makes backups of a SQLite database, and goes back to one.

use std::path::{Path, PathBuf};

use super::{Problem, failed, open_with_keys, tell};
use crate::clock::{Clock, SystemClock};
use crate::options::{DatabaseOptions, KeyOptions};
use crate::storage::{self, Location, Storage};

/// Copies a database into a file.
pub(super) async fn back_up(file: &Path, database: &DatabaseOptions) -> Result<(), Problem> {
    let path = sqlite_file(database, "pg_dump")?;
    if !path.exists() {
        return Err(format!(
            "there is no database {}; see --database",
            path.display()
        ));
    }
    storage::back_up(&path, file).map_err(|error| error.to_string())?;
    // The copy is good, whether or not that can be written down: the disk may be full.
    let recorded = match Storage::open_locked(&Location::File(path)) {
        Ok(storage) => storage
            .record_backup(SystemClock.now())
            .await
            .map_err(failed),
        Err(error) => Err(error.to_string()),
    };
    let shown = file.display();
    match recorded {
        Ok(()) => tell(&format!("backup {shown} made")),
        Err(cause) => tell(&format!(
            "backup {shown} made; the audit trail does not say so: {cause}"
        )),
    }
}

/// Puts a backup in the place of a database.
pub(super) fn restore(
    file: &Path,
    database: &DatabaseOptions,
    keys: &KeyOptions,
) -> Result<(), Problem> {
    let path = sqlite_file(database, "pg_restore, then verigator-server void-pending")?;
    let keys = keys.place(&Location::File(path.clone()))?;
    let restored = storage::restore(file, &path, keys, SystemClock.now());
    restored.map_err(|error| error.to_string())?;
    tell(&format!(
        "restored {} from {}; logins under way have to be started again, and codes of apps count again \
         in a minute",
        path.display(),
        file.display()
    ))
}

/// Ends what is under way, so that nothing counts that was used since an older state.
pub(super) async fn void_pending(
    database: &DatabaseOptions,
    keys: &KeyOptions,
) -> Result<(), Problem> {
    let (storage, _) = open_with_keys(database, keys).await?;
    storage
        .void_pending(SystemClock.now())
        .await
        .map_err(failed)?;
    tell("logins under way have to be started again, and codes of apps count again in a minute")
}

/// The file of a database that is one, or what to use instead.
fn sqlite_file(database: &DatabaseOptions, instead: &str) -> Result<PathBuf, Problem> {
    match database.location()? {
        Location::File(path) => Ok(path),
        Location::Memory => Err("a database in :memory: is of one process; name a file".to_owned()),
        Location::Postgres(_) => Err(format!("this is for SQLite; for PostgreSQL use {instead}")),
    }
}
