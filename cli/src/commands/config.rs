//! `verigator config`: judges the settings, and says where each comes from.

use serde::Serialize;

use crate::configuration::{NAMES, Settings};
use crate::options::{CommonOptions, ConfigCommand};
use crate::output::{Form, Outcome, Output};
use crate::problem::Result;

/// Does it.
///
/// # Errors
///
/// The settings are wrong.
pub fn run(options: &CommonOptions, ConfigCommand::Check: &ConfigCommand) -> Result<()> {
    let settings = Settings::find(options)?;
    settings.check()?;
    Output::new(Form::of(options)).print(&Checked::of(&settings))
}

/// The settings, in the order in which the manual has them.
#[derive(Serialize)]
struct Checked<'a> {
    settings: Vec<Setting<'a>>,
}

#[derive(Serialize)]
struct Setting<'a> {
    name: &'static str,
    /// None for what is a secret.
    value: Option<&'a str>,
    source: &'a str,
}

impl<'a> Checked<'a> {
    fn of(settings: &'a Settings) -> Self {
        let setting = |name: &'static str| {
            let found = settings.get(name)?;
            Some(Setting {
                name,
                value: Some(found.value).filter(|_| name != "password"),
                source: found.source,
            })
        };
        let base_url = Setting {
            name: "base-url",
            value: Some(settings.base_url()),
            source: "the default",
        };
        let mut found: Vec<_> = NAMES.into_iter().filter_map(setting).collect();
        if settings.get("base-url").is_none() {
            found.insert(0, base_url);
        }
        Self { settings: found }
    }
}

impl Outcome for Checked<'_> {
    fn lines(&self) -> Vec<String> {
        let line = |setting: &Setting<'_>| {
            let value = setting.value.unwrap_or("(a secret)");
            format!("{:<16} {value}  (from {})", setting.name, setting.source)
        };
        let mut lines: Vec<_> = self.settings.iter().map(line).collect();
        for (name, advice) in [
            ("username", "not set: nothing can be asked without it"),
            ("password", "not set: it will be asked for"),
        ] {
            let is_there = |setting: &Setting<'_>| setting.name.starts_with(name);
            if !self.settings.iter().any(is_there) {
                lines.push(format!("{name:<16} {advice}"));
            }
        }
        lines
    }

    fn brief(&self) -> Vec<String> {
        Vec::new()
    }
}
