//! Settings that came from one place.

use std::collections::BTreeMap;
use std::env::{self, VarError};
use std::path::Path;

use zeroize::Zeroizing;

use super::{Found, NAMES, variable};
use crate::options::CommonOptions;
use crate::problem::{Problem, Result};

/// Settings that came from one place, each by its name, with what people call where it came from.
#[derive(Clone, Default)]
pub struct Layer {
    values: BTreeMap<&'static str, (Zeroizing<String>, String)>,
}

impl Layer {
    /// What stands on the command line.
    pub fn of_options(options: &CommonOptions) -> Self {
        let path = |path: &Option<std::path::PathBuf>| {
            path.as_deref().map(Path::to_string_lossy).map(String::from)
        };
        let mut layer = Self::default();
        for (name, value) in [
            ("base-url", options.base_url.clone()),
            ("username", options.username.clone()),
            ("password-file", path(&options.password_file)),
            ("ca-file", path(&options.ca_file)),
            ("timeout", options.timeout.clone()),
            ("max-retries", options.max_retries.clone()),
            (
                "allow-plain-http",
                options.allow_plain_http.then(|| true.to_string()),
            ),
        ] {
            if let Some(value) = value {
                layer.insert(name, value.into(), format!("--{name}"));
            }
        }
        layer
    }

    /// What the environment has. A variable that is empty counts as not set.
    ///
    /// # Errors
    ///
    /// A variable is not UTF-8.
    pub fn of_environment() -> Result<Self> {
        let mut layer = Self::default();
        for name in NAMES {
            let variable = variable(name);
            if let Some(value) = text_of(&variable)? {
                layer.insert(name, value.into(), variable);
            }
        }
        Ok(layer)
    }

    /// Adds a setting.
    pub fn insert(&mut self, name: &'static str, value: Zeroizing<String>, source: String) {
        self.values.insert(name, (value, source));
    }

    /// A setting, if it is here.
    pub fn get(&self, name: &str) -> Option<Found<'_>> {
        let (value, source) = self.values.get(name)?;
        Some(Found { value, source })
    }
}

/// What a variable says, if anything.
///
/// # Errors
///
/// It is not UTF-8.
pub fn text_of(variable: &str) -> Result<Option<String>> {
    match env::var(variable) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(Problem::said(format!(
            "{variable} is not UTF-8; set it to plain text"
        ))),
    }
}
