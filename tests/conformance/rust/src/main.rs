//! Makes the calls of the conformance cases, as `conformance-peer run rust` tells it on standard
//! input. The README.md above says what comes and what is answered.

mod describe;

use std::io;
use std::time::Duration;

use describe::Describe;
use serde_json::{Value, json};
use tokio::runtime::Builder;
use verigator::{AsyncClient, Challenge, Client, Config, Method, Result};

fn main() {
    for line in io::stdin().lines() {
        let told = serde_json::from_str(&line.unwrap()).unwrap();
        let outcome = match call(&told) {
            Ok(value) => json!({ "value": value }),
            Err(error) => json!({ "error": error.describe() }),
        };
        println!("{outcome}");
    }
}

fn call(told: &Value) -> Result<Value> {
    let client = Client::new(&config(&told["config"])?)?;
    let operation = told["operation"].as_str().unwrap();
    if told["way"] == "blocking" {
        return blocking(&client, operation, &told["arguments"]);
    }
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(awaited(&client.into(), operation, &told["arguments"]))
}

fn config(options: &Value) -> Result<Config> {
    let mut config = Config::new(text(options, "username"), text(options, "password"))?;
    for (name, value) in options.as_object().unwrap() {
        let text = || value.as_str().unwrap();
        let number = || value.as_u64().unwrap();
        let time = || Duration::from_millis(number());
        match name.as_str() {
            "base_url" => config.set_base_url(text())?,
            "address" => config.set_address(text())?,
            "max_retries" => config.set_max_retries(number() as u32)?,
            "max_retry_wait_ms" => config.set_max_retry_wait(time())?,
            "timeout_ms" => config.set_timeout(time())?,
            "connect_timeout_ms" => config.set_connect_timeout(time())?,
            "idle_timeout_ms" => config.set_idle_timeout(time())?,
            "max_idle_connections" => config.set_max_idle_connections(number() as usize)?,
            "max_response_bytes" => config.set_max_response_bytes(number() as usize)?,
            "proxy" => {
                let of = |name| options.get(name).and_then(Value::as_str);
                config.set_proxy(text(), of("proxy_username").zip(of("proxy_password")))?
            }
            "ca_file" => config.set_ca_file(text())?,
            "pinned_key" => config.add_pinned_key(text())?,
            "user_agent" => config.set_user_agent(text())?,
            "user_agent_prefix" => config.set_user_agent_prefix(text())?,
            "user_agent_suffix" => config.set_user_agent_suffix(text())?,
            "username" | "password" | "proxy_username" | "proxy_password" => &mut config,
            _ => panic!("no option {name}"),
        };
    }
    Ok(config)
}

/// The operations of a client; those of the other are the same, but awaited.
macro_rules! operations {
    ($client:ident, $operation:ident, $given:ident $(, $wait:tt)?) => {{
        let text = |name| text($given, name);
        let number = |name| $given[name].as_i64().unwrap();
        let service = || text("service_id");
        let (user, cursor) = (|| text("user_id"), $given["cursor"].as_str());
        Ok(match $operation {
            "create_service" => $client.create_service(text("fqdn"), text("name"))$(.$wait)??.describe(),
            "find_service" => $client.find_service(text("fqdn"))$(.$wait)??.describe(),
            "get_service" => $client.service(service())$(.$wait)??.describe(),
            "delete_service" => $client.delete_service(service())$(.$wait)??.describe(),
            "page_services" => $client.page_services(number("limit"), cursor)$(.$wait)??.describe(),
            "create_user" => {
                let (phone_number, id_in_service) = (text("phone_number"), text("id_in_service"));
                $client.create_user(service(), phone_number, id_in_service)$(.$wait)??.describe()
            }
            "find_user" => $client.find_user(service(), text("id_in_service"))$(.$wait)??.describe(),
            "get_user" => $client.user(service(), user())$(.$wait)??.describe(),
            "delete_user" => $client.delete_user(service(), user())$(.$wait)??.describe(),
            "unlock_user" => $client.unlock_user(service(), user())$(.$wait)??.describe(),
            "list_users" => $client.users(service())$(.$wait)??.describe(),
            "page_users" => {
                $client.page_users(service(), number("limit"), cursor)$(.$wait)??.describe()
            }
            "initiate" => {
                $client.initiate(service(), user(), method(&$given["method"]))$(.$wait)??.describe()
            }
            "verify" => {
                let challenge = challenge(&$given["challenge"]);
                $client.verify(service(), user(), challenge.as_ref(), text("token"))$(.$wait)??.describe()
            }
            "begin_totp" => $client.begin_totp(service(), user())$(.$wait)??.describe(),
            "create_totp_link" => {
                let lifetime = number("lifetime_seconds");
                $client.create_totp_link(service(), user(), lifetime)$(.$wait)??.describe()
            }
            "confirm_totp" => $client.confirm_totp(service(), user(), text("token"))$(.$wait)??.describe(),
            "get_totp" => $client.totp(service(), user())$(.$wait)??.describe(),
            "delete_totp" => $client.delete_totp(service(), user())$(.$wait)??.describe(),
            "create_recovery_codes" => {
                $client.create_recovery_codes(service(), user())$(.$wait)??.describe()
            }
            "count_recovery_codes" => {
                $client.count_recovery_codes(service(), user())$(.$wait)??.describe()
            }
            "delete_recovery_codes" => {
                $client.delete_recovery_codes(service(), user())$(.$wait)??.describe()
            }
            _ => panic!("no operation {}", $operation),
        })
    }};
}

fn blocking(client: &Client, operation: &str, given: &Value) -> Result<Value> {
    operations!(client, operation, given)
}

async fn awaited(client: &AsyncClient, operation: &str, given: &Value) -> Result<Value> {
    operations!(client, operation, given, await)
}

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object[name].as_str().unwrap()
}

fn method(value: &Value) -> Method {
    match value.as_str() {
        Some("sms") => Method::Sms,
        Some("totp") => Method::Totp,
        Some("recovery_code") => Method::RecoveryCode,
        _ => panic!("{value} is no method in Rust"),
    }
}

fn challenge(value: &Value) -> Option<Challenge> {
    let parts = value.as_object()?;
    Some(Challenge::new(
        method(&parts["method"]),
        parts["auth_id"].as_str(),
    ))
}
