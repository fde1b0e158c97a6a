//! The installed library, and those who use it from there: each finds it in its own way, is built
//! against the installed tree alone, and makes calls.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use support::peer::{Connection, Peer, reply};
use support::server::Server;
use support::{built, functions, run};

const STRICT: [&str; 5] = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-g"];
const C99: &[&str] = &["cc", "-std=c99"];
const CPP17: &[&str] = &["c++", "-std=c++17"];

/// Where the tests of this file install to, and what they build.
fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("install")
}

/// The prefix that the library is installed in: the build of the tests, linked as the released one.
fn prefix() -> &'static Path {
    static PREFIX: OnceLock<PathBuf> = OnceLock::new();
    PREFIX.get_or_init(|| {
        drop(fs::remove_dir_all(scratch()));
        let prefix = scratch().join("prefix");
        install(&prefix, &linked());
        prefix
    })
}

/// A folder with the two libraries as `scripts/install` takes them.
fn linked() -> PathBuf {
    let folder = scratch().join("linked");
    fs::create_dir_all(&folder).unwrap();
    let archive = folder.join("libverigator.a");
    // Without the debug information, which is most of it: each consumer links it.
    run(Command::new("strip")
        .arg("--strip-debug")
        .arg(built("libverigator.a"))
        .arg("-o")
        .arg(&archive));
    run(Command::new("scripts/link-shared")
        .arg(&archive)
        .arg(&folder)
        .env("LDFLAGS", "-s"));
    folder
}

fn install(prefix: &Path, what: &Path) {
    run(Command::new("scripts/install")
        .arg(what)
        .env("PREFIX", prefix));
}

fn library() -> PathBuf {
    prefix().join(concat!("lib/libverigator.so.", env!("CARGO_PKG_VERSION")))
}

/// What pkg-config says of the installed library.
fn pkg_config(arguments: &[&str]) -> Vec<String> {
    let said = run(Command::new("pkg-config")
        .args(arguments)
        .arg("verigator")
        .env("PKG_CONFIG_PATH", prefix().join("lib/pkgconfig")));
    said.split_whitespace().map(str::to_owned).collect()
}

/// The folder of a consumer.
fn consumer(name: &str) -> PathBuf {
    prefix();
    let folder = scratch().join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// Compiles a login example with these flags, and logs a user in.
fn log_in(compiler: &[&str], name: &str, source: &str, flags: &[String]) -> PathBuf {
    let folder = consumer(name);
    let program = folder.join("login");
    let mut objects = Vec::new();
    for helper in ["http", "totp", "phone"] {
        let object = folder.join(helper).with_extension("o");
        run(Command::new("cc")
            .arg("-c")
            .arg(format!("examples/c/{helper}.c"))
            .arg("-o")
            .arg(&object));
        objects.push(object);
    }
    run(Command::new(compiler[0])
        .args(&compiler[1..])
        .args(STRICT)
        .args(["-Iexamples/c", source])
        .args(objects)
        .args(flags)
        .arg("-o")
        .arg(&program));
    came_out(&program);
    program
}

fn came_out(program: &Path) {
    let server = Server::start();
    let output = run(Command::new(program).arg(server.base_url()));
    assert!(
        output.ends_with("Every step came out as it should.\n"),
        "{output}"
    );
}

/// The flags of pkg-config for the shared library, which is in no folder that the loader knows.
fn shared() -> Vec<String> {
    let mut flags = pkg_config(&["--cflags", "--libs"]);
    let libraries = pkg_config(&["--variable=libdir"]).remove(0);
    flags.push(format!("-Wl,-rpath,{libraries}"));
    flags
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
    let folder = consumer("cmake");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
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
            came_out(&program);
            assert_eq!(
                needed(&program).contains("libverigator"),
                is_shared,
                "{program:?}"
            );
        }
    }
}

