//! The C API's strings: each is NUL-terminated, and the bytes between two NULs are one.

use std::ffi::{CStr, CString, c_char};
use std::ptr::{null, null_mut};
use std::sync::OnceLock;

use percent_encoding::percent_decode_str;
use verigator::ffi::*;

use crate::peer::{Afterwards, Peer, reply};

/// A context, as a value that threads may share, and its server.
struct Setup {
    peer: Peer,
    ctx: usize,
}

fn setup() -> &'static Setup {
    static SETUP: OnceLock<Setup> = OnceLock::new();
    SETUP.get_or_init(|| {
        let peer = Peer::start();
        let base_url = CString::new(peer.base_url.as_str()).expect("a URL has no NUL");
        let (mut config, mut ctx) = (null_mut(), null_mut());
        // SAFETY: the strings are NUL-terminated, the outputs are variables.
        unsafe {
            expect_ok(verigator_config_new(
                c"username".as_ptr(),
                c"password".as_ptr(),
                &mut config,
            ));
            expect_ok(verigator_config_set_base_url(config, base_url.as_ptr()));
            expect_ok(verigator_ctx_new(config, &mut ctx));
        }
        expect_ok(verigator_config_free(config));
        Setup {
            peer,
            ctx: ctx.expose_provenance(),
        }
    })
}

fn expect_ok(status: verigator_status) {
    assert_eq!(status, VERIGATOR_OK);
}

/// The string arguments of one call; those that the bytes do not give are NULL.
struct Strings(Vec<CString>);

impl Strings {
    fn new(data: &[u8]) -> Self {
        let strings = data.split(|byte| *byte == 0);
        Self(
            strings
                .map(|text| CString::new(text).expect("split at NULs"))
                .collect(),
        )
    }

    fn at(&self, index: usize) -> *const c_char {
        self.0.get(index).map_or(null(), |text| text.as_ptr())
    }
}

/// Calls a function (first byte, from `0` on) with the strings that follow.
///
/// A call ends with a status and never with a crash; if it sent a request, each id is one segment of
/// the path, and says what it said before.
pub fn c_strings(data: &[u8]) {
    let Some((function, rest)) = data.split_first() else {
        return;
    };
    let strings = Strings::new(rest);
    match function.wrapping_sub(b'0') % 15 {
        0 => configure(&strings),
        function => request(function, &strings),
    }
}

/// Sets every option that is text. Files are left out: a path may be a device that never ends.
fn configure(strings: &Strings) {
    let mut config = null_mut();
    // SAFETY: the strings are NUL-terminated or NULL, the outputs are variables.
    unsafe {
        observe(verigator_config_new(
            strings.at(0),
            strings.at(1),
            &mut config,
        ));
        let made = verigator_config_new(c"username".as_ptr(), c"password".as_ptr(), &mut config);
        expect_ok(made);
        let text = strings.at(0);
        observe(verigator_config_set_base_url(config, text));
        observe(verigator_config_set_address(config, text));
        observe(verigator_config_set_proxy(
            config,
            text,
            strings.at(1),
            strings.at(2),
        ));
        observe(verigator_config_add_pinned_key(config, text));
        observe(verigator_config_set_user_agent(config, text));
        observe(verigator_config_set_user_agent_prefix(config, text));
        observe(verigator_config_set_user_agent_suffix(
            config,
            strings.at(1),
        ));
        if let Some(pem) = strings.0.first() {
            let length = pem.as_bytes().len();
            observe(verigator_config_set_ca_pem(config, text, length));
        }
        let mut ctx = null_mut();
        if observe(verigator_ctx_new(config, &mut ctx)) {
            expect_ok(verigator_ctx_free(ctx));
        }
    }
    expect_ok(verigator_config_free(config));
}

/// Makes a call that sends a request, if its arguments are acceptable.
fn request(function: u8, strings: &Strings) {
    let Setup { peer, ctx } = setup();
    let ctx = std::ptr::with_exposed_provenance::<verigator_ctx>(*ctx);
    let (one, two, three) = (strings.at(0), strings.at(1), strings.at(2));
    peer.answer(reply(200, b"", ANSWER), Afterwards::Keep);
    // SAFETY: the strings are NUL-terminated or NULL, the outputs are variables.
    let ids = unsafe {
        match function {
            1 => {
                let mut service = null_mut();
                if observe(verigator_service_create(ctx, one, two, &mut service)) {
                    text(verigator_service_name(service));
                    expect_ok(verigator_service_free(service));
                }
                0
            }
            2 => {
                observe(verigator_service_get(ctx, one, null_mut()));
                1
            }
            3 => {
                observe(verigator_service_delete(ctx, one));
                1
            }
            4 => {
                observe(verigator_user_create(ctx, one, two, three, null_mut()));
                1
            }
            5 => {
                let mut users = null_mut();
                if observe(verigator_user_list(ctx, one, &mut users)) {
                    text(verigator_users_id(users, 0));
                    assert!(verigator_users_id(users, 1).is_null());
                    expect_ok(verigator_users_free(users));
                }
                1
            }
            6 => {
                observe(verigator_user_get(ctx, one, two, null_mut()));
                2
            }
            7 => {
                observe(verigator_user_delete(ctx, one, two));
                2
            }
            8 => {
                let mut method = 0;
                observe(verigator_auth_initiate(
                    ctx,
                    one,
                    two,
                    VERIGATOR_METHOD_TOTP,
                    &mut method,
                ));
                2
            }
            9 => {
                verify(ctx, strings);
                2
            }
            10 => {
                observe(verigator_service_find(ctx, one, null_mut()));
                0
            }
            11 => {
                let mut services = null_mut();
                if observe(verigator_service_page(ctx, 1, one, &mut services)) {
                    text(verigator_services_next_cursor(services));
                    assert!(verigator_services_id(services, 1).is_null());
                    expect_ok(verigator_services_free(services));
                }
                0
            }
            12 => {
                observe(verigator_user_page(ctx, one, 1, two, null_mut()));
                1
            }
            13 => {
                observe(verigator_totp_confirm(ctx, one, two, three));
                2
            }
            _ => {
                let mut codes = null_mut();
                if observe(verigator_recovery_codes_create(ctx, one, two, &mut codes)) {
                    text(verigator_recovery_codes_get(codes, 0));
                    assert!(verigator_recovery_codes_get(codes, 1).is_null());
                    expect_ok(verigator_recovery_codes_free(codes));
                }
                2
            }
        }
    };
    if let Some(line) = peer.request_line() {
        check_segments(&line, &strings.0[..ids]);
    }
}

