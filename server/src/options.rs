//! The command line.

use std::path::PathBuf;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};

use crate::chaos::Rule;
use crate::delivery::configuration::{self, ChannelName};
use crate::delivery::{Delivery, Domain, Route, Texts, Wording};
use crate::limits::options::LimitOptions;
use crate::listen_options::ListenOptions;
use crate::logging::{Format, Level};
use crate::page::enrolment::texts::PageTexts;
use crate::public_url::PublicUrl;
use crate::secrets::KeyPlace;
use crate::sites::{Host, Origin};
use crate::storage::{CONNECTIONS, Location};

/// Answers the Verigator two-factor API: real TOTP, real one-time PINs, a real database.
///
/// To try it, start it with --dev: it then knows the account demo with the password
/// demo-password, shows the PINs it "sends" at /_/, and lets tests move its clock. To run it for
/// others, add an account first, and give it a certificate or put a reverse proxy with TLS before it.
#[derive(Debug, Parser)]
#[command(
    name = "verigator-server",
    version,
    max_term_width = 100,
    args_conflicts_with_subcommands = true,
    after_help = EXAMPLES
)]
pub struct Options {
    /// File (TOML) with options, each by its long name, as in listen = "127.0.0.1:8080"; one that may be
    /// repeated has a list. What stands on the command line goes before what is in the file, and so do
    /// variables such as VERIGATOR_SERVER_LISTEN
    #[arg(long, value_name = "PATH", global = true)]
    pub config: Option<PathBuf>,

    /// How to serve.
    #[command(flatten)]
    pub serve: ServeOptions,
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
}

const EXAMPLES: &str = "\
Examples:
  Try it, keeping nothing:
    verigator-server --dev --database :memory:
    curl -H 'X-Service-Auth: demo:demo-password' -d '{\"fqdn\":\"example.com\",\"name\":\"Example\"}' \\
        http://127.0.0.1:8080/v1/service/service

  Serve, with an account of your own (the password is read from stdin):
    verigator-server account add my-account --database /var/lib/verigator/verigator.db
    verigator-server --database /var/lib/verigator/verigator.db \\
        --sms webhook:https://gateway.example/sms --webhook-secret-file /etc/verigator/webhook-secret

  Serve others, without a proxy:
    verigator-server --listen 0.0.0.0:443 --tls-certificate /etc/verigator/chain.pem \\
        --tls-key /etc/verigator/key.pem --database /var/lib/verigator/verigator.db --no-sms

  Try a channel out:
    verigator-server send-test +37250000000 --sms command:/usr/local/bin/send-sms

  See how a client copes: the first two reads of a service fail, and every verification is slow:
    verigator-server --dev --chaos get-service:status=503,retry-after=1,times=2 \\
        --chaos verify-pin:delay=2000";

/// How to serve.
#[derive(Debug, Args)]
pub struct ServeOptions {
    /// How it is reached
    #[command(flatten)]
    pub listening: ListenOptions,

    /// Where everything is kept
    #[command(flatten)]
    pub database: DatabaseOptions,

    /// What it is encrypted under
    #[command(flatten)]
    pub keys: KeyOptions,

    /// How messages go out
    #[command(flatten)]
    pub sms: SmsOptions,

    /// How many messages there may be
    #[command(flatten)]
    pub limits: LimitOptions,

    /// Send no SMS: a login that would need one is refused, with 409. Without this a server that has no
    /// channel does not start
    #[arg(long, conflicts_with = "sms")]
    pub no_sms: bool,

    /// Development: creates the account demo with the password demo-password, and opens the routes
    /// under /_/ (pages, outbox with PINs, clock, enrolment) to everybody. Messages have no limits unless these
    /// are given. Loopback only
    #[arg(long, conflicts_with = "admin_token_file")]
    pub dev: bool,

    /// File with a token of at least 16 characters that opens the routes under /_/ (without PINs
    /// and clock) to whoever sends it in Authorization: Bearer, or logs in with it on the page there
    #[arg(long, value_name = "PATH")]
    pub admin_token_file: Option<PathBuf>,

