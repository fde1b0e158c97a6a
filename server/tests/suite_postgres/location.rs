//! How a database of PostgreSQL is named on the command line, and what is said of one that is not there.

use std::io::Write;
use std::process::Stdio;

use crate::database::shared;
use crate::process::{Files, command, ended};

/// Runs the program, which fails, and gives what it says.
fn failure(arguments: &[&str]) -> String {
    let mut command = command(arguments);
    command.args(["--no-sms", "--key-file", "/nowhere/key"]);
    let output = ended(command, "");
    assert!(!output.status.success(), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn accounts_are_added_and_listed() {
    let files = Files::empty();
    let database = files.database.url();
    let mut add = command(&["account", "add", "mine", "--database", &database])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = add.stdin.take().unwrap();
    input.write_all(b"a password of mine\n").unwrap();
    drop(input);
    assert!(add.wait().unwrap().success());
    let list = command(&["account", "list", "--database", &database]).output();
    let list = String::from_utf8(list.unwrap().stdout).unwrap();
    assert!(list.starts_with("mine\t0 services"), "{list}");
}

#[test]
fn a_password_in_the_address_is_refused_and_not_repeated() {
    let said = failure(&["--database", "postgres://me:hush-hush@localhost/x"]);
    assert!(said.contains("--database-password-file"), "{said}");
    // It is the argument that the command line's own error would repeat.
    assert!(!said.contains("hush-hush"), "{said}");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let said = failure(&["--database", "postgres://nobody@127.0.0.1:1/x"]);
    assert!(
        said.contains("postgres://nobody@127.0.0.1:1/x") && said.contains("refused"),
        "{said}"
    );
}

#[test]
fn a_database_of_another_program_is_refused_and_not_changed() {
    let files = Files::empty();
    let name = files.database.name();
    shared().run(name, "CREATE TABLE accounts (x TEXT)");
    let said = failure(&["--database", &files.database.url()]);
    assert!(said.contains("another program"), "{said}");
    let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'";
    assert_eq!(files.database.column(tables), [Some("accounts".to_owned())]);
}

#[test]
fn a_database_that_is_not_in_utf_8_is_refused_and_not_changed() {
    for encoding in ["SQL_ASCII", "LATIN1"] {
        let name = format!("test_{}", encoding.to_lowercase());
        shared().run(
            "postgres",
            &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LOCALE 'C'"),
        );
        let files = Files::empty();
        let database = files.database.url().replace(files.database.name(), &name);
        let said = failure(&["--database", &database]);
        assert!(
            said.contains(encoding) && said.contains("ENCODING 'UTF8'"),
            "{said}"
        );
        let tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'";
        assert_eq!(shared().run(&name, tables).trim(), "0");
    }
}
