//! Imports: every line is accounted for, nobody is registered twice, and an interruption costs nothing.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::support::scripted::{self, Scripted, user};
use crate::support::server::Server;
use crate::support::{Cli, Ran, results};

const SERVICE: &str = "shop.example.com";

/// A file with so many users.
fn users(count: u64) -> String {
    let mut text = String::from("id_in_service,phone_number\n");
    for number in 0..count {
        let _ = writeln!(text, "user{number}@example.com,+37255{number:06}");
    }
    text
}

/// What an import as JSON said: of its lines, and at the end.
fn told(ran: &Ran) -> (Vec<Value>, Value) {
    let (lines, summary) = ran
        .stdout
        .trim_end()
        .rsplit_once('\n')
        .unwrap_or(("", ran.stdout.trim_end()));
    let summary = results("import_summary", summary).remove(0)["summary"].take();
    let lines = results("import_line", lines);
    let sum = |name: &str| summary[name].as_u64().unwrap();
    assert_eq!(sum("lines"), lines.len() as u64);
    assert_eq!(
        sum("lines"),
        sum("registered") + sum("there_already") + sum("refused")
    );
    (lines, summary)
}

fn listed(cli: &Cli) -> Vec<String> {
    let listed = cli.prints(&["user", "list", SERVICE, "--json"]);
    let name = |user: Value| user["id_in_service"].as_str().unwrap().to_owned();
    results("user", &listed).into_iter().map(name).collect()
}

fn begin(server: &Server) -> Cli {
    let cli = Cli::at(server);
    cli.prints(&["service", "create", SERVICE, "Shop"]);
    cli
}

