//! The session that the README begins with, word for word.

use std::process::Command;

use crate::support::server::Server;
use crate::support::terminal::Terminal;
use crate::support::{Cli, Ran, built};

#[test]
fn the_session_of_the_readme_goes_as_it_says() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let readme = include_str!("../README.md");
    let session = readme.split("```console\n").nth(1).unwrap();
    let session = session.split("```").next().unwrap();
    let mut steps = session.split("\n$ ").skip(1);
    assert!(steps.clone().count() > 5, "{session}");
    steps.by_ref().for_each(|step| {
        let (command, told) = step.split_once('\n').unwrap_or((step, ""));
        let shown = match command.starts_with("verigator login") {
            true => at_a_terminal(&cli, &server, command),
            false => in_a_shell(&cli, command),
        };
        assert_eq!(without_chance(&shown), without_chance(told), "{command}");
    });
}

fn in_a_shell(cli: &Cli, command: &str) -> String {
    let program = built("verigator");
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    let mut shell = Command::new("sh");
    cli.prepare(&mut shell)
        .env("PATH", path)
        .current_dir(&cli.home);
    let ran = Ran::of(shell.args(["-c", command]).output().unwrap());
    ran.stderr + &ran.stdout
}

fn at_a_terminal(cli: &Cli, server: &Server, command: &str) -> String {
    let arguments: Vec<&str> = command.split(' ').skip(1).collect();
    let mut terminal = Terminal::run(cli, &arguments, 80);
    terminal
        .wait_for(": ")
        .type_in(&format!("{}\n", server.pin()));
    assert_eq!(terminal.ended(), Some(0));
    let shown = terminal.text().replace('\r', "");
    shown.split("(ended").next().unwrap().to_owned()
}

/// A text with what differs each time the same: ids, times, PINs; and without progress and the line end.
fn without_chance(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.ends_with(" ..."));
    let word = |word: &str| {
        let is_made = word.len() > 20 && word.starts_with(|c: char| c.is_ascii_hexdigit());
        let is_pin = word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
        if is_made || is_pin { "made" } else { word }.to_owned()
    };
    let plain = |line: &str| {
        let words = line.split([' ', '"']);
        words.map(word).collect::<Vec<_>>().join(" ")
    };
    lines.map(plain).collect::<Vec<_>>().join("\n")
}