    /// Further name, as in login.example.com or login.example.com:8443, that the routes under /_/ may
    /// be asked for by, such as that of a proxy; may be repeated. Without it they are there under
    /// localhost and addresses only, so that no site can make its own name lead to them
    #[arg(long, value_name = "HOST[:PORT]")]
    pub allowed_host: Vec<Host>,

    /// Origin, such as one on another host, of pages that may ask for the routes under /_/ though
    /// the server is asked by another name than theirs; may be repeated
    #[arg(long, value_name = "ORIGIN")]
    pub allowed_origin: Vec<Origin>,

    /// File (TOML) with what the page says by which users set up their apps, for another language; page-texts
    /// prints the English one, to start from
    #[arg(long, value_name = "PATH")]
    pub page_texts: Option<PathBuf>,

    /// Judge the options and all files that they name, tell what the server would do, and end. Nothing is
    /// made, and nothing is sent
    #[arg(long)]
    pub check_config: bool,

    /// Serve a database though it was moved elsewhere, or though its move was not finished, and forget
    /// the move
    #[arg(long)]
    pub forget_move: bool,

    /// Answer what is created with this status instead of the documented 201, which the official
    /// Java client refuses
    #[arg(long, value_name = "CODE", value_parser = ["200"])]
    pub success_code: Option<String>,

    /// Misbehave by a rule such as get-service:status=503,times=2; may be repeated. Without a
    /// rule, rules can be set at /_/chaos. An operation (by its name in /metrics, such as
    /// create-service, verify-pin or unlock; or *) is followed by effects: status=CODE,
    /// delay=MILLISECONDS, drop, drop-after, broken-body, truncate, slow-body=MILLISECONDS,
    /// retry-after=SECONDS, times=N, and last body=TEXT
    #[arg(
        long,
        value_name = "RULE",
        num_args = 0..=1,
        default_missing_value = "",
        value_parser = chaos_rule,
        action = clap::ArgAction::Append
    )]
    pub chaos: Option<Vec<OptionalRule>>,

    /// Seconds that a request may take
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub request_timeout: u64,

    /// How many connections there may be; over it, those that have been idle longest are closed.
    /// Unless given, as many as the limit on open files leaves room for, and at most 3000
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: Option<u32>,

    /// How much to log, on stderr
    #[arg(long, value_name = "LEVEL", value_enum, default_value = "info")]
    pub log: Level,

    /// How to log: for people or for programs
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "text")]
    pub log_format: Format,
}

impl ServeOptions {
    /// How messages go out.
    ///
    /// # Errors
    ///
    /// There is no channel, and nobody said that none is meant; or one cannot be used.
    pub fn delivery(&self) -> Result<Delivery, String> {
        let mut delivery = self.usual_delivery()?;
        delivery.limits = Arc::new(self.limits.limits(self.dev));
        Ok(delivery)
    }

    /// What the page says by which users set up their apps.
    ///
    /// # Errors
    ///
    /// The file cannot be used.
    pub fn page_texts(&self) -> Result<PageTexts, String> {
        let from_file = self.page_texts.as_deref().map(PageTexts::from_file);
        from_file.unwrap_or_else(|| Ok(PageTexts::default()))
    }

    fn usual_delivery(&self) -> Result<Delivery, String> {
        let route = match (self.sms.sms.is_empty(), self.no_sms, self.dev) {
            (false, ..) => return self.sms.delivery(),
            (true, true, _) => Route::Refused,
            (true, false, true) => Route::Shown,
            (true, false, false) => {
                return Err(
                    "no channel is named that sends SMS, so nobody would get a PIN: name one with \
                     --sms webhook:https://..., --sms http:FILE or --sms command:PATH; or say --no-sms if all users \
                     have an authenticator app"
                        .to_owned(),
                );
            }
        };
        self.sms.saying(route)
    }
}

