//! How the program is reached and supervised: Unix sockets, sockets of systemd, news for it, and addresses
//! that proxies tell.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::harness::{CREDENTIALS, Client, wait};
use crate::process::{Files, Process, command, ended, program};
use crate::program::fails;

/// How long something may take that has to happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// A server on a database of the files that listens at some places.
fn server(files: &Files, arguments: &[&str]) -> Command {
    let mut server = command(&["--no-sms", "--database"]);
    server.arg(files.database.argument()).args(arguments);
    server
}

/// Sends what asks for a service that is not there, with the tests' credentials, and gives the status line.
fn ask(mut stream: impl Read + Write, before: &[u8], headers: &str) -> String {
    let request = format!(
        "GET /v1/service/service/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
         X-Service-Auth: {CREDENTIALS}\r\n{headers}\r\n"
    );
    let sent = [before, request.as_bytes()].concat();
    // Who is refused may be gone before everything was sent.
    let _ = stream.write_all(&sent);
    let mut line = String::new();
    let _ = BufReader::new(stream).read_line(&mut line);
    line.trim_end().to_owned()
}

const NOT_FOUND: &str = "HTTP/1.1 404 Not Found";

fn connect(process: &Process) -> TcpStream {
    let stream = TcpStream::connect(process.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream
}

#[test]
fn several_endpoints_are_listened_on_and_a_socket_has_its_mode() {
    let files = Files::new();
    let path = files.directory.path().join("socket");
    let socket = format!("unix:{}", path.display());
    // Left behind by one that was killed.
    drop(UnixListener::bind(&path).unwrap());
    let process = Process::run(server(
        &files,
        &[
            "--listen",
            "127.0.0.1:0",
            "--listen",
            &socket,
            "--socket-mode",
            "600",
        ],
    ));
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(ask(UnixStream::connect(&path).unwrap(), b"", ""), NOT_FOUND);
    assert_eq!(ask(connect(&process), b"", ""), NOT_FOUND);
    let database = files.database.argument();
    let database = database.to_str().unwrap();
    fails(
        &["--no-sms", "--database", database, "--listen", &socket],
        "",
        "another program listens there; stop that",
    );
    assert_eq!(ask(UnixStream::connect(&path).unwrap(), b"", ""), NOT_FOUND);
    let (code, rest, log) = process.stop("-TERM");
    let line = format!("verigator-server listening on {socket}\n");
    assert_eq!((code, rest), (Some(0), line));
    assert!(log.contains("address=unix"), "{log}");
    assert!(!path.exists(), "it is removed in the end");
}

#[test]
fn plain_http_in_public_is_said_or_refused() {
    let files = Files::new();
    wait(files.storage().remove_account("demo", false, 0)).unwrap();
    let process = Process::run(server(
        &files,
        &["--listen", "0.0.0.0:0", "--allow-plain-http"],
    ));
    let (_, _, log) = process.stop("-TERM");
    assert!(
        log.contains("--allow-plain-http: whoever is on the way"),
        "{log}"
    );
    let database = files.database.argument();
    let database = database.to_str().unwrap();
    for address in ["0.0.0.0:0", "[::]:0"] {
        fails(
            &["--no-sms", "--database", database, "--listen", address],
            "",
            "without TLS",
        );
    }
}

/// A server that is started as systemd does it: with a socket that was made before.
fn activated(
    files: &Files,
    socket: &impl AsRawFd,
    process_id: &str,
    arguments: &[&str],
) -> Command {
    // Not every sh can name descriptors of two digits.
    let mut shell = Command::new("bash");
    let serve = format!(
        "exec 3<&{}; LISTEN_FDS=1 LISTEN_PID={process_id} exec \"$@\"",
        socket.as_raw_fd()
    );
    shell.args(["-c", &serve, "sh"]).arg(program());
    let server = server(files, arguments);
    shell.args(server.get_args());
    shell
}

/// Lets programs that are started have a descriptor.
fn inherit(socket: &impl std::os::fd::AsFd) {
    rustix::io::fcntl_setfd(socket, rustix::io::FdFlags::empty()).unwrap();
}

#[test]
fn sockets_of_systemd_are_served_and_outlive_the_server() {
    let files = Files::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    inherit(&listener);
    let process = Process::run(activated(&files, &listener, "$$", &[]));
    assert_eq!(process.url, format!("http://{address}"));
    assert_eq!(ask(connect(&process), b"", ""), NOT_FOUND);
    // Read again, with the same socket.
    process.signal("-HUP");
    assert_eq!(ask(connect(&process), b"", ""), NOT_FOUND);
    process.stop("-TERM");
    // While none is there, clients wait for the next.
    let early = TcpStream::connect(address).unwrap();
    early.set_read_timeout(Some(PATIENCE)).unwrap();
    let _next = Process::run(activated(&files, &listener, "$$", &[]));
    assert_eq!(ask(early, b"", ""), NOT_FOUND);
}

#[test]
fn a_public_socket_of_systemd_is_refused_like_a_public_address() {
    let files = Files::new();
    for public in ["0.0.0.0:0", "[::]:0"] {
        let listener = TcpListener::bind(public).unwrap();
        let address = listener.local_addr().unwrap();
        inherit(&listener);
        for (arguments, reason) in [
            (&[][..], "without TLS"),
            (&["--dev"], "with --dev"),
            (&["--allow-plain-http"], "has the development account"),
        ] {
            let output = ended(activated(&files, &listener, "$$", arguments), "");
            let told = String::from_utf8(output.stderr).unwrap();
            assert!(!output.status.success(), "{arguments:?} {told}");
            let refusal = format!("refusing to listen on {address}");
            assert!(told.contains(&refusal) && told.contains(reason), "{told}");
        }
    }
}

#[test]
fn a_unix_socket_of_systemd_is_served_and_left_in_its_place() {
    let files = Files::new();
    let path = files.directory.path().join("socket");
    let listener = UnixListener::bind(&path).unwrap();
    inherit(&listener);
    let process = Process::run(activated(&files, &listener, "$$", &[]));
    assert_eq!(process.url, format!("unix:{}", path.display()));
    assert_eq!(ask(UnixStream::connect(&path).unwrap(), b"", ""), NOT_FOUND);
    process.stop("-TERM");
    assert!(path.exists());
}

#[test]
fn sockets_for_another_process_are_left_alone_and_what_is_none_is_told() {
    let files = Files::new();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    inherit(&listener);
    let own = ["--listen", "127.0.0.1:0"];
    for another in ["1", ""] {
        let process = Process::run(activated(&files, &listener, another, &own));
        assert_ne!(process.url, url);
    }
    let datagrams = UnixDatagram::unbound().unwrap();
    inherit(&datagrams);
    let output = activated(&files, &datagrams, "$$", &own).output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.contains("socket 0 that systemd passed cannot be used"),
        "{stderr}"
    );
}

