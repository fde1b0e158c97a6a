//! What the program does: serve, or look after accounts.

use std::io::{self, BufRead, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::accounts::{DEMO_NAME, DEMO_PASSWORD};
use crate::chaos::Chaos;
use crate::clock::{Clock, SystemClock, rfc3339};
use crate::connections;
use crate::credentials::{Strength, generate_password, password_problem, username_problem};
use crate::delivery::send_test;
use crate::log_writer::LogWriter;
use crate::logging;
use crate::options::{
    AccountCommand, AccountOptions, Command, DatabaseOptions, Options, PasswordOptions,
    SendTestOptions, ServeOptions,
};
use crate::password::{HashCost, hash_password, password_matches};
use crate::randomness::SystemRandomness;
use crate::reply::SuccessCodes;
use crate::server::{Server, Settings};
use crate::state::Administration;
use crate::storage::{Error, Location, Storage};

/// A problem, as one line for a person.
type Problem = String;

/// The fewest characters of an admin token: with fewer it could be guessed.
const SHORTEST_ADMIN_TOKEN: usize = 16;

/// How many threads there may be for work that blocks: argon2.
const BLOCKING_THREADS: usize = 64;
/// Open files, where their limit is not known: the usual one.
const USUAL_OPEN_FILES: u64 = 1024;

/// Does what the options say. A server logs to `log`.
pub fn run(options: Options, log: &LogWriter) -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS)
        .build()
        .map_err(|error| format!("the threads could not be started: {error}"))?;
    let outcome = runtime.block_on(async {
        match options.command {
            Some(Command::Account(command)) => account(command).await,
            Some(Command::SendTest(options)) => test_sending(&options).await,
            None => serve(options.serve, log).await,
        }
    });
    // A storage operation that hangs must not keep the process from ending.
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

async fn serve(options: ServeOptions, log: &LogWriter) -> Result<(), Problem> {
    logging::start(options.log, options.log_format, log.clone());
    let location = options.database.location()?;
    let storage = open(&location)?;
    refuse_demo_account_in_public(&options, &location, &storage).await?;
    if options.dev {
        add_demo_account(&storage).await?;
    }
    if storage.accounts().await.map_err(failed)?.is_empty() {
        tracing::warn!("the database has no account: add one with verigator-server account add");
    }
    let max_connections = max_connections(options.max_connections);
    let settings = Settings {
        max_connections,
        log_lines_dropped: log.dropped(),
        ..settings(options, storage)?
    };
    listen_and_serve(settings).await
}

/// How many connections there may be: what was chosen, or else what there are descriptors for.
fn max_connections(chosen: Option<u32>) -> usize {
    let open_files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or_else(|error| {
        tracing::warn!(%error, "the limit on open files could not be raised");
        USUAL_OPEN_FILES
    });
    let fitting = connections::fitting(usize::try_from(open_files).unwrap_or(usize::MAX));
    let Some(chosen) = chosen else { return fitting };
    if u64::from(chosen) >= open_files {
        tracing::warn!(
            chosen,
            open_files,
            "--max-connections is more than the limit on open files: raise that (ulimit -n, LimitNOFILE=)"
        );
    }
    chosen as usize
}

async fn listen_and_serve(settings: Settings) -> Result<(), Problem> {
    let (listen, development) = (settings.listen, settings.administration.is_development());
    let stop = stop_signal().map_err(|error| format!("signals cannot be received: {error}"))?;
    let server = Server::bind(settings)
        .await
        .map_err(|error| cannot_listen(listen, &error))?;
    let address = server
        .address()
        .map_err(|error| cannot_listen(listen, &error))?;
    let mut stdout = io::stdout();
    // Whoever started the server and closed its output can do without the line.
    let _ = writeln!(stdout, "verigator-server listening on http://{address}");
    let _ = stdout.flush();
    if development {
        tracing::info!("development server: what it sends is shown at http://{address}/_/");
    }
    server.serve(stop).await;
    tracing::info!("stopped");
    Ok(())
}

fn cannot_listen(address: SocketAddr, error: &io::Error) -> Problem {
    let advice = match error.kind() {
        io::ErrorKind::AddrInUse => "; stop what uses it, or choose another port with --listen",
        io::ErrorKind::PermissionDenied => "; choose a port above 1023 with --listen",
        _ => "",
    };
    format!("cannot listen on {address}: {error}{advice}")
}

/// Completes when the process is told to stop.
#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use signal_hook::consts::{SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT])?;
    let (stop, stopped) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            signals.forever().next();
            let _ = stop.send(());
        })?;
    Ok(async {
        let _ = stopped.await;
    })
}

/// Completes when the process is told to stop.
#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

fn settings(options: ServeOptions, storage: Storage) -> Result<Settings, Problem> {
    let administration = match (options.dev, &options.admin_token_file) {
        (true, _) => Administration::Development,
        (false, Some(path)) => Administration::with_token(&admin_token(path)?),
        (false, None) => Administration::Closed,
    };
    let success_codes = match options.success_code {
        Some(_) => SuccessCodes::Created200,
        None => SuccessCodes::Documented,
    };
    Ok(Settings {
        listen: options.listen,
        delivery: options.delivery()?,
        administration,
        allowed_hosts: options.allowed_host,
        allowed_origins: options.allowed_origin,
        success_codes,
        chaos: options
            .chaos
            .map(|given| Chaos::new(given.into_iter().filter_map(|rule| rule.0).collect())),
        request_timeout: Duration::from_secs(options.request_timeout),
        ..Settings::new(storage)
    })
}

