//! The command that asks whether a server is ready, however that listens.

use std::fs;
use std::net::TcpListener;

use crate::process::{Files, Process, command, ended};
use crate::tls_server::write_pair;

/// The exit code of the check with some options, and what it says.
fn checked(arguments: &[&str]) -> (Option<i32>, String) {
    let output = ended(command(&[&["healthcheck"], arguments].concat()), "");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.stdout.is_empty());
    (output.status.code(), said)
}

#[track_caller]
fn is_ready(arguments: &[&str]) {
    assert_eq!(checked(arguments), (Some(0), String::new()));
}

#[track_caller]
fn is_not(arguments: &[&str], told: &str) {
    let (code, said) = checked(arguments);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains(told), "{said}");
}

/// A port that nobody listens on.
fn free_port() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

#[test]
fn a_server_is_asked_until_it_is_gone() {
    let files = Files::new();
    let server = files.serve(&[]);
    let address = server.address().to_owned();
    is_ready(&["--listen", &address]);
    // Where it listens on all addresses of the machine, it is asked on loopback.
    let (_, port) = address.rsplit_once(':').unwrap();
    is_ready(&["--listen", &format!("0.0.0.0:{port}")]);
    assert_eq!(server.end("-TERM"), Some(0));
    is_not(&["--listen", &address], "cannot be asked");
}

#[test]
fn a_server_that_can_keep_nothing_is_not_ready() {
    let files = Files::new();
    let server = files.serve(&[]);
    let listen = ["--listen", server.address()];
    is_ready(&listen);
    fs::remove_file(files.database.path()).unwrap();
    // What was found out is believed for a second.
    while checked(&listen).0 == Some(0) {}
    is_not(&listen, "answers 503");
}

#[test]
fn options_come_from_where_the_server_has_them() {
    let files = Files::new();
    let socket = files.directory.path().join("socket");
    let config = files.directory.path().join("server.toml");
    let listen = format!("listen = \"unix:{}\"\nno-sms = true\n", socket.display());
    fs::write(&config, listen).unwrap();
    let mut server = command(&["--config", config.to_str().unwrap(), "--database"]);
    server.arg(files.database.argument());
    let _server = Process::run(server);
    is_ready(&["--config", config.to_str().unwrap()]);
    let mut by_variable = command(&["healthcheck"]);
    by_variable.env("VERIGATOR_SERVER_CONFIG", &config);
    assert!(ended(by_variable, "").status.success());
}

#[test]
fn a_certificate_need_not_be_one_for_loopback() {
    let files = Files::new();
    let (certificate, key) = write_pair(files.directory.path(), &["login.example.com"]);
    let encryption = ["--tls-certificate", &certificate, "--tls-key", &key];
    let server = files.serve(&encryption);
    let listen = ["--listen", server.address()];
    is_ready(&[&listen[..], &encryption].concat());
    is_not(&listen, "cannot be asked");
}

#[test]
fn the_check_of_a_server_behind_a_proxy_speaks_for_itself() {
    let files = Files::new();
    let proxied = ["--trusted-proxy", "127.0.0.1", "--proxy-protocol"];
    let server = files.serve(&proxied);
    let listen = ["--listen", server.address()];
    is_ready(&[&listen[..], &proxied].concat());
    is_not(&listen, "cannot be asked");
}

#[test]
fn every_place_is_asked_and_the_one_that_fails_is_named() {
    let files = Files::new();
    let server = files.serve(&[]);
    let free = free_port();
    is_not(
        &["--listen", server.address(), "--listen", &free],
        &format!("the server at {free} cannot be asked"),
    );
    is_not(&["--listen", "127.0.0.1:0"], "choose one with --listen");
}
