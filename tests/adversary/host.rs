//! The host's process, as C programs see it: names, threads, memory, and the library's coming and
//! going.

use std::path::PathBuf;

use crate::SERVICE;
use crate::support::peer::{Connection, Peer, reply};
use crate::support::program::{Program, shared_library};

fn compile(name: &str) -> Program {
    let source = PathBuf::from(format!("tests/c/{name}.c"));
    Program::compile("cc", "-std=c11", &[source])
}

/// Runs a program of `tests/c`, whose closing line counts its checks.
fn passes(program: &Program, arguments: &[&str]) {
    let output = program.run(arguments);
    assert!(
        output.ends_with(", 0 failed\n") && !output.starts_with("0 "),
        "{output}"
    );
}

#[test]
fn lookups_of_names() {
    passes(&compile("names"), &[]);
}

/// Answers with the id that was asked for.
fn echo(connection: &mut Connection) {
    while let Some(request) = connection.request() {
        let path = request.line.split(' ').nth(1).unwrap();
        let id = path.rsplit('/').next().unwrap();
        let body = format!(r#"{{"id":"{id}","name":"n","ctime":"t"}}"#);
        connection.send(&reply(200, &body));
    }
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

/// A service of which only "refuse" refuses.
fn serve(connection: &mut Connection) {
    while let Some(request) = connection.request() {
        let body = match request.line.split(' ').next() {
            Some("POST") if request.line.contains("/auth") => r#"{"method":"sms","auth_id":"a"}"#,
            Some("POST") => r#"{"id":"u","ctime":"t","id_in_service":"kaisa"}"#,
            _ => r#"{"verified":false,"method":"sms"}"#,
        };
        connection.send(&match request.line.contains("/refuse/") {
            true => reply(422, r#"{"message":"no"}"#),
            false => reply(200, body),
        });
    }
}

#[test]
fn no_secret_is_left_in_memory_once_everything_is_freed() {
    let (peer, proxy) = (Peer::start(serve), Peer::start(serve));
    passes(&compile("secrets"), &[&peer.base_url(), &proxy.base_url()]);
    assert_eq!((peer.received().len(), proxy.received().len()), (6, 6));
}
