//! C and C++ programs, compiled with strict warnings, against the real library and the real server.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::certificates::Authority;
use support::peer::{Connection, Peer, echo, reply};
use support::program::Program;
use support::route::Route;
use support::run;
use support::server::Server;

/// The demo's helpers: the user's phone and what it needs.
fn phone() -> [PathBuf; 3] {
    ["http.c", "totp.c", "phone.c"].map(|name| Path::new("examples/c").join(name))
}

fn with_phone(source: &str) -> Vec<PathBuf> {
    std::iter::once(PathBuf::from(source))
        .chain(phone())
        .collect()
}

/// Compiles a test of C and runs it; its closing line counts its checks.
fn test(source: &str) {
    let server = Server::start();
    let program = Program::compile("cc", "-std=c11", &with_phone(source));
    let output = program.run(&[server.base_url()]);
    print!("{source}: {output}");
    assert!(
        output.ends_with(", 0 failed\n") && !output.starts_with("0 "),
        "{output}"
    );
}

#[test]
fn statuses() {
    test("tests/c/statuses.c");
}

#[test]
fn local_statuses() {
    test("tests/c/local_statuses.c");
}

#[test]
fn self_service() {
    test("tests/c/self_service.c");
}

#[test]
fn handles() {
    test("tests/c/handles.c");
}

#[test]
fn config() {
    test("tests/c/config.c");
}

#[test]
fn process() {
    test("tests/c/process.c");
}

#[test]
fn fork() {
    let program = Program::compile("cc", "-std=c11", &[PathBuf::from("tests/c/fork.c")]);
    let plain = Peer::start(echo);
    for process_ids in ["own", "same"] {
        let output = program.run(&[process_ids, &plain.base_url()]);
        assert!(output.ends_with(", 0 failed\n"), "{process_ids}: {output}");
    }

    let authority = Authority::new();
    let tls = Peer::start_tls(authority.sign(&["127.0.0.1"]).server(), echo);
    let ca_file = program.folder().join("ca.pem");
    fs::write(&ca_file, &authority.pem).unwrap();
    let output = program.run(&[
        "own",
        &tls.https_url("127.0.0.1"),
        ca_file.to_str().unwrap(),
    ]);
    assert!(output.ends_with(", 0 failed\n"), "{output}");
}

/// Answers every second request, and leaves the others waiting.
fn every_second() -> impl Fn(&mut Connection) + Send + Sync {
    let requests = AtomicUsize::new(0);
    move |connection| {
        while connection.request().is_some() {
            if requests.fetch_add(1, Ordering::SeqCst) % 2 == 1 {
                return connection.wait_for_close();
            }
            connection.send(&reply(200, r#"{"id":"s","name":"n","ctime":"t"}"#));
        }
    }
}

/// As many programs as `EXITS` says, or one for each way to end and each route: on one of them the
/// queue has a thread, on the other each call as well.
#[test]
fn exit() {
    const CODE: i32 = 42;
    const WAYS: [&str; 7] = [
        "return",
        "exit",
        "quick_exit",
        "_exit",
        "exit that frees",
        "another thread after main",
        "another thread",
    ];
    let program = Program::compile("cc", "-std=c11", &[PathBuf::from("tests/c/exit.c")]);
    let exits = std::env::var("EXITS").map_or(2 * WAYS.len(), |exits| exits.parse().unwrap());
    for turn in 0..exits {
        let route = [Route::Direct, Route::Socks][turn % 2];
        let way = WAYS[turn / 2 % WAYS.len()];
        // The service answers more of them in any case: about one on each connection.
        let taken = (turn % 32).to_string();
        let routed = route.to(every_second());
        let mut command = program.command(&[way, &taken, routed.base_url()]);
        command.args(routed.proxy.as_ref().map(|proxy| proxy.url()));
        let output = command.output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        let ended = (output.status.code(), &*errors);
        assert_eq!(ended, (Some(CODE), ""), "{way}, {route:?}, {taken} taken");
    }
    println!("{exits} programs ended with the code {CODE}");
}

#[test]
fn login() {
    test("tests/c/login.c");
}

#[test]
fn the_header_from_cpp() {
    let server = Server::start();
    let folder = tempfile::tempdir().unwrap();
    let objects = phone().map(|source| {
        let object = folder
            .path()
            .join(source.file_name().unwrap())
            .with_extension("o");
        run(Command::new("cc")
            .arg("-c")
            .arg(source)
            .arg("-o")
            .arg(&object));
        object
    });
    for compiler in ["g++", "clang++"] {
        let mut sources = vec![PathBuf::from("tests/cpp/header.cpp")];
        sources.extend_from_slice(&objects);
        let program = Program::compile(compiler, "-std=c++17", &sources);
        let output = program.run(&[server.base_url()]);
        assert!(output.ends_with(", 0 failed\n"), "{output}");
    }
}

#[test]
fn demo() {
    let server = Server::start();
    let output = Program::compile("cc", "-std=c99", &with_phone("examples/c/demo.c"))
        .run(&[server.base_url()]);
    assert!(
        output.ends_with("Every step came out as it should.\n"),
        "{output}"
    );
}

/// Many logins on one thread: the same for each loop, which is given its arguments after the URL.
fn the_loop(name: &str, libraries: &[&str], arguments: &[&[&str]]) {
    let sources = [format!("{name}.c"), "logins.c".into()]
        .map(|source| Path::new("examples/c").join(source))
        .into_iter()
        .chain(phone())
        .collect::<Vec<_>>();
    let program = Program::compile_with("cc", "-std=c99", &sources, libraries);
    for more in arguments {
        let server = Server::start();
        let output = program.run(&[&[server.base_url()], *more].concat());
        assert_eq!(
            output, "32 of 32 logins were verified.\n",
            "{name} {more:?}"
        );
    }
}

#[test]
fn the_loop_of_poll() {
    the_loop("loop_poll", &[], &[&[]]);
}

#[test]
fn the_loop_of_libuv() {
    the_loop("loop_libuv", &["-luv"], &[&["poll"], &["async"]]);
}

#[test]
fn the_loop_of_libevent() {
    the_loop("loop_libevent", &["-levent"], &[&[]]);
}

#[test]
fn calls() {
    test("tests/c/calls.c");
}

#[test]
fn steps_of_a_call() {
    test("tests/c/steps.c");
}

#[test]
fn log_lines_of_a_call() {
    test("tests/c/call_log.c");
}

/// Without an error, and without a byte that is lost when it ends. What is only "possibly" lost is
/// left out: the standard library holds its note of the main thread by a pointer into its middle.
#[test]
fn demo_under_valgrind() {
    let server = Server::start();
    let program = Program::compile("cc", "-std=c99", &with_phone("examples/c/demo.c"));
    let output = run(Command::new("valgrind")
        .args(["--quiet", "--error-exitcode=99", "--leak-check=full"])
        .arg("--errors-for-leak-kinds=definite,indirect")
        .arg(program.path())
        .arg(server.base_url()));
    assert!(
        output.ends_with("Every step came out as it should.\n"),
        "{output}"
    );
}
