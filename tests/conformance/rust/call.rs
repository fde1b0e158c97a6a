//! Makes a case's call and tells what came of it, in the form of a case's `expect`.

use std::time::Duration;

use serde_json::{Value, json};
use verigator::{
    Challenge, Client, Config, Enrolment, EnrolmentLink, Error, Method, RecoveryCodes, Result,
    Service, ServiceList, TotpState, User, UserList, Verification,
};

/// `{"value": ...}` or `{"error": ...}`, with everything that is known of it.
pub fn outcome(case: &Value, base_url: &str) -> Value {
    match client(&case["config"], base_url).and_then(|client| call(&client, &case["call"])) {
        Ok(value) => json!({ "value": value }),
        Err(error) => json!({ "error": describe_error(&error) }),
    }
}

fn client(options: &Value, base_url: &str) -> Result<Client> {
    let text = |name: &str| options.get(name).map(argument);
    let number = |name: &str| options[name].as_u64();
    let milliseconds = |name: &str| number(name).map(Duration::from_millis);
    let mut config = Config::new(
        &text("username").unwrap_or("user".to_owned()),
        &text("password").unwrap_or("pass:word".to_owned()),
    )?;
    config.set_base_url(&text("base_url").unwrap_or(base_url.to_owned()))?;
    config.set_max_retries(number("max_retries").unwrap_or(0) as u32)?;
    let wait = milliseconds("max_retry_wait_ms").unwrap_or(Duration::from_millis(1));
    config.set_max_retry_wait(wait)?;
    config.set_timeout(milliseconds("timeout_ms").unwrap_or(Duration::from_secs(10)))?;
    if let Some(timeout) = milliseconds("connect_timeout_ms") {
        config.set_connect_timeout(timeout)?;
    }
    if let Some(timeout) = milliseconds("idle_timeout_ms") {
        config.set_idle_timeout(timeout)?;
    }
    if let Some(most) = number("max_idle_connections") {
        config.set_max_idle_connections(most as usize)?;
    }
    if let Some(most) = number("max_response_bytes") {
        config.set_max_response_bytes(most as usize)?;
    }
    set_texts(&mut config, text)?;
    Client::new(&config)
}

fn set_texts(config: &mut Config, text: impl Fn(&str) -> Option<String>) -> Result<()> {
    if let Some(address) = text("address") {
        config.set_address(&address)?;
    }
    if let Some(proxy) = text("proxy") {
        let (username, password) = (text("proxy_username"), text("proxy_password"));
        config.set_proxy(&proxy, username.as_deref().zip(password.as_deref()))?;
    }
    if let Some(path) = text("ca_file") {
        config.set_ca_file(path)?;
    }
    if let Some(pin) = text("pinned_key") {
        config.add_pinned_key(&pin)?;
    }
    if let Some(products) = text("user_agent") {
        config.set_user_agent(&products)?;
    }
    if let Some(prefix) = text("user_agent_prefix") {
        config.set_user_agent_prefix(&prefix)?;
    }
    if let Some(suffix) = text("user_agent_suffix") {
        config.set_user_agent_suffix(&suffix)?;
    }
    Ok(())
}

fn call(client: &Client, call: &Value) -> Result<Value> {
    let arguments = &call["arguments"];
    let text = |name: &str| argument(&arguments[name]);
    let service_id = || text("service_id");
    let user_id = || text("user_id");
    Ok(match call["operation"].as_str().unwrap() {
        "create_service" => service(client.create_service(&text("fqdn"), &text("name"))?),
        "get_service" => service(client.service(&service_id())?),
        "delete_service" => client.delete_service(&service_id()).map(|()| Value::Null)?,
        "create_user" => {
            let (phone_number, id_in_service) = (text("phone_number"), text("id_in_service"));
            user(&client.create_user(&service_id(), &phone_number, &id_in_service)?)
        }
        "list_users" => users(&client.users(&service_id())?),
        "get_user" => user(&client.user(&service_id(), &user_id())?),
        "delete_user" => client
            .delete_user(&service_id(), &user_id())
            .map(|()| Value::Null)?,
        "initiate" => {
            let method = method(&arguments["method"]);
            challenge(&client.initiate(&service_id(), &user_id(), method)?)
        }
        "verify" => {
            let challenge = given_challenge(&arguments["challenge"]);
            let token = text("token");
            let challenge = challenge.as_ref();
            verification(&client.verify(&service_id(), &user_id(), challenge, &token)?)
        }
        operation => self_service(client, operation, arguments)?,
    })
}

