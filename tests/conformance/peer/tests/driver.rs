//! A runner that does what none may do: each of it fails the case by its name, and no other.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use tempfile::TempDir;

/// What every case here expects, which is asked of a library that never sends anything.
const REFUSAL: &str = r#"{"error":{"status":-1,"kind":"usage","http_status":null,"message":"no","service_message":null,"body":null,"request_id":null,"retry_after_ms":null,"maybe_sent":false,"retry_safe":true}}"#;

/// A folder with cases of these names, and a runner: a shell script that is told in `$line`.
struct Scene {
    folder: TempDir,
}

impl Scene {
    fn new(names: &[&str], script: &str) -> Self {
        let scene = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let cases: Vec<Value> = names.iter().copied().map(refused).collect();
        scene.write("cases/all.json", &json!(cases).to_string());
        let runner = format!("while read -r line; do\n{script}\ndone\n");
        scene.write("runner", &runner.replace("REFUSAL", REFUSAL));
        scene
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn peer(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_conformance-peer"))
            .current_dir(self.path())
            .args(["--cases", "cases"])
            .args(arguments)
            .output()
            .unwrap()
    }

    fn run(&self, options: &[&str]) -> Output {
        let arguments = [
            &["run", "rust", "--limit", "10"],
            options,
            &["--", "sh", "runner"],
        ];
        self.peer(&arguments.concat())
    }

    /// What the peer says against the cases, and the results that it writes.
    fn failure(&self) -> (String, Value) {
        let output = self.run(&[]);
        assert!(!output.status.success(), "{output:?}");
        let results = fs::read(self.path().join("target/conformance/rust.json")).unwrap();
        (said(&output), serde_json::from_slice(&results).unwrap())
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn refused(name: &str) -> Value {
    json!({
        "name": name,
        "about": "Is refused.",
        "call": { "operation": "delete_service", "arguments": { "service_id": "s1" } },
        "replies": [],
        "requests": [],
        "expect": { "error": { "status": -1 } },
    })
}

/// A runner that does this in one case, and right in those before and after.
fn fails(script: &str, why: &str) {
    let script =
        format!("case $line in *'\"case\":\"bad\"'*) {script} ;; *) echo 'REFUSAL' ;; esac");
    let (said, results) = Scene::new(&["a-sound-one", "bad", "other"], &script).failure();
    for way in ["blocking", "queue"] {
        assert!(said.contains(&format!("rust/{way}/bad: {why}")), "{said}");
        assert_eq!(results["bad"][way], "fail");
        assert_eq!(results["a-sound-one"][way], "pass", "{said}");
        assert_eq!(results["other"][way], "pass", "{said}");
    }
}

#[test]
fn one_that_does_as_it_is_told_passes() {
    let scene = Scene::new(&["a", "b"], "echo 'REFUSAL'");
    let output = scene.run(&[]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stdout, b"2 cases, 4 calls, 0 failed\n");
}

#[test]
fn a_lie() {
    let lie = "echo 'REFUSAL' | sed s/-1/-2/";
    fails(lie, "status: expected -1, got -2");
}

#[test]
fn a_value_in_place_of_an_error() {
    fails("echo '{\"value\": null}'", "expected {\"error\":");
}

#[test]
fn a_member_that_is_left_out() {
    let less = "echo 'REFUSAL' | sed 's/\"body\":null,//'";
    fails(less, "body is missing in {");
}

#[test]
fn a_broken_promise() {
    let broken = "echo 'REFUSAL' | sed 's/}}$/},\"problem\":\"it leaks\"}/'";
    fails(broken, "problem: \"it leaks\"");
}

#[test]
fn a_crash() {
    fails("kill -s SEGV $$", "the runner ended: signal: 11 (SIGSEGV)");
}

#[test]
fn an_end_before_the_answer() {
    fails("exit 0", "the runner ended: exit status: 0");
}

#[test]
fn rubbish() {
    fails("echo 'Welcome!'", "the runner answered no JSON");
}

#[test]
fn silence() {
    let scene = Scene::new(&["bad"], "exec sleep 600");
    let output = scene.peer(&["run", "rust", "--limit", "1", "--", "sh", "runner"]);
    assert!(!output.status.success(), "{output:?}");
    let said = said(&output);
    for way in ["blocking", "queue"] {
        let why = format!("rust/{way}/bad: the runner did not answer within 1s: killed");
        assert!(said.contains(&why), "{said}");
    }
}

#[test]
fn a_call_that_is_not_made() {
    let scene = Scene::new(&[], "echo '{\"value\": null}'");
    let mut case = refused("deleted");
    case["replies"] = json!([{ "status": 204 }]);
    case["requests"] = json!([{ "line": "DELETE /v1/service/service/s1 HTTP/1.1" }]);
    case["expect"] = json!({ "value": null });
    scene.write("cases/all.json", &json!([case]).to_string());
    let (said, _) = scene.failure();
    let why = "rust/queue/deleted: the service: 0 requests came, not 1";
    assert!(said.contains(why), "{said}");
}

#[test]
fn a_bad_end() {
    let scene = Scene::new(&["a"], "echo 'REFUSAL'");
    scene.write(
        "runner",
        &format!("read -r a; echo '{REFUSAL}'; read -r b; echo '{REFUSAL}'; read -r c; exit 3"),
    );
    let (said, results) = scene.failure();
    assert!(
        said.contains("rust: the runner ended: exit status: 3"),
        "{said}"
    );
    assert_eq!(results["a"]["queue"], "pass");
}

#[test]
fn a_runner_that_is_not_there() {
    let output = Scene::new(&["a"], "").peer(&["run", "rust", "--", "./nothing"]);
    assert!(!output.status.success());
    assert!(
        said(&output).contains("\"./nothing\" cannot be started"),
        "{output:?}"
    );
}

#[test]
fn one_case_alone() {
    let scene = Scene::new(&["a", "b"], "echo 'REFUSAL'");
    let output = scene.run(&["--only", "b"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(output.stdout, b"1 cases, 2 calls, 0 failed\n");
    assert!(!scene.path().join("target").exists());
    let output = scene.run(&["--only", "c"]);
    assert!(!output.status.success(), "{output:?}");
}

#[test]
fn a_case_that_says_why_it_is_left_out() {
    let scene = Scene::new(&[], "echo '{}'");
    let mut case = refused("left-out");
    case["skip"] = json!({ "rust": "It cannot be said." });
    scene.write("cases/all.json", &json!([case]).to_string());
    let output = scene.run(&[]);
    assert!(
        !output.status.success(),
        "where nothing is called, nothing passes"
    );
    let output = scene.peer(&["summary", "rust"]);
    assert!(output.status.success(), "{output:?}");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        printed.contains("rust leaves out 1: It cannot be said.\n  left-out"),
        "{printed}"
    );
}

#[test]
fn a_case_that_expects_what_there_is_not() {
    for (expect, why) in [
        (
            json!({ "value": { "verifed": true } }),
            "no such member of the value",
        ),
        (
            json!({ "error": { "status": 1, "message": "" } }),
            "no such member of an error",
        ),
    ] {
        let scene = Scene::new(&[], "");
        let mut case = refused("misspelt");
        case["call"]["operation"] = json!("get_service");
        case["expect"] = expect;
        scene.write("cases/all.json", &json!([case]).to_string());
        let output = scene.run(&[]);
        assert!(!output.status.success(), "{output:?}");
        assert!(said(&output).contains(why), "{output:?}");
    }
}

#[test]
fn what_is_missing_in_the_summary() {
    let scene = Scene::new(&["a", "b"], "");
    let results = json!({
        "a": { "blocking": "pass", "queue": "fail" },
        "b": { "blocking": "skip: it is hard" },
        "c": { "blocking": "pass" },
    });
    scene.write("target/conformance/rust.json", &results.to_string());
    let output = scene.peer(&["summary", "rust"]);
    assert!(!output.status.success());
    let printed = String::from_utf8_lossy(&output.stdout);
    for gap in [
        "rust/queue/a: fail\n",
        "rust/blocking/b: skip: it is hard\n",
        "rust/queue/b: no result\n",
        "rust/blocking/c: there is no such case\n",
        "1 languages x 2 cases, in every way of each: 4 gaps\n",
    ] {
        assert!(printed.contains(gap), "{gap}: {printed}");
    }
}
