//! Runs a login example, and answers its questions as its user would.

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use super::server::Server;

/// No PIN has so many digits.
const WRONG: &str = "0000000";

/// Runs a login example: a wrong PIN is a no and the right one is a yes; three wrong ones are a no; and
/// a service that refuses to be asked is neither.
pub fn comes_out(program: &Path) {
    let server = Server::start();
    let yes = talk(&mut server.command(program), |question| match question {
        1 => WRONG.to_owned(),
        _ => server.pin(),
    });
    let expected = "sms PIN: That is not it.\nsms PIN: Welcome!\n";
    assert_eq!(yes, (Some(0), expected.to_owned()), "{program:?}");

    let no = talk(&mut server.command(program), |_| WRONG.to_owned());
    let expected = "sms PIN: That is not it.\n".repeat(3) + "Denied.\n";
    assert_eq!(no, (Some(1), expected), "{program:?}");

    let mut stranger = server.command(program);
    stranger.env("VERIGATOR_PASSWORD", "wrong");
    let neither = talk(&mut stranger, |_| WRONG.to_owned());
    assert_eq!(neither, (Some(2), String::new()), "{program:?}");
}

/// Runs a program, answers its questions, which are counted from 1, and gives its exit code and what it
/// printed.
fn talk(program: &mut Command, answer: impl Fn(usize) -> String) -> (Option<i32>, String) {
    let mut process = program
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut keyboard = process.stdin.take().unwrap();
    let mut screen = process.stdout.take().unwrap();
    let mut said = String::new();
    let mut byte = [0];
    while screen.read(&mut byte).unwrap() == 1 {
        said.push(byte[0].into());
        if said.ends_with("PIN: ") {
            let line = answer(said.matches("PIN: ").count()) + "\n";
            keyboard.write_all(line.as_bytes()).unwrap();
        }
    }
    (process.wait().unwrap().code(), said)
}
