//! The program as a process of its own, on a database file.

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::thread::{self, JoinHandle};

use verigator_server::secrets::{KeyFile, KeyPlace};
use verigator_server::storage::Storage;

use crate::database::Database;
use crate::harness::{CREDENTIALS, Client, User, add_accounts};

/// Where the program is. A test that was compiled in another checkout is told so when it runs, by
/// cargo 1.94 and later.
pub fn program() -> OsString {
    env::var_os("CARGO_BIN_EXE_verigator-server")
        .unwrap_or_else(|| env!("CARGO_BIN_EXE_verigator-server").into())
}

/// The program with some arguments.
pub fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(program());
    command.args(arguments);
    command
}

/// Runs the program to its end, which is not to serve: once it says that it does, it is killed.
pub fn ended(mut command: Command, input: &str) -> Output {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = piped.stderr(Stdio::piped()).spawn().unwrap();
    // A program that has already refused its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let mut stdout = String::new();
    lines.read_line(&mut stdout).unwrap();
    if stdout.starts_with("verigator-server listening") {
        child.kill().unwrap();
    }
    lines.read_to_string(&mut stdout).unwrap();
    let output = child.wait_with_output().unwrap();
    Output {
        stdout: stdout.into(),
        ..output
    }
}

/// A directory with a database that has the tests' accounts.
pub struct Files {
    pub directory: tempfile::TempDir,
    pub database: Database,
}

impl Files {
    pub fn new() -> Self {
        let files = Self::empty();
        add_accounts(&files.storage());
        files
    }

    /// The same without any account.
    pub fn empty() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let database = Database::new(directory.path());
        Self {
            directory,
            database,
        }
    }

    pub fn storage(&self) -> Storage {
        Storage::open(&self.database.location(), self.keys()).unwrap()
    }

    /// What the database is encrypted under. A SQLite file would have it there anyway.
    pub fn key_file(&self) -> PathBuf {
        self.directory.path().join("verigator.db.key")
    }

    pub fn keys(&self) -> KeyPlace {
        KeyPlace::File(KeyFile::at(self.key_file()))
    }

    /// Serves; without SMS, if the arguments say nothing of it.
    pub fn serve(&self, arguments: &[&str]) -> Process {
        Process::run(self.server(arguments))
    }

    /// The same with a log of which the test sees nothing.
    pub fn serve_logging_to(&self, log: Stdio, arguments: &[&str]) -> Process {
        Process::spawn(self.server(arguments).stderr(log))
    }

    /// The same where no more files than so many may be open.
    pub fn serve_with_open_files(&self, limit: u32, arguments: &[&str]) -> Process {
        let server = self.server(arguments);
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {limit}; exec \"$@\""), "sh"]);
        shell.arg(server.get_program()).args(server.get_args());
        Process::run(shell)
    }

    pub fn server(&self, arguments: &[&str]) -> Command {
        let mut command = command(&["--listen", "127.0.0.1:0", "--database"]);
        command.arg(self.database.argument());
        command.args(arguments);
        if !arguments.contains(&"--key-file") {
            command.arg("--key-file").arg(self.key_file());
        }
        let is_told = |argument: &&str| ["--dev", "--sms", "--no-sms"].contains(argument);
        if !arguments.iter().any(is_told) {
            command.arg("--no-sms");
        }
        command
    }
}

/// A running program, which is killed when it is dropped.
pub struct Process {
    child: Child,
    /// What it writes after the line that it is ready.
    stdout: BufReader<ChildStdout>,
    /// Reads the log all the time: a program that cannot write its log waits until it can.
    log: Option<JoinHandle<String>>,
    pub url: String,
}

impl Process {
    /// Runs a command that ends in a server, and waits until that is ready.
    pub fn run(mut command: Command) -> Self {
        Self::spawn(command.stderr(Stdio::piped()))
    }

    /// The same with a log of which the test sees nothing.
    pub fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let log = child.stderr.take().map(|mut stderr| {
            thread::spawn(move || {
                let mut log = String::new();
                stderr.read_to_string(&mut log).unwrap();
                log
            })
        });
        let mut line = String::new();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        stdout.read_line(&mut line).unwrap();
        let url = line.strip_prefix("verigator-server listening on ");
        let url = url
            .unwrap_or_else(|| panic!("not the line: {line:?}"))
            .trim()
            .to_owned();
        Self {
            child,
            stdout,
            log,
            url,
        }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// The address and port that it listens on.
    pub fn address(&self) -> &str {
        self.url.split_once("://").unwrap().1
    }

    pub fn client(&self) -> Client {
        Client::new(&self.url, Some(CREDENTIALS))
    }

    /// The same user, at this server.
    pub fn user(&self, user: &User) -> User {
        User {
            client: self.client(),
            ..user.clone()
        }
    }

    /// The most memory that was resident at any time, in MB.
    #[cfg(target_os = "linux")]
    pub fn peak_memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = peak.unwrap().trim().strip_suffix(" kB").unwrap();
        kilobytes.parse::<u64>().unwrap() / 1000
    }

    /// Sends a signal, waits for the end, and gives the exit code.
    pub fn end(mut self, signal: &str) -> Option<i32> {
        self.signal(signal);
        self.child.wait().unwrap().code()
    }

    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill").args([signal, &id]).status();
        assert!(status.unwrap().success());
    }

    /// Sends a signal and gives what the program wrote, and how it ended.
    pub fn stop(mut self, signal: &str) -> (Option<i32>, String, String) {
        self.signal(signal);
        let mut stdout = String::new();
        self.stdout.read_to_string(&mut stdout).unwrap();
        let log = self.log.take().unwrap().join().unwrap();
        (self.child.wait().unwrap().code(), stdout, log)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
