//! The tables of PostgreSQL are made once, and not by an older program.

use std::thread;

use verigator_server::model::User;
use verigator_server::storage::{Storage, Target};

use crate::database::shared;
use crate::harness::wait;
use crate::process::{Files, command};

/// Waits until somebody at the database waits for a lock, as long as what is to do so goes on.
fn somebody_waits(name: &str, mut goes_on: impl FnMut() -> bool) {
    let waits = format!(
        "SELECT count(*) FROM pg_stat_activity
         WHERE datname = '{name}' AND wait_event_type = 'Lock'"
    );
    while shared().run("postgres", &waits).trim() == "0" {
        assert!(goes_on(), "it ended without waiting");
    }
}

/// Starts a server on the database, and kills it when it waits for somebody.
fn kill_a_start_that_waits(files: &Files) {
    let arguments = [
        "--no-sms",
        "--listen",
        "127.0.0.1:0",
        "--database",
        &files.database.url(),
    ];
    let mut server = command(&arguments);
    server.arg("--key-file").arg(files.key_file());
    let mut server = server.spawn().unwrap();
    somebody_waits(files.database.name(), || {
        server.try_wait().unwrap().is_none()
    });
    server.kill().unwrap();
    server.wait().unwrap();
    files.database.settle();
}

#[test]
fn servers_that_start_at_once_make_the_tables_once() {
    let files = Files::empty();
    let open = |_| {
        let (location, keys) = (files.database.location(), files.keys());
        thread::spawn(move || Storage::open(&location, keys).map(drop))
    };
    let opened: Vec<_> = (0..8).map(open).collect();
    for opened in opened {
        opened.join().unwrap().unwrap();
    }
    let versions = files
        .database
        .column("SELECT version FROM verigator_schema");
    assert_eq!(versions.len(), 1);
}

/// What is deleted while something is put under it is named by these.
#[test]
fn a_reference_is_named_for_what_it_leads_to() {
    let files = Files::new();
    let names = "SELECT conname FROM pg_constraint WHERE contype = 'f'";
    let names: Vec<_> = files.database.column(names).into_iter().flatten().collect();
    assert!(
        names.contains(&"users_service_id_fkey".to_owned()),
        "{names:?}"
    );
    for name in names {
        let known = ["_account_fkey", "_service_id_fkey", "_user_id_fkey"];
        assert!(known.iter().any(|end| name.ends_with(end)), "{name}");
    }
}

#[test]
fn a_database_that_is_newer_is_refused() {
    let files = Files::new();
    shared().run(
        files.database.name(),
        "UPDATE verigator_schema SET version = 1000",
    );
    let refusal = Storage::open(&files.database.location(), files.keys())
        .err()
        .unwrap();
    let refusal = refusal.to_string();
    assert!(
        refusal.contains("version 1000") && refusal.contains("newer verigator-server"),
        "{refusal}"
    );
}

/// A database that the first release made, with what matters about its rows.
fn old_database(files: &Files) {
    files.database.first_release(
        "INSERT INTO accounts VALUES ('mine', 'mine', 'x', 0);
        INSERT INTO services VALUES ('s', 'mine', 'Example.com.', 'example.com.', 'Example', 0);
        INSERT INTO users VALUES ('good', 's', '+1', 'aB3', 'ab3', 0, 0, 0);
        INSERT INTO users VALUES ('locked', 's', '+2', 'Jane', 'jane', 0, 100, 0);
        INSERT INTO sends VALUES ('good', 7), ('good', 7);
        INSERT INTO audit (ctime, account, operation, service_id, outcome)
            VALUES (1, 'mine', 'create-service', 's', 'created'), (2, NULL, 'unlock', 's', 'unlocked');
        INSERT INTO challenges VALUES ('good', 'g', 'sms', '012345', 0, 1, 0);
        INSERT INTO challenges VALUES ('locked', 'l', 'sms', '012345', 0, 1, 0);",
    );
}

/// The version that a database is brought to.
const LATEST: &str = "9";

/// What became of it.
fn is_up_to_date(files: &Files) {
    let column = |query: &str| -> Vec<String> {
        let cells = files.database.column(query);
        cells.into_iter().map(Option::unwrap_or_default).collect()
    };
    assert_eq!(column("SELECT version FROM verigator_schema"), [LATEST]);
    let challenges =
        "SELECT user_id || ' ' || CASE WHEN pin IS NULL THEN '-' ELSE 'pin' END || ' ' || spent
                      FROM challenges ORDER BY 1";
    assert_eq!(column(challenges), ["good pin 0", "locked - 1"]);
    assert_eq!(
        column("SELECT id_in_service_key FROM users ORDER BY id"),
        ["aB3", "Jane"]
    );
    assert_eq!(column("SELECT fqdn_key FROM services"), ["example.com"]);
    // The number of the one who has it is hashed as that of the one who is counted.
    let sends = "SELECT kind || ' ' || users.id || ' ' || slot || ' ' || count
                 FROM send_counts JOIN users ON users.phone_number_key = send_counts.name";
    assert_eq!(column(sends), ["phone good 7 2"]);
    let trails = ["account/mine", "administration"];
    assert_eq!(column("SELECT trail FROM audit ORDER BY sequence"), trails);
}