/// How messages go out.
#[derive(Debug, Args)]
pub struct SmsOptions {
    /// Channel that messages go to: webhook:URL, a signed request with the message as JSON; http:FILE, a
    /// request made from the template (TOML) in a file; messente:FILE or twilio:FILE, the same where the
    /// file has no more than what these gateways want to know; or command:PATH, a program that reads the
    /// message from its standard input. May be repeated: the next one is asked if those before it
    /// definitely did not send
    #[arg(long, value_name = "CHANNEL")]
    pub sms: Vec<ChannelName>,

    /// File with the secret that requests to webhooks are signed with, as Standard Webhooks has it:
    /// whsec_ and base64. While it is changed there may be two, one a line
    #[arg(long, value_name = "PATH")]
    pub webhook_secret_file: Option<PathBuf>,

    /// Where this server is reached from outside, as in `https://login.example.com`: gateways are asked to
    /// report there, under /delivery-reports/, what becomes of messages, and links by which users set up
    /// their apps lead there, under /enrol/. Without it there are neither
    #[arg(long, value_name = "URL")]
    pub public_url: Option<PublicUrl>,

    /// What messages say, with {pin} and {service} where PIN and service's name are to stand; each is one
    /// SMS, so of several the first is taken that is, and of the name as much as fits. Unless given:
    /// "{pin} is your code for {service}. It is valid for 5 minutes." or less of that
    #[arg(long, value_name = "TEXT")]
    pub sms_text: Vec<Wording>,

    /// Domain of the page that PINs are typed into: messages end in @DOMAIN #PIN, so that phones offer
    /// the PIN to that page, and to no other
    #[arg(long, value_name = "DOMAIN")]
    pub sms_origin: Option<Domain>,
}

impl SmsOptions {
    /// Sends messages to the channels, in their order.
    ///
    /// # Errors
    ///
    /// One of them cannot be used.
    pub fn delivery(&self) -> Result<Delivery, String> {
        let channels = configuration::channels(
            &self.sms,
            self.webhook_secret_file.as_deref(),
            self.public_url.as_ref(),
        )?;
        self.saying(Route::Sent(channels))
    }

    /// Messages by some route, with the text that was chosen.
    fn saying(&self, route: Route) -> Result<Delivery, String> {
        let texts = Texts::new(self.sms_text.clone(), self.sms_origin.clone())?;
        let mut delivery = Delivery::by(route);
        delivery.texts = Arc::new(texts);
        Ok(delivery)
    }
}

/// The database where none is named.
const DATABASE: &str = "verigator.db";

/// Where everything is kept.
#[derive(Debug, Args)]
pub struct DatabaseOptions {
    /// Database: a SQLite file, made if it is missing; :memory:, to keep nothing; or a PostgreSQL
    /// database as postgres://USER@HOST:PORT/NAME, whose password is in a file or in PGPASSWORD
    #[arg(long, value_name = "DATABASE", default_value = DATABASE)]
    database: String,

    /// How to come to it
    #[command(flatten)]
    access: PostgresOptions,
}

/// How to come to a PostgreSQL database.
#[derive(Debug, Args)]
pub struct PostgresOptions {
    /// File with the password for PostgreSQL
    #[arg(long = "database-password-file", value_name = "PATH")]
    pub password_file: Option<PathBuf>,

    /// File with the certificate authorities (PEM) that the certificate of the PostgreSQL server is
    /// checked against, in place of the system's
    #[arg(long = "database-ca", value_name = "PATH")]
    pub authorities: Option<PathBuf>,

    /// How many connections to PostgreSQL there may be
    #[arg(
        long = "database-connections",
        value_name = "NUMBER",
        default_value_t = CONNECTIONS as u32,
        value_parser = clap::value_parser!(u32).range(1..=1000)
    )]
    pub connections: u32,
}

impl PostgresOptions {
    /// The location that an option names.
    fn location(&self, option: &str, database: &str) -> Result<Location, String> {
        let mut location: Location = database
            .parse()
            .map_err(|problem| format!("{option}: {problem}"))?;
        if let Location::Postgres(address) = &mut location {
            address.limit_connections(self.connections as usize);
            address.read_password(self.password_file.as_deref())?;
            if let Some(authorities) = &self.authorities {
                address.trust(authorities);
            }
        }
        Ok(location)
    }
}