fn self_service(client: &Client, operation: &str, arguments: &Value) -> Result<Value> {
    let text = |name: &str| argument(&arguments[name]);
    let (service_id, user_id) = (|| text("service_id"), || text("user_id"));
    let limit = || arguments["limit"].as_i64().unwrap();
    let cursor = arguments.get("cursor").filter(|cursor| !cursor.is_null());
    let cursor = cursor.map(argument);
    let done = |()| Value::Null;
    Ok(match operation {
        "find_service" => service(client.find_service(&text("fqdn"))?),
        "page_services" => services(client.page_services(limit(), cursor.as_deref())?),
        "page_users" => users(&client.page_users(&service_id(), limit(), cursor.as_deref())?),
        "unlock_user" => client.unlock_user(&service_id(), &user_id()).map(done)?,
        "begin_totp" => enrolment(&client.begin_totp(&service_id(), &user_id())?),
        "create_totp_link" => {
            let lifetime = arguments["lifetime_seconds"].as_i64().unwrap();
            enrolment_link(&client.create_totp_link(&service_id(), &user_id(), lifetime)?)
        }
        "confirm_totp" => client
            .confirm_totp(&service_id(), &user_id(), &text("token"))
            .map(done)?,
        "get_totp" => totp_state(client.totp(&service_id(), &user_id())?),
        "delete_totp" => client.delete_totp(&service_id(), &user_id()).map(done)?,
        "create_recovery_codes" => {
            recovery_codes(&client.create_recovery_codes(&service_id(), &user_id())?)
        }
        "count_recovery_codes" => {
            json!({ "remaining": client.count_recovery_codes(&service_id(), &user_id())? })
        }
        "delete_recovery_codes" => client
            .delete_recovery_codes(&service_id(), &user_id())
            .map(done)?,
        operation => panic!("no operation {operation}"),
    })
}

fn argument(value: &Value) -> String {
    match (
        value.as_str(),
        value["repeat"].as_str(),
        value["times"].as_u64(),
    ) {
        (Some(text), ..) => text.to_owned(),
        (_, Some(text), Some(times)) => text.repeat(times as usize),
        _ => panic!("{value} cannot be said in Rust: the case should say so in `skip`"),
    }
}

fn method(value: &Value) -> Method {
    match value.as_str() {
        Some("sms") => Method::Sms,
        Some("totp") => Method::Totp,
        Some("recovery_code") => Method::RecoveryCode,
        _ => panic!("{value} cannot be said in Rust: the case should say so in `skip`"),
    }
}

fn given_challenge(value: &Value) -> Option<Challenge> {
    let parts = value.as_object()?;
    let auth_id = parts.get("auth_id").filter(|id| !id.is_null());
    Some(Challenge::new(
        method(&parts["method"]),
        auth_id.map(argument).as_deref(),
    ))
}

fn service(service: Service) -> Value {
    json!({ "id": service.id, "name": service.name, "ctime": service.ctime })
}

fn user(user: &User) -> Value {
    json!({ "id": user.id, "ctime": user.ctime, "id_in_service": user.id_in_service })
}

fn users(list: &UserList) -> Value {
    json!({
        "users": list.users.iter().map(user).collect::<Vec<_>>(),
        "total": list.total,
        "next_cursor": list.next_cursor,
        "users_count": list.users.len(),
        "first_id": list.users.first().map(|user| &user.id),
        "last_id": list.users.last().map(|user| &user.id),
    })
}

fn services(list: ServiceList) -> Value {
    json!({
        "services": list.services.into_iter().map(service).collect::<Vec<_>>(),
        "total": list.total,
        "next_cursor": list.next_cursor,
    })
}

fn enrolment_link(link: &EnrolmentLink) -> Value {
    json!({
        "url": link.url.as_str(),
        "expires_at": link.expires_at,
        "replaced": link.replaced,
    })
}

fn enrolment(enrolment: &Enrolment) -> Value {
    json!({
        "secret": enrolment.secret.as_str(),
        "uri": enrolment.uri.as_str(),
        "qr_svg": enrolment.qr_svg.as_str(),
        "replaced": enrolment.replaced,
    })
}

fn totp_state(state: TotpState) -> Value {
    json!({ "confirmed": state.confirmed, "pending": state.pending })
}

fn recovery_codes(made: &RecoveryCodes) -> Value {
    let codes = made.codes.iter().map(|code| code.as_str());
    json!({ "codes": codes.collect::<Vec<_>>() })
}

fn challenge(challenge: &Challenge) -> Value {
    json!({ "method": challenge.method, "auth_id": challenge.auth_id })
}

fn verification(answer: &Verification) -> Value {
    json!({
        "verified": answer.verified,
        "method": answer.method,
        "throttled": answer.throttled,
        "expired": answer.expired,
        "invalid": answer.invalid,
        "result": answer.result,
    })
}

fn describe_error(error: &Error) -> Value {
    json!({
        "status": error.status().value(),
        "kind": format!("{:?}", error.kind()).to_lowercase(),
        "http_status": error.http_status(),
        "message": error.message(),
        "service_message": error.service_message(),
        "body": error.body().map(String::from_utf8_lossy),
        "request_id": error.request_id(),
        "retry_after_ms": error.retry_after().map(|wait| wait.as_millis() as u64),
        "maybe_sent": error.maybe_sent(),
        "retry_safe": error.retry_safe(),
    })
}
