//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Starts and verifies two-factor logins, and keeps services and their users, through the Verigator API.
///
/// SERVICE is a service's id or its host name, USER a user's id or their name within the service. The exit code is
/// 0 for yes or done, 1 for no (a login that is denied, lines of an import that were refused), and 2 when the
/// service could not be asked or a command is wrong.
#[derive(Debug, Parser)]
#[command(name = "verigator", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Options {
    /// Where the service is, and how to speak of it.
    #[command(flatten)]
    pub common: CommonOptions,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  Say once where the service is, and as whom:
    mkdir -p ~/.config/verigator
    install -m 600 /dev/null ~/.config/verigator/config.toml
    printf '%s\\n' 'base-url = \"https://login.example.com\"' 'username = \"shop\"' \\
        'password-file = \"/home/me/.verigator-password\"' > ~/.config/verigator/config.toml
    verigator config check

  Log a user in:
    verigator login shop.example.com kaisa@example.com

  Guard a script by it:
    verigator login shop.example.com \"$USER\" && ./deploy

  Bring users along, and go on after an interruption by the same command:
    verigator user import shop.example.com users.csv

  The ids of a service's users, a line each:
    verigator --quiet user list shop.example.com";

/// Where the service is, and how to speak of it.
#[derive(Debug, Clone, Default, Args)]
pub struct CommonOptions {
    /// File (TOML) with settings, in place of ~/.config/verigator/config.toml; also VERIGATOR_CONFIG. Only its
    /// owner may be able to read it if it has a password
    #[arg(long, value_name = "PATH", global = true, help_heading = "Connection")]
    pub config: Option<PathBuf>,

    /// Settings of [profile.NAME] in that file, which then go before the environment; also VERIGATOR_PROFILE,
    /// whose settings do not
    #[arg(long, value_name = "NAME", global = true, help_heading = "Connection")]
    pub profile: Option<String>,

    /// API username; also VERIGATOR_USERNAME
    #[arg(long, value_name = "NAME", global = true, help_heading = "Connection")]
    pub username: Option<String>,

    /// File with the API password, or - for the first line of stdin; also VERIGATOR_PASSWORD_FILE, or
    /// VERIGATOR_PASSWORD with the password itself. Without any of them it is asked for. Only its owner may be able
    /// to read it
    #[arg(long, value_name = "PATH", global = true, help_heading = "Connection")]
    pub password_file: Option<PathBuf>,

    /// Where the service is; also VERIGATOR_BASE_URL
    #[arg(long, value_name = "URL", global = true, help_heading = "Connection")]
    pub base_url: Option<String>,

    /// File with the only certificate authorities (PEM) to trust; also VERIGATOR_CA_FILE
    #[arg(long, value_name = "PATH", global = true, help_heading = "Connection")]
    pub ca_file: Option<PathBuf>,

    /// Seconds that a call may take, with its retries; also VERIGATOR_TIMEOUT. Unless given, 30
    #[arg(
        long,
        value_name = "SECONDS",
        global = true,
        help_heading = "Connection"
    )]
    pub timeout: Option<String>,

    /// How often a call that can safely be repeated is; also VERIGATOR_MAX_RETRIES. Unless given, 2
    #[arg(
        long,
        value_name = "NUMBER",
        global = true,
        help_heading = "Connection"
    )]
    pub max_retries: Option<String>,

    /// Allow http to another machine, where anybody on the way can read the password and answer "verified"
    #[arg(long, global = true, help_heading = "Connection")]
    pub allow_plain_http: bool,

    /// Print JSON, a line for each result, as the schema says that comes with this program; errors too, on stderr
    #[arg(long, global = true, help_heading = "Output")]
    pub json: bool,

    /// Print no more than what a script wants to know, such as ids, and no progress
    #[arg(long, short, global = true, help_heading = "Output")]
    pub quiet: bool,

    /// Tell on stderr of every call and attempt
    #[arg(
        long,
        short,
        global = true,
        conflicts_with = "quiet",
        help_heading = "Output"
    )]
    pub verbose: bool,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Log a user in: start, ask for the code, and check it. The exit code is 0 for verified, 1 for denied, 2 if
    /// nobody could be asked
    Login(LoginOptions),
    /// Start an authentication, and print by which method
    Start(StartOptions),
    /// Check the code of an authentication that was started; it is asked for, or read from stdin
    Verify(VerifyOptions),
    /// Services
    #[command(subcommand)]
    Service(ServiceCommand),
    /// Users of a service
    #[command(subcommand)]
    User(UserCommand),
    /// Ask the service for something small, and say how long that took
    Ping,
    /// Settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print the completion of a shell
    Completion {
        /// Which shell
        #[arg(value_enum)]
        shell: CompletedShell,
    },
    /// Write manual pages and completions into a folder
    #[command(hide = true)]
    Documents {
        /// The folder, made if it is missing
        folder: PathBuf,
    },
}

/// Shells that have a completion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CompletedShell {
    /// GNU bash
    Bash,
    /// The Z shell
    Zsh,
    /// fish
    Fish,
}

/// How a user proves a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum StartedMethod {
    /// The user's authenticator app; a text message for who has none
    Totp,
    /// A text message
    Sms,
}

