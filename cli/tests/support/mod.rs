//! What these tests share.

pub mod app;
#[path = "../../../tests/support/build.rs"]
#[allow(dead_code)]
pub mod build;
pub mod scripted;
#[path = "../../../tests/support/server.rs"]
#[allow(dead_code)]
pub mod server;
pub mod terminal;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub use build::{announced_url, built, run};
use serde_json::Value;

use self::server::Server;
use crate::schema::assert_is;

/// The program as somebody uses it, with a home of their own and nothing else in the environment.
pub struct Cli {
    pub home: tempfile::TempDir,
    variables: Vec<(String, String)>,
}

/// What it came to.
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Cli {
    /// Nobody has told it anything yet.
    pub fn new() -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            variables: Vec::new(),
        }
    }

    /// It knows the server and the account `demo`.
    pub fn at(server: &Server) -> Self {
        Self::told(server.base_url())
    }

    /// It knows a server at this URL and the account `demo`.
    pub fn told(base_url: &str) -> Self {
        Self::new()
            .with("VERIGATOR_BASE_URL", base_url)
            .with("VERIGATOR_USERNAME", "demo")
            .with("VERIGATOR_PASSWORD", "demo-password")
    }

    pub fn with(mut self, variable: &str, value: &str) -> Self {
        self.variables.push((variable.into(), value.into()));
        self
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(built("verigator"));
        self.prepare(&mut command).args(arguments);
        command
    }

    /// The environment for a program that runs it.
    pub fn prepare<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.home.path())
            .envs(self.variables.iter().cloned())
    }

    /// Runs it with nobody at a terminal, and this on stdin.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command(arguments);
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = piped.stderr(Stdio::piped()).spawn().unwrap();
        // A program that asks nothing may have ended.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Ran::of(child.wait_with_output().unwrap())
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, "")
    }

    /// What it prints where it succeeds.
    #[track_caller]
    pub fn prints(&self, arguments: &[&str]) -> String {
        self.run(arguments).succeeded().stdout
    }

    /// The one result that it prints as JSON, which is one of these by the schema.
    #[track_caller]
    pub fn json(&self, kind: &str, arguments: &[&str]) -> Value {
        let ran = self.run(&[arguments, &["--json"]].concat()).succeeded();
        let mut results = results(kind, &ran.stdout);
        assert_eq!(results.len(), 1, "{arguments:?}: {}", ran.stdout);
        results.remove(0)
    }

    /// Writes its settings, for its owner alone.
    pub fn write_settings(&self, text: &str) -> PathBuf {
        let folder = self.home.path().join(".config/verigator");
        std::fs::create_dir_all(&folder).unwrap();
        let file = folder.join("config.toml");
        std::fs::write(&file, text).unwrap();
        allow(&file, 0o600);
        file
    }

    /// Writes a file of this name.
    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        let file = self.home.path().join(name);
        std::fs::write(&file, text).unwrap();
        allow(&file, 0o600);
        file.to_str().unwrap().to_owned()
    }

    /// A service of this host name with one user, `kaisa`: their ids.
    #[track_caller]
    pub fn service_with_user(&self, fqdn: &str) -> (String, String) {
        let id = |arguments: &[&str]| self.prints(arguments).trim().to_owned();
        let service = id(&["-q", "service", "create", fqdn, "Shop"]);
        let user = id(&["-q", "user", "add", fqdn, "kaisa", "+3725555555"]);
        (service, user)
    }
}

impl Ran {
    pub fn of(output: Output) -> Self {
        let ran = Self {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(!ran.stderr.contains("panicked"), "{}", ran.stderr);
        ran
    }

    #[track_caller]
    pub fn succeeded(self) -> Self {
        assert_eq!(self.code, Some(0), "{}{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that it could not do what it was told, and says this of it.
    #[track_caller]
    pub fn could_not(self, told: &str) -> Self {
        assert_eq!(self.code, Some(2), "{}{}", self.stdout, self.stderr);
        assert!(self.stderr.contains(told), "{told:?} in {:?}", self.stderr);
        self
    }
}

/// Results as JSON, a line each, which are all one of these by the schema.
#[track_caller]
pub fn results(kind: &str, stdout: &str) -> Vec<Value> {
    let read = |line: &str| {
        let result = serde_json::from_str(line).unwrap_or_else(|_| panic!("not JSON: {line}"));
        assert_is(kind, &result);
        result
    };
    stdout.lines().map(read).collect()
}

/// Says who may do what with a file, as chmod does.
pub fn allow(file: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(file, std::fs::Permissions::from_mode(mode)).unwrap();
}
