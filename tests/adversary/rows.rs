// The tests of three programs, each of which makes its calls in another way.

#[path = "../support/mod.rs"]
mod support;

mod certificates;
mod closing;
mod connection;
mod deadlines;
mod environment;
mod fork;
mod framing;
mod host;
mod proxies;
mod redirects;
mod resources;
mod secrets;
mod throttling;

use std::process::Command;
use std::time::Duration;

use support::route::{PLENTY, Route, Routed, client};
use verigator::{Client, Config, Error};

const YES: &str = r#"{"verified":true,"method":"totp"}"#;
const SERVICE: &str = r#"{"id":"s","name":"n","ctime":"t"}"#;

const DEADLINE: Duration = Duration::from_millis(300);

/// Retries follow at once.
fn config(base_url: &str) -> Config {
    let mut config = Config::new("user", "the-password").unwrap();
    config.set_base_url(base_url).unwrap();
    config.set_max_retry_wait(Duration::from_millis(1)).unwrap();
    config.set_timeout(PLENTY).unwrap();
    config.set_connect_timeout(PLENTY).unwrap();
    config
}

/// A verification that must fail.
fn refused(client: &Client) -> Error {
    client.verify("s", "u", None, "123456").unwrap_err()
}

/// Runs a case with longer and longer deadlines until it says that this one was long enough: what has
/// to come before the deadline comes late on a slow machine.
fn within_a_deadline(case: impl Fn(Duration) -> bool) {
    let longest = DEADLINE * 64;
    let mut deadline = DEADLINE;
    while !case(deadline) {
        assert!(deadline < longest, "{longest:?} was too short");
        deadline *= 4;
    }
}

/// Runs the ignored test of this name in a process of its own, with these variables set.
fn in_a_process_of_its_own(test: &str, variables: &[(&str, &str)]) -> String {
    support::run(
        Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--ignored", "--nocapture"])
            .envs(variables.iter().copied()),
    )
}

/// The same for a test that begins with [`config_from_variables`](support::route::config_from_variables).
fn in_a_process_with_a_route(test: &str, routed: &Routed) -> String {
    let variables = routed.variables();
    let variables = variables
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    in_a_process_of_its_own(test, &variables)
}

/// Whether a call that does not block its caller gets a thread, since a proxy has a part in it.
fn blocks_on_a_thread(route: Route) -> bool {
    let has_a_part = matches!(route, Route::Forward | Route::Socks | Route::SocksTls);
    has_a_part && env!("CARGO_CRATE_NAME") != "adversary"
}

/// A variable that [`in_a_process_of_its_own`] set.
fn variable(name: &str) -> String {
    std::env::var(name).unwrap()
}