/// Somebody who is told how a server does.
struct Supervisor {
    socket: UnixDatagram,
    directory: tempfile::TempDir,
}

impl Supervisor {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let socket = UnixDatagram::bind(directory.path().join("notify")).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        Self { socket, directory }
    }

    fn look_after(&self, mut command: Command) -> Process {
        command.env("NOTIFY_SOCKET", self.directory.path().join("notify"));
        Process::run(command)
    }

    fn news(&self) -> String {
        let mut text = [0; 4096];
        let length = self.socket.recv(&mut text).expect("no news");
        String::from_utf8(text[..length].to_vec()).unwrap()
    }

    /// Waits until these words are told.
    fn wait_for(&self, words: &str) {
        while !self.news().contains(words) {}
    }
}

fn monotonic_now() -> i64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    now.tv_sec * 1_000_000 + now.tv_nsec / 1000
}

/// Asserts that a server says that it reads files again, and gives what it says next.
fn reloading(supervisor: &Supervisor, process: &Process) -> String {
    let before = monotonic_now();
    process.signal("-HUP");
    let news = supervisor.news();
    let when = news
        .strip_prefix("RELOADING=1\nMONOTONIC_USEC=")
        .expect(&news);
    let when: i64 = when.parse().unwrap();
    assert!((before..=monotonic_now()).contains(&when), "{when}");
    supervisor.news()
}

#[test]
fn a_supervisor_is_told_when_the_server_serves_reloads_and_stops() {
    let files = Files::new();
    let supervisor = Supervisor::new();
    let own = ["--listen", "127.0.0.1:0"];
    let process = supervisor.look_after(server(&files, &own));
    assert_eq!(supervisor.news(), "READY=1\nSTATUS=serving");
    assert_eq!(ask(connect(&process), b"", ""), NOT_FOUND);
    let news = reloading(&supervisor, &process);
    assert_eq!(news, "READY=1\nSTATUS=serving, reloaded");
    process.stop("-TERM");
    assert!(supervisor.news().starts_with("STOPPING=1\n"));
}