/// Verifies a token (third string) of a challenge with an id (fourth string).
///
/// # Safety
///
/// The strings are NUL-terminated or NULL.
unsafe fn verify(ctx: *const verigator_ctx, strings: &Strings) {
    let (mut challenge, mut verification) = (null_mut(), null_mut());
    // SAFETY: as the caller promises; the outputs are variables.
    let verified = unsafe {
        observe(verigator_challenge_new(
            VERIGATOR_METHOD_SMS,
            strings.at(3),
            &mut challenge,
        ));
        observe(verigator_auth_check(
            ctx,
            strings.at(0),
            strings.at(1),
            challenge,
            strings.at(2),
            &mut verification,
        ))
    };
    if verified {
        assert_eq!(verigator_verification_verified(verification), 1);
        expect_ok(verigator_verification_free(verification));
    }
    expect_ok(verigator_challenge_free(challenge));
}

/// A reply that suits every operation.
const ANSWER: &[u8] = br#"{"id":"i","name":"n","ctime":"t","id_in_service":"s","method":"sms",
    "verified":true,"users":[{"id":"i","ctime":"t","id_in_service":"s"}],"confirmed":true,
    "services":[{"id":"i","name":"n","ctime":"t"}],"recovery_codes":["c"],"next_cursor":"c"}"#;

/// Whether the call succeeded. If not, reads all that is known about it.
fn observe(status: verigator_status) -> bool {
    assert_ne!(status, VERIGATOR_PANIC, "a panic was caught");
    if status == VERIGATOR_OK {
        return true;
    }
    assert!(
        status < 0,
        "the server answers 200, so {status} is not its word"
    );
    let error = verigator_last_error();
    assert_eq!(verigator_error_status(error), status);
    let message = text(verigator_error_message(error)).expect("an error has a message");
    assert!(!message.chars().any(char::is_control), "{message:?}");
    text(verigator_error_service_message(error));
    text(verigator_error_request_id(error));
    expect_ok(verigator_error_free(error));
    false
}

/// Reads a string that a handle holds: it is UTF-8, or not there.
fn text(text: *const c_char) -> Option<String> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the API's strings are NUL-terminated and live as long as the handle, which is freed
    // after this.
    let text = unsafe { CStr::from_ptr(text) };
    Some(
        text.to_str()
            .expect("the API's strings are UTF-8")
            .to_owned(),
    )
}

/// Asserts that the path has these ids, each in one segment, and nothing else of theirs.
fn check_segments(line: &str, ids: &[CString]) {
    let words: Vec<&str> = line.split(' ').collect();
    let [_method, path, "HTTP/1.1"] = words[..] else {
        panic!("{line:?} is no request line");
    };
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let segments: Vec<&str> = path.split('/').collect();
    let expected = ["", "v1", "service", "service"];
    let variable = segments.get(expected.len()..).unwrap_or_default();
    assert_eq!(segments[..expected.len()], expected, "{line:?}");
    let sent: Vec<_> = variable
        .iter()
        .step_by(2)
        .map(|segment| percent_decode_str(segment).collect::<Vec<u8>>())
        .collect();
    let given: Vec<_> = ids.iter().map(|id| id.as_bytes().to_vec()).collect();
    assert_eq!(sent, given, "{line:?}");
    assert!(!path.contains(['#', '\\']), "{line:?}");
    // Nothing of a value is a parameter of its own.
    for parameter in query.split_terminator('&') {
        let name = parameter.split('=').next();
        assert!(
            matches!(name, Some("fqdn" | "limit" | "cursor")),
            "{line:?}"
        );
        assert!(!query.contains(['/', '?', '#', '\\', '+']), "{line:?}");
    }
    for word in variable.iter().skip(1).step_by(2) {
        let words = ["users", "auth", "totp", "recovery_codes"];
        assert!(words.contains(word), "{line:?}");
    }
}
