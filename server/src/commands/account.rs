//! Looks after the accounts that may call.

use std::io::{self, BufRead, IsTerminal, Write};

use zeroize::Zeroizing;

use super::{Problem, failed, open_existing, open_kept, tell};
use crate::clock::{Clock, SystemClock, rfc3339};
use crate::credentials::{Strength, generate_password, password_problem, username_problem};
use crate::options::{AccountCommand, AccountOptions, DatabaseOptions, PasswordOptions};
use crate::password::{HashCost, hash_password};
use crate::randomness::SystemRandomness;
use crate::storage::Error;

/// Does what a command about accounts says.
pub(super) async fn run(command: AccountCommand) -> Result<(), Problem> {
    match command {
        AccountCommand::Add(options) => add_account(&options).await,
        AccountCommand::List { database } => list_accounts(&database).await,
        AccountCommand::SetPassword(options) => set_password(&options).await,
        AccountCommand::Remove {
            account,
            with_services,
        } => remove_account(&account, with_services).await,
    }
}

async fn add_account(options: &PasswordOptions) -> Result<(), Problem> {
    let name = &options.account.name;
    if let Some(problem) = username_problem(name) {
        let shown = name.escape_default();
        return Err(format!("the username {problem}: \"{shown}\""));
    }
    let storage = open_kept(&options.account.database).await?;
    let password = password(options)?;
    let hash = hash_password(&password, HashCost::Full);
    storage
        .add_account(name, &hash, SystemClock.now())
        .await
        .map_err(|error| match error {
            Error::Conflict(_) => format!(
                "there is an account called \"{name}\" already, perhaps in other case; change its \
             password with: verigator-server account set-password"
            ),
            other => failed(other),
        })?;
    tell_change(&format!("added account {name}"), options, &password)
}

async fn list_accounts(database: &DatabaseOptions) -> Result<(), Problem> {
    let accounts = open_existing(database)
        .await?
        .accounts()
        .await
        .map_err(failed)?;
    for account in accounts {
        let (name, services) = (account.name, account.services);
        let since = rfc3339(account.ctime);
        tell(&format!("{name}\t{services} services\tsince {since}"))?;
    }
    Ok(())
}

async fn set_password(options: &PasswordOptions) -> Result<(), Problem> {
    let name = &options.account.name;
    let storage = open_existing(&options.account.database).await?;
    let known = storage.password_hash(name).await.map_err(failed)?;
    if known.is_none() {
        return Err(no_such_account(name));
    }
    let password = password(options)?;
    let hash = hash_password(&password, HashCost::Full);
    let now = SystemClock.now();
    let changed = storage.set_password_hash(name, &hash, now).await;
    changed.map_err(failed)?;
    let change = format!("changed the password of account {name}");
    tell_change(&change, options, &password)
}

async fn remove_account(options: &AccountOptions, with_services: bool) -> Result<(), Problem> {
    let name = &options.name;
    let storage = open_existing(&options.database).await?;
    let removed = storage
        .remove_account(name, with_services, SystemClock.now())
        .await;
    removed.map_err(|error| match error {
        Error::NotFound(_) => no_such_account(name),
        Error::Conflict(_) => format!(
            "account \"{name}\" has services; add --with-services to remove them and their users too"
        ),
        other => failed(other),
    })?;
    tell(&format!("removed account {name}"))
}

/// Tells what was done, and the password if nobody knows it yet.
fn tell_change(change: &str, options: &PasswordOptions, password: &str) -> Result<(), Problem> {
    if !options.generate {
        return tell(change);
    }
    let told = Zeroizing::new(format!(
        "{change}; its password, shown only now:\n{password}\n"
    ));
    let mut stdout = io::stdout();
    let written = stdout
        .write_all(told.as_bytes())
        .and_then(|()| stdout.flush());
    written.map_err(|error| {
        let name = &options.account.name;
        format!(
            "{change}, but its password could not be shown: {error}; make another with: \
             verigator-server account set-password {name} --generate"
        )
    })
}

fn no_such_account(name: &str) -> Problem {
    format!("there is no account called \"{name}\"; see: verigator-server account list")
}

/// The password that an account is to have.
fn password(options: &PasswordOptions) -> Result<Zeroizing<String>, Problem> {
    if options.generate {
        return Ok(generate_password(&SystemRandomness));
    }
    let strength = match options.dev {
        true => Strength::Any,
        false => Strength::Full,
    };
    let password = read_password()?;
    match password_problem(&password, strength) {
        None => Ok(password),
        Some(problem) => Err(format!(
            "the password {problem}; give it as the first line of stdin, or leave it to --generate"
        )),
    }
}

/// Reads a password from stdin; from a terminal, without showing it.
fn read_password() -> Result<Zeroizing<String>, Problem> {
    let unreadable = |error: io::Error| format!("the password cannot be read: {error}");
    let mut password = Zeroizing::new(String::new());
    if io::stdin().is_terminal() {
        *password = rpassword::prompt_password("Password: ").map_err(unreadable)?;
    } else {
        io::stdin()
            .lock()
            .read_line(&mut password)
            .map_err(unreadable)?;
    }
    let length = password.trim_end_matches(['\r', '\n']).len();
    password.truncate(length);
    Ok(password)
}
