//! A template: the request, what counts as success, whose reports follow, and the operator's own values.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::preset::Preset;
use super::request::{RequestTemplate, Written, require_secret};
use super::slots::Text;
use super::success::Success;
use super::values::{OwnValues, Values};
use crate::delivery::reports::Kind;

/// What may stand beside `preset`.
const BESIDE_PRESET: [&str; 2] = ["url", "values"];

/// A template that was read, with its secrets.
#[derive(Debug)]
pub struct Template {
    /// The preset that it is, if it is one.
    pub preset: Option<Preset>,
    /// The request.
    pub request: RequestTemplate,
    /// What counts as success.
    pub success: Success,
    /// Whose reports follow, and what signs them.
    pub reports: Option<SignedReports>,
    /// The operator's own values.
    pub own: OwnValues,
}

/// Whose reports follow, and what signs them.
#[derive(Debug)]
pub struct SignedReports {
    /// Whose.
    pub kind: Kind,
    secret: Text,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenReports {
    kind: Kind,
    secret: String,
}

impl Template {
    /// Reads a template in TOML; of a preset, if the caller says so or the template does.
    ///
    /// # Errors
    ///
    /// What is wrong, and where. Values are not repeated.
    pub fn read(text: &str, preset: Option<Preset>) -> Result<Self, String> {
        let written = table(text)?;
        let preset = match written.get("preset") {
            Some(name) => {
                let named = typed("preset", name.clone())?;
                if preset.is_some_and(|preset| preset != named) {
                    return Err(format!(
                        "preset: it is {} here, and another one is asked for",
                        named.as_str()
                    ));
                }
                Some(named)
            }
            None => preset,
        };
        let written = match preset {
            Some(preset) => with_preset(preset, written)?,
            None => written,
        };
        Self::of(written, preset)
    }

    fn of(mut written: toml::Table, preset: Option<Preset>) -> Result<Self, String> {
        let own = OwnValues::read(&taken(&mut written, "values")?.unwrap_or_default())
            .map_err(|problem| format!("values: {problem}"))?;
        let success: Success = taken(&mut written, "success")?.unwrap_or_default();
        success
            .check()
            .map_err(|problem| format!("success: {problem}"))?;
        let reports: Option<WrittenReports> = taken(&mut written, "reports")?;
        let reports = reports.map(|reports| SignedReports::read(&reports, &own));
        let request: Written = typed("the template", toml::Value::Table(written))?;
        Ok(Self {
            preset,
            request: RequestTemplate::read(request, &own)?,
            success,
            reports: reports.transpose()?,
            own,
        })
    }
}

impl SignedReports {
    fn read(written: &WrittenReports, own: &OwnValues) -> Result<Self, String> {
        let secret =
            Text::parse(&written.secret).map_err(|problem| format!("reports.secret: {problem}"))?;
        require_secret("reports.secret", &secret, own)?;
        Ok(Self {
            kind: written.kind,
            secret,
        })
    }

    /// What signs them.
    ///
    /// # Errors
    ///
    /// A value is missing.
    pub fn secret(&self, values: &Values) -> Result<Zeroizing<String>, String> {
        match self.secret.fill(values, str::to_owned)? {
            Some(secret) => Ok(Zeroizing::new(secret)),
            None => Err("reports.secret: what signs reports may not be missing".to_owned()),
        }
    }
}

/// A preset with an operator's values, and perhaps with the URL of what stands before the gateway.
fn with_preset(preset: Preset, mut written: toml::Table) -> Result<toml::Table, String> {
    written.remove("preset");
    if let Some(other) = written
        .keys()
        .find(|key| !BESIDE_PRESET.contains(&key.as_str()))
    {
        return Err(format!(
            "{other}: beside a preset there may be values and url only; to change more, begin with a \
             copy of the preset"
        ));
    }
    let mut template = table(preset.template())?;
    template.extend(written);
    Ok(template)
}

fn table(text: &str) -> Result<toml::Table, String> {
    text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start));
        let line = before.map_or(1, |before| before.matches('\n').count() + 1);
        format!("line {line}: {}", error.message())
    })
}

/// Takes a part out of a template.
fn taken<T: DeserializeOwned>(written: &mut toml::Table, key: &str) -> Result<Option<T>, String> {
    written
        .remove(key)
        .map(|value| typed(key, value))
        .transpose()
}

fn typed<T: DeserializeOwned>(place: &str, value: toml::Value) -> Result<T, String> {
    let typed = value.try_into();
    typed.map_err(|error: toml::de::Error| format!("{place}: {}", error.message()))
}
