//! Logins by somebody at a terminal, and by nobody.

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::commands::wrong;
use crate::support::scripted::{Scripted, service, user};
use crate::support::server::Server;
use crate::support::terminal::Terminal;
use crate::support::{Cli, results};

const CTRL_C: &str = "\x03";
const LOGIN: &[&str] = &["login", "shop.example.com", "kaisa"];
const PROMPT: &str = "Verification code (code in the text message): ";

fn login(cli: &Cli) -> Terminal {
    cli.service_with_user("shop.example.com");
    Terminal::run(cli, LOGIN, 80)
}

#[test]
fn a_wrong_code_is_asked_for_again_on_the_same_challenge() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let mut terminal = login(&cli);
    terminal.wait_for(PROMPT);
    let pin = server.pin();
    terminal.type_in(&format!("{}\n", wrong(&pin)));
    terminal
        .wait_for("Wrong code, or one that was used before; 2 left. ")
        .wait_for(PROMPT);
    // What cannot be a code is not sent.
    terminal.type_in("\n").wait_for("1 left. ").wait_for(PROMPT);
    terminal.type_in(&format!("{pin}\n"));
    assert_eq!(terminal.ended(), Some(0));
    assert!(terminal.text().contains("Verified."), "{}", terminal.text());
    assert_eq!(server.pin(), pin, "another message was sent");
}

#[test]
fn three_wrong_codes_are_a_no() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let mut terminal = login(&cli);
    for _ in 0..3 {
        terminal.wait_for(PROMPT);
        terminal.type_in(&format!("{}\n", wrong(&server.pin())));
    }
    assert_eq!(terminal.ended(), Some(1));
    assert!(terminal.text().contains("Denied: "), "{}", terminal.text());
}

#[test]
fn ctrl_c_lets_nobody_in_and_leaves_the_terminal_as_it_was() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let mut terminal = login(&cli);
    terminal
        .wait_for(PROMPT)
        .type_in(CTRL_C)
        .wait_for("verigator: interrupted");
    assert_eq!(terminal.ended(), Some(2));

    // A terminal throws away with each what it was still to show.
    let mut terminal = Terminal::run(&cli, LOGIN, 80);
    terminal.wait_for(PROMPT);
    terminal.type_in(CTRL_C).type_in(CTRL_C).type_in(CTRL_C);
    assert_eq!(terminal.ended(), Some(2));
    assert!(!terminal.text().contains("Verified"), "{}", terminal.text());
    assert!(terminal.echoes());
}

#[test]
fn the_password_is_asked_for_unseen_and_ctrl_c_gives_the_echo_back() {
    let server = Server::start();
    let cli = Cli::new()
        .with("VERIGATOR_BASE_URL", server.base_url())
        .with("VERIGATOR_USERNAME", "demo");
    let question = format!("Password of demo at {}: ", server.base_url());
    let mut terminal = Terminal::run(&cli, &["ping"], 80);
    terminal.wait_for(&question).wait_until_silent();
    terminal.type_in("demo-password\n");
    assert_eq!(terminal.ended(), Some(0));
    assert!(
        !terminal.text().contains("demo-password"),
        "{}",
        terminal.text()
    );

    let mut terminal = Terminal::run(&cli, &["ping"], 80);
    terminal.wait_for(&question).wait_until_silent();
    terminal.type_in(CTRL_C);
    assert_eq!(terminal.ended(), Some(2));
    assert!(
        terminal.text().contains("interrupted"),
        "{}",
        terminal.text()
    );
    assert!(terminal.echoes());

    // By somebody else, who cannot give it back.
    let mut terminal = Terminal::run(&cli, &["ping"], 80);
    terminal.wait_for(&question).wait_until_silent();
    terminal.signal(Signal::TERM);
    assert_eq!(terminal.ended(), Some(128 + 15));
    assert!(terminal.echoes());
}

/// A service that starts logins, and says this of every code.
fn saying(failure: &'static str) -> Scripted {
    Scripted::start(move |line| {
        let body = match line {
            line if line.starts_with("PUT") => {
                json!({ "verified": false, "status": { failure: true } })
            }
            line if line.starts_with("POST") => json!({ "method": "sms", "auth_id": "a" }),
            line if line.contains("/users/") => user("u", "kaisa"),
            _ => service(),
        };
        Some((200, body.to_string()))
    })
}

#[test]
fn where_no_further_code_can_be_right_none_is_asked_for() {
    for failure in ["expired", "throttled"] {
        let service = saying(failure);
        let cli = Cli::told(&service.base_url);
        let denied = cli.run_with(&["login", "s", "u", "--json"], "123456\n123456\n123456\n");
        assert_eq!(denied.code, Some(1), "{}", denied.stderr);
        assert_eq!(results("verdict", &denied.stdout)[0]["reason"], failure);
        let asked = service.asked.lock().unwrap();
        assert_eq!(
            asked.iter().filter(|line| line.starts_with("PUT")).count(),
            1
        );
    }
}

#[test]
fn without_a_terminal_the_code_is_read_from_stdin_and_its_end_is_no_no() {
    let server = Server::start();
    let cli = Cli::at(&server);
    cli.service_with_user("shop.example.com");
    let login = ["login", "shop.example.com", "kaisa", "--json"];
    let nobody = cli.run(&login).could_not("nobody gave a code");
    assert_eq!(nobody.stdout, "");
    results("error", &nobody.stderr);
    let denied = cli.run_with(&[&login[..], &["--prompts", "1"]].concat(), "000000x\n");
    assert_eq!(denied.code, Some(1));
    let verdict = results("verdict", &denied.stdout).remove(0);
    assert_eq!(
        (&verdict["verified"], &verdict["reason"]),
        (&Value::Bool(false), &"wrong".into())
    );
}

#[test]
fn without_a_terminal_a_missing_password_is_told_with_what_to_do() {
    let cli = Cli::new().with("VERIGATOR_USERNAME", "demo");
    let mut command = std::process::Command::new("setsid");
    cli.prepare(&mut command)
        .arg("--wait")
        .arg(crate::support::built("verigator"))
        .arg("ping");
    let ran = crate::support::Ran::of(command.stdin(std::process::Stdio::null()).output().unwrap());
    ran.could_not("set VERIGATOR_PASSWORD");
}
