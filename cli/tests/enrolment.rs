//! Authenticator apps: what the terminal shows can be scanned, and the first code is asked for.

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use crate::commands::wrong;
use crate::support::server::Server;
use crate::support::terminal::Terminal;
use crate::support::{Cli, app, results};

/// Black on white, in the numbers that no theme changes.
const COLOURS: &str = "\x1b[38;5;16;48;5;231m";

/// Enrols the app of kaisa as a script does, and gives its secret.
pub fn enrol(cli: &Cli, service: &str) -> String {
    let mut command = cli.command(&["user", "enrol", service, "kaisa", "--json"]);
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let begun = results("enrolment", &lines.next().unwrap().unwrap()).remove(0);
    let secret = begun["secret"].as_str().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    writeln!(stdin, "{}", app::code(secret, 0)).unwrap();
    let done = results("done", &lines.next().unwrap().unwrap()).remove(0);
    assert_eq!(done["done"], "enrolled");
    assert!(child.wait().unwrap().success());
    secret.to_owned()
}

#[test]
fn an_app_scans_the_terminal_and_its_first_code_confirms_it() {
    let server = Server::start();
    let cli = Cli::at(&server);
    // The longest link that an account is likely to have.
    cli.prints(&[
        "service",
        "create",
        "login.shop.example.com",
        "Mueller & Co: Büro+1",
    ]);
    let name = "kaisa.magdalena.tamm@example.com";
    cli.prints(&["user", "add", "login.shop.example.com", name, "+3725555555"]);
    let mut terminal = Terminal::run(
        &cli,
        &["user", "enrol", "login.shop.example.com", name],
        100,
    );
    terminal.wait_for("First code that the app shows: ");
    let text = terminal.text();
    let link = after(&text, "Link:   ");
    let secret = after(&text, "Secret: ");
    assert_eq!(app::scan(&text, COLOURS), link);
    assert!(link.contains(secret), "{link}");

    terminal.type_in(&format!("{}\n", wrong(&app::code(secret, 0))));
    terminal.wait_for("That is not it");
    terminal.wait_for("First code that the app shows: ");
    terminal.type_in(&format!("{}\n", app::code(secret, 0)));
    assert_eq!(terminal.ended(), Some(0));
    assert!(terminal.text().contains("is enrolled."));
}

/// A margin of four modules all around, without which cameras find nothing on a dark terminal.
#[test]
fn the_code_has_its_quiet_zone_whatever_the_theme() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let (service, _) = cli.service_with_user("shop.example.com");
    let mut terminal = Terminal::run(&cli, &["user", "enrol", &service, "kaisa"], 100);
    let text = terminal.wait_for("Secret: ").text();
    let rows: Vec<&str> = text
        .lines()
        .filter_map(|line| line.split_once(COLOURS))
        .map(|(_, row)| row)
        .collect();
    assert!(
        rows.iter().all(|row| row.trim_end().ends_with("\x1b[0m")),
        "{text}"
    );
    let rows: Vec<&str> = rows
        .iter()
        .map(|row| row.split('\x1b').next().unwrap())
        .collect();
    let is_light = |row: &&str| row.chars().all(|module| module == ' ');
    assert!(
        rows[..2].iter().all(is_light) && !is_light(&rows[2]),
        "{text}"
    );
    assert!(rows[rows.len() - 2..].iter().all(is_light), "{text}");
    for row in rows {
        assert!(row.starts_with("    ") && row.ends_with("    "), "{row:?}");
    }
}

#[test]
fn a_terminal_that_is_too_narrow_gets_the_secret_alone() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let (service, _) = cli.service_with_user("shop.example.com");
    let mut terminal = Terminal::run(&cli, &["user", "enrol", &service, "kaisa"], 30);
    let text = terminal.wait_for("First code").text();
    assert!(
        text.contains("widen it") && text.contains("Secret: "),
        "{text}"
    );
    assert!(!text.contains(COLOURS), "{text}");
}

#[test]
fn nobody_who_gives_a_code_leaves_logins_as_they_were() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let (service, _) = cli.service_with_user("shop.example.com");
    let ended = cli.run(&["user", "enrol", &service, "kaisa"]);
    ended.could_not("logins are as they were");
    let wrong = cli.run_with(&["user", "enrol", &service, "kaisa"], "abc\n000000x\nx\n");
    assert_eq!(wrong.code, Some(1), "{}", wrong.stderr);
    assert_eq!(
        cli.json("started", &["start", &service, "kaisa"])["method"],
        "sms"
    );
}

#[test]
fn a_link_is_for_the_user_alone() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let (service, _) = cli.service_with_user("shop.example.com");
    let enrol = [
        "user",
        "enrol",
        &service,
        "kaisa",
        "--link",
        "--lifetime",
        "60",
    ];
    let link = cli.json("link", &enrol);
    assert!(link["url"].as_str().unwrap().starts_with(server.base_url()));
    assert_eq!(
        cli.prints(&[&["-q"], &enrol[..]].concat()).lines().count(),
        1
    );
    let too_long = cli.run(&[
        "user",
        "enrol",
        &service,
        "kaisa",
        "--link",
        "--lifetime=604801",
    ]);
    too_long.could_not("604800");
}

fn after<'a>(text: &'a str, label: &str) -> &'a str {
    let (_, rest) = text
        .split_once(label)
        .unwrap_or_else(|| panic!("{label} in {text}"));
    rest.lines().next().unwrap()
}
