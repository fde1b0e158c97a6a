//! Where output goes: into pipes that close, onto full disks, into terminals that names would like to steer.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::json;

use crate::support::scripted::{self, Scripted, user};
use crate::support::server::Server;
use crate::support::terminal::Terminal;
use crate::support::{Cli, Ran, results};

/// A service with a page of users that fills any pipe.
fn with_many_users() -> Scripted {
    let users = (0..1000).map(|number| user(&format!("u{number}"), &"x".repeat(200)));
    let users: Vec<_> = users.collect();
    Scripted::start(move |line| scripted::found(line, &users))
}

#[test]
fn who_reads_no_further_ends_it_quietly() {
    let service = with_many_users();
    let cli = Cli::told(&service.base_url);
    for arguments in [
        &["user", "list", "s"][..],
        &["user", "list", "s", "--json"],
        &["user", "export", "s"],
    ] {
        let mut command = cli.command(arguments);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::with_capacity(16, child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ran = Ran::of(child.wait_with_output().unwrap());
        assert_eq!((ran.code, &*ran.stderr), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn help_that_nobody_reads_ends_quietly_too() {
    let cli = Cli::new();
    for arguments in [&["--help"][..], &["--version"], &["completion", "bash"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran = Ran::of(cli.command(arguments).stdout(writer).output().unwrap());
        assert_eq!((ran.code, &*ran.stderr), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn a_result_that_cannot_be_written_is_no_success_and_was_done() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let create = ["service", "create", "shop.example.com", "Shop"];
    let full = File::options().write(true).open("/dev/full").unwrap();
    let ran = Ran::of(cli.command(&create).stdout(full).output().unwrap());
    ran.could_not("What was asked of the service until now was done");
    cli.prints(&["service", "get", "shop.example.com"]);
}

const HOSTILE: &str = "a\x1b]0;owned\x07\x1b[2J\r\nb\u{9b}31m\u{202e}c\u{7f}";

/// A service that says what it likes wherever it may say something.
fn hostile() -> Scripted {
    Scripted::start(|line| {
        let user = json!({ "id": "u", "id_in_service": HOSTILE, "ctime": HOSTILE });
        let body = match line {
            line if line.starts_with("POST") => json!({ "message": HOSTILE }),
            line if line.contains("/users?") => json!({ "users": [user], "total": 1 }),
            line if line.contains("/users/") => user,
            line if line.contains("service?") => {
                json!({ "services": [{ "id": "s", "name": HOSTILE, "ctime": HOSTILE }], "total": 1 })
            }
            _ => json!({ "id": "s", "name": HOSTILE, "ctime": HOSTILE }),
        };
        let status = if line.starts_with("POST") { 422 } else { 200 };
        Some((status, body.to_string()))
    })
}

#[test]
fn what_a_service_says_does_nothing_in_a_terminal() {
    let service = hostile();
    let cli = Cli::told(&service.base_url);
    for arguments in [
        &["service", "get", "s"][..],
        &["service", "list"],
        &["user", "get", "s", "u"],
        &["user", "list", "s"],
        &["-q", "user", "list", "s"],
        &["user", "list", "s", "--json"],
        &["user", "add", "s", "kaisa", "+3725555555"],
        &["user", "add", "s", "kaisa", "+3725555555", "--json"],
        &["start", "s", "u"],
        &["user", "delete", "s", HOSTILE],
    ] {
        let is_refused = ["add", "start"].iter().any(|word| arguments.contains(word));
        let ran = cli.run(arguments);
        let text = format!("{}{}", ran.stdout, ran.stderr);
        assert!(
            !text.is_empty() && !is_hostile(&text),
            "{arguments:?}: {text:?}"
        );
        assert_eq!(
            ran.code == Some(2),
            is_refused || arguments.contains(&"delete"),
            "{text}"
        );
    }
    let listed = cli.run(&["user", "list", "s", "--json"]).succeeded();
    assert_eq!(results("user", &listed.stdout)[0]["id_in_service"], HOSTILE);
}

/// A file keeps a name as it is; a terminal is shown it.
#[test]
fn an_export_to_a_terminal_does_nothing_there_either() {
    let service = hostile();
    let cli = Cli::told(&service.base_url);
    let mut terminal = Terminal::run(&cli, &["user", "export", "s"], 80);
    assert_eq!(terminal.ended(), Some(0));
    assert!(
        !is_hostile(&without_progress(&terminal)),
        "{:?}",
        terminal.text()
    );
    assert!(cli.prints(&["user", "export", "s"]).contains(HOSTILE));
}

/// A question repeats the name of what is deleted.
#[test]
fn a_question_does_nothing_in_a_terminal_but_ask() {
    let service = hostile();
    let cli = Cli::told(&service.base_url);
    let mut terminal = Terminal::run(&cli, &["service", "delete", "s"], 80);
    terminal.wait_for("[y/N] ");
    assert!(
        !is_hostile(&without_progress(&terminal)),
        "{:?}",
        terminal.text()
    );
    terminal.type_in("\n");
    assert_eq!(terminal.ended(), Some(2));
    assert!(
        terminal.text().contains("nothing was done"),
        "{}",
        terminal.text()
    );
    assert!(
        !service
            .asked
            .lock()
            .unwrap()
            .iter()
            .any(|line| line.starts_with("DELETE"))
    );
}

/// What it showed of this program's own, which takes its progress away and ends lines as terminals do.
fn without_progress(terminal: &Terminal) -> String {
    terminal.text().replace("\x1b[K", "").replace('\r', "")
}

fn is_hostile(text: &str) -> bool {
    text.contains(|c: char| (c.is_control() && c != '\n') || c == '\u{202e}')
}

#[test]
fn progress_is_for_people_once_something_takes_longer_than_a_second() {
    let service = Scripted::start(|line| {
        if line.contains("/users") {
            std::thread::sleep(std::time::Duration::from_millis(1500));
        }
        scripted::found(line, &[user("u", "kaisa")])
    });
    let cli = Cli::told(&service.base_url);
    let list = ["user", "list", "s"];
    let told = cli.run(&list).succeeded();
    assert!(told.stderr.contains("users read ..."), "{}", told.stderr);
    for silent in ["--quiet", "--json"] {
        let ran = cli.run(&[&list[..], &[silent]].concat()).succeeded();
        assert_eq!(ran.stderr, "", "{silent}");
    }
    let mut terminal = Terminal::run(&cli, &list, 80);
    terminal
        .wait_for("users read ...")
        .wait_for("\x1b[K")
        .wait_for("kaisa");
    assert_eq!(terminal.ended(), Some(0));
}

#[test]
fn an_answer_that_is_cut_short_is_no_result() {
    let service = Scripted::start(|_| Some((200, "{\"id\":\"s\",\"name\":".into())));
    let cli = Cli::told(&service.base_url);
    let mut child = cli.command(&["service", "get", "s"]);
    let mut child = child
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut text = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    assert_eq!((child.wait().unwrap().code(), &*text), (Some(2), ""));
}
