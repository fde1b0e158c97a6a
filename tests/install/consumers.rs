//! Those who use the installed library: each finds it in its own way, is built against the installed
//! tree alone, and makes calls.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::certificates::Authority;
use crate::support::peer::{Peer, echo};
use crate::support::server::Server;
use crate::support::{functions, login, run};
use crate::tree::{folder, header, library, pkg_config, prefix, private_libraries};

const STRICT: [&str; 5] = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-g"];
const C99: &[&str] = &["cc", "-std=c99"];
const CPP17: &[&str] = &["c++", "-std=c++17"];

/// Compiles a login example with these flags, and logs a user in.
fn log_in(compiler: &[&str], name: &str, source: &str, flags: &[String]) -> PathBuf {
    let program = folder(name).join("login");
    run(Command::new(compiler[0])
        .args(&compiler[1..])
        .args(STRICT)
        .arg(source)
        .args(flags)
        .arg("-o")
        .arg(&program));
    login::comes_out(&program);
    program
}

/// The flags of pkg-config for the shared library, which is in no folder that the loader knows.
fn shared() -> Vec<String> {
    let mut flags = pkg_config(&["--cflags", "--libs"]);
    let libraries = pkg_config(&["--variable=libdir"]).remove(0);
    flags.push(format!("-Wl,-rpath,{libraries}"));
    flags
}

/// Optimised code leaves more in a register than it is asked for.
#[test]
fn truth_values_fill_a_register() {
    let program = folder("registers").join("registers");
    run(Command::new("cc")
        .args(STRICT)
        .arg("tests/consumers/registers.c")
        .args(shared())
        .arg("-o")
        .arg(&program));
    let server = Server::start();
    let output = run(Command::new(program).arg(server.base_url()));
    assert!(output.ends_with("Every step came out as it should.\n"));
}

/// As much stack as the header says that a call takes, over TLS too.
#[test]
fn a_call_on_a_small_stack() {
    const BYTES: &str = "131072";
    assert!(header().contains("128 KiB of stack"));
    let folder = folder("stack");
    let program = folder.join("stack");
    run(Command::new("cc")
        .args(STRICT)
        .args(["-pthread", "tests/consumers/stack.c"])
        .args(shared())
        .arg("-o")
        .arg(&program));
    let authority = Authority::new();
    let ca_file = folder.join("ca.pem");
    std::fs::write(&ca_file, &authority.pem).unwrap();
    let peer = Peer::start_tls(authority.sign(&["127.0.0.1"]).server(), echo);
    let output = run(Command::new(&program)
        .arg(peer.https_url("127.0.0.1"))
        .args([&ca_file, Path::new(BYTES)]));
    assert!(output.ends_with("Every step came out as it should.\n"));
}

/// The shared libraries that a program or library needs.
fn needed(file: &Path) -> String {
    let dynamic = run(Command::new("readelf")
        .args(["--wide", "--dynamic"])
        .arg(file));
    dynamic
        .lines()
        .filter(|line| line.contains("(NEEDED)"))
        .collect()
}

#[test]
fn pkg_config_and_the_shared_library() {
    for (compiler, source) in [
        (C99, "examples/c/login.c"),
        (CPP17, "examples/cpp/login.cpp"),
    ] {
        let name = format!("pkg-config-{}", compiler[0]);
        let program = log_in(compiler, &name, source, &shared());
        assert!(needed(&program).contains("libverigator.so.1]"));
    }
}

/// A program without any shared library, for which every other library must be named.
#[test]
fn pkg_config_and_the_static_library() {
    let mut flags = pkg_config(&["--static", "--cflags", "--libs"]);
    flags.push("-static".to_owned());
    let program = log_in(C99, "pkg-config-static", "examples/c/login.c", &flags);
    assert_eq!(needed(&program), "");
}

#[test]
fn cmake_with_both_libraries() {
    let folder = folder("cmake");
    let examples = std::env::current_dir().unwrap().join("examples");
    run(Command::new("cmake")
        .args(["-S", "tests/consumers", "-B"])
        .arg(&folder)
        .arg(format!("-DCMAKE_PREFIX_PATH={}", prefix().display()))
        .arg(format!("-DSOURCES={}", examples.display())));
    run(Command::new("cmake")
        .arg("--build")
        .arg(&folder)
        .args(["--parallel", "2"]));
    for language in ["c", "cpp"] {
        for (kind, is_shared) in [("shared", true), ("static", false)] {
            let program = folder.join(format!("{language}_{kind}"));
            login::comes_out(&program);
            assert_eq!(
                needed(&program).contains("libverigator"),
                is_shared,
                "{program:?}"
            );
        }
    }
}

/// Whether an installed 1.5.0 is what `find_package(verigator MIN...MAX)` asks for.
fn is_in_range(min: &str, range_max: &str, max: &str) -> bool {
    let folder = folder("cmake-versions");
    let name = "verigator-config-version.cmake";
    let installed = prefix().join("lib/cmake/verigator").join(name);
    let file = std::fs::read_to_string(installed).unwrap();
    let newer = file.replace(env!("CARGO_PKG_VERSION"), "1.5.0");
    let ask = format!(
        "set(PACKAGE_FIND_VERSION {min})\nset(PACKAGE_FIND_VERSION_MAJOR 1)\n\
         set(PACKAGE_FIND_VERSION_RANGE ON)\nset(PACKAGE_FIND_VERSION_RANGE_MAX {range_max})\n\
         set(PACKAGE_FIND_VERSION_MAX {max})\n{newer}\nmessage(${{PACKAGE_VERSION_COMPATIBLE}})\n"
    );
    let script = folder.join(name);
    std::fs::write(&script, ask).unwrap();
    let output = Command::new("cmake")
        .arg("-P")
        .arg(&script)
        .output()
        .unwrap();
    match String::from_utf8(output.stderr).unwrap().trim() {
        "TRUE" => true,
        "FALSE" => false,
        other => panic!("{other}"),
    }
}

