//! A panic in any export comes back as a status, or as the value that its comment names, and its output
//! says "nothing".

// Of all results alike, whether they are what they should be.
#![allow(clippy::cmp_null)]

use std::cell::Cell;
use std::collections::BTreeSet;
use std::ffi::CStr;
use std::ptr::{null, null_mut};
use std::sync::atomic::{AtomicBool, Ordering};

use super::described::{functions, has_output};
use super::*;
use crate::{Client, Config, LogLevel};

#[allow(dead_code)]
#[path = "../../tests/support/peer.rs"]
mod peer;

use peer::{Peer, reply};

/// What runs no code that could panic: both return a constant.
const CONSTANT: [&str; 2] = ["verigator_status_name", "verigator_version"];

/// What may succeed with nothing but an output: when the environment has credentials.
const MAY_SUCCEED: &str = "verigator_config_from_env";

/// Its output says nothing by -1: 0 is a descriptor.
const OF_A_DESCRIPTOR: &str = "verigator_queue_fd";

/// Where an output goes. It holds rubbish first, which the call must take back.
struct Place {
    bytes: Cell<u64>,
    size: Cell<usize>,
}

impl Place {
    fn unused() -> Self {
        Self {
            bytes: Cell::new(u64::MAX),
            size: Cell::new(0),
        }
    }

    fn of_rubbish<T>(&self) -> *mut T {
        self.bytes.set(u64::MAX);
        self.size.set(size_of::<T>());
        self.bytes.as_ptr().cast()
    }

    fn is_used(&self) -> bool {
        self.size.get() > 0
    }

    /// Whether the output is 0 or NULL, and what lies beyond it as it was.
    fn says_nothing(&self, export: &str) -> bool {
        let bytes = self.bytes.get().to_ne_bytes();
        let (output, beyond) = bytes.split_at(self.size.get());
        let nothing = if export == OF_A_DESCRIPTOR {
            u8::MAX
        } else {
            0
        };
        output.iter().all(|byte| *byte == nothing) && beyond.iter().all(|byte| *byte == u8::MAX)
    }
}

