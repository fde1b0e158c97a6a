//! Settings: the command line goes before a profile that it names, this before the environment, and that before the
//! file. Each is known by one name, whichever way it comes, and remembers where it came from.

mod file;
mod layer;
mod private;

use std::env;
use std::fmt::Write as _;
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

    /// Judges the settings without asking for a password.
    ///
    /// # Errors
    ///
    /// As [`config`](Self::config).
    pub fn check(&self) -> Result<()> {
        let username = self.get("username").map_or("not-set", |found| found.value);
        let password = match self.origin_of_password()? {
            Some(found) if found.1 != "-" || found.0 == "password" => self.password(username)?,
            _ => Zeroizing::new("not-known".to_owned()),
        };
        let mut config = Config::new(username, &password)?;
        self.apply(&mut config)?;
        verigator::Client::new(&config)?;
        Ok(())
    }

    /// Where the credentials came from, said when they were refused.
    pub fn origin_of_credentials(&self) -> String {
        let mut said = String::new();
        if let Some(username) = self.get("username") {
            let _ = write!(said, "The username is from {}", username.source);
        }
        match self.origin_of_password() {
            Ok(Some((_, _, source))) => {
                let _ = write!(said, ", the password from {source}");
            }
            _ => said.push_str(", the password was typed"),
        }
        said
    }

    /// Which of the two settings has the password, what that is, and its source.
    fn origin_of_password(&self) -> Result<Option<(&'static str, &str, &str)>> {
        for layer in &self.layers {
            match (layer.get("password"), layer.get("password-file")) {
                (Some(password), Some(_)) => {
                    return Err(Problem::said(format!(
                        "{} has both a password and a file with one; leave one of them out",
                        password.source
                    )));
                }
                (Some(found), None) => return Ok(Some(("password", found.value, found.source))),
                (None, Some(found)) => {
                    return Ok(Some(("password-file", found.value, found.source)));
                }
                (None, None) => (),
            }
        }
        Ok(None)
    }

    fn password(&self, username: &str) -> Result<Zeroizing<String>> {
        match self.origin_of_password()? {
            Some(("password", password, _)) => Ok(Zeroizing::new(password.to_owned())),
            Some((_, "-", _)) => terminal::ask("")?.ok_or_else(|| {
                Problem::said("stdin has no line with the password, which --password-file - reads")
            }),
            Some((_, path, source)) => private::password(Path::new(path), source),
            None => {
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