#[test]
fn a_reload_that_fails_is_over_all_the_same_and_says_why() {
    let files = Files::new();
    let supervisor = Supervisor::new();
    let (certificate, key) = crate::tls_server::write_pair(files.directory.path(), &["localhost"]);
    let process = supervisor.look_after(server(
        &files,
        &[
            "--listen",
            "127.0.0.1:0",
            "--tls-certificate",
            &certificate,
            "--tls-key",
            &key,
        ],
    ));
    supervisor.wait_for("READY=1");
    fs::write(&certificate, "half of a cert").unwrap();
    let news = reloading(&supervisor, &process);
    let expected = format!("READY=1\nSTATUS=kept old: there is no certificate in {certificate}");
    assert!(news.starts_with(&expected), "{news}");
    let (_, _, log) = process.stop("-TERM");
    assert!(log.contains("kept old"), "{log}");
}

#[test]
fn nobody_is_told_of_a_server_that_does_not_start() {
    let files = Files::new();
    let supervisor = Supervisor::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let taken = taken.local_addr().unwrap().to_string();
    let mut server = server(&files, &["--listen", &taken]);
    server.env("NOTIFY_SOCKET", supervisor.directory.path().join("notify"));
    assert!(!server.stderr(Stdio::null()).status().unwrap().success());
    supervisor.socket.set_nonblocking(true).unwrap();
    assert!(supervisor.socket.recv(&mut [0; 100]).is_err());
}

#[test]
fn signs_of_life_come_as_long_as_the_database_answers() {
    let files = Files::new();
    let supervisor = Supervisor::new();
    let mut server = server(&files, &["--listen", "127.0.0.1:0"]);
    server.env("WATCHDOG_USEC", "300000");
    let _process = supervisor.look_after(server);
    supervisor.wait_for("READY=1");
    supervisor.wait_for("WATCHDOG=1");
    let holding = rusqlite::Connection::open(files.database.path()).unwrap();
    holding.execute_batch("BEGIN IMMEDIATE").unwrap();
    supervisor.wait_for("STATUS=the database does not answer");
    supervisor
        .socket
        .set_read_timeout(Some(Duration::from_secs(2)))
        .unwrap();
    let mut text = [0; 100];
    assert!(
        supervisor.socket.recv(&mut text).is_err(),
        "{}",
        text.escape_ascii()
    );
    supervisor.socket.set_read_timeout(Some(PATIENCE)).unwrap();
    holding.execute_batch("ROLLBACK").unwrap();
    assert_eq!(supervisor.news(), "WATCHDOG=1");
    assert_eq!(supervisor.news(), "STATUS=serving");
}

#[test]
fn a_clock_that_nobody_sets_is_warned_of_and_no_more() {
    let directory = tempfile::tempdir().unwrap();
    let asked = directory.path().join("timedatectl");
    fs::write(&asked, "#!/bin/sh\necho no\n").unwrap();
    fs::set_permissions(&asked, fs::Permissions::from_mode(0o755)).unwrap();
    let files = Files::new();
    let mut server = server(&files, &["--listen", "127.0.0.1:0"]);
    let path = std::env::var("PATH").unwrap();
    server.env("PATH", format!("{}:{path}", directory.path().display()));
    let log = fs::File::create(directory.path().join("log")).unwrap();
    let process = Process::spawn(server.stderr(log));
    assert_eq!(ask(connect(&process), b"", ""), NOT_FOUND);
    let says = |path: &Path| {
        fs::read_to_string(path)
            .unwrap()
            .contains("is not synchronised")
    };
    let began = std::time::Instant::now();
    while !says(&directory.path().join("log")) {
        assert!(began.elapsed() < PATIENCE);
        std::thread::yield_now();
    }
}

/// The address of the last line about an answered request.
fn address_in(log: &str) -> &str {
    let line = log
        .lines()
        .rfind(|line| line.contains("answered"))
        .expect(log);
    let begin = line.split("address=").nth(1).expect(line);
    begin.split([' ', '}']).next().unwrap()
}