impl DatabaseOptions {
    /// The location, with all that is needed to come there.
    ///
    /// # Errors
    ///
    /// There can be no such database, or the file with the password cannot be read. What was written is
    /// not repeated: it may have a password in it.
    pub fn location(&self) -> Result<Location, String> {
        self.access.location("--database", &self.database)
    }
}

/// What everything secret in a database is encrypted under.
#[derive(Debug, Args)]
pub struct KeyOptions {
    /// File with the keys that phone numbers, PINs, texts and secrets of apps are encrypted under. It is made,
    /// for its owner only, for a database that has no key yet. Without this option it is the credential
    /// verigator-server.key of a service of systemd, or else, of a SQLite database, the file beside it with
    /// .key behind its name
    #[arg(long, value_name = "PATH")]
    key_file: Option<PathBuf>,
}

impl KeyOptions {
    /// Where the keys of a database are.
    ///
    /// # Errors
    ///
    /// Nothing says where they are.
    pub fn place(&self, location: &Location) -> Result<KeyPlace, String> {
        KeyPlace::of(location, self.key_file.as_deref())
    }
}

/// What `--chaos` was given: a rule, or nothing.
#[derive(Debug, Clone)]
pub struct OptionalRule(pub Option<Rule>);

fn chaos_rule(rule: &str) -> Result<OptionalRule, String> {
    match rule {
        "" => Ok(OptionalRule(None)),
        rule => rule.parse().map(|rule| OptionalRule(Some(rule))),
    }
}

/// What to do instead of serving.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Add, list, change and remove the accounts that may call the API
    #[command(subcommand)]
    Account(AccountCommand),
    /// Move everything from a SQLite file to an empty PostgreSQL database. No server may use either
    /// meanwhile; afterwards none serves the file any more. If interrupted, it can be run again
    Move(MoveOptions),
    /// Copy a SQLite database into a file, while a server uses it or none does. The copy is looked
    /// through before it takes the place of an older one. (For PostgreSQL use pg_dump.)
    Backup {
        /// File to be made, for its owner only, or replaced
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// What to copy
        #[command(flatten)]
        database: DatabaseOptions,
    },
    /// Put a backup in the place of a SQLite database that no server uses. Logins under way and all
    /// recovery codes end, and codes that apps show now no longer count. (For PostgreSQL use pg_restore,
    /// then void-pending.)
    Restore {
        /// A file that backup made
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// What to replace
        #[command(flatten)]
        database: DatabaseOptions,
        /// What the backup is encrypted under
        #[command(flatten)]
        keys: KeyOptions,
    },
    /// End all logins under way and all recovery codes, so that no code that was used since an older
    /// state counts again: after a database was restored by other means, such as pg_restore
    VoidPending {
        /// Where they are
        #[command(flatten)]
        database: DatabaseOptions,
        /// What it is encrypted under
        #[command(flatten)]
        keys: KeyOptions,
    },
    /// Look after the keys that everything secret is encrypted under
    #[command(subcommand)]
    Key(KeyCommand),
    /// Send a test message by the channels named, as the server would, and tell each step
    SendTest(SendTestOptions),
    /// Ask the server on this machine that has the same options whether it can answer logins (at /readyz), and end
    /// with the exit code 0 if so: for those who watch containers, which have no other program that could ask
    Healthcheck {
        /// Where it listens
        #[command(flatten)]
        listening: ListenOptions,
    },
    /// Print what the page says by which users set up their apps, as a file for --page-texts to start a
    /// translation from
    PageTexts,
    /// Write manual pages, all options in Markdown and the completions of shells into a folder: for those who
    /// install this program or make packages of it
    Documents {
        /// The folder, which gets man/, markdown/, bash/, zsh/ and fish/
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
}

