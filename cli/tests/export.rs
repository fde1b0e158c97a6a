//! Exports: a file that is whole or not there, and goes on where it was.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::support::scripted::{Scripted, service, user};
use crate::support::server::Server;
use crate::support::{Cli, results};

#[test]
fn what_is_exported_is_csv_that_any_program_reads() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let (service, id) = cli.service_with_user("shop.example.com");
    cli.prints(&["user", "add", &service, "Tamm, \"Mart\"", "+3725555556"]);
    let csv = cli.prints(&["user", "export", &service]);
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("id,id_in_service,ctime"));
    assert!(
        lines.next().unwrap().starts_with(&format!("{id},kaisa,20")),
        "{csv}"
    );
    assert!(
        lines.next().unwrap().contains(",\"Tamm, \"\"Mart\"\"\","),
        "{csv}"
    );

    let file = cli.home.path().join("users.csv");
    let path = file.to_str().unwrap();
    assert_eq!(
        cli.prints(&["user", "export", &service, "--output", path]),
        ""
    );
    assert_eq!(std::fs::read_to_string(&file).unwrap(), csv);
    let json = cli.prints(&["user", "export", &service, "--json"]);
    assert_eq!(results("user", &json).len(), 2);
    cli.prints(&["user", "export", &service, "--json", "-o", path]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), json);
}

/// Three pages of a service, of which the second is to be had only at times.
fn in_pages(works: Arc<AtomicBool>) -> Scripted {
    Scripted::start(move |line| {
        let page = |id: &str, next: Option<&str>| {
            let mut page = json!({ "users": [user(id, id)], "total": 3 });
            if let Some(next) = next {
                page["next_cursor"] = next.into();
            }
            Some((200, page.to_string()))
        };
        match line {
            line if line.contains("cursor=second") && !works.load(Ordering::Relaxed) => {
                Some((500, "{}".into()))
            }
            line if line.contains("cursor=second") => page("u2", Some("third")),
            line if line.contains("cursor=third") => page("u3", None),
            line if line.contains("/users?") => page("u1", Some("second")),
            _ => Some((200, service().to_string())),
        }
    })
}

#[test]
fn an_export_that_was_interrupted_goes_on_where_it_was() {
    let works = Arc::new(AtomicBool::new(false));
    let service = in_pages(Arc::clone(&works));
    let cli = Cli::told(&service.base_url);
    let file = cli.home.path().join("users.csv");
    let path = file.to_str().unwrap();
    let export = [
        "user",
        "export",
        "s",
        "--output",
        path,
        "--max-retries",
        "0",
    ];
    cli.run(&export).could_not("500");
    assert!(!file.exists());
    // What was written after the last page that counts.
    let part = cli.home.path().join("users.csv.part");
    let so_far = std::fs::read_to_string(&part).unwrap();
    std::fs::write(
        &part,
        so_far + &"u9,of a page that does not count,2026\n".repeat(9),
    )
    .unwrap();
    let other = cli.run(&["user", "export", "s", "--json", "--output", path]);
    other.could_not("a part of another export");

    works.store(true, Ordering::Relaxed);
    let asked = service.asked.lock().unwrap().len();
    cli.run(&export).succeeded();
    let text = std::fs::read_to_string(&file).unwrap();
    assert_eq!(
        text,
        "id,id_in_service,ctime\nu1,u1,2026\nu2,u2,2026\nu3,u3,2026\n"
    );
    let asked = service.asked.lock().unwrap()[asked..].join("\n");
    assert!(!asked.contains("/users?limit=1000 "), "{asked}");
    let left = std::fs::read_dir(cli.home.path()).unwrap().count();
    assert_eq!(left, 1, "more than the file is left");
    // And once more, from the beginning.
    cli.run(&export).succeeded();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
}

#[test]
fn a_file_that_cannot_be_written_is_told() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let (service, _) = cli.service_with_user("shop.example.com");
    let nowhere = cli.run(&["user", "export", &service, "--output", "/nowhere/users.csv"]);
    nowhere.could_not("/nowhere/users.csv.part cannot be written");
}
