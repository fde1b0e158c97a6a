//! The target that reads bodies of replies, as every noun of the contract.

use serde_json::Value;
use verigator::fuzzing::Reply;
use verigator::{
    Challenge, Enrolment, EnrolmentLink, RecoveryCodes, Service, ServiceList, TotpState, User,
    UserList, Verification,
};

/// Reads a body as every noun of the contract.
///
/// A yes is an object whose `verified` is the boolean `true`; an id can be used in the next request;
/// no text has a NUL, which C could not see beyond.
pub fn reply_bodies(body: &[u8]) {
    if let Some(service) = Service::read(body) {
        check_id(&service.id);
        check_texts([&service.name, &service.ctime]);
    }
    if let Some(user) = User::read(body) {
        check_user(&user);
    }
    if let Some(list) = UserList::read(body) {
        list.users.iter().for_each(check_user);
        check_texts(list.next_cursor.as_ref());
    }
    if let Some(list) = ServiceList::read(body) {
        list.services
            .iter()
            .for_each(|service| check_id(&service.id));
        check_texts(list.next_cursor.as_ref());
    }
    if let Some(enrolment) = Enrolment::read(body) {
        assert!(!enrolment.secret.is_empty() && enrolment.uri.starts_with("otpauth://"));
        check_texts([&*enrolment.secret, &*enrolment.uri, &*enrolment.qr_svg]);
    }
    if let Some(link) = EnrolmentLink::read(body) {
        assert!(link.url.starts_with("https://") || link.url.starts_with("http://"));
        check_texts([&*link.url, &link.expires_at]);
    }
    if let Some(made) = RecoveryCodes::read(body) {
        // Each can be sent as a token.
        let is_token = |code: &str| code.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        assert!(
            made.codes
                .iter()
                .all(|code| is_token(code) && !code.is_empty())
        );
        assert!(!made.codes.is_empty());
    }
    // Any two booleans are a state.
    let _ = TotpState::read(body);
    if let Some(challenge) = Challenge::read(body) {
        check_texts(challenge.auth_id.as_ref());
    }
    if let Some(answer) = Verification::read(body) {
        check_texts(answer.result.as_ref());
        let failed = answer.throttled || answer.expired || answer.invalid;
        assert!(!answer.verified || says_yes(body) && !failed, "a wrong yes");
    }
}

fn check_user(user: &User) {
    check_id(&user.id);
    check_texts([&user.ctime, &user.id_in_service]);
}

fn check_id(id: &str) {
    assert!(
        !id.is_empty() && !id.chars().any(char::is_control),
        "{id:?}"
    );
}

fn check_texts<'a>(texts: impl IntoIterator<Item = &'a String>) {
    for text in texts {
        assert!(!text.contains('\0'), "{text:?}");
    }
}

/// A second opinion on a body that verifies.
pub fn says_yes(body: &[u8]) -> bool {
    is_true(body, "verified")
}

/// A second opinion on a body that confirms an enrolment.
pub fn confirms(body: &[u8]) -> bool {
    is_true(body, "confirmed")
}

fn is_true(body: &[u8], name: &str) -> bool {
    serde_json::from_slice::<Value>(body)
        .is_ok_and(|body| body.is_object() && body[name] == Value::Bool(true))
}
