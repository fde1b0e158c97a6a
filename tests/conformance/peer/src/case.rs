//! The cases as data, as far as the service's side of them goes.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde_json::{Map, Value, json};

/// One case. What only the runners read is checked for its form.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    name: String,
    about: String,
    #[serde(default)]
    config: Map<String, Value>,
    call: Call,
    pub replies: Vec<Reply>,
    pub requests: Vec<ExpectedRequest>,
    expect: Expect,
    #[serde(default)]
    skip: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Call {
    operation: String,
    arguments: Map<String, Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Expect {
    Value(Value),
    Error(Map<String, Value>),
}

/// What the service does once it has read a request.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Reply {
    status: Option<u16>,
    headers: BTreeMap<String, String>,
    body: Option<Value>,
    body_text: Option<Text>,
    users: Option<usize>,
    raw: Option<Text>,
    close: bool,
    pub stall: bool,
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

/// Bytes: as they are, repeated, in hexadecimal, or one after the other.
#[derive(Deserialize)]
#[serde(untagged)]
enum Text {
    Plain(String),
    Repeated { repeat: String, times: usize },
    Hexadecimal { hex: String },
    Joined(Vec<Text>),
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
    for case in serde_json::from_slice::<Vec<Case>>(&fs::read(path)?)? {
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
    pub fn user_agent(&self, language: &str) -> String {
        const VERSION: &str = env!("CARGO_PKG_VERSION");
        let own = match (self.option("user_agent"), language) {
            (Some(products), _) => products.to_owned(),
            (None, "rust" | "c") => format!("libverigator/{VERSION}"),
            (None, "java") => format!("verigator-java-{VERSION}"),
            // The same client, whose calls are awaited.
            (None, "asyncio") => format!("verigator-python/{VERSION} libverigator/{VERSION}"),
            (None, _) => format!("verigator-{language}/{VERSION} libverigator/{VERSION}"),
        };
        let (prefix, suffix) = ("user_agent_prefix", "user_agent_suffix");
        let products = [self.option(prefix), Some(&own), self.option(suffix)];
        products.into_iter().flatten().collect::<Vec<_>>().join(" ")
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
        let arguments: &[&str] = match self.call.operation.as_str() {
            "create_service" => &["fqdn", "name"],
            "get_service" | "delete_service" | "list_users" => &["service_id"],
            "create_user" => &["service_id", "phone_number", "id_in_service"],
            "get_user"
            | "delete_user"
            | "unlock_user"
            | "begin_totp"
            | "get_totp"
            | "delete_totp"
            | "create_recovery_codes"
            | "count_recovery_codes"
            | "delete_recovery_codes" => &["service_id", "user_id"],
            "confirm_totp" => &["service_id", "user_id", "token"],
            "create_totp_link" => &["service_id", "user_id", "lifetime_seconds"],
            "find_service" => &["fqdn"],
            "page_services" => &["limit"],
            "page_users" => &["service_id", "limit"],
            "initiate" => &["service_id", "user_id", "method"],
            "verify" => &["service_id", "user_id", "token"],
            _ => return Some("there is no such operation"),
        };
        let given = &self.call.arguments;
        let optional = ["challenge", "cursor"];
        let others = given.len()
            - optional
                .iter()
                .filter(|name| given.contains_key(**name))
                .count();
        if others != arguments.len() || !arguments.iter().all(|name| given.contains_key(*name)) {
            return Some("the arguments are not those of the operation");
        }
        let known = self
            .config
            .keys()
            .all(|option| OPTIONS.contains(&option.as_str()));
        (!known).then_some("there is no such option")
    }

    fn problem_of_expectation(&self) -> Option<&'static str> {
        const FIELDS: [&str; 11] = [
            "status",
            "kind",
            "http_status",
            "message_contains",
            "message_lacks",
            "service_message",
            "body",
            "request_id",
            "retry_after_ms",
            "maybe_sent",
            "retry_safe",
        ];
        match &self.expect {
            Expect::Value(value) if value.is_null() || value.is_object() => None,
            Expect::Value(_) => Some("a value is an object or null"),
            Expect::Error(error) if !error.contains_key("status") => Some("an error has a status"),
            Expect::Error(error) => {
                let known = error.keys().all(|field| FIELDS.contains(&field.as_str()));
                (!known).then_some("there is no such field of an error")
            }
        }
    }
}

impl Reply {
    /// A reply of the peer itself.
    pub fn json(status: u16, body: Value) -> Self {
        Self {
            status: Some(status),
            body: Some(body),
            ..Self::default()
        }
    }

    /// Whether the connection ends after this reply.
    pub fn ends_connection(&self) -> bool {
        self.close || self.stall || self.raw.is_some()
    }

    /// What goes over the wire.
    pub fn bytes(&self) -> Vec<u8> {
        match &self.raw {
            Some(raw) => raw.bytes(),
            None if self.close || self.stall => Vec::new(),
            None => self.message(),
        }
    }

    fn message(&self) -> Vec<u8> {
        let status = self.status.unwrap_or(200);
        let body = self.body_bytes();
        let mut head = format!("HTTP/1.1 {status} Status\r\n");
        // RFC 9110 section 8.6: these two have no body, and a 204 no length either.
        if !matches!(status, 204 | 304) {
            head += &format!("Content-Length: {}\r\n", body.len());
        }
        if !body.is_empty() && !self.headers.contains_key("Content-Type") {
            head += "Content-Type: application/json\r\n";
        }
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        [(head + "\r\n").into_bytes(), body].concat()
    }

    fn body_bytes(&self) -> Vec<u8> {
        match (&self.body, &self.body_text, self.users) {
            (Some(body), ..) => body.to_string().into_bytes(),
            (_, Some(text), _) => text.bytes(),
            (.., Some(count)) => users(count).to_string().into_bytes(),
            _ => Vec::new(),
        }
    }
}

impl Text {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Text::Plain(text) => text.clone().into_bytes(),
            Text::Repeated { repeat, times } => repeat.repeat(*times).into_bytes(),
            Text::Hexadecimal { hex } => from_hex(hex),
            Text::Joined(texts) => texts.iter().flat_map(Text::bytes).collect(),
        }
    }
}

fn from_hex(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .chars()
        .filter_map(|digit| digit.to_digit(16))
        .map(|digit| digit as u8)
        .collect();
    digits
        .chunks_exact(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

/// A list of this many users.
fn users(count: usize) -> Value {
    let user = |number| {
        json!({
            "id": format!("u{number}"),
            "ctime": "2017-07-06T13:12:03.141Z",
            "id_in_service": format!("user{number}@example.com"),
        })
    };
    json!({ "users": (0..count).map(user).collect::<Vec<_>>(), "total": count })
}