#[test]
fn every_line_is_accounted_for_and_the_same_command_changes_nothing() {
    let server = Server::start();
    let cli = begin(&server);
    cli.prints(&["user", "add", SERVICE, "there", "+37256000000"]);
    let file = cli.write(
        "users.csv",
        "\u{feff}phone_number,id_in_service\r\n\
        +37255000001,a\r\n\
        37255000002,b\r\n\
        +37255000003,there\r\n\
        +37256000000,phone of another\r\n\
        \r\n\
        +37255000004,a\r\n\
        12,+x\r\n\
        +1,too short\r\n\
        +37255000005,\"last, without a line end\"",
    );
    let import = ["user", "import", SERVICE, &file];
    let ran = cli.run(&[&import[..], &["--json"]].concat());
    assert_eq!(ran.code, Some(1), "{}", ran.stderr);
    let (mut lines, summary) = told(&ran);
    assert_eq!(
        summary,
        json!({ "lines": 8, "registered": 2, "there_already": 1, "refused": 5 })
    );
    lines.sort_by_key(|line| line["line"].as_u64());
    let outcomes: Vec<_> = lines
        .iter()
        .map(|line| {
            (
                line["line"].as_u64().unwrap(),
                line["outcome"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        outcomes,
        [
            (2, "registered"),
            (3, "refused"),
            (4, "there_already"),
            (5, "refused"),
            (7, "refused"),
            (8, "refused"),
            (9, "refused"),
            (10, "registered")
        ]
    );
    let reason = |place: usize| lines[place]["reason"].as_str().unwrap();
    assert!(
        reason(1).contains("write it as +37255000002"),
        "{}",
        reason(1)
    );
    assert!(
        reason(3).contains("phone_number exists already"),
        "{}",
        reason(3)
    );
    assert!(
        reason(4).contains("same id_in_service as line 2"),
        "{}",
        reason(4)
    );
    let before = listed(&cli);
    assert_eq!(before.len(), 3);

    let again = cli.run(&import);
    assert_eq!(again.code, Some(1));
    assert_eq!(
        again.stdout,
        "8 lines: 0 registered, 3 there already, 5 refused.\n"
    );
    assert_eq!(
        again.stderr.matches("line ").count(),
        5 + 1,
        "{}",
        again.stderr
    );
    assert!(
        again.stderr.contains("line 3: phone_number"),
        "{}",
        again.stderr
    );
    assert_eq!(listed(&cli), before);
    let quiet = cli.run(&["user", "import", SERVICE, &file, "--quiet"]);
    assert_eq!(
        (quiet.stdout.as_str(), quiet.stderr == again.stderr),
        ("", true)
    );
}

#[test]
fn an_import_that_is_killed_goes_on_and_registers_nobody_twice() {
    const USERS: u64 = 400;
    let server = Server::start();
    let cli = begin(&server);
    let file = cli.write("users.csv", users(USERS));
    let import = ["user", "import", SERVICE, &file, "--json"];
    let mut killed = 0;
    // Where it is killed is another place each time, among them some between a request and what is told of it.
    for lines in [1, 60, 120] {
        let mut child = cli.command(&import).stdout(Stdio::piped()).spawn().unwrap();
        // What is told goes to a pipe by the block: so many were told at least.
        let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..lines {
            told.next().unwrap().unwrap();
        }
        child.kill().unwrap();
        killed += usize::from(child.wait().unwrap().code().is_none());
    }
    assert!(killed > 0, "none was killed before its end");
    let ran = cli.run(&import).succeeded();
    let (_, summary) = told(&ran);
    assert_eq!(summary["lines"], USERS);
    assert!(summary["there_already"].as_u64().unwrap() > 0, "{summary}");
    let names = listed(&cli);
    assert_eq!(names.len() as u64, USERS);
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len() as u64, USERS);
}

/// A service that keeps what it is asked to, also twice: it has no rule against that.
#[derive(Default)]
struct Careless {
    registered: Mutex<Vec<String>>,
    /// How often it does what it is asked, and does not say so.
    silent: AtomicUsize,
}

impl Careless {
    fn start(self: &Arc<Self>) -> Scripted {
        let this = Arc::clone(self);
        Scripted::start(move |line| this.answer(line))
    }

    fn answer(&self, line: &str) -> Option<(u16, String)> {
        let user = |number: &usize| user(&format!("u{number}"), "user0@example.com");
        let mut registered = self.registered.lock().unwrap();
        if line.starts_with("POST") {
            let number = registered.len();
            registered.push(line.to_owned());
            let is_silent = self
                .silent
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                    left.checked_sub(1)
                })
                .is_ok();
            return (!is_silent).then(|| (201, user(&number).to_string()));
        }
        let users: Vec<_> = (0..registered.len()).map(|number| user(&number)).collect();
        scripted::found(line, &users)
    }
}

#[test]
fn a_reply_that_is_lost_is_looked_up_before_anybody_is_registered_again() {
    let careless = Arc::new(Careless::default());
    careless.silent.store(1, Ordering::Relaxed);
    let service = careless.start();
    let cli = Cli::told(&service.base_url);
    let file = cli.write("users.csv", users(1));
    let import = ["user", "import", "s", &file, "--json"];
    let (lines, _) = told(&cli.run(&import).succeeded());
    assert_eq!(
        (&lines[0]["outcome"], &lines[0]["id"]),
        (&"registered".into(), &"u0".into())
    );
    assert_eq!(careless.registered.lock().unwrap().len(), 1);
    let (lines, _) = told(&cli.run(&import).succeeded());
    assert_eq!(lines[0]["outcome"], "there_already");
    assert_eq!(careless.registered.lock().unwrap().len(), 1);
}

/// Somebody else registers the user between the look at the list and the request.
#[test]
fn who_turns_out_to_be_registered_meanwhile_is_there_already() {
    let asked = AtomicUsize::new(0);
    let service = Scripted::start(move |line| {
        let user = user("u", "user0@example.com");
        if line.starts_with("POST") {
            asked.fetch_add(1, Ordering::Relaxed);
            return Some((409, "{}".into()));
        }
        let users = if asked.load(Ordering::Relaxed) == 0 {
            vec![]
        } else {
            vec![user]
        };
        scripted::found(line, &users)
    });
    let cli = Cli::told(&service.base_url);
    let file = cli.write("users.csv", users(1));
    let ran = cli.run(&["user", "import", "s", &file, "--json"]);
    let (lines, _) = told(&ran.succeeded());
    assert_eq!(lines[0]["outcome"], "there_already");
}