/// Answers with the id that was asked for.
fn echo(connection: &mut Connection) {
    while let Some(request) = connection.request() {
        let path = request.line.split(' ').nth(1).unwrap();
        let id = path.rsplit('/').next().unwrap();
        connection.send(&reply(
            200,
            &format!(r#"{{"id":"{id}","name":"n","ctime":"t"}}"#),
        ));
    }
}

/// The installed header.
fn header() -> String {
    fs::read_to_string(prefix().join("include/verigator.h")).unwrap()
}

#[test]
fn loaded_at_run_time() {
    let program = consumer("load").join("load");
    run(Command::new("cc")
        .args(["-std=c99", "-D_POSIX_C_SOURCE=200809L"])
        .args(STRICT)
        .args(["tests/consumers/load.c", "-ldl", "-o"])
        .arg(&program));
    let peer = Peer::start(echo);
    let header = header();
    let functions = functions(&header);
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

/// What `verigator.pc` adds for the static library.
fn private_libraries() -> Vec<String> {
    let shared = pkg_config(&["--libs"]);
    let mut all = pkg_config(&["--static", "--libs"]);
    all.retain(|flag| !shared.contains(flag));
    all
}

#[test]
fn two_libraries_with_the_static_one_inside_in_one_process() {
    let folder = consumer("plugins");
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
fn the_private_libraries_are_those_that_rustc_names() {
    let printed = Command::new("rustc")
        .args(["--print", "native-static-libs", "--crate-type", "staticlib"])
        .args(["--crate-name", "nothing", "-", "-o"])
        .arg(consumer("rustc").join("libnothing.a"))
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let printed = String::from_utf8(printed.stderr).unwrap();
    let (_, named) = printed
        .split_once("native-static-libs: ")
        .expect("the list of rustc");
    // Every compiler links these by itself.
    let mut named: Vec<&str> = named.lines().next().unwrap().split(' ').collect();
    named.retain(|name| !["-lgcc_s", "-lc"].contains(name));
    assert_eq!(private_libraries(), named);
}

/// Whether a shared library is one that may be installed, and what is wrong with it.
fn check_exports(library: &Path) -> (bool, String) {
    let output = Command::new("scripts/check-exports")
        .arg(library)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    (output.status.success(), said)
}

#[test]
fn the_exports_and_the_soname() {
    assert_eq!(check_exports(&library()), (true, String::new()));
    for link in ["libverigator.so.1", "libverigator.so"] {
        let target = prefix().join("lib").join(link).canonicalize().unwrap();
        assert_eq!(target, library().canonicalize().unwrap());
    }
    let dynamic = run(Command::new("readelf").args(["-d"]).arg(library()));
    assert!(dynamic.contains("NODELETE"), "{dynamic}");
}

/// Links a library that should not be installed.
fn wrong_library(name: &str, flags: &[&str]) -> (bool, String) {
    let library = consumer("wrong").join(name);
    run(Command::new("cc")
        .args(["-shared", "-Wl,--whole-archive"])
        .arg(prefix().join("lib/libverigator.a"))
        .args(["-Wl,--no-whole-archive", "-Wl,--gc-sections"])
        .args(flags)
        .arg("-o")
        .arg(&library));
    check_exports(&library)
}

#[test]
fn a_library_with_other_exports_or_another_soname_is_found_out() {
    let (fine, said) = wrong_library(
        "unnamed.so",
        &["-Wl,--version-script=packaging/verigator.map"],
    );
    assert!(!fine && said.contains("SONAME"), "{said}");
    let (fine, said) = wrong_library("unversioned.so", &["-Wl,-soname,libverigator.so.1"]);
    assert!(
        !fine && said.contains("< verigator_version@@VERIGATOR_1"),
        "{said}"
    );
    assert!(said.contains("> rust_eh_personality"), "{said}");
}

/// The files below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let listing = run(Command::new("find").arg(folder).args(["!", "-type", "d"]));
    listing.lines().map(PathBuf::from).collect()
}

#[test]
fn what_is_installed_is_uninstalled() {
    let folder = consumer("staged");
    let mine = folder.join("usr/include/mine.h");
    fs::create_dir_all(mine.parent().unwrap()).unwrap();
    fs::write(&mine, "").unwrap();
    let script = |argument: &Path| {
        run(Command::new("scripts/install")
            .arg(argument)
            .env("DESTDIR", &folder)
            .env("PREFIX", "/usr")
            .env("LIBDIR", "/usr/lib64"));
    };
    script(&scratch().join("linked"));
    let installed = files(&folder);
    for name in [
        "usr/lib64/libverigator.so",
        "usr/lib64/libverigator.a",
        "usr/lib64/pkgconfig/verigator.pc",
        "usr/lib64/cmake/verigator/verigator-config.cmake",
        "usr/include/verigator.hpp",
        "usr/share/man/man3/verigator.3",
        "usr/share/licenses/verigator/LICENSE-MIT",
    ] {
        assert!(
            installed.contains(&folder.join(name)),
            "{name}: {installed:?}"
        );
    }
    let pc = fs::read_to_string(folder.join("usr/lib64/pkgconfig/verigator.pc")).unwrap();
    assert!(
        pc.starts_with("prefix=/usr\nlibdir=${prefix}/lib64\n"),
        "{pc}"
    );

    script(Path::new("--uninstall"));
    assert_eq!(files(&folder), [mine]);
    assert!(!folder.join("usr/lib64/cmake/verigator").exists());
}

#[test]
fn a_manual_page_for_each_function() {
    let pages = prefix().join("share/man/man3");
    for function in functions(&header()) {
        let page = fs::read_to_string(pages.join(format!("{function}.3"))).unwrap();
        let text = page.replace('\n', " ");
        assert!(text.contains(&format!("{function} \\- ")), "{page}");
        assert!(text.contains("Since 1."), "{page}");
    }
    let overview = run(Command::new("mandoc")
        .args(["-T", "ascii"])
        .arg(pages.join("verigator.3")));
    for part in [
        "Deny by default",
        "V\u{8}VE\u{8}ER",
        "409: it exists already",
    ] {
        assert!(overview.contains(part), "{part}: {overview}");
    }
}

#[test]
fn the_manual_pages_are_well_formed() {
    let pages = files(&prefix().join("share/man/man3"));
    let output = Command::new("mandoc")
        .args(["-T", "lint", "-W", "warning"])
        .args(&pages)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    // They have a version instead.
    let wrong: Vec<&str> = said
        .lines()
        .filter(|line| !line.contains("missing date"))
        .collect();
    assert!(
        wrong.is_empty() && said.lines().count() == pages.len(),
        "{wrong:?}"
    );
}
