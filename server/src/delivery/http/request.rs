//! The request in a template: where it goes, its headers and its body. Each value is escaped by its place.

use data_encoding::BASE64;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde::Deserialize;
use serde_json::Value;
use url::form_urlencoded;

use super::slots::Text;
use super::values::{OwnValues, Values};
use crate::delivery::gateway_url::GatewayUrl;

/// What stays as it is in an URL: the unreserved characters (RFC 3986 section 2.3).
const ESCAPED_IN_URL: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');
/// Headers that follow from the rest of a request.
const FOLLOWING_HEADERS: [&str; 4] = ["host", "content-length", "transfer-encoding", "connection"];

/// A request as a template has it.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Written {
    method: Option<String>,
    url: String,
    headers: toml::Table,
    basic_auth: Option<BasicAuthentication<String>>,
    query: toml::Table,
    form: Option<toml::Table>,
    json: Option<toml::Value>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct BasicAuthentication<T> {
    username: T,
    password: T,
}

/// A request to be filled for each message.
#[derive(Debug)]
pub struct RequestTemplate {
    method: Method,
    written_url: String,
    url: Text,
    headers: Vec<(HeaderName, Text)>,
    basic_auth: Option<BasicAuthentication<Text>>,
    query: Vec<(String, Text)>,
    body: Body,
}

#[derive(Debug)]
enum Body {
    None,
    Form(Vec<(String, Text)>),
    Json(Tree),
}

