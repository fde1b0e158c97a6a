//! What the library answers, in the form of the cases.

use serde_json::{Value, json};
use verigator::{
    Challenge, Enrolment, EnrolmentLink, Error, RecoveryCodes, Service, ServiceList, TotpState,
    User, UserList, Verification,
};

pub trait Describe {
    fn describe(&self) -> Value;
}

macro_rules! describe {
    ($($type:ty, $it:ident => $value:expr;)*) => {$(
        impl Describe for $type {
            fn describe(&self) -> Value {
                let $it = self;
                $value
            }
        }
    )*};
}

fn all<T: Describe>(list: &[T]) -> Vec<Value> {
    list.iter().map(T::describe).collect()
}

describe! {
    (), _it => Value::Null;
    Service, it => json!({ "id": it.id, "name": it.name, "ctime": it.ctime });
    User, it => json!({ "id": it.id, "ctime": it.ctime, "id_in_service": it.id_in_service });
    UserList, it => json!({
        "users": all(&it.users),
        "total": it.total,
        "next_cursor": it.next_cursor,
    });
    ServiceList, it => json!({
        "services": all(&it.services),
        "total": it.total,
        "next_cursor": it.next_cursor,
    });
    Challenge, it => json!({ "method": it.method, "auth_id": it.auth_id });
    Verification, it => json!({
        "verified": it.verified,
        "method": it.method,
        "throttled": it.throttled,
        "expired": it.expired,
        "invalid": it.invalid,
        "result": it.result,
    });
    Enrolment, it => json!({
        "secret": it.secret.as_str(),
        "uri": it.uri.as_str(),
        "qr_svg": it.qr_svg.as_str(),
        "replaced": it.replaced,
    });
    EnrolmentLink, it => json!({
        "url": it.url.as_str(),
        "expires_at": it.expires_at,
        "replaced": it.replaced,
    });
    TotpState, it => json!({ "confirmed": it.confirmed, "pending": it.pending });
    RecoveryCodes, it => json!({
        "codes": it.codes.iter().map(|code| code.as_str()).collect::<Vec<_>>(),
    });
    // How many of these are left.
    u32, it => json!({ "remaining": it });
    Error, it => json!({
        "status": it.status().value(),
        "kind": format!("{:?}", it.kind()).to_lowercase(),
        "http_status": it.http_status(),
        "message": it.message(),
        "service_message": it.service_message(),
        "body": it.body().map(String::from_utf8_lossy),
        "request_id": it.request_id(),
        "retry_after_ms": it.retry_after().map(|wait| wait.as_millis() as u64),
        "maybe_sent": it.maybe_sent(),
        "retry_safe": it.retry_safe(),
    });
}
