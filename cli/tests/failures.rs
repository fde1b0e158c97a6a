//! What is said where a call comes to nothing: whether it may have been carried out, and what to do.

use std::net::TcpListener;

use serde_json::{Value, json};

use crate::support::scripted::{Scripted, service, user};
use crate::support::{Cli, results};

/// A service that finds everything, and does this with what would change something.
fn changing(answer: impl Fn(&str) -> Option<(u16, String)> + Send + Sync + 'static) -> Scripted {
    Scripted::start(move |line| {
        if !line.starts_with("GET") {
            return answer(line);
        }
        let body = match line.contains("/users/") {
            true => user("u", "kaisa"),
            false => service(),
        };
        Some((200, body.to_string()))
    })
}

fn error_of(cli: &Cli, arguments: &[&str], input: &str) -> Value {
    let ran = cli.run_with(&[arguments, &["--json"]].concat(), input);
    assert_eq!((ran.code, &*ran.stdout), (Some(2), ""), "{arguments:?}");
    results("error", &ran.stderr).remove(0)["error"].take()
}

#[test]
fn a_connection_that_breaks_may_have_carried_it_out_and_each_says_what_to_do() {
    let service = changing(|_| None);
    let cli = Cli::told(&service.base_url);
    for (arguments, told) in [
        (
            &["start", "s", "u"][..],
            "wait for it before you start again",
        ),
        (&["login", "s", "u"], "wait for it before you start again"),
        (&["verify", "s", "u"], "The code may be used up"),
        (
            &["service", "create", "a.example", "A"],
            "`verigator service find`",
        ),
        (
            &["user", "add", "s", "kaisa", "+3725555555"],
            "`verigator user get`",
        ),
        (&["user", "enrol", "s", "u"], "ends what was begun"),
        (
            &["user", "recovery-codes", "create", "s", "u"],
            "make new ones",
        ),
    ] {
        let ran = cli.run_with(arguments, "123456\n").could_not(told);
        assert!(
            ran.stderr
                .contains("may have been carried out all the same"),
            "{}",
            ran.stderr
        );
        let error = error_of(&cli, arguments, "123456\n");
        let truth = (error["maybe_sent"].clone(), error["retry_safe"].clone());
        assert_eq!(truth, (true.into(), false.into()), "{arguments:?}");
    }
    let harmless = cli.run(&["user", "delete", "--yes", "s", "u"]);
    let harmless = harmless.could_not("doing it again does no harm");
    // The library repeats it, which is told as it happens.
    assert!(
        harmless.stderr.contains("retry 1 in"),
        "{}",
        harmless.stderr
    );
    assert!(
        harmless.stderr.contains("only if that does no harm"),
        "{}",
        harmless.stderr
    );
}

#[test]
fn a_question_changes_nothing_whatever_becomes_of_it() {
    let service = Scripted::start(|_| None);
    let cli = Cli::told(&service.base_url);
    let get = ["service", "get", "s", "--max-retries", "0"];
    let asked = cli.run(&get).could_not("so nothing was changed");
    assert!(!asked.stderr.contains("carried out"), "{}", asked.stderr);
}

#[test]
fn a_time_out_says_so_too() {
    let service = changing(|_| {
        std::thread::sleep(std::time::Duration::from_secs(2));
        None
    });
    let cli = Cli::told(&service.base_url);
    let start = ["start", "s", "u", "--timeout", "0.4"];
    cli.run(&start)
        .could_not("may have been carried out all the same");
    assert_eq!(error_of(&cli, &start, "")["status"], "TIMEOUT");
}

#[test]
fn what_was_not_sent_was_not_done() {
    let free = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let cli = Cli::told(&format!("http://{free}"));
    let create = ["service", "create", "a.example", "A", "--max-retries", "0"];
    cli.run(&create)
        .could_not("Nothing was sent, so nothing was done");
    let error = error_of(&cli, &create, "");
    assert_eq!(
        (error["status"].clone(), error["maybe_sent"].clone()),
        ("CONNECT".into(), false.into())
    );
}

#[test]
fn a_refusal_says_what_the_service_says_and_that_nothing_else_is_to_be_feared() {
    let service = changing(|_| Some((422, json!({ "message": "the fqdn is odd" }).to_string())));
    let cli = Cli::told(&service.base_url);
    let refused = cli
        .run(&["service", "create", "a.example", "A"])
        .could_not("the fqdn is odd");
    assert!(
        !refused.stderr.contains("carried out"),
        "{}",
        refused.stderr
    );
    let error = error_of(&cli, &["service", "create", "a.example", "A"], "");
    assert_eq!(
        (error["http_status"].clone(), error["retry_safe"].clone()),
        (422.into(), true.into())
    );
    let broken = changing(|_| Some((500, "{}".into())));
    let cli = Cli::told(&broken.base_url);
    cli.run(&["service", "create", "a.example", "A"])
        .could_not("may have been carried out all the same");
}

/// The hosted service knows neither names of services nor lists of them.
#[test]
fn a_service_without_names_is_told_by_its_id() {
    let hosted = Scripted::start(|line| match line {
        line if line.contains("service?") || line.starts_with("GET /v1/service/service ") => {
            Some((405, "{}".into()))
        }
        line if line.contains("/service/s ") => Some((200, service().to_string())),
        _ => Some((404, json!({ "message": "service not found" }).to_string())),
    });
    let cli = Cli::told(&hosted.base_url);
    cli.json("service", &["service", "get", "s"]);
    cli.run(&["service", "get", "shop.example.com"])
        .could_not("pass the service's id");
    cli.json("ping", &["ping"]);
}

/// The right answer to who waits is an end.
#[test]
fn a_list_that_leads_to_itself_is_left() {
    let service = Scripted::start(|line| {
        Some((
            200,
            match line.contains("/users?") {
                true => json!({ "users": [], "total": 3, "next_cursor": "again" }),
                false => service(),
            }
            .to_string(),
        ))
    });
    let cli = Cli::told(&service.base_url);
    cli.run(&["user", "list", "s"]).could_not("no end");
}

#[test]
fn an_option_that_is_wrong_is_told_as_json_too() {
    let error = error_of(&Cli::new(), &["ping", "--bas-url", "x"], "");
    assert!(
        error["message"].as_str().unwrap().contains("--base-url"),
        "{error}"
    );
    Cli::new()
        .run(&["ping", "--bas-url", "x"])
        .could_not("error: ");
}