/// JSON with slots.
#[derive(Debug)]
enum Tree {
    Fixed(Value),
    Text(Text),
    List(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

/// A request for one message.
#[derive(Debug)]
pub struct Filled {
    /// How.
    pub method: Method,
    /// Where to.
    pub url: GatewayUrl,
    /// Its headers, but for those that follow from the rest.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Option<String>,
}

impl RequestTemplate {
    /// Reads a request, whose secrets are among some values.
    ///
    /// # Errors
    ///
    /// What is wrong, and where.
    pub fn read(written: Written, own: &OwnValues) -> Result<Self, String> {
        let method = written.method.as_deref().unwrap_or("POST");
        let body = match (written.form, written.json) {
            (None, None) => Body::None,
            (Some(form), None) => Body::Form(pairs("form", &form)?),
            (None, Some(json)) => Body::Json(Tree::read(&json, "json")?),
            (Some(_), Some(_)) => {
                return Err("there are both [form] and [json]; a body is one of them".to_owned());
            }
        };
        let method = match method {
            "POST" => Method::POST,
            "PUT" => Method::PUT,
            "GET" if matches!(body, Body::None) => Method::GET,
            "GET" => return Err("a GET has no body: write [query] for what it says".to_owned()),
            _ => return Err(format!("the method {method} must be POST, PUT or GET")),
        };
        let request = Self {
            method,
            url: url(&written.url)?,
            written_url: written.url,
            headers: headers(&written.headers)?,
            basic_auth: written
                .basic_auth
                .map(BasicAuthentication::read)
                .transpose()?,
            query: pairs("query", &written.query)?,
            body,
        };
        request.check_secrets(own)?;
        Ok(request)
    }

    /// Where it goes, as the template has it, without what is asked for there.
    pub fn shown_url(&self) -> &str {
        self.written_url.split('?').next().unwrap_or_default()
    }

    /// Makes sure that what proves who sends a request does not stand in the template.
    fn check_secrets(&self, own: &OwnValues) -> Result<(), String> {
        let authorization = self.headers.iter().find(|(name, _)| name == AUTHORIZATION);
        let proofs = [
            ("headers.authorization", authorization.map(|(_, text)| text)),
            (
                "basic_auth.password",
                self.basic_auth.as_ref().map(|basic| &basic.password),
            ),
        ];
        for (place, text) in proofs {
            if let Some(text) = text {
                require_secret(place, text, own)?;
            }
        }
        Ok(())
    }

    /// The request with some values.
    ///
    /// # Errors
    ///
    /// A value is missing, or cannot stand in its place.
    pub fn fill(&self, values: &Values) -> Result<Filled, String> {
        let mut headers = self.filled_headers(values)?;
        let (content_type, body) = match &self.body {
            Body::None => (None, None),
            Body::Form(form) => {
                let body = form_urlencoded::Serializer::new(String::new())
                    .extend_pairs(filled_pairs("form", form, values)?)
                    .finish();
                (Some("application/x-www-form-urlencoded"), Some(body))
            }
            Body::Json(tree) => {
                let body = tree.fill(values, "json")?.unwrap_or_default();
                (Some("application/json"), Some(body.to_string()))
            }
        };
        if let Some(content_type) = content_type {
            let value = HeaderValue::from_static(content_type);
            headers.entry(CONTENT_TYPE).or_insert(value);
        }
        Ok(Filled {
            method: self.method.clone(),
            url: self.filled_url(values)?,
            headers,
            body,
        })
    }

    fn filled_url(&self, values: &Values) -> Result<GatewayUrl, String> {
        let escape = |value: &str| utf8_percent_encode(value, ESCAPED_IN_URL).to_string();
        let url = required("url", self.url.fill(values, escape))?;
        let checked: GatewayUrl = url.parse()?;
        let pairs = filled_pairs("query", &self.query, values)?;
        if pairs.is_empty() {
            return Ok(checked);
        }
        let mut url: Url = checked.url().clone();
        url.query_pairs_mut().extend_pairs(pairs);
        url.as_str().parse()
    }

    fn filled_headers(&self, values: &Values) -> Result<HeaderMap, String> {
        let mut headers = HeaderMap::new();
        for (name, text) in &self.headers {
            let place = format!("headers.{name}");
            if let Some(value) = text.fill(values, str::to_owned).map_err(at(&place))? {
                headers.insert(name.clone(), header_value(&place, &value)?);
            }
        }
        if let Some(basic) = &self.basic_auth {
            let value = basic.fill(values)?;
            headers.insert(AUTHORIZATION, header_value("basic_auth", &value)?);
        }
        Ok(headers)
    }
}

/// Makes sure that a text has a secret in it.
pub(super) fn require_secret(place: &str, text: &Text, own: &OwnValues) -> Result<(), String> {
    match text.names().any(|name| own.is_secret(name)) {
        true => Ok(()),
        false => Err(format!(
            "{place} must have a slot whose value is a secret: in [values], as in password = \
             {{ file = \"PATH\" }}, or {{ env = \"NAME\" }}"
        )),
    }
}

impl BasicAuthentication<String> {
    fn read(self) -> Result<BasicAuthentication<Text>, String> {
        Ok(BasicAuthentication {
            username: Text::parse(&self.username).map_err(at("basic_auth.username"))?,
            password: Text::parse(&self.password).map_err(at("basic_auth.password"))?,
        })
    }
}

impl BasicAuthentication<Text> {
    /// The header. Where secrets are hidden, it can be read.
    fn fill(&self, values: &Values) -> Result<String, String> {
        let filled = |place, text: &Text| required(place, text.fill(values, str::to_owned));
        let username = filled("basic_auth.username", &self.username)?;
        let password = filled("basic_auth.password", &self.password)?;
        if username.contains(':') {
            return Err(
                "basic_auth.username has a colon in it, which ends it (RFC 7617)".to_owned(),
            );
        }
        let both = format!("{username}:{password}");
        Ok(match values.are_secrets_hidden {
            true => format!("Basic {both}"),
            false => format!("Basic {}", BASE64.encode(both.as_bytes())),
        })
    }
}

impl Tree {
    fn read(value: &toml::Value, place: &str) -> Result<Self, String> {
        Ok(match value {
            toml::Value::String(text) => Self::Text(Text::parse(text).map_err(at(place))?),
            toml::Value::Integer(number) => Self::Fixed((*number).into()),
            toml::Value::Float(number) => Self::Fixed((*number).into()),
            toml::Value::Boolean(truth) => Self::Fixed((*truth).into()),
            // JSON has no dates.
            toml::Value::Datetime(date) => Self::Fixed(date.to_string().into()),
            toml::Value::Array(values) => {
                let read = |(number, value)| Self::read(value, &format!("{place}.{number}"));
                Self::List(
                    values
                        .iter()
                        .enumerate()
                        .map(read)
                        .collect::<Result<_, _>>()?,
                )
            }
            toml::Value::Table(table) => {
                let read = |(key, value): (&String, _)| {
                    Ok((key.clone(), Self::read(value, &format!("{place}.{key}"))?))
                };
                Self::Object(table.iter().map(read).collect::<Result<_, String>>()?)
            }
        })
    }

    /// The JSON; `None` if a value is missing that may be.
    fn fill(&self, values: &Values, place: &str) -> Result<Option<Value>, String> {
        Ok(Some(match self {
            Self::Fixed(value) => value.clone(),
            Self::Text(text) => {
                let Some(filled) = text.fill(values, str::to_owned).map_err(at(place))? else {
                    return Ok(None);
                };
                match text.is_number() {
                    true => filled.parse::<u64>().map_or(Value::Null, Value::from),
                    false => Value::from(filled),
                }
            }
            Self::List(trees) => {
                let mut list = Vec::new();
                for (number, tree) in trees.iter().enumerate() {
                    list.extend(tree.fill(values, &format!("{place}.{number}"))?);
                }
                Value::Array(list)
            }
            Self::Object(trees) => {
                let mut object = serde_json::Map::new();
                for (key, tree) in trees {
                    if let Some(value) = tree.fill(values, &format!("{place}.{key}"))? {
                        object.insert(key.clone(), value);
                    }
                }
                Value::Object(object)
            }
        }))
    }
}

/// An URL whose host does not depend on a message.
fn url(written: &str) -> Result<Text, String> {
    let text = Text::parse(written).map_err(at("url"))?;
    let before = written.split('{').next().unwrap_or_default();
    let has_host = before
        .split_once("://")
        .is_some_and(|(_, rest)| rest.contains('/') || before == written);
    match has_host {
        true => Ok(text),
        false => Err("url: it must begin with https:// and a host, without slots".to_owned()),
    }
}

fn headers(written: &toml::Table) -> Result<Vec<(HeaderName, Text)>, String> {
    let read = |(name, text): (String, Text)| {
        let header: HeaderName = name
            .parse()
            .map_err(|_| format!("headers: {name:?} is no name of a header"))?;
        match FOLLOWING_HEADERS.contains(&header.as_str()) {
            true => Err(format!(
                "headers: {header} follows from the rest of the request"
            )),
            false => Ok((header, text)),
        }
    };
    pairs("headers", written)?.into_iter().map(read).collect()
}

/// Pairs of a name and a text; a name with a list is there several times.
fn pairs(place: &str, written: &toml::Table) -> Result<Vec<(String, Text)>, String> {
    let mut pairs = Vec::new();
    for (name, value) in written {
        let place = format!("{place}.{name}");
        let texts = match value {
            toml::Value::Array(texts) => texts.as_slice(),
            text => std::slice::from_ref(text),
        };
        for text in texts {
            let text = text
                .as_str()
                .ok_or_else(|| format!("{place}: it must be text, or a list of texts"))?;
            pairs.push((name.clone(), Text::parse(text).map_err(at(&place))?));
        }
    }
    Ok(pairs)
}

fn filled_pairs<'a>(
    place: &str,
    pairs: &'a [(String, Text)],
    values: &Values,
) -> Result<Vec<(&'a str, String)>, String> {
    let mut filled = Vec::new();
    for (name, text) in pairs {
        let value = text.fill(values, str::to_owned);
        let value = value.map_err(at(&format!("{place}.{name}")))?;
        filled.extend(value.map(|value| (name.as_str(), value)));
    }
    Ok(filled)
}

/// A header's value. What is not ASCII goes as UTF-8; a line break would begin another header.
fn header_value(place: &str, value: &str) -> Result<HeaderValue, String> {
    HeaderValue::from_bytes(value.as_bytes())
        .map_err(|_| format!("{place}: a header cannot hold a line break or another control"))
}

fn required(place: &str, filled: Result<Option<String>, String>) -> Result<String, String> {
    filled
        .map_err(at(place))?
        .ok_or_else(|| format!("{place}: what may be missing is missing here"))
}

/// Says where a problem is.
fn at(place: &str) -> impl Fn(String) -> String {
    move |problem| format!("{place}: {problem}")
}
