//! Settings: the command line goes before a profile that it names, this before the environment, and that before the
//! file. Each is known by one name, whichever way it comes, and remembers where it came from.

mod file;
mod layer;
mod private;

use std::env;
use std::path::Path;
use std::time::Duration;

use verigator::Config;
use zeroize::Zeroizing;

use self::file::File;
use self::layer::Layer;
use crate::options::CommonOptions;
use crate::problem::{Problem, Result};
use crate::terminal;

/// Every setting: its name in the file, which is that of its option, but for the password.
pub const NAMES: [&str; 8] = [
    "base-url",
    "username",
    "password",
    "password-file",
    "ca-file",
    "timeout",
    "max-retries",
    "allow-plain-http",
];
/// What the names of variables begin with.
const PREFIX: &str = "VERIGATOR_";
/// What to do where there is no password.
const PASSWORD_ADVICE: &str = "set VERIGATOR_PASSWORD, or name a file that has the password by --password-file, \
     VERIGATOR_PASSWORD_FILE or password-file in the settings";

/// The variable of a setting.
fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.replace('-', "_").to_uppercase())
}

/// A setting that was found.
pub struct Found<'a> {
    /// What it is.
    pub value: &'a str,
    /// Where it came from, for people.
    pub source: &'a str,
}

/// Where the password is.
enum PasswordPlace<'a> {
    /// In the setting itself.
    Here(Found<'a>),
    /// In a file that the setting names.
    File(Found<'a>),
    /// On the first line of stdin, as the setting says.
    Stdin(Found<'a>),
    /// In somebody's head.
    Typed,
}

/// The settings that were found.
pub struct Settings {
    /// Those that go before others come first.
    layers: Vec<Layer>,
}

impl Settings {
    /// Finds the settings for these options.
    ///
    /// # Errors
    ///
    /// The file cannot be used, or has no such profile.
    pub fn find(options: &CommonOptions) -> Result<Self> {
        let file = File::find(options)?;
        let named = options.profile.as_deref();
        let elsewhere = layer::text_of("VERIGATOR_PROFILE")?;
        let mut layers = vec![Layer::of_options(options)];
        if let Some(name) = named {
            layers.push(file.profile(name)?);
        }
        layers.push(Layer::of_environment()?);
        if let (None, Some(name)) = (named, elsewhere.or_else(|| file.default_profile.clone())) {
            layers.push(file.profile(&name)?);
        }
        layers.push(file.top);
        Ok(Self { layers })
    }

    /// A setting, as whoever goes before the others says it.
    pub fn get(&self, name: &str) -> Option<Found<'_>> {
        self.layers.iter().find_map(|layer| layer.get(name))
    }

    /// Where the service is.
    pub fn base_url(&self) -> &str {
        self.get("base-url")
            .map_or(Config::DEFAULT_BASE_URL, |found| found.value)
    }

    /// The configuration of a client. A password that is nowhere is asked for.
    ///
    /// # Errors
    ///
    /// A setting is missing or wrong: it is told with where it came from.
    pub fn config(&self) -> Result<Config> {
        let Some(username) = self.get("username") else {
            return Err(Problem::said(
                "it is not known as whom to ask: set VERIGATOR_USERNAME, pass --username, or write \
                 username = \"...\" into the settings",
            ));
        };
        let password = self.password(username.value)?;
        let mut config = Config::new(username.value, &password)?;
        self.apply(&mut config)?;
        Ok(config)
    }

    /// Judges the settings without asking anybody for a password.
    ///
    /// # Errors
    ///
    /// As [`config`](Self::config), but for a username that is missing.
    pub fn check(&self) -> Result<()> {
        let username = self.get("username").map_or("not-set", |found| found.value);
        let password = match self.password_place()? {
            PasswordPlace::Typed | PasswordPlace::Stdin(_) => {
                Zeroizing::new("not-known".to_owned())
            }
            _ => self.password(username)?,
        };
        let mut config = Config::new(username, &password)?;
        self.apply(&mut config)?;
        verigator::Client::new(&config)?;
        Ok(())
    }

    /// Where the credentials came from: said when they were refused.
    pub fn origin_of_credentials(&self) -> String {
        let username = self.get("username").map_or("nowhere", |found| found.source);
        let password = match self.password_place() {
            Ok(PasswordPlace::Here(found) | PasswordPlace::File(found)) => found.source,
            Ok(PasswordPlace::Stdin(_)) => "stdin",
            _ => "the terminal",
        };
        format!("The username came from {username}, the password from {password}")
    }

    /// Where the password is. Of the places that are named, the one that goes before the others.
    fn password_place(&self) -> Result<PasswordPlace<'_>> {
        for layer in &self.layers {
            return Ok(match (layer.get("password"), layer.get("password-file")) {
                (None, None) => continue,
                (Some(found), None) => PasswordPlace::Here(found),
                (None, Some(found)) if found.value == "-" => PasswordPlace::Stdin(found),
                (None, Some(found)) => PasswordPlace::File(found),
                (Some(password), Some(file)) => {
                    let (one, other) = (password.source, file.source);
                    let both = if one == other {
                        one.to_owned()
                    } else {
                        format!("{one} and {other}")
                    };
                    return Err(Problem::said(format!(
                        "there are a password and a file with one in {both}: leave one of them out"
                    )));
                }
            });
        }
        Ok(PasswordPlace::Typed)
    }

    fn password(&self, username: &str) -> Result<Zeroizing<String>> {
        match self.password_place()? {
            PasswordPlace::Here(found) => Ok(Zeroizing::new(found.value.to_owned())),
            PasswordPlace::File(found) => private::password(Path::new(found.value), found.source),
            PasswordPlace::Stdin(found) => terminal::ask("")?.ok_or_else(|| {
                Problem::said(format!(
                    "stdin has no line with the password, which {} - reads",
                    found.source
                ))
            }),
            PasswordPlace::Typed => {
                let question = format!("Password of {username} at {}: ", self.base_url());
                terminal::ask_hidden(&question, PASSWORD_ADVICE)
            }
        }
    }

    fn apply(&self, config: &mut Config) -> Result<()> {
        self.with("base-url", |url| config.set_base_url(url).map(drop))?;
        self.with("ca-file", |path| config.set_ca_file(path).map(drop))?;
        if let Some(seconds) = self.parsed("timeout", "a number of seconds, such as 10 or 0.5")? {
            let timeout = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
            self.with("timeout", |_| config.set_timeout(timeout).map(drop))?;
        }
        if let Some(retries) = self.parsed("max-retries", "a whole number")? {
            self.with("max-retries", |_| config.set_max_retries(retries).map(drop))?;
        }
        if let Some(allow) = self.parsed("allow-plain-http", "true or false")? {
            config.set_allow_plain_http(allow);
        }
        config.set_proxies_from_env();
        Ok(())
    }

    /// Gives a setting to the library, and tells where it came from if that refuses it.
    fn with(&self, name: &str, set: impl FnOnce(&str) -> verigator::Result<()>) -> Result<()> {
        let Some(found) = self.get(name) else {
            return Ok(());
        };
        set(found.value).map_err(|error| {
            Problem::said(format!("{} (it is from {})", error.message(), found.source))
        })
    }

    fn parsed<T: std::str::FromStr>(&self, name: &str, what: &str) -> Result<Option<T>> {
        let Some(found) = self.get(name) else {
            return Ok(None);
        };
        found.value.parse().map(Some).map_err(|_| {
            let Found { value, source } = found;
            Problem::said(format!("{name} from {source} is {value:?}; make it {what}"))
        })
    }
}

/// The folder of this user's settings, by the rules of freedesktop.org.
fn folder() -> Option<std::path::PathBuf> {
    let absolute = |name: &str| {
        let path = std::path::PathBuf::from(env::var_os(name)?);
        path.is_absolute().then_some(path)
    };
    absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))
}