#[test]
fn a_service_that_has_no_time_is_waited_for() {
    let asked = AtomicUsize::new(0);
    let service = Scripted::start(move |line| {
        let user = user("u", "user0@example.com");
        if line.starts_with("POST") {
            return Some(match asked.fetch_add(1, Ordering::Relaxed) {
                0 => (429, "{}".into()),
                _ => (201, user.to_string()),
            });
        }
        scripted::found(line, &[])
    });
    let cli = Cli::told(&service.base_url);
    let file = cli.write("users.csv", users(1));
    let ran = cli.run(&["user", "import", "s", &file]).succeeded();
    assert_eq!(
        ran.stdout,
        "1 lines: 1 registered, 0 there already, 0 refused.\n"
    );
    assert!(
        ran.stderr.contains("line 2: ")
            && ran
                .stderr
                .contains("was not carried out, and is tried again"),
        "{}",
        ran.stderr
    );
    // The list may be a long one.
    let asked = service.asked.lock().unwrap();
    assert_eq!(
        asked.iter().filter(|line| line.contains("/users?")).count(),
        1,
        "{asked:?}"
    );
}

#[test]
fn credentials_that_are_refused_end_it_at_once_with_what_was_done() {
    let refusing = Scripted::start(|line| match line.starts_with("POST") {
        true => Some((401, "{}".into())),
        false => scripted::found(line, &[]),
    });
    let cli = Cli::told(&refusing.base_url);
    let file = cli.write("users.csv", users(5000));
    let ran = cli.run(&["user", "import", "s", &file]).could_not("401");
    assert_eq!(
        ran.stdout,
        "0 lines: 0 registered, 0 there already, 0 refused.\n"
    );
    assert!(refusing.asked.lock().unwrap().len() < 100);
}

#[test]
fn an_import_of_which_nobody_reads_the_end_is_no_success() {
    let server = Server::start();
    let cli = begin(&server);
    // What is told of one line waits for the end, what is told of many does not.
    for count in [1, 400] {
        let file = cli.write("users.csv", users(count));
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let mut command = cli.command(&["user", "import", SERVICE, &file, "--json"]);
        let ran = Ran::of(command.stdout(writer).output().unwrap());
        ran.could_not("The same command goes on");
    }
}

#[test]
fn a_file_may_come_by_stdin_and_its_trouble_is_told_by_line() {
    let server = Server::start();
    let cli = begin(&server);
    let import = ["user", "import", SERVICE, "-"];
    cli.run_with(&import, &users(2)).succeeded();
    cli.run_with(&import, "").could_not("must name the columns");
    cli.run_with(&import, "id_in_service;phone_number\n")
        .could_not("--delimiter ';'");
    let semicolons = users(3).replace(',', ";");
    let ran = cli
        .run_with(
            &["user", "import", SERVICE, "-", "--delimiter", ";"],
            &semicolons,
        )
        .succeeded();
    assert_eq!(
        ran.stdout,
        "3 lines: 1 registered, 2 there already, 0 refused.\n"
    );
    cli.run(&["user", "import", SERVICE, "/nowhere.csv"])
        .could_not("/nowhere.csv cannot be read");

    let unclosed = format!("{}\"user9,+37255999999\n{}", users(2), "x".repeat(100_000));
    let ran = cli
        .run_with(&import, &unclosed)
        .could_not("that begins there, 4, and what comes after it were not read");
    assert_eq!(
        ran.stdout,
        "0 lines: 0 registered, 0 there already, 0 refused.\n"
    );
}
