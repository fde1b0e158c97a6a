//! Serves.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use zeroize::Zeroizing;

use super::upkeep::Upkeep;
use super::{Problem, check_config, failed, open, refuse_moved};
use crate::accounts::{DEMO_NAME, DEMO_PASSWORD};
use crate::certificates::LOOK_INTERVAL;
use crate::chaos::Chaos;
use crate::clock::{Clock, SystemClock};
use crate::connections;
use crate::endpoint::Endpoint;
use crate::listener::Listener;
use crate::log_writer::LogWriter;
use crate::logging;
use crate::options::ServeOptions;
use crate::password::{HashCost, hash_password, password_matches};
use crate::reply::SuccessCodes;
use crate::secret_file;
use crate::server::{CannotListen, Server, Settings};
use crate::state::Administration;
use crate::storage::{Error, Location, Storage};
use crate::supervisor::{News, Supervisor};
use crate::time_source;

/// The fewest characters of an admin token: with fewer it could be guessed.
const SHORTEST_ADMIN_TOKEN: usize = 16;
/// Open files, where their limit is not known: the usual one.
const USUAL_OPEN_FILES: u64 = 1024;

/// Serves until the process is told to stop.
pub(super) async fn run(options: ServeOptions, log: &LogWriter) -> Result<(), Problem> {
    logging::start(options.log, options.log_format, log.clone());
    let listeners = passed_listeners()?;
    let listen = options.listening.endpoints(!listeners.is_empty());
    let exposed = exposed(&listen, &listeners);
    refuse_exposure(&options, exposed.as_ref())?;
    let opening = options.listening.opening()?;
    if opening.proxies.are_all() {
        tracing::warn!(
            "--trusted-proxy has all addresses: every client can say that it is another"
        );
    }
    let location = options.database.location()?;
    let keys = options.keys.place(&location)?;
    // Before anything is made: a database would be left behind.
    let delivery = options.delivery()?;
    let page_texts = options.page_texts()?;
    let administration = administration(&options)?;
    if options.check_config {
        return check_config::run(&listen, &location, &keys, &delivery);
    }
    let storage = open(&location, keys)?;
    if options.forget_move {
        storage.forget_move().await.map_err(failed)?;
    }
    refuse_moved(&location, &storage).await?;
    storage.record_key_place().await.map_err(failed)?;
    storage.respell_phone_numbers().await.map_err(failed)?;
    if let Some(endpoint) = exposed {
        refuse_demo_account_in_public(&endpoint, &location, &storage).await?;
    }
    if options.dev {
        add_demo_account(&storage).await?;
    }
    if storage.accounts().await.map_err(failed)?.is_empty() {
        tracing::warn!("the database has no account: add one with verigator-server account add");
    }
    let max_connections = max_connections(options.max_connections);
    let settings = Settings {
        listen,
        listeners,
        socket_mode: options.listening.socket_mode,
        opening,
        max_connections,
        log_lines_dropped: log.dropped(),
        delivery,
        page_texts,
        administration,
        ..settings(options, storage)
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
    let development = settings.administration.is_development();
    let certificates = settings.opening.certificates.clone();
    let supervisor = Supervisor::from_environment();
    let signals = signals().map_err(|error| format!("signals cannot be received: {error}"))?;
    let server = Server::bind(settings)
        .await
        .map_err(|e| cannot_listen(&e))?;
    let mut stdout = io::stdout();
    for url in server.urls() {
        // Whoever started the server and closed its output can do without the line.
        let _ = writeln!(stdout, "verigator-server listening on {url}");
        if development {
            tracing::info!("development server: what it sends is shown at {url}/_/");
        }
    }
    let _ = stdout.flush();
    time_source::check();
    supervisor.tell(News::Ready);
    let upkeep = Upkeep {
        supervisor: &supervisor,
        certificates: certificates.as_deref(),
        look_interval: LOOK_INTERVAL,
        state: server.state().clone(),
    };
    let stop = async {
        let _ = signals.stop.await;
        supervisor.tell(News::Stopping);
    };
    tokio::select! {
        () = server.serve(stop) => (),
        () = upkeep.go_on(signals.reload) => (),
    }
    tracing::info!("stopped");
    Ok(())
}

fn cannot_listen(error: &CannotListen) -> Problem {
    let advice = match (error.source.kind(), &error.endpoint) {
        (io::ErrorKind::AddrInUse, Endpoint::Network(_)) => {
            "; stop what uses it, or choose another port with --listen"
        }
        (io::ErrorKind::AddrInUse, Endpoint::Socket(_)) => {
            "; stop that, or choose another path with --listen"
        }
        (io::ErrorKind::PermissionDenied, Endpoint::Network(_)) => {
            "; choose a port above 1023 with --listen"
        }
        _ => "",
    };
    format!("{error}{advice}")
}

/// What the process is told from outside.
struct Signals {
    /// Completes when it is to stop.
    stop: oneshot::Receiver<()>,
    /// Has something whenever files are to be read again.
    reload: mpsc::UnboundedReceiver<()>,
}

#[cfg(unix)]
fn signals() -> io::Result<Signals> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGINT, SIGHUP])?;
    let (stop, stopped) = oneshot::channel();
    let (reload, reloads) = mpsc::unbounded_channel();
    std::thread::Builder::new()
        .name("signals".to_owned())
        .spawn(move || {
            let is_reload = |signal: &i32| *signal == SIGHUP;
            for _ in signals.forever().take_while(is_reload) {
                let _ = reload.send(());
            }
            let _ = stop.send(());
        })?;
    Ok(Signals {
        stop: stopped,
        reload: reloads,
    })
}

