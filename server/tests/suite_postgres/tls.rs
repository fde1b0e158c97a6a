//! PostgreSQL across a network: its certificate is checked, and its password is nobody's business.

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use crate::certificates::Authority;
use crate::database::Server;
use crate::process::{Process, command, ended};

const PASSWORD: &str = "hush-hush-7";

/// A server with TLS that wants a password, at a port of this machine.
fn server(authority: &Authority) -> (Server, u16) {
    let expired = authority.sign_expired(&["localhost"]);
    let good = authority.sign(&["localhost"]);
    let port = free_port();
    let mut server = Server::start();
    server.run(
        "postgres",
        &format!("ALTER USER verigator PASSWORD '{PASSWORD}'"),
    );
    let port_setting = format!("port={port}");
    let hba = "local all all trust\nhostssl all all 127.0.0.1/32 scram-sha-256\n";
    server.reconfigure(
        &["listen_addresses=127.0.0.1", &port_setting, "ssl=on"],
        &[
            ("server.crt", &good.pem),
            ("server.key", &good.key.serialize_pem()),
            ("expired.crt", &expired.pem),
            ("expired.key", &expired.key.serialize_pem()),
            ("pg_hba.conf", hba),
        ],
    );
    (server, port)
}

/// A port that nobody listens at.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

fn serve(url: &str, authorities: &Path) -> Command {
    let mut serve = command(&["--dev", "--listen", "127.0.0.1:0", "--database", url]);
    serve.arg("--database-ca").arg(authorities);
    let keys = authorities.parent().unwrap().join("keys");
    serve.arg("--key-file").arg(keys).env_remove("PGPASSWORD");
    serve
}

/// What a server says that does not start.
fn failure(serve: Command) -> String {
    let output = ended(serve, "");
    assert!(!output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!said.contains(PASSWORD), "{said}");
    said
}

#[test]
fn the_certificate_and_the_password_must_be_right() {
    let authority = Authority::new();
    let (server, port) = server(&authority);
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let right = file("right.pem", &authority.pem);
    let wrong = file("wrong.pem", &Authority::new().pem);
    let password = file("password", &format!("{PASSWORD}\n"));
    let other_password = file("other", "not-this-one\n");
    let url = format!("postgres://verigator@localhost:{port}/postgres?sslmode=require");

    let mut good = serve(&url, &right);
    let process = Process::run({
        good.arg("--database-password-file").arg(&password);
        good
    });
    let arguments = std::fs::read(format!("/proc/{}/cmdline", process.id())).unwrap();
    assert!(!String::from_utf8_lossy(&arguments).contains(PASSWORD));
    let encrypted = "SELECT count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                     WHERE application_name = 'verigator-server' AND NOT ssl";
    assert_eq!(server.run_at(port, encrypted).trim(), "0");
    drop(process);

    let mut good = serve(&url, &right);
    good.env("PGPASSWORD", PASSWORD);
    drop(Process::run(good));
    let mut bound = serve(&format!("{url}&channel_binding=require"), &right);
    bound.env("PGPASSWORD", PASSWORD);
    drop(Process::run(bound));

    let with = |url: &str, authorities: &Path, password: &Path| {
        let mut serve = serve(url, authorities);
        serve.arg("--database-password-file").arg(password);
        failure(serve)
    };
    let said = with(&url, &wrong, &password);
    assert!(said.contains("invalid peer certificate"), "{said}");
    let said = with(&url.replace("localhost", "127.0.0.1"), &right, &password);
    assert!(said.contains("not valid for name"), "{said}");
    let said = with(&url, &right, &other_password);
    assert!(said.contains("password authentication failed"), "{said}");
    assert!(!said.contains("not-this-one"), "{said}");
    for (setting, value) in [
        ("ssl_cert_file", "expired.crt"),
        ("ssl_key_file", "expired.key"),
    ] {
        server.run_at(port, &format!("ALTER SYSTEM SET {setting} = '{value}'"));
    }
    server.run_at(port, "SELECT pg_reload_conf()");
    let said = loop {
        // The settings take a moment to arrive.
        let said = with(&url, &right, &other_password);
        if !said.contains("password authentication failed") {
            break said;
        }
    };
    assert!(said.contains("expired"), "{said}");
}