#[test]
fn cmake_takes_a_version_within_the_range_asked_for() {
    assert!(is_in_range("1.0", "INCLUDE", "1.5.0"));
    assert!(is_in_range("1.0", "EXCLUDE", "1.6"));
    assert!(!is_in_range("1.0", "EXCLUDE", "1.5.0"));
    assert!(!is_in_range("1.0", "INCLUDE", "1.4"));
    assert!(!is_in_range("1.6", "INCLUDE", "1.9"));
}

#[test]
fn loaded_at_run_time() {
    let program = folder("load").join("load");
    run(Command::new("cc")
        .args(["-std=c99", "-D_POSIX_C_SOURCE=200809L"])
        .args(STRICT)
        .args(["tests/consumers/load.c", "-ldl", "-o"])
        .arg(&program));
    let peer = Peer::start(echo);
    let functions = functions();
    let output = run(Command::new(&program)
        .arg(library())
        .arg(peer.base_url())
        .args(&functions));
    assert_eq!(
        output,
        format!("{} functions, service loaded\n", functions.len())
    );

    let missing = Command::new(&program)
        .arg(library())
        .args([&peer.base_url(), "verigator_no_such_function"])
        .output()
        .unwrap();
    assert!(!missing.status.success());
}

/// A library with the static one inside.
fn plugin(folder: &Path, prefix: &str) {
    let name = format!("lib{prefix}.so");
    let archive = [format!("-L{}", self::prefix().join("lib").display())];
    run(Command::new("cc")
        .args(["-std=c99", "-fPIC", "-shared", "-Wl,-z,defs"])
        .args(STRICT)
        .arg(format!("-DPLUGIN_PREFIX={prefix}"))
        .arg("tests/consumers/plugin.c")
        .args(pkg_config(&["--cflags"]))
        .args(archive)
        .arg("-l:libverigator.a")
        .args(private_libraries())
        .arg("-Wl,--exclude-libs,ALL")
        .arg("-o")
        .arg(folder.join(&name)));
    let exported = run(Command::new("nm")
        .args(["-D", "--defined-only"])
        .arg(folder.join(&name)));
    let mut exported: Vec<&str> = exported
        .lines()
        .filter_map(|line| line.split(' ').next_back())
        .collect();
    exported.sort_unstable();
    assert_eq!(exported, [format!("{prefix}_id"), format!("{prefix}_read")]);
}

#[test]
fn two_libraries_with_the_static_one_inside_in_one_process() {
    let folder = folder("plugins");
    plugin(&folder, "first");
    plugin(&folder, "second");
    let program = folder.join("host");
    run(Command::new("cc")
        .arg("-std=c99")
        .args(STRICT)
        .arg("tests/consumers/host.c")
        .args(pkg_config(&["--cflags"]))
        .arg(format!("-L{}", folder.display()))
        .args(["-lfirst", "-lsecond"])
        .arg(format!("-Wl,-rpath,{}", folder.display()))
        .arg("-o")
        .arg(&program));
    let peer = Peer::start(echo);
    let output = run(Command::new(&program).arg(peer.base_url()));
    assert_eq!(output, "first second apart\n");
}

#[test]
fn a_library_with_the_static_one_inside_can_be_unloaded() {
    let folder = folder("unload");
    plugin(&folder, "first");
    let program = folder.join("unload");
    run(Command::new("cc")
        .args(["-std=c99", "-pthread"])
        .args(STRICT)
        .arg("tests/consumers/unload.c")
        .args(pkg_config(&["--cflags"]))
        .args(["-ldl", "-o"])
        .arg(&program));
    let peer = Peer::start(echo);
    let output = run(Command::new(&program)
        .arg(folder.join("libfirst.so"))
        .arg(peer.base_url()));
    assert_eq!(output, "called\nunloaded\nforked\n");
}

/// Another static library in Rust. Without the compiler's intermediate code, which the linker's plug-in of
/// an older clang does not read.
fn another(folder: &Path, name: &str, flags: &[&str]) -> PathBuf {
    let archive = folder.join(name);
    run(Command::new("rustc")
        .args(["--edition", "2024", "--crate-type", "staticlib"])
        .args(flags)
        .args(["tests/consumers/other.rs", "-o"])
        .arg(&archive));
    run(Command::new("objcopy")
        .args(["--remove-section=.llvmbc", "--remove-section=.llvmcmd"])
        .arg(&archive));
    archive
}

#[test]
fn the_static_library_beside_another_one_in_rust() {
    let folder = folder("beside");
    let others = [
        another(&folder, "libunwinding.a", &[]),
        another(
            &folder,
            "libaborting.a",
            &["-O", "-C", "lto=fat", "-C", "panic=abort"],
        ),
    ];
    let verigator = prefix().join("lib/libverigator.a");
    let program = folder.join("beside");
    let peer = Peer::start(echo);
    for other in &others {
        for libraries in [[other, &verigator], [&verigator, other]] {
            for compiler in ["gcc", "clang"] {
                for optimised in [&[][..], &["-O2", "-flto"]] {
                    run(Command::new(compiler)
                        .arg("-std=c99")
                        .args(STRICT)
                        .args(optimised)
                        .arg("tests/consumers/beside.c")
                        .args(pkg_config(&["--cflags"]))
                        .args(libraries)
                        .args(private_libraries())
                        .arg("-o")
                        .arg(&program));
                    let output = run(Command::new(&program).arg(peer.base_url()));
                    assert_eq!(output, "OK, the other says 42, OK\n");
                }
            }
        }
    }
}
