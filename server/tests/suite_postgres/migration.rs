//! The tables of PostgreSQL are made once, and not by an older program.

use std::thread;

use verigator_server::storage::Storage;

use crate::database::shared;
use crate::process::Files;

#[test]
fn servers_that_start_at_once_make_the_tables_once() {
    let files = Files::empty();
    let locations = vec![files.database.location(); 8];
    let open = |location| thread::spawn(move || Storage::open(&location).map(drop));
    let opened: Vec<_> = locations.into_iter().map(open).collect();
    for opened in opened {
        opened.join().unwrap().unwrap();
    }
    let versions = files
        .database
        .column("SELECT version FROM verigator_schema");
    assert_eq!(versions.len(), 1);
}

#[test]
fn a_database_that_is_newer_is_refused() {
    let files = Files::new();
    shared().run(
        files.database.name(),
        "UPDATE verigator_schema SET version = 1000",
    );
    let refusal = Storage::open(&files.database.location()).err().unwrap();
    let refusal = refusal.to_string();
    assert!(
        refusal.contains("version 1000") && refusal.contains("newer verigator-server"),
        "{refusal}"
    );
}
