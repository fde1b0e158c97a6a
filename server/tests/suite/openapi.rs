//! The description of the API: it has every route, and the server answers it to everybody.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};
use verigator_server::operation::Operation;
use verigator_server::routes;
use verigator_server::server::{Server, Settings};
use verigator_server::state::Administration;

use crate::database;
use crate::described::{description, paths};
use crate::harness::{Harness, http_client};

const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];

/// The described operations.
fn described_operations() -> Vec<Value> {
    let paths = description()["paths"].as_object().unwrap().clone();
    let operations = paths
        .values()
        .flat_map(|item| METHODS.map(|method| item[method].clone()));
    operations
        .filter(|operation| !operation.is_null())
        .collect()
}

#[tokio::test]
async fn every_path_of_the_server_is_described_and_no_other() {
    let server = Server::bind(Settings::new(database::in_memory()))
        .await
        .unwrap();
    let routed: BTreeSet<_> = routes::paths(server.state()).into_iter().collect();
    let described: BTreeSet<_> = paths().into_keys().collect();
    assert_eq!(described, routed);
    // What people look at is no API: what it is made of may change at any time.
    for (page, _) in routes::pages(server.state()) {
        assert!(!described.contains(&page), "{page}");
    }
}

#[tokio::test]
async fn every_method_of_a_path_is_described_and_no_other() {
    let harness = Harness::start().await;
    for (path, item) in paths() {
        let filled = path
            .split('/')
            .map(|part| if part.starts_with('{') { "x" } else { part });
        let url = harness.url.clone() + &filled.collect::<Vec<_>>().join("/");
        let refused = http_client()
            .request(Method::PATCH, url)
            .send()
            .await
            .unwrap();
        assert_eq!(refused.status(), 405, "{path}");
        let allowed = refused.headers()["allow"].to_str().unwrap().to_lowercase();
        // Whatever has GET has HEAD, which says nothing new.
        let allowed: BTreeSet<_> = allowed
            .split(',')
            .filter(|method| *method != "head")
            .collect();
        let described = METHODS
            .into_iter()
            .filter(|method| !item[*method].is_null());
        assert_eq!(described.collect::<BTreeSet<_>>(), allowed, "{path}");
    }
}

#[test]
fn an_operation_has_the_name_that_it_has_in_logs_and_metrics() {
    let described: BTreeSet<_> = described_operations()
        .iter()
        .filter(|operation| operation["security"].is_null())
        .map(|operation| operation["operationId"].as_str().unwrap().to_owned())
        .collect();
    // A search is asked for as a list is.
    let operations = Operation::ALL
        .into_iter()
        .filter(|operation| !operation.is_search());
    let names: BTreeSet<_> = operations
        .map(|operation| operation.name().to_owned())
        .collect();
    assert_eq!(described, names);
    let rules = &description()["components"]["schemas"]["Rule"]["properties"]["operation"]["enum"];
    let selectors: Vec<_> = Operation::ALL
        .map(Operation::name)
        .into_iter()
        .chain(["*"])
        .collect();
    assert_eq!(*rules, json!(selectors));
}

#[tokio::test]
async fn the_description_is_answered_to_everybody() {
    let harness = Harness::with(|settings| settings.administration = Administration::Closed).await;
    let answer = harness.client_as(None).get("/openapi.json").await;
    assert_eq!(answer.expect(200), description());
    assert_eq!(answer.headers["content-type"], "application/json");
}
