//! The file with settings: some for all, and some by profiles.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use toml::{Table, Value};
use zeroize::Zeroizing;

use super::layer::{self, Layer};
use super::{NAMES, folder, private};
use crate::options::CommonOptions;
use crate::problem::{Problem, Result};

/// The permission of everybody to write a file.
const OTHERS_WRITE: u32 = 0o002;

/// What the file says.
#[derive(Default)]
pub struct File {
    /// What holds for all profiles.
    pub top: Layer,
    /// The profile that is meant where none is named.
    pub default_profile: Option<String>,
    path: PathBuf,
    profiles: BTreeMap<String, Layer>,
}

impl File {
    /// Reads the file that is named, or else the usual one, which need not be there.
    ///
    /// # Errors
    ///
    /// It cannot be used.
    pub fn find(options: &CommonOptions) -> Result<Self> {
        let variable = layer::text_of("VERIGATOR_CONFIG")?.map(PathBuf::from);
        if let Some(path) = options.config.clone().or(variable) {
            return Self::read(&path)?
                .ok_or_else(|| Problem::said(format!("there is no file {}", path.display())));
        }
        let Some(folder) = folder() else {
            return Ok(Self::default());
        };
        let path = folder.join("verigator").join("config.toml");
        let found = Self::read(&path)?;
        Ok(found.unwrap_or(Self {
            path,
            ..Self::default()
        }))
    }

    /// The settings of a profile.
    ///
    /// # Errors
    ///
    /// There is none of this name.
    pub fn profile(&self, name: &str) -> Result<Layer> {
        self.profiles.get(name).cloned().ok_or_else(|| {
            let known: Vec<&str> = self.profiles.keys().map(String::as_str).collect();
            let known = match known.is_empty() {
                true => "no profiles".to_owned(),
                false => format!("the profiles {}", known.join(", ")),
            };
            let path = self.path.display();
            Problem::said(format!("there is no profile {name:?}: {path} has {known}"))
        })
    }

    fn read(path: &Path) -> Result<Option<Self>> {
        let text = match private::read(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            read => read.map_err(|error| wrong(path, &error.to_string()))?,
        };
        let table: Table = text.text.parse().map_err(|error: toml::de::Error| {
            // Its own words quote the line, which may have the password in it.
            let before = &text.text[..error.span().map_or(0, |span| span.start)];
            let line = before.matches('\n').count() + 1;
            let why = error.message().lines().next().unwrap_or_default();
            wrong(path, &format!("line {line} is not TOML: {why}"))
        })?;
        let file = Self::of(path, table)?;
        if file.has_password() {
            private::refuse_others(path, text.others)?;
        } else if text.others & OTHERS_WRITE != 0 {
            return Err(wrong(
                path,
                "everybody may write it, and so choose who is told your password: chmod 600 it",
            ));
        }
        Ok(Some(file))
    }

    fn of(path: &Path, mut table: Table) -> Result<Self> {
        let mut profiles = BTreeMap::new();
        match table.remove("profile") {
            None => (),
            Some(Value::Table(named)) => {
                for (name, settings) in named {
                    let place = format!("profile {name} of {}", path.display());
                    let Value::Table(settings) = settings else {
                        return Err(wrong(
                            path,
                            &format!("profile.{name} is no table: write [profile.{name}]"),
                        ));
                    };
                    profiles.insert(name, layer_of(path, &place, settings)?);
                }
            }
            Some(_) => return Err(wrong(path, "profile is no table: write [profile.NAME]")),
        }
        let default_profile = match table.remove("default-profile") {
            None => None,
            Some(Value::String(name)) => Some(name),
            Some(_) => return Err(wrong(path, "default-profile is no text")),
        };
        Ok(Self {
            top: layer_of(path, &path.display().to_string(), table)?,
            default_profile,
            path: path.to_owned(),
            profiles,
        })
    }

    fn has_password(&self) -> bool {
        let mut layers = self.profiles.values().chain([&self.top]);
        layers.any(|layer| layer.get("password").is_some())
    }
}

/// The settings in a table.
fn layer_of(path: &Path, place: &str, table: Table) -> Result<Layer> {
    let mut layer = Layer::default();
    for (key, value) in table {
        let Some(name) = NAMES.into_iter().find(|name| *name == key) else {
            let known = NAMES.join(", ");
            let why = format!(
                "{key:?} is no setting; there are {known}, default-profile and [profile.NAME]"
            );
            return Err(wrong(path, &why));
        };
        layer.insert(name, text_of(path, name, value)?, place.to_owned());
    }
    Ok(layer)
}

fn text_of(path: &Path, name: &str, value: Value) -> Result<Zeroizing<String>> {
    match value {
        Value::String(text) if name.ends_with("-file") => Ok(beside(path, &text).into()),
        Value::String(text) => Ok(text.into()),
        Value::Integer(number) if name != "password" => Ok(number.to_string().into()),
        Value::Float(number) if name != "password" => Ok(number.to_string().into()),
        Value::Boolean(is) if name != "password" => Ok(is.to_string().into()),
        _ => Err(wrong(path, &format!("{name} must be a text in quotes"))),
    }
}

/// A path in the file is meant from the folder that the file is in.
fn beside(path: &Path, named: &str) -> String {
    let folder = path.parent().unwrap_or(Path::new(""));
    folder.join(named).to_string_lossy().into_owned()
}

fn wrong(path: &Path, why: &str) -> Problem {
    Problem::said(format!(
        "the settings in {} cannot be used: {why}",
        path.display()
    ))
}
