//! From a SQLite file to PostgreSQL, with all that is kept.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use verigator_server::clock::SystemClock;
use verigator_server::secrets::KeyPlace;
use verigator_server::storage::{Location, Storage};

use crate::database::shared;
use crate::harness::{User, add_accounts, last_pin};
use crate::process::{Files, Process, command, ended};

/// The file to move, in a directory of the test.
fn source(files: &Files) -> PathBuf {
    files.directory.path().join("verigator.db")
}

fn open(path: &Path) -> Storage {
    Storage::open(&Location::File(path.to_owned()), KeyPlace::beside(path)).unwrap()
}

fn server_on(path: &Path) -> Command {
    let mut server = command(&["--dev", "--listen", "127.0.0.1:0", "--database"]);
    server.arg(path);
    server
}

fn moving(files: &Files) -> Command {
    let mut moving = command(&["move", "--to", &files.database.url(), "--from"]);
    moving.arg(source(files));
    moving
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// Moves everything, which succeeds; gives what it says on stderr.
fn moved(files: &Files) -> String {
    let output = moving(files).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    said(&output)
}

/// Runs a command, which fails for this reason. A server that says where it listens did not.
fn refused(command: Command, why: &str) {
    let output = ended(command, "");
    assert!(
        output.stdout.is_empty() && !output.status.success(),
        "{output:?}"
    );
    assert!(said(&output).contains(why), "{output:?}");
}

#[tokio::test]
async fn a_login_that_began_before_the_move_ends_after_it() {
    let files = Files::empty();
    let old = source(&files);
    add_accounts(&open(&old));
    let process = Process::run(server_on(&old));
    let user = User::register(process.client(), "example.com").await;
    user.enrol_by(&SystemClock).await;
    user.start_sms().await;
    let codes = user.recovery_codes().await;
    let pin = last_pin(&open(&old), &user);
    refused(moving(&files), "stop the servers");
    process.stop("-TERM");

    moved(&files);
    let process = files.serve(&["--dev"]);
    let user = process.user(&user);
    user.accepted(&pin, "sms").await;
    user.denied(&pin, "INVALID").await;
    // The app is known, and numbers that the database gives are free.
    let begun = user.start("totp").await.expect(201);
    assert_eq!(begun["method"], "totp");
    user.accepted(&codes[0], "recovery_code").await;
    user.start_sms().await;
    user.denied(&codes[0], "INVALID").await;

    refused(server_on(&old), "was moved to");
    refused(moving(&files), "already");
    let mut list = command(&["account", "list", "--database"]);
    list.arg(&old);
    refused(list, "was moved to");
    let mut server = server_on(&old);
    server.arg("--forget-move");
    Process::run(server).stop("-TERM");
    Process::run(server_on(&old));
}

#[tokio::test]
async fn what_was_moved_needs_the_key_that_it_came_with() {
    let files = Files::empty();
    let old = source(&files);
    add_accounts(&open(&old));
    let process = Process::run(server_on(&old));
    let user = User::register(process.client(), "example.com").await;
    process.stop("-TERM");
    let aside = files.directory.path().join("aside.key");
    std::fs::rename(files.key_file(), &aside).unwrap();
    refused(moving(&files), "there is no key file");
    assert!(!files.key_file().exists());
    std::fs::rename(&aside, files.key_file()).unwrap();
    moved(&files);
    let key = files
        .database
        .column("SELECT id FROM keys")
        .remove(0)
        .unwrap();
    let other = aside.to_str().unwrap();
    refused(files.server(&["--dev", "--key-file", other]), &key);
    assert!(!aside.exists());
    let process = files.serve(&["--dev"]);
    process.user(&user).start_sms().await;
}

/// What a query finds in the only column of a SQLite file.
fn column(file: &rusqlite::Connection, query: &str) -> Vec<Option<String>> {
    let mut statement = file.prepare(query).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn texts(file: &rusqlite::Connection, query: &str) -> Vec<String> {
    column(file, query).into_iter().flatten().collect()
}

const TABLES: &str = "SELECT name FROM sqlite_schema
     WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";

/// The columns of a table with their types.
fn columns(file: &rusqlite::Connection, table: &str) -> Vec<(String, String)> {
    let of = |what| {
        let query = format!("SELECT {what} FROM pragma_table_info('{table}') ORDER BY cid");
        texts(file, &query)
    };
    of("name").into_iter().zip(of("type")).collect()
}

/// The others are empty, or have marks of the move itself; that of the keys has its rows already.
fn is_moved(table: &&String) -> bool {
    !["moves", "plain_values"].contains(&table.as_str())
}

/// Puts a row into a table that has none, with something in each column. The text is one that every reference and
/// every check is content with.
fn fill(file: &rusqlite::Connection, table: &str) {
    let value = |(number, (_, kind)): (usize, (String, String))| match kind.as_str() {
        "TEXT" => "'sms'".to_owned(),
        "INTEGER" => (number + 7).to_string(),
        "BLOB" => "x'00ff07'".to_owned(),
        other => panic!("{other}"),
    };
    let values: Vec<_> = columns(file, table)
        .into_iter()
        .enumerate()
        .map(value)
        .collect();
    let row = format!(
        "INSERT INTO {table} SELECT {} WHERE NOT EXISTS (SELECT 1 FROM {table})",
        values.join(", ")
    );
    file.execute(&row, []).unwrap();
}

#[test]
fn every_column_of_every_table_arrives() {
    let files = Files::empty();
    drop(open(&source(&files)));
    let file = rusqlite::Connection::open(source(&files)).unwrap();
    file.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    let tables = texts(&file, TABLES);
    assert!(tables.len() > 8, "{tables:?}");
    for table in tables.iter().filter(is_moved) {
        fill(&file, table);
    }
    drop(file);
    moved(&files);

    let there = files.database.column(
        "SELECT table_name FROM information_schema.tables
         WHERE table_schema = 'public' AND table_name <> 'verigator_schema'
         ORDER BY table_name COLLATE \"C\"",
    );
    let there: Vec<_> = there.into_iter().flatten().collect();
    assert_eq!(there, tables);
    let file = rusqlite::Connection::open(source(&files)).unwrap();
    for table in tables.iter().filter(is_moved) {
        for (name, kind) in columns(&file, table) {
            let (here, there) = match kind.as_str() {
                "BLOB" => (
                    format!("lower(hex({name}))"),
                    format!("encode({name}, 'hex')"),
                ),
                _ => (format!("CAST({name} AS TEXT)"), name.clone()),
            };
            let here = column(&file, &format!("SELECT {here} FROM {table}"));
            let there = files
                .database
                .column(&format!("SELECT {there} FROM {table}"));
            assert!(!here.is_empty(), "{table}.{name}");
            assert_eq!(here, there, "{table}.{name}");
        }
    }
    let next = "SELECT nextval(pg_get_serial_sequence('outbox', 'sequence'))";
    assert_eq!(files.database.column(next), [Some("8".to_owned())]);
}

/// A file with more users than are moved at once.
fn many_users(files: &Files) -> String {
    add_accounts(&open(&source(files)));
    let file = rusqlite::Connection::open(source(files)).unwrap();
    file.execute_batch(
        "INSERT INTO services (id, account, fqdn, fqdn_key, name, ctime)
             VALUES ('s', 'mine', 'x', 'x', 'x', 0);
         WITH RECURSIVE number (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM number LIMIT 20000)
         INSERT INTO users (id, service_id, phone_number_key, id_in_service, id_in_service_key, ctime)
             SELECT 'u' || n, 's', n, n, n, n FROM number",
    )
    .unwrap();
    "20000".to_owned()
}

#[test]
fn a_move_that_was_killed_is_begun_again() {
    let files = Files::empty();
    let count = many_users(&files);
    let mut child = moving(&files).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = lines.find(|line| line.as_ref().unwrap().contains("services: 1 rows"));
    assert!(first.is_some(), "a table is there");
    child.kill().unwrap();
    child.wait().unwrap();
    files.database.settle();

    let server = [
        "--no-sms",
        "--listen",
        "127.0.0.1:0",
        "--database",
        &files.database.url(),
    ];
    let mut server = command(&server);
    server.arg("--key-file").arg(files.key_file());
    refused(server, "was not finished");
    let said = moved(&files);
    assert!(said.contains("starts over"), "{said}");
    let there = files.database.column("SELECT count(*) FROM users");
    assert_eq!(there, [Some(count)]);
    files.serve(&[]);
}

#[test]
fn a_target_that_is_not_empty_is_refused_and_not_changed() {
    let files = Files::new();
    many_users(&files);
    refused(moving(&files), "not empty");
    let there = files.database.column("SELECT count(*) FROM accounts");
    assert_eq!(there, [Some("3".to_owned())]);
    Process::run(server_on(&source(&files)));
}

#[test]
fn what_arrives_otherwise_than_it_was_is_told() {
    let files = Files::empty();
    many_users(&files);
    drop(files.storage());
    shared().run(
        files.database.name(),
        "CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN NEW.failures := NEW.failures + 1; RETURN NEW; END';
         CREATE TRIGGER lose BEFORE INSERT ON users FOR EACH ROW
             WHEN (NEW.id = 'u7') EXECUTE FUNCTION lose()",
    );
    refused(moving(&files), "the table users did not arrive");
    shared().run(files.database.name(), "DROP TRIGGER lose ON users");
    moved(&files);
}

#[test]
fn what_cannot_be_moved_is_named() {
    let files = Files::empty();
    refused(moving(&files), "there is no database");
    refused(
        command(&["move", "--from", "a.db", "--to", "b.db"]),
        "from a SQLite file to a PostgreSQL database",
    );
}
