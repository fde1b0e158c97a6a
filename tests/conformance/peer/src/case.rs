//! The cases as data: what a runner is told, and what the service does.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::language::{Language, Way};
use crate::operation::Operation;
use crate::outcome;
use crate::reply::Reply;
use crate::text;

/// One case.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// The name of its file.
    #[serde(skip)]
    pub topic: String,
    name: String,
    about: String,
    #[serde(default)]
    config: Map<String, Value>,
    call: Call,
    pub replies: Vec<Reply>,
    pub requests: Vec<ExpectedRequest>,
    pub expect: Expect,
    #[serde(default)]
    skip: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    operation: String,
    arguments: Map<String, Value>,
}

/// What must come of the call.
#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Expect {
    Value(Value),
    Error(Map<String, Value>),
}

/// A request that must have come.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedRequest {
    pub line: String,
    pub body: Option<Value>,
    #[serde(default)]
    pub headers: BTreeMap<String, ExpectedHeader>,
}

/// What a header must be. `null`: it must be absent.
#[derive(Deserialize)]
#[serde(untagged)]
pub enum ExpectedHeader {
    Absent(()),
    Is(String),
    Contains { contains: String },
}

/// Every case of every `*.json` file in `folder`, by its name.
pub fn read_folder(folder: &Path) -> Result<BTreeMap<String, Case>, Box<dyn Error>> {
    let mut cases = BTreeMap::new();
    for entry in fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            let read = read_file(&path, &mut cases);
            read.map_err(|error| format!("{}: {error}", path.display()))?;
        }
    }
    Ok(cases)
}

fn read_file(path: &Path, cases: &mut BTreeMap<String, Case>) -> Result<(), Box<dyn Error>> {
    let topic = path.file_stem().unwrap_or_default().to_string_lossy();
    for mut case in serde_json::from_slice::<Vec<Case>>(&fs::read(path)?)? {
        case.topic = topic.clone().into_owned();
        if let Some(problem) = case.problem() {
            return Err(format!("{}: {problem}", case.name).into());
        }
        let name = case.name.clone();
        if cases.insert(name.clone(), case).is_some() {
            return Err(format!("{name}: the name is taken").into());
        }
    }
    Ok(())
}

impl Case {
    /// The `X-Service-Auth` that this case's credentials make.
    pub fn service_auth(&self) -> String {
        let username = self.option("username").unwrap_or("user");
        let password = self.option("password").unwrap_or("pass:word");
        format!("{username}:{password}")
    }

    /// The `User-Agent`: the caller's products around those that the case sets, or else around what
    /// the client in this language says of itself.
    pub fn user_agent(&self, language: &Language) -> String {
        let own = self.option("user_agent").map(str::to_owned);
        let own = own.unwrap_or_else(|| language.user_agent());
        let (prefix, suffix) = ("user_agent_prefix", "user_agent_suffix");
        let products = [self.option(prefix), Some(&own), self.option(suffix)];
        products.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// Why this language leaves the case out, if it does.
    pub fn skipped(&self, language: &Language) -> Option<&str> {
        self.skip.get(language.name).map(String::as_str)
    }

    /// Whether the call is made in this way: C's functions with a single output take no challenge.
    pub fn is_for(&self, way: Way) -> bool {
        let has_simple_form = !self.value_in(Way::Simple).is_empty();
        way != Way::Simple || has_simple_form && !self.call.arguments.contains_key("challenge")
    }

    /// The members of the call's value when it is made in this way; none where that is null.
    pub fn value_in(&self, way: Way) -> &'static [&'static str] {
        match self.operation() {
            Some(operation) if way == Way::Simple => operation.simple_value,
            Some(operation) => operation.value,
            None => &[],
        }
    }

    /// What a runner in this language is told: one line.
    pub fn instruction(&self, language: &Language, way: Way, base_url: &str) -> Value {
        let mut config = json!({
            "username": "user",
            "password": "pass:word",
            "base_url": base_url,
            "max_retries": 0,
            "max_retry_wait_ms": 1,
            "timeout_ms": 10000,
        });
        for (option, value) in &self.config {
            config[option] = text::given(value, language.text);
        }
        json!({
            "case": self.name,
            "way": way.name(),
            "config": config,
            "operation": self.call.operation,
            "arguments": self.arguments(language),
        })
    }

    fn arguments(&self, language: &Language) -> Value {
        let mut arguments = self.call.arguments.clone();
        for value in arguments.values_mut() {
            *value = text::given(value, language.text);
        }
        if let Some(Value::Object(challenge)) = arguments.get_mut("challenge") {
            challenge.entry("auth_id").or_insert(Value::Null);
        }
        arguments.into()
    }

    fn operation(&self) -> Option<&'static Operation> {
        Operation::named(&self.call.operation)
    }

    /// An option that is a text, if the case sets it.
    fn option(&self, name: &str) -> Option<&str> {
        self.config.get(name).and_then(Value::as_str)
    }

    /// The reply to the request that `before` others came before; the last stands for the rest.
    pub fn reply(&self, before: usize) -> Option<&Reply> {
        self.replies.get(before).or(self.replies.last())
    }

    /// What keeps a runner from running this case.
    fn problem(&self) -> Option<&'static str> {
        let is_name = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-');
        if self.name.is_empty() || !self.name.bytes().all(is_name) {
            return Some("the name has other characters than a to z, 0 to 9 and -");
        }
        if self.about.is_empty() || self.skip.values().any(String::is_empty) {
            return Some("`about` or a reason in `skip` is empty");
        }
        if self.replies.is_empty() != self.requests.is_empty() {
            return Some("`replies` and `requests` must both be empty, or neither");
        }
        self.problem_of_call().or(self.problem_of_expectation())
    }

    fn problem_of_call(&self) -> Option<&'static str> {
        const OPTIONS: [&str; 20] = [
            "username",
            "password",
            "base_url",
            "address",
            "max_retries",
            "max_retry_wait_ms",
            "timeout_ms",
            "connect_timeout_ms",
            "proxy",
            "proxy_username",
            "proxy_password",
            "ca_file",
            "pinned_key",
            "min_tls_version",
            "user_agent",
            "user_agent_prefix",
            "user_agent_suffix",
            "max_idle_connections",
            "idle_timeout_ms",
            "max_response_bytes",
        ];
        let Some(operation) = self.operation() else {
            return Some("there is no such operation");
        };
        let given = &self.call.arguments;
        let optional = operation.optional.iter();
        let optional = optional.filter(|name| given.contains_key(**name)).count();
        if given.len() != operation.arguments.len() + optional
            || !operation
                .arguments
                .iter()
                .all(|name| given.contains_key(*name))
        {
            return Some("the arguments are not those of the operation");
        }
        let known = self
            .config
            .keys()
            .all(|option| OPTIONS.contains(&option.as_str()));
        (!known).then_some("there is no such option")
    }

    fn problem_of_expectation(&self) -> Option<&'static str> {
        match &self.expect {
            Expect::Value(Value::Null) => None,
            Expect::Value(Value::Object(value)) => {
                let members = self.value_in(Way::Blocking);
                let known = value.keys().all(|name| outcome::is_of_value(name, members));
                (!known).then_some("there is no such member of the value")
            }
            Expect::Value(_) => Some("a value is an object or null"),
            Expect::Error(error) if !error.contains_key("status") => Some("an error has a status"),
            Expect::Error(error) => {
                let known = error.keys().all(|field| outcome::is_of_error(field));
                (!known).then_some("there is no such member of an error")
            }
        }
    }
}