/// What is moved, and where to.
#[derive(Debug, Args)]
pub struct MoveOptions {
    /// The SQLite file
    #[arg(long, value_name = "DATABASE")]
    from: String,

    /// The PostgreSQL database, as postgres://USER@HOST:PORT/NAME
    #[arg(long, value_name = "DATABASE")]
    to: String,

    /// How to come to the PostgreSQL database
    #[command(flatten)]
    access: PostgresOptions,

    /// What the SQLite file is encrypted under, and the PostgreSQL database from then on
    #[command(flatten)]
    pub keys: KeyOptions,
}

impl MoveOptions {
    /// Where it is moved from.
    ///
    /// # Errors
    ///
    /// There can be no such database.
    pub fn source(&self) -> Result<Location, String> {
        let location: Result<Location, _> = self.from.parse();
        location.map_err(|problem| format!("--from: {problem}"))
    }

    /// Where it is moved to.
    ///
    /// # Errors
    ///
    /// There can be no such database, or the file with the password cannot be read.
    pub fn target(&self) -> Result<Location, String> {
        self.access.location("--to", &self.to)
    }
}

/// Whom a test message is for, and how it goes out.
#[derive(Debug, Args)]
pub struct SendTestOptions {
    /// Phone number with its country prefix, such as +37250000000
    pub phone_number: String,

    /// How it goes out
    #[command(flatten)]
    pub sms: SmsOptions,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// List the keys that something in a database was ever encrypted under, the newest first: since when, and
    /// whether anything still is
    List {
        /// Of what
        #[command(flatten)]
        database: DatabaseOptions,
        /// Where they are
        #[command(flatten)]
        keys: KeyOptions,
    },
    /// Have a new key take over, while servers run or none does: it is put into the file, before the others, and
    /// everything is encrypted under it, a little at a time. If interrupted, run it again
    Rotate {
        /// Of what
        #[command(flatten)]
        database: DatabaseOptions,
        /// Where they are
        #[command(flatten)]
        keys: KeyOptions,
    },
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Add an account; its password is the first line of stdin, or asked for on a terminal
    Add(PasswordOptions),
    /// List all accounts
    List {
        /// Where they are
        #[command(flatten)]
        database: DatabaseOptions,
    },
    /// Change the password of an account; read as with add
    SetPassword(PasswordOptions),
    /// Remove an account
    Remove {
        /// Which account
        #[command(flatten)]
        account: AccountOptions,
        /// Remove its services and their users too; without this an account that has any stays
        #[arg(long)]
        with_services: bool,
    },
}

/// Which account, and where its password comes from.
#[derive(Debug, Args)]
pub struct PasswordOptions {
    /// Which account
    #[command(flatten)]
    pub account: AccountOptions,

    /// Make a password that nobody can guess, and show it this once, in the last line
    #[arg(long)]
    pub generate: bool,

    /// Take a password of less than 12 characters: for development
    #[arg(long)]
    pub dev: bool,
}

/// Which account.
#[derive(Debug, Args)]
pub struct AccountOptions {
    /// Username of the account: what X-Service-Auth has before the first colon
    pub name: String,

    /// Where it is
    #[command(flatten)]
    pub database: DatabaseOptions,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_options_are_consistent() {
        Options::command().debug_assert();
    }

    #[test]
    fn chaos_may_stand_alone_or_have_rules() {
        let parse = |arguments: &[&str]| {
            let arguments = [&["verigator-server"], arguments].concat();
            Options::try_parse_from(arguments).map(|options| options.serve)
        };
        assert!(parse(&[]).unwrap().chaos.is_none());
        assert_eq!(
            parse(&["--chaos", "--dev"]).unwrap().chaos.unwrap().len(),
            1
        );
        let two = parse(&["--chaos", "*:drop", "--chaos", "get-user:delay=5"]).unwrap();
        assert_eq!(
            two.chaos
                .unwrap()
                .iter()
                .filter(|rule| rule.0.is_some())
                .count(),
            2
        );
        assert!(parse(&["--chaos", "get-user:explode"]).is_err());
    }
}