/// A server that knows one service, and a context for it.
fn peer() -> (Peer, Config) {
    let peer = Peer::always(reply(200, r#"{"id":"s","name":"n","ctime":"t"}"#));
    let mut config = Config::new("user", "password").unwrap();
    config.set_base_url(&peer.base_url()).unwrap();
    (peer, config)
}

fn context(config: &Config) -> *mut verigator_ctx {
    handle::new(Client::new(config).unwrap()).unwrap()
}

fn get_service(ctx: *const verigator_ctx) -> verigator_status {
    // SAFETY: the id is a literal, and no output is asked for.
    unsafe { verigator_service_get(ctx, c"s".as_ptr(), null_mut()) }
}

/// Makes each export panic, checks what it returns and that `still_works` afterwards; gives the
/// exports' names. One with an output is also called so that it fails without a panic.
macro_rules! each_panics {
    ($still_works:ident, $out:ident, $($export:ident($($argument:expr),*) => $otherwise:expr,)*) => {{
        $(
            let export = stringify!($export);
            let $out = Place::unused();
            // SAFETY: NULL is allowed everywhere; an output is valid for writing.
            #[allow(unused_unsafe)]
            let call = || unsafe { $export($($argument),*) };
            boundary::panic_next();
            let returned = call();
            assert!(returned == $otherwise, "{export}: {returned:?}");
            assert!(!boundary::will_panic(), "{export} is not guarded");
            assert_eq!($out.is_used(), has_output(export), "{export}");
            assert!($out.says_nothing(export), "{export} panics");
            if $out.is_used() && export != MAY_SUCCEED {
                call();
                assert!($out.says_nothing(export), "{export} fails");
            }
            $still_works(export);
        )*
        BTreeSet::from([$(stringify!($export)),*])
    }};
}

#[test]
fn a_panic_in_any_export_is_a_status_and_the_context_still_works() {
    let (_peer, config) = peer();
    let ctx = context(&config);
    let still_works = |export| assert_eq!(get_service(ctx), VERIGATOR_OK, "after {export}");
    let mut checked = each_panics! {
        still_works,
        out,
        verigator_auth_initiate(null(), null(), null(), 0, out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_auth_start(null(), null(), null(), 0, out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_auth_verify(null(), null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_auth_check(null(), null(), null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_auth_check_token(null(), null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_challenge_new(0, null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_challenge_free(null_mut()) => VERIGATOR_PANIC,
        verigator_challenge_method(null()) => 0,
        verigator_challenge_auth_id(null()) => null(),
        verigator_verification_free(null_mut()) => VERIGATOR_PANIC,
        verigator_verification_method(null()) => 0,
        verigator_verification_throttled(null()) => 0,
        verigator_verification_expired(null()) => 0,
        verigator_verification_invalid(null()) => 0,
        verigator_verification_result(null()) => null(),
        verigator_config_new(null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_config_from_env(out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_config_free(null_mut()) => VERIGATOR_PANIC,
        verigator_config_set_base_url(null_mut(), null()) => VERIGATOR_PANIC,
        verigator_config_set_allow_plain_http(null_mut(), 0) => VERIGATOR_PANIC,
        verigator_config_set_address(null_mut(), null()) => VERIGATOR_PANIC,
        verigator_config_set_connect_timeout_ms(null_mut(), 0) => VERIGATOR_PANIC,
        verigator_config_set_timeout_ms(null_mut(), 0) => VERIGATOR_PANIC,
        verigator_config_set_max_retries(null_mut(), 0) => VERIGATOR_PANIC,
        verigator_config_set_max_retry_wait_ms(null_mut(), 0) => VERIGATOR_PANIC,
        verigator_config_set_proxy(null_mut(), null(), null(), null()) => VERIGATOR_PANIC,
        verigator_config_unset_proxy(null_mut()) => VERIGATOR_PANIC,
        verigator_config_set_ca_file(null_mut(), null()) => VERIGATOR_PANIC,
        verigator_config_set_ca_pem(null_mut(), null(), 0) => VERIGATOR_PANIC,
        verigator_config_set_client_certificate_file(null_mut(), null(), null()) => VERIGATOR_PANIC,
        verigator_config_set_client_certificate_pem(null_mut(), null(), 0, null(), 0) => VERIGATOR_PANIC,
        verigator_config_add_pinned_key(null_mut(), null()) => VERIGATOR_PANIC,
        verigator_config_set_min_tls_version(null_mut(), 0) => VERIGATOR_PANIC,
        verigator_config_set_user_agent(null_mut(), null()) => VERIGATOR_PANIC,
        verigator_config_set_user_agent_prefix(null_mut(), null()) => VERIGATOR_PANIC,
        verigator_config_set_user_agent_suffix(null_mut(), null()) => VERIGATOR_PANIC,
        verigator_config_set_max_idle_connections(null_mut(), 0) => VERIGATOR_PANIC,
        verigator_config_set_max_connections(null_mut(), 0) => VERIGATOR_PANIC,
        verigator_config_set_idle_timeout_ms(null_mut(), 0) => VERIGATOR_PANIC,
        verigator_config_set_max_response_bytes(null_mut(), 0) => VERIGATOR_PANIC,
        verigator_config_set_call_log(null_mut(), 0) => VERIGATOR_PANIC,
        verigator_config_set_log(null_mut(), 0, None, null_mut(), None) => VERIGATOR_PANIC,
        verigator_ctx_new(null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_ctx_close(null()) => VERIGATOR_PANIC,
        verigator_ctx_close_idle(null()) => VERIGATOR_PANIC,
        verigator_ctx_free(null_mut()) => VERIGATOR_PANIC,
        verigator_last_error() => null_mut(),
        verigator_clear_error() => (),
        verigator_error_free(null_mut()) => VERIGATOR_PANIC,
        verigator_error_status(null()) => 0,
        verigator_error_kind(null()) => 0,
        verigator_error_http_status(null()) => 0,
        verigator_error_service_message(null()) => null(),
        verigator_error_body(null(), out.of_rubbish()) => null(),
        verigator_error_request_id(null()) => null(),
        verigator_error_retry_after_ms(null()) => -1,
        verigator_error_maybe_sent(null()) => 1,
        verigator_error_retry_safe(null()) => 0,
        verigator_service_create(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_service_get(null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_service_find(null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_service_page(null(), 1, null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_service_delete(null(), null()) => VERIGATOR_PANIC,
        verigator_service_free(null_mut()) => VERIGATOR_PANIC,
        verigator_service_id(null()) => null(),
        verigator_service_name(null()) => null(),
        verigator_service_ctime(null()) => null(),
        verigator_services_free(null_mut()) => VERIGATOR_PANIC,
        verigator_services_count(null()) => 0,
        verigator_services_total(null()) => 0,
        verigator_services_id(null(), 0) => null(),
        verigator_services_name(null(), 0) => null(),
        verigator_services_ctime(null(), 0) => null(),
        verigator_services_next_cursor(null()) => null(),
        verigator_user_create(null(), null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_user_get(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_user_find(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_user_list(null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_user_page(null(), null(), 1, null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_user_unlock(null(), null(), null()) => VERIGATOR_PANIC,
        verigator_user_delete(null(), null(), null()) => VERIGATOR_PANIC,
        verigator_user_free(null_mut()) => VERIGATOR_PANIC,
        verigator_user_id(null()) => null(),
        verigator_user_ctime(null()) => null(),
        verigator_user_id_in_service(null()) => null(),
        verigator_users_free(null_mut()) => VERIGATOR_PANIC,
        verigator_users_count(null()) => 0,
        verigator_users_total(null()) => 0,
        verigator_users_id(null(), 0) => null(),
        verigator_users_ctime(null(), 0) => null(),
        verigator_users_id_in_service(null(), 0) => null(),
        verigator_users_next_cursor(null()) => null(),
        verigator_totp_begin(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_totp_link_create(null(), null(), null(), 60, out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_totp_confirm(null(), null(), null(), null()) => VERIGATOR_PANIC,
        verigator_totp_get(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_totp_delete(null(), null(), null()) => VERIGATOR_PANIC,
        verigator_enrolment_free(null_mut()) => VERIGATOR_PANIC,
        verigator_enrolment_secret(null()) => null(),
        verigator_enrolment_uri(null()) => null(),
        verigator_enrolment_qr_svg(null()) => null(),
        verigator_enrolment_replaced(null()) => 0,
        verigator_enrolment_link_free(null_mut()) => VERIGATOR_PANIC,
        verigator_enrolment_link_url(null()) => null(),
        verigator_enrolment_link_expires_at(null()) => null(),
        verigator_enrolment_link_replaced(null()) => 0,
        verigator_totp_state_free(null_mut()) => VERIGATOR_PANIC,
        verigator_totp_state_confirmed(null()) => 0,
        verigator_totp_state_pending(null()) => 0,
        verigator_recovery_codes_create(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_recovery_codes_remaining(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_recovery_codes_delete(null(), null(), null()) => VERIGATOR_PANIC,
        verigator_recovery_codes_free(null_mut()) => VERIGATOR_PANIC,
        verigator_recovery_codes_count(null()) => 0,
        verigator_recovery_codes_get(null(), 0) => null(),
        verigator_verification_verified(null()) => 0,
        verigator_call_service_create(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_service_get(null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_service_find(null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_service_page(null(), 1, null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_service_delete(null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_user_create(null(), null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_user_get(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_user_find(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_user_list(null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_user_page(null(), null(), 1, null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_user_unlock(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_user_delete(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_auth_start(null(), null(), null(), 0, out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_auth_check(null(), null(), null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_auth_check_token(null(), null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_totp_begin(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_totp_link_create(null(), null(), null(), 60, out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_totp_confirm(null(), null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_totp_get(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_totp_delete(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_recovery_codes_create(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_recovery_codes_remaining(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_recovery_codes_delete(null(), null(), null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_call_set_timeout_ms(null_mut(), 1) => VERIGATOR_PANIC,
        verigator_call_run(null_mut()) => VERIGATOR_PANIC,
        verigator_call_step(null_mut()) => VERIGATOR_PANIC,
        verigator_call_submit(null_mut(), null_mut(), 0) => VERIGATOR_PANIC,
        verigator_call_cancel(null_mut()) => VERIGATOR_PANIC,
        verigator_call_status(null()) => VERIGATOR_INVALID_HANDLE,
        verigator_call_error(null()) => null_mut(),
        verigator_call_tag(null()) => 0,
        verigator_call_log_message(null(), 0) => null(),
        verigator_call_log_level(null(), 0) => 0,
        verigator_call_service(null_mut()) => null_mut(),
        verigator_call_services(null_mut()) => null_mut(),
        verigator_call_user(null_mut()) => null_mut(),
        verigator_call_users(null_mut()) => null_mut(),
        verigator_call_challenge(null_mut()) => null_mut(),
        verigator_call_verification(null_mut()) => null_mut(),
        verigator_call_enrolment(null_mut()) => null_mut(),
        verigator_call_enrolment_link(null_mut()) => null_mut(),
        verigator_call_totp_state(null_mut()) => null_mut(),
        verigator_call_recovery_codes(null_mut()) => null_mut(),
        verigator_call_remaining(null_mut()) => -1,
        verigator_call_free(null_mut()) => VERIGATOR_PANIC,
        verigator_queue_new(null(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_queue_next(null_mut(), 0, out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_queue_fd(null_mut(), out.of_rubbish()) => VERIGATOR_PANIC,
        verigator_queue_set_wake(null_mut(), None, null_mut(), None) => VERIGATOR_PANIC,
        verigator_queue_close(null_mut()) => VERIGATOR_PANIC,
        verigator_queue_free(null_mut()) => VERIGATOR_PANIC,
    };

    boundary::panic_next();
    // SAFETY: the message is never NULL.
    let message = unsafe { CStr::from_ptr(verigator_error_message(null())) };
    assert!(message.is_empty() && !boundary::will_panic());
    checked.insert("verigator_error_message");

    checked.extend(CONSTANT);
    assert_eq!(checked, functions(), "each function is checked");
    assert_eq!(verigator_ctx_free(ctx), VERIGATOR_OK);
}

/// In the middle of a call the connection is in other hands than the context's.
#[test]
fn a_panic_in_the_middle_of_a_call_loses_nothing_but_the_call() {
    static PANICKED: AtomicBool = AtomicBool::new(false);
    let (peer, mut config) = peer();
    config.set_log(LogLevel::Debug, |_, line| {
        // After the reply has come.
        let is_outcome = line.contains("200");
        assert!(
            !is_outcome || PANICKED.swap(true, Ordering::SeqCst),
            "on purpose"
        );
    });
    let ctx = context(&config);
    assert_eq!(get_service(ctx), VERIGATOR_PANIC);
    let error = verigator_last_error();
    assert_eq!(verigator_error_status(error), VERIGATOR_PANIC);
    assert_eq!(verigator_error_maybe_sent(error), 1);
    assert_eq!(verigator_error_retry_safe(error), 0);
    assert_eq!(verigator_error_free(error), VERIGATOR_OK);
    assert_eq!(get_service(ctx), VERIGATOR_OK);
    assert_eq!(peer.received().len(), 2);
    assert_eq!(verigator_ctx_free(ctx), VERIGATOR_OK);
}