#[test]
fn a_database_of_the_first_release_is_brought_up_to_date() {
    let files = Files::empty();
    old_database(&files);
    drop(files.storage());
    is_up_to_date(&files);
    drop(files.storage());
    is_up_to_date(&files);
}

#[test]
fn a_migration_that_is_killed_in_the_middle_is_done_once_later() {
    let files = Files::empty();
    old_database(&files);
    let name = files.database.name();
    // It comes as far as the table that somebody reads.
    let mut reader = shared().session(name);
    reader.run("BEGIN; LOCK TABLE audit IN ACCESS SHARE MODE;");
    kill_a_start_that_waits(&files);
    drop(reader);
    let version = files
        .database
        .column("SELECT version FROM verigator_schema");
    assert_eq!(version, [Some("1".to_owned())]);
    drop(files.storage());
    is_up_to_date(&files);
}

#[test]
fn the_making_of_the_tables_that_is_killed_in_the_middle_is_done_once_later() {
    let files = Files::empty();
    let name = files.database.name();
    // The last table that is made in the first step has to wait.
    shared().run(
        name,
        "CREATE FUNCTION wait() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
             IF to_regclass('outbox') IS NOT NULL THEN PERFORM pg_advisory_xact_lock(1); END IF;
         END $$;",
    );
    shared().run(
        name,
        "CREATE EVENT TRIGGER wait ON ddl_command_end EXECUTE FUNCTION wait();",
    );
    let mut holder = shared().session(name);
    holder.run("BEGIN; DO $$ BEGIN PERFORM pg_advisory_xact_lock(1); END $$;");
    kill_a_start_that_waits(&files);
    shared().run(name, "DROP EVENT TRIGGER wait;");
    drop(holder);
    let tables = "SELECT relname FROM pg_class WHERE relname IN ('accounts', 'outbox')";
    assert_eq!(files.database.column(tables), [], "half of the tables");
    drop(files.storage());
    let versions = "SELECT version FROM verigator_schema";
    assert_eq!(files.database.column(versions), [Some(LATEST.to_owned())]);
}

#[test]
fn a_number_that_is_registered_while_old_ones_are_respelled_is_no_hindrance() {
    let files = Files::empty();
    let storage = files.storage();
    let name = files.database.name();
    shared().run(
        name,
        "INSERT INTO accounts (name, name_key, password_hash, ctime) VALUES ('mine', 'mine', 'x', 0);
         INSERT INTO services (id, account, fqdn, fqdn_key, name, ctime)
             VALUES ('s', 'mine', 'example.com', 'example.com', 'Example', 0),
                    ('t', 'mine', 'example.org', 'example.org', 'Example', 0);",
    );
    let target = |service: &str| Target {
        account: None,
        address: None,
        service: service.to_owned(),
    };
    for (id, service, number) in [
        ("old", "s", "+4407911123456"),
        ("other", "t", "+447911123456"),
    ] {
        let user = User {
            id: id.to_owned(),
            phone_number: number.to_owned(),
            id_in_service: id.to_owned(),
            ctime: 0,
        };
        wait(storage.register_user(target(service), &user)).unwrap();
    }
    shared().run(name, "INSERT INTO old_phone_numbers VALUES ('old');");
    let new = "INSERT INTO users
                   (id, service_id, phone_number_key, id_in_service, id_in_service_key, ctime)
               SELECT 'new', 's', phone_number_key, 'new', 'new', 0 FROM users WHERE id = 'other';";
    let mut somebody = shared().session(name);
    somebody.run(&format!("BEGIN; {new}"));
    thread::scope(|scope| {
        let respelling = scope.spawn(|| wait(storage.respell_phone_numbers()));
        somebody_waits(name, || !respelling.is_finished());
        somebody.run("COMMIT;");
        respelling.join().unwrap().unwrap();
    });
    let old = wait(storage.user(target("s"), "old".to_owned()));
    assert_eq!(old.unwrap().phone_number, "+4407911123456");
    let left = files
        .database
        .column("SELECT user_id FROM old_phone_numbers");
    assert_eq!(left, []);
}