#[test]
fn the_client_is_whom_a_trusted_proxy_names_and_nobody_else() {
    let forwarded = "X-Forwarded-For: 198.51.100.9, 203.0.113.7\r\n";
    for (arguments, before, headers, expected) in [
        (&[][..], "", forwarded, "127.0.0.1"),
        (
            &["--trusted-proxy", "127.0.0.0/8"],
            "",
            forwarded,
            "203.0.113.7",
        ),
        (
            &["--trusted-proxy", "::ffff:127.0.0.1"],
            "",
            forwarded,
            "203.0.113.7",
        ),
        (&["--trusted-proxy", "10.0.0.1"], "", forwarded, "127.0.0.1"),
        (
            &["--trusted-proxy", "127.0.0.1"],
            "",
            "X-Forwarded-For: \"\u{fc}\"\r\n",
            "127.0.0.1",
        ),
        (
            &["--trusted-proxy", "127.0.0.1", "--proxy-protocol"],
            "PROXY TCP4 203.0.113.8 10.0.0.1 50000 443\r\n",
            forwarded,
            "203.0.113.8",
        ),
        (
            &["--trusted-proxy", "127.0.0.1", "--proxy-protocol"],
            "PROXY UNKNOWN\r\n",
            "",
            "127.0.0.1",
        ),
        (
            &["--trusted-proxy", "10.0.0.1", "--proxy-protocol"],
            "",
            forwarded,
            "127.0.0.1",
        ),
    ] {
        let files = Files::new();
        let process = files.serve(arguments);
        let answer = ask(connect(&process), before.as_bytes(), headers);
        assert_eq!(answer, NOT_FOUND, "{arguments:?}");
        let (_, _, log) = process.stop("-TERM");
        assert_eq!(address_in(&log), expected, "{arguments:?} {log}");
        assert!(log.contains("account=\"mine\""), "{log}");
    }
}

#[test]
fn what_is_no_header_of_the_proxy_protocol_is_no_request() {
    let files = Files::new();
    let trusting = ["--trusted-proxy", "127.0.0.1", "--proxy-protocol"];
    let process = files.serve(&trusting);
    for before in [
        &b""[..],
        b"PROXY TCP4 a b c d\r\n",
        b"\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0",
    ] {
        assert_eq!(
            ask(connect(&process), before, ""),
            "",
            "{}",
            before.escape_ascii()
        );
    }
    process.stop("-TERM");
    // From others a header is nothing but a bad request.
    let process = files.serve(&["--trusted-proxy", "10.0.0.1", "--proxy-protocol"]);
    let before = b"PROXY TCP4 203.0.113.8 10.0.0.1 50000 443\r\n";
    assert_eq!(
        ask(connect(&process), before, ""),
        "HTTP/1.1 400 Bad Request"
    );
}

#[tokio::test]
async fn wrong_passwords_count_for_the_client_and_not_for_the_proxy() {
    let files = Files::new();
    let process = files.serve(&["--trusted-proxy", "127.0.0.1"]);
    let statuses = async |from: &str, password: &str| {
        let request =
            crate::harness::http_client().get(format!("{}/v1/service/service/x", process.url));
        let request = request.header("X-Forwarded-For", from);
        let answer = request
            .header("X-Service-Auth", format!("mine:{password}"))
            .send()
            .await;
        answer.unwrap().status().as_u16()
    };
    // More than one address may get wrong without a delay.
    let mut guesses = Vec::new();
    for number in 0..8 {
        guesses.push(statuses("198.51.100.9, 203.0.113.7", &format!("guess-{number}")).await);
    }
    assert!(guesses.contains(&429), "{guesses:?}");
    assert_eq!(statuses("203.0.113.8", "another-guess").await, 401);
    assert_eq!(statuses("203.0.113.8", "mine-password").await, 404);
    process.stop("-TERM");
    let rows = wait(files.storage().audit(None)).unwrap();
    let refused = rows.iter().filter(|row| row.operation == "log-in");
    let mut addresses: Vec<_> = refused.map(|row| row.address.as_deref()).collect();
    addresses.sort_unstable();
    addresses.dedup();
    assert_eq!(addresses, [Some("203.0.113.7"), Some("203.0.113.8")]);
}

#[tokio::test]
async fn a_stopped_server_waits_for_no_connection_that_has_not_begun() {
    let files = Files::new();
    let (certificate, key) = crate::tls_server::write_pair(files.directory.path(), &["127.0.0.1"]);
    let process = files.serve(&["--tls-certificate", &certificate, "--tls-key", &key]);
    let _silent = connect(&process);
    // The silent one was let in before this one was answered.
    let client = Client::with(&process.url, crate::tls_server::trusting(&certificate));
    assert_eq!(client.get("/healthz").await.status, 200);
    drop(client);
    let (code, _, log) = process.stop("-TERM");
    assert_eq!(code, Some(0));
    assert!(!log.contains("cut off"), "{log}");
}
