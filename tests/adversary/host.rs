//! The host's process, as C programs see it: names, threads, memory, and the library's coming and
//! going.

use std::path::PathBuf;
use std::process::Command;
use std::sync::{Barrier, Condvar, Mutex};

use crate::secrets::quoted;
use crate::support::peer::{Connection, Peer, echo, echo_with, reply};
use crate::support::program::{Program, shared_library};
use crate::support::route::{Route, authority};
use crate::{SERVICE, within_a_deadline};

fn compile(name: &str) -> Program {
    let source = PathBuf::from(format!("tests/c/{name}.c"));
    Program::compile("cc", "-std=c11", &[source])
}

/// Runs a program of `tests/c`.
fn passes(program: &Program, arguments: &[&str]) {
    has_passed(&program.run(arguments));
}

/// Its closing line counts its checks.
fn has_passed(output: &str) {
    assert!(
        output.ends_with(", 0 failed\n") && !output.starts_with("0 "),
        "{output}"
    );
}

#[test]
fn lookups_of_names() {
    passes(&compile("names"), &[]);
}

#[test]
fn sixty_four_threads_on_one_context() {
    passes(&compile("threads"), &[&Peer::start(echo).base_url()]);
}

#[test]
fn loading_and_unloading_a_thousand_times() {
    let peer = Peer::always(reply(200, SERVICE));
    let library = shared_library();
    let arguments = [library.to_str().unwrap(), &peer.base_url()];
    passes(&compile("unload"), &arguments);
}

/// A service of which only "refuse" refuses, and says what it was sent; and only "break" says what is no
/// answer.
fn serve(connection: &mut Connection) {
    while let Some(request) = connection.request() {
        connection.send(&match request.line.contains("/refuse/") {
            true => reply(422, &format!(r#"{{"message":"{}"}}"#, quoted(&request))),
            false => reply(200, answer(&request.line)),
        });
    }
}

fn answer(line: &str) -> &'static str {
    let is_broken = line.contains("/break/");
    let path = line.trim_end_matches(" HTTP/1.1");
    match path.rsplit('/').next() {
        Some("totp") if line.starts_with("PUT") => r#"{"confirmed":true}"#,
        Some("totp") if is_broken => {
            r#"{"secret":["NB2W45DFOIQHI2DFOJQXAZLV"],"uri":"NB2W45DFOIQHI2DFOJQXAZLV"}"#
        }
        Some("totp") => {
            r#"{"secret":"NB2W45DFOIQHI2DFOJQXAZLV","replaced":false,
                "uri":"otpauth://totp/kaisa?secret=NB2W45DFOIQHI2DFOJQXAZLV",
                "qr_svg":"<svg id=\"NB2W45DFOIQHI2DFOJQXAZLV\"/>"}"#
        }
        Some("link") if is_broken => r#"{"url":["https://v.example/enrol/V7wQ2mXhR4tKz9pLc3"]}"#,
        Some("link") => {
            r#"{"url":"https://v.example/enrol/V7wQ2mXhR4tKz9pLc3",
                "expires_at":"2027-01-15T08:00:00.000Z","replaced":false}"#
        }
        Some("recovery_codes") if is_broken => r#"{"recovery_codes":"h4k7q-w9m2x"}"#,
        Some("recovery_codes") => r#"{"recovery_codes":["h4k7q-w9m2x"]}"#,
        Some("auth") if line.starts_with("POST") => r#"{"method":"sms","auth_id":"a"}"#,
        Some("auth") => r#"{"verified":false,"method":"sms"}"#,
        _ => r#"{"id":"u","ctime":"t","id_in_service":"kaisa"}"#,
    }
}

#[test]
fn no_secret_is_left_in_memory_once_everything_is_freed() {
    let program = compile("secrets");
    let ca_file = program.folder().join("ca.pem");
    std::fs::write(&ca_file, &authority().pem).unwrap();
    for route in Route::ALL {
        println!("{route:?}");
        let routed = route.to(serve);
        let proxy = routed.proxy.as_ref().map(|proxy| proxy.url());
        let mut arguments = vec![routed.base_url(), ca_file.to_str().unwrap()];
        arguments.extend(proxy.as_deref());
        passes(&program, &arguments);
        assert_eq!(routed.peer.received().len(), 17);
    }
}

/// As `tests/c/descriptors.c` wants it: to a request for something, answers that it is there.
fn with_blocked_ones() -> impl Fn(&mut Connection) + Send + Sync {
    const THREADS: usize = 8;
    let together = Barrier::new(THREADS);
    let (blocked, one_more) = (Mutex::new(0), Condvar::new());
    move |connection| {
        echo_with(connection, |connection, id| match id {
            "together" => drop(together.wait()),
            "blocked" => {
                *blocked.lock().unwrap() += 1;
                one_more.notify_all();
                connection.wait_for_close();
            }
            "after-the-blocked" => {
                let is_missing = |blocked: &mut usize| *blocked < THREADS;
                let blocked = blocked.lock().unwrap();
                drop(one_more.wait_while(blocked, is_missing).unwrap());
            }
            _ => {}
        });
    }
}

/// Afterwards the host does this, with its own descriptors in the place of those that it closed.
fn after_all_descriptors_were_closed(what: &str) {
    let program = compile("descriptors");
    let ca_file = program.folder().join("ca.pem");
    std::fs::write(&ca_file, &authority().pem).unwrap();
    for (number, route) in Route::ALL.into_iter().enumerate() {
        // Another kind of descriptor comes first each time, so that each is in many places.
        for first_kind in [number, number + 3] {
            println!("{what}, {route:?}, kind {first_kind}");
            let first_kind = first_kind.to_string();
            within_a_deadline(|deadline| {
                let routed = route.to(with_blocked_ones());
                let milliseconds = (16 * deadline).as_millis().to_string();
                let mut command = program.command(&[what, &first_kind, routed.base_url()]);
                command.arg(&ca_file).arg(milliseconds);
                command.args(routed.proxy.as_ref().map(|proxy| proxy.url()));
                is_run_in_time(&mut command)
            });
        }
    }
}

/// Runs `tests/c/descriptors.c`, which must pass, unless its time limit was too short for the machine.
fn is_run_in_time(command: &mut Command) -> bool {
    const TOO_SLOW: i32 = 3;
    let output = command.output().unwrap();
    let is_in_time = output.status.code() != Some(TOO_SLOW);
    if is_in_time {
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success(),
            "{command:?}: {}\n{errors}",
            output.status
        );
        has_passed(&String::from_utf8_lossy(&output.stdout));
    }
    is_in_time
}

#[test]
fn a_call_after_all_descriptors_were_closed() {
    after_all_descriptors_were_closed("call");
}

#[test]
fn calls_after_all_descriptors_of_many_connections_were_closed() {
    after_all_descriptors_were_closed("many");
}

#[test]
fn freeing_after_all_descriptors_were_closed() {
    after_all_descriptors_were_closed("free");
}

#[test]
fn closing_after_all_descriptors_were_closed() {
    after_all_descriptors_were_closed("close");
}

#[test]
fn forking_after_all_descriptors_were_closed() {
    after_all_descriptors_were_closed("fork");
}

#[test]
fn calls_whose_descriptors_are_closed_under_them() {
    after_all_descriptors_were_closed("blocked");
}

/// As many completions as `RACES` says, or some thousands.
#[test]
fn calls_and_queues_that_are_raced() {
    let peer = Peer::always(reply(200, SERVICE));
    let completions = std::env::var("RACES").unwrap_or_else(|_| "20000".to_owned());
    passes(&compile("races"), &[&peer.base_url(), &completions]);
}
