//! Each command against the real server: what people read, what scripts read, and JSON by the schema.

use crate::support::server::Server;
use crate::support::{Cli, app, results};

#[test]
fn services_are_created_found_listed_and_deleted() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let created = cli.json(
        "service",
        &["service", "create", "shop.example.com", "Shop"],
    );
    assert_eq!(created["name"], "Shop");
    let id = created["id"].as_str().unwrap();
    for named in [id, "shop.example.com"] {
        assert_eq!(cli.json("service", &["service", "get", named]), created);
    }
    assert_eq!(
        cli.json("service", &["service", "find", "shop.example.com"]),
        created
    );
    cli.prints(&["service", "create", "localhost", "Without a dot"]);
    let named = cli.json("service", &["service", "get", "localhost"]);
    assert_eq!(named["name"], "Without a dot");

    let listed = cli.run(&["service", "list", "--json"]).succeeded();
    assert_eq!(results("service", &listed.stdout).len(), 2);
    assert_eq!(
        cli.prints(&["-q", "service", "list"]).lines().next(),
        Some(id)
    );
    assert!(cli.prints(&["service", "list"]).contains("  Shop\n"));

    let unasked = cli.run(&["service", "delete", "shop.example.com"]);
    unasked.could_not("pass --yes");
    let deleted = cli.json("done", &["service", "delete", "shop.example.com", "--yes"]);
    assert_eq!(deleted["id"], id);
    let gone = cli.run(&["service", "get", "shop.example.com"]);
    gone.could_not("there is no service \"shop.example.com\"");
}

#[test]
fn users_are_added_found_listed_unlocked_and_deleted() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let (service, id) = cli.service_with_user("shop.example.com");
    for service in [&service, "shop.example.com"] {
        for user in [&id, "kaisa"] {
            let user = cli.json("user", &["user", "get", service, user]);
            assert_eq!(
                (user["id"].as_str(), &user["id_in_service"]),
                (Some(&*id), &"kaisa".into())
            );
        }
    }
    let again = cli.run(&["user", "add", &service, "kaisa", "+3725555556"]);
    again.could_not("exists already");
    cli.json("user", &["user", "add", &service, "mart", "+3725555556"]);
    assert_eq!(
        cli.prints(&["-q", "user", "list", &service])
            .lines()
            .count(),
        2
    );
    let listed = cli.run(&["user", "list", &service, "--json"]).succeeded();
    assert_eq!(results("user", &listed.stdout).len(), 2);

    assert_eq!(
        cli.json("done", &["user", "unlock", &service, "kaisa"])["done"],
        "unlocked"
    );
    assert_eq!(
        cli.json("done", &["user", "delete", "-y", &service, "kaisa"])["id"],
        *id
    );
    let gone = cli.run(&["user", "get", &service, "kaisa"]);
    gone.could_not("`verigator user add` registers one");
}

/// An id goes before a name: nobody can take another's place by what they call themselves.
#[test]
fn a_name_that_is_the_id_of_another_user_means_the_other() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let (service, id) = cli.service_with_user("shop.example.com");
    cli.prints(&["user", "add", &service, &id, "+3725555556"]);
    let user = cli.json("user", &["user", "get", &service, &id]);
    assert_eq!(user["id_in_service"], "kaisa");
}

#[test]
fn an_authentication_is_started_and_verified_by_a_script() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let (service, _) = cli.service_with_user("shop.example.com");
    let started = cli.json("started", &["start", &service, "kaisa", "--method", "sms"]);
    let auth_id = started["auth_id"].as_str().unwrap();
    assert_eq!(started["method"], "sms");
    let arguments = [
        "verify",
        &service,
        "kaisa",
        "--method=sms",
        "--auth-id",
        auth_id,
    ];

    let wrong = cli.run_with(
        &[&arguments[..], &["--json"]].concat(),
        &wrong(&server.pin()),
    );
    assert_eq!(wrong.code, Some(1));
    assert_eq!(results("verdict", &wrong.stdout)[0]["reason"], "wrong");
    let right = cli.run_with(&arguments, &server.pin()).succeeded();
    assert_eq!(right.stdout, "Verified.\n");
    let nothing = cli.run(&arguments);
    nothing.could_not("stdin has no line with the code");
}

#[test]
fn recovery_codes_are_made_counted_used_and_removed() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let (service, _) = cli.service_with_user("shop.example.com");
    let codes = |command| ["user", "recovery-codes", command, &service, "kaisa"];
    let made = cli.json("recovery_codes", &codes("create"));
    let made = made["recovery_codes"].as_array().unwrap();
    let left = cli.json("recovery_codes_left", &codes("count"))["remaining"].clone();
    assert_eq!(left, made.len());
    let code = made[0].as_str().unwrap();
    cli.prints(&["start", &service, "kaisa"]);
    let verified = cli.run_with(&["verify", &service, "kaisa", "--json"], code);
    let verified = results("verdict", &verified.succeeded().stdout).remove(0);
    assert_eq!(verified["method"], "recovery_code");
    cli.json("done", &codes("delete"));
    assert_eq!(cli.prints(&[&["-q"], &codes("count")[..]].concat()), "0\n");
}

#[test]
fn ping_says_whether_the_service_takes_the_credentials() {
    let server = Server::start();
    let cli = Cli::at(&server);
    assert_eq!(cli.json("ping", &["ping"])["base_url"], server.base_url());
    assert!(cli.prints(&["ping"]).contains("takes these credentials"));
    assert_eq!(cli.prints(&["--quiet", "ping"]), "");
    let refused = cli.run(&["ping", "--username", "nobody"]).could_not("401");
    // A variable that was forgotten is what costs people hours.
    assert!(
        refused.stderr.contains("username came from --username"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("password from VERIGATOR_PASSWORD"),
        "{}",
        refused.stderr
    );
}

/// A PIN or code that is not this one.
pub fn wrong(right: &str) -> String {
    let other = if right.starts_with('0') { '1' } else { '0' };
    format!("{other}{}", &right[1..])
}

#[test]
fn a_confirmed_app_is_asked_for_and_can_be_removed() {
    let server = Server::start();
    let cli = Cli::at(&server);
    let (service, _) = cli.service_with_user("shop.example.com");
    let secret = crate::enrolment::enrol(&cli, &service);
    let started = cli.json("started", &["start", &service, "kaisa"]);
    assert_eq!(started["method"], "totp");
    let verify = ["verify", &service, "kaisa", "--method", "totp"];
    // The present code was used to confirm it.
    cli.run_with(&verify, &app::code(&secret, 1)).succeeded();
    cli.json("done", &["user", "unenrol", &service, "kaisa"]);
    let started = cli.json("started", &["start", &service, "kaisa"]);
    assert_eq!(started["method"], "sms");
}