fn admin_token(path: &Path) -> Result<Zeroizing<String>, Problem> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("the admin token file {shown} cannot be read: {error}"))?;
    let token = Zeroizing::new(text.trim().to_owned());
    if token.chars().count() < SHORTEST_ADMIN_TOKEN {
        return Err(format!(
            "the admin token in {shown} is too short: use at least {SHORTEST_ADMIN_TOKEN} characters, \
             such as the output of: openssl rand -hex 32"
        ));
    }
    Ok(token)
}

async fn add_demo_account(storage: &Storage) -> Result<(), Problem> {
    if storage
        .password_hash(DEMO_NAME)
        .await
        .map_err(failed)?
        .is_none()
    {
        let hash = hash_password(DEMO_PASSWORD, HashCost::Full);
        let added = storage.add_account(DEMO_NAME, &hash, SystemClock.now());
        match added.await {
            // Another server on the same database was quicker, or the name is there in other case.
            Ok(()) | Err(Error::Conflict(_)) => (),
            Err(error) => return Err(failed(error)),
        }
    }
    if !has_demo_account(storage).await? {
        tracing::warn!(
            "the account {DEMO_NAME} does not have the password {DEMO_PASSWORD}: there was an account \
             of that name before, perhaps in other case"
        );
    }
    Ok(())
}

async fn has_demo_account(storage: &Storage) -> Result<bool, Problem> {
    let hash = storage.password_hash(DEMO_NAME).await.map_err(failed)?;
    Ok(hash.is_some_and(|hash| password_matches(DEMO_PASSWORD, &hash)))
}

/// Everybody knows the development account: it is for this machine only.
async fn refuse_demo_account_in_public(
    options: &ServeOptions,
    location: &Location,
    storage: &Storage,
) -> Result<(), Problem> {
    let address = options.listen;
    if address.ip().is_loopback() {
        return Ok(());
    }
    if options.dev {
        return Err(format!(
            "refusing to listen on {address} with --dev: everybody knows its password; listen on \
             127.0.0.1, or leave out --dev and add an account"
        ));
    }
    if has_demo_account(storage).await? {
        return Err(format!(
            "refusing to listen on {address}: the database has the development account \
             {DEMO_NAME}, whose password everybody knows; remove it with: verigator-server account \
             remove {DEMO_NAME} --database {location}"
        ));
    }
    Ok(())
}

async fn test_sending(options: &SendTestOptions) -> Result<(), Problem> {
    if options.sms.sms.is_empty() {
        return Err(
            "no channel is named: give the --sms options that the server has, as in --sms \
             webhook:https://..."
                .to_owned(),
        );
    }
    send_test::run(&options.sms.delivery()?, &options.phone_number).await
}

async fn account(command: AccountCommand) -> Result<(), Problem> {
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
    let storage = open_kept(&options.account.database)?;
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
    let accounts = open_existing(database)?.accounts().await.map_err(failed)?;
    for account in accounts {
        let (name, services) = (account.name, account.services);
        let since = rfc3339(account.ctime);
        tell(&format!("{name}\t{services} services\tsince {since}"))?;
    }
    Ok(())
}

async fn set_password(options: &PasswordOptions) -> Result<(), Problem> {
    let name = &options.account.name;
    let storage = open_existing(&options.account.database)?;
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
    let storage = open_existing(&options.database)?;
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

/// Writes a line to stdout. Whoever closed it, such as `head`, has read enough.
fn tell(line: &str) -> Result<(), Problem> {
    match writeln!(io::stdout(), "{line}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!(
            "stdout cannot be written: {error}; it was to say: {line}"
        )),
        _ => Ok(()),
    }
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

fn open(location: &Location) -> Result<Storage, Problem> {
    Storage::open(location)
        .map_err(|error| format!("the database {location} cannot be opened: {error}"))
}

/// Opens a database that is kept when the process ends.
fn open_kept(database: &DatabaseOptions) -> Result<Storage, Problem> {
    match database.location()? {
        Location::Memory => {
            Err("an account in :memory: would be gone at once; name a file".to_owned())
        }
        location => open(&location),
    }
}

/// Opens a database that must be there.
fn open_existing(database: &DatabaseOptions) -> Result<Storage, Problem> {
    let location = database.location()?;
    match location.may_exist() {
        true => open_kept(database),
        false => Err(format!("there is no database {location}; see --database")),
    }
}

fn failed(error: Error) -> Problem {
    error.to_string()
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[tokio::test]
    async fn an_unknown_username_costs_what_the_accounts_that_the_program_adds_do() {
        let options = Options::parse_from(["verigator-server", "--no-sms"]);
        let storage = Storage::in_memory().unwrap();
        let settings = settings(options.serve, storage).unwrap();
        assert_eq!(settings.hash_cost, HashCost::Full);
    }
}
