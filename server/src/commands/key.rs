//! Looks after the keys of a database.

use super::{Problem, failed, open_with_keys, tell};
use crate::clock::{Clock, SystemClock, rfc3339};
use crate::options::{DatabaseOptions, KeyCommand, KeyOptions};

/// Does what a command about keys says.
pub(super) async fn run(command: KeyCommand) -> Result<(), Problem> {
    match command {
        KeyCommand::List { database, keys } => list(&database, &keys).await,
        KeyCommand::Rotate { database, keys } => rotate(&database, &keys).await,
    }
}

async fn list(database: &DatabaseOptions, keys: &KeyOptions) -> Result<(), Problem> {
    let (storage, _) = open_with_keys(database, keys).await?;
    let known = storage.keys().await.map_err(failed)?;
    for (place, key) in known.iter().rev().enumerate() {
        let state = match (place, key.is_needed) {
            (0, _) => "encrypts",
            (_, true) => "needed",
            (_, false) => "needed for backups only",
        };
        tell(&format!("{}\t{}\t{state}", key.id, rfc3339(key.since)))?;
    }
    Ok(())
}

async fn rotate(database: &DatabaseOptions, keys: &KeyOptions) -> Result<(), Problem> {
    let (storage, place) = open_with_keys(database, keys).await?;
    let rotation = storage.rotate_key(SystemClock.now()).await;
    let rotation = rotation.map_err(|error| error.to_string())?;
    let key = rotation.key;
    match rotation.is_resumed {
        true => tell(&format!(
            "what was begun is done: everything is encrypted under the key {key} of {place}"
        ))?,
        false => tell(&format!(
            "everything is encrypted under the new key {key} of {place}; keep a copy of that file"
        ))?,
    }
    for older in rotation.older {
        tell(&format!(
            "keep the key {older} in the file: servers that run take the new one within a minute, and write \
             the old one off in ten; backups made before need it still"
        ))?;
    }
    Ok(())
}