/// Who it is about.
#[derive(Debug, Args)]
pub struct Target {
    /// Service: its id, or its host name
    #[arg(value_name = "SERVICE")]
    pub service: String,
    /// User: the id, or the name within the service
    #[arg(value_name = "USER")]
    pub user: String,
}

/// A login.
#[derive(Debug, Args)]
pub struct LoginOptions {
    /// Who logs in.
    #[command(flatten)]
    pub start: StartOptions,
    /// How many codes may be tried
    #[arg(long, value_name = "NUMBER", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=10))]
    pub prompts: u8,
}

/// A start.
#[derive(Debug, Args)]
pub struct StartOptions {
    /// Who logs in.
    #[command(flatten)]
    pub target: Target,
    /// Where the code comes from
    #[arg(long, value_enum, default_value = "totp")]
    pub method: StartedMethod,
}

/// A check.
#[derive(Debug, Args)]
pub struct VerifyOptions {
    /// Who logs in.
    #[command(flatten)]
    pub target: Target,
    /// Method that start printed
    #[arg(long, value_enum)]
    pub method: Option<StartedMethod>,
    /// Id of the authentication that start printed
    #[arg(long, value_name = "ID", requires = "method")]
    pub auth_id: Option<String>,
}

/// What to do about services.
#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    /// Create a service
    Create {
        /// Host name, such as shop.example.com
        fqdn: String,
        /// Name that users see
        name: String,
    },
    /// Show a service
    Get {
        /// Its id, or its host name
        service: String,
    },
    /// Find the service with a host name
    Find {
        /// The host name
        fqdn: String,
    },
    /// List the services
    List,
    /// Delete a service and all of its users
    Delete {
        /// Its id, or its host name
        service: String,
        /// Do not ask whether that is meant
        #[arg(long, short)]
        yes: bool,
    },
}

/// What to do about users.
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// Register a user
    Add {
        /// Service: its id, or its host name
        service: String,
        /// Name within the service, such as an e-mail address
        user: String,
        /// Phone number with + and the country, such as +37250000000
        phone: String,
    },
    /// Show a user
    Get(Target),
    /// List the users of a service
    List {
        /// Service: its id, or its host name
        service: String,
    },
    /// Delete a user
    Delete {
        /// Who it is about.
        #[command(flatten)]
        target: Target,
        /// Do not ask whether that is meant
        #[arg(long, short)]
        yes: bool,
    },
    /// Let a user log in again who is locked after too many wrong codes
    Unlock(Target),
    /// Set an authenticator app up: draws a QR code, and asks for the app's first code
    Enrol(EnrolOptions),
    /// Remove the authenticator app
    Unenrol(Target),
    /// Recovery codes, each good for one login
    #[command(subcommand)]
    RecoveryCodes(RecoveryCodesCommand),
    /// Register the users in a file (CSV with the columns id_in_service and phone_number). Those who are registered
    /// already are left as they are, so the same command goes on where another was interrupted
    Import(ImportOptions),
    /// Write the users of a service as CSV, without their phone numbers, which the service does not tell
    Export(ExportOptions),
}

/// An enrolment.
#[derive(Debug, Args)]
pub struct EnrolOptions {
    /// Who it is about.
    #[command(flatten)]
    pub target: Target,
    /// Print a link instead, by which the user sets the app up alone, once
    #[arg(long)]
    pub link: bool,
    /// Seconds for which the link is good
    #[arg(long, value_name = "SECONDS", default_value_t = 86_400, requires = "link", value_parser = clap::value_parser!(i64).range(60..=604_800))]
    pub lifetime: i64,
}

/// What to do about recovery codes.
#[derive(Debug, Subcommand)]
pub enum RecoveryCodesCommand {
    /// Make new ones and print them; those made before are good for nothing any more
    Create(Target),
    /// Say how many are left
    Count(Target),
    /// Remove them
    Delete(Target),
}

/// An import.
#[derive(Debug, Args)]
pub struct ImportOptions {
    /// Service: its id, or its host name
    pub service: String,
    /// The file, or - for stdin
    pub file: PathBuf,
    /// What stands between columns
    #[arg(long, value_name = "CHARACTER", default_value = ",", value_parser = delimiter)]
    pub delimiter: u8,
    /// How many users are registered at once
    #[arg(long, value_name = "NUMBER", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub at_once: u8,
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [one] if *one != b'"' && (one.is_ascii_punctuation() || *one == b'\t') => Ok(*one),
        _ if text == "\\t" => Ok(b'\t'),
        _ => Err("pass one character such as ; or \\t".to_owned()),
    }
}

/// An export.
#[derive(Debug, Args)]
pub struct ExportOptions {
    /// Service: its id, or its host name
    pub service: String,
    /// File to write, in place of stdout. An export to it that was interrupted goes on where it was
    #[arg(long, short, value_name = "PATH")]
    pub output: Option<PathBuf>,
}

/// What to do about settings.
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Judge the settings, and say where each comes from. Nothing is sent
    Check,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_description_is_sound() {
        Options::command().debug_assert();
    }

    #[test]
    fn no_option_takes_a_secret() {
        fn check(command: &clap::Command) {
            for argument in command.get_arguments() {
                let name = argument.get_id().as_str();
                let is_secret = ["password", "token", "code", "secret"].contains(&name);
                assert!(!is_secret, "{} {name}", command.get_name());
            }
            command.get_subcommands().for_each(check);
        }
        check(&Options::command());
    }
}