#[cfg(not(unix))]
fn signals() -> io::Result<Signals> {
    let (stop, stopped) = oneshot::channel();
    let (_, reloads) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let _ = tokio::signal::ctrl_c().await;
        let _ = stop.send(());
    });
    Ok(Signals {
        stop: stopped,
        reload: reloads,
    })
}

/// Who may ask for the routes under `/_/`.
fn administration(options: &ServeOptions) -> Result<Administration, Problem> {
    Ok(match (options.dev, &options.admin_token_file) {
        (true, _) => Administration::Development,
        (false, Some(path)) => Administration::with_token(&admin_token(path)?),
        (false, None) => Administration::Closed,
    })
}

fn settings(options: ServeOptions, storage: Storage) -> Settings {
    let success_codes = match options.success_code {
        Some(_) => SuccessCodes::Created200,
        None => SuccessCodes::Documented,
    };
    Settings {
        allowed_hosts: options.allowed_host,
        allowed_origins: options.allowed_origin,
        public_url: options.sms.public_url,
        success_codes,
        chaos: options
            .chaos
            .map(|given| Chaos::new(given.into_iter().filter_map(|rule| rule.0).collect())),
        request_timeout: Duration::from_secs(options.request_timeout),
        ..Settings::new(storage)
    }
}

fn admin_token(path: &Path) -> Result<Zeroizing<String>, Problem> {
    let shown = path.display();
    let text = secret_file::read(path)
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

/// The sockets that were passed to the process.
fn passed_listeners() -> Result<Vec<Listener>, Problem> {
    #[cfg(unix)]
    return crate::activation::listeners();
    #[cfg(not(unix))]
    return Ok(Vec::new());
}

/// Where others than programs on this machine can come to.
fn exposed(listen: &[Endpoint], listeners: &[Listener]) -> Option<Endpoint> {
    let passed = listeners
        .iter()
        .filter_map(|listener| listener.endpoint().ok());
    let is_exposed = |endpoint: &Endpoint| match endpoint {
        Endpoint::Network(address) => !address.ip().to_canonical().is_loopback(),
        Endpoint::Socket(_) => false,
    };
    listen.iter().cloned().chain(passed).find(is_exposed)
}

/// Refuses to let others come to what is for this machine only.
fn refuse_exposure(options: &ServeOptions, exposed: Option<&Endpoint>) -> Result<(), Problem> {
    let Some(endpoint) = exposed else {
        return Ok(());
    };
    if options.dev {
        return Err(format!(
            "refusing to listen on {endpoint} with --dev: everybody knows its password; listen on \
             127.0.0.1, or leave out --dev and add an account"
        ));
    }
    match (
        &options.listening.tls_certificate,
        options.listening.allow_plain_http,
    ) {
        (Some(_), _) => Ok(()),
        (None, true) => {
            tracing::warn!(
                %endpoint,
                "--allow-plain-http: whoever is on the way can read passwords and PINs, unless a proxy adds TLS"
            );
            Ok(())
        }
        (None, false) => Err(format!(
            "refusing to listen on {endpoint} without TLS: passwords and PINs could be read on the way; give \
             --tls-certificate and --tls-key, listen on 127.0.0.1 or unix:PATH behind a proxy with TLS, or say \
             --allow-plain-http"
        )),
    }
}

/// Everybody knows the development account: it is for this machine only.
async fn refuse_demo_account_in_public(
    endpoint: &Endpoint,
    location: &Location,
    storage: &Storage,
) -> Result<(), Problem> {
    if has_demo_account(storage).await? {
        return Err(format!(
            "refusing to listen on {endpoint}: the database has the development account \
             {DEMO_NAME}, whose password everybody knows; remove it with: verigator-server account \
             remove {DEMO_NAME} --database {location}"
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::options::Options;

    #[tokio::test]
    async fn an_unknown_username_costs_what_the_accounts_that_the_program_adds_do() {
        let options = Options::parse_from(["verigator-server", "--no-sms"]);
        let storage = Storage::in_memory().unwrap();
        let settings = settings(options.serve, storage);
        assert_eq!(settings.hash_cost, HashCost::Full);
    }

    #[test]
    fn an_admin_token_is_the_same_whatever_editor_saved_it() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for saved in ["0123456789abcdef", "\u{feff} 0123456789abcdef \r\n"] {
            std::fs::write(file.path(), saved).unwrap();
            assert_eq!(*admin_token(file.path()).unwrap(), "0123456789abcdef");
        }
    }
}
