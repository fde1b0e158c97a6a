//! The database of these tests: PostgreSQL, one server for all of them, each with a database of its own.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{OnceLock, mpsc};
use std::thread;

use verigator_server::secrets::KeyPlace;
use verigator_server::storage::{Location, Storage};

use crate::balancer::Balancer;

/// Storage for a server in this process.
pub fn in_memory() -> Storage {
    Storage::open(&Database::on(shared()).location(), KeyPlace::Memory).unwrap()
}

/// A database that outlives the processes which use it.
pub struct Database {
    socket: PathBuf,
    name: String,
}

impl Database {
    /// A new one; the directory is for those databases that are files.
    pub fn new(_directory: &Path) -> Self {
        Self::on(shared())
    }

    /// A new one on some server.
    pub fn on(server: &Server) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::SeqCst));
        server.run(
            "postgres",
            &format!("CREATE DATABASE {name} STRATEGY wal_log"),
        );
        let socket = server.socket.clone();
        Self { socket, name }
    }

    pub fn url(&self) -> String {
        format!(
            "postgres:///{}?host={}&user=verigator",
            self.name,
            self.socket.display()
        )
    }

    /// The same database behind a balancer.
    pub fn behind(&self, balancer: &Balancer) -> String {
        let name = &self.name;
        format!("postgres://verigator@{}/{name}", balancer.address)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn location(&self) -> Location {
        self.url().parse().unwrap()
    }

    pub fn argument(&self) -> OsString {
        self.url().into()
    }

    /// No file that a test could watch.
    pub fn log(&self) -> Option<PathBuf> {
        None
    }

    /// Makes it one of the first release, with these rows.
    pub fn first_release(&self, rows: &str) {
        let tables = include_str!("../../src/storage/schema/1.sql")
            .replace(
                "sequence     INTEGER PRIMARY KEY",
                "sequence BIGSERIAL PRIMARY KEY",
            )
            .replace(
                "sequence   INTEGER PRIMARY KEY",
                "sequence BIGSERIAL PRIMARY KEY",
            )
            .replace("INTEGER", "BIGINT")
            .replace("BLOB", "BYTEA")
            .replace(") STRICT;", ");");
        let version = "CREATE TABLE verigator_schema (version BIGINT NOT NULL);
                       INSERT INTO verigator_schema VALUES (1);";
        psql(
            &self.socket,
            &self.name,
            &format!("{tables}{version}{rows}"),
        );
    }

    /// Bytes, as they are written in a statement.
    pub fn literal(bytes: &[u8]) -> String {
        format!("'\\x{}'", data_encoding::HEXLOWER.encode(bytes))
    }

    /// What a process sent before it was killed may still be carried out.
    pub fn settle(&self) {
        let others = format!("FROM pg_stat_activity WHERE datname = '{}'", self.name);
        let end = format!("SELECT pg_terminate_backend(pid, 10000) {others}");
        psql(&self.socket, "postgres", &end);
    }

    /// What is an expression of bytes, as a text.
    pub fn hex(expression: &str) -> String {
        format!("encode({expression}, 'hex')")
    }

    /// The columns with bytes, each as TABLE.COLUMN.
    pub fn columns_of_bytes(&self) -> Vec<String> {
        let columns = "SELECT table_name || '.' || column_name FROM information_schema.columns
                       WHERE table_schema = 'public' AND data_type = 'bytea'";
        self.column(columns).into_iter().flatten().collect()
    }

    /// Everything that is in it, with bytes as they are.
    pub fn bytes(&self) -> Vec<u8> {
        let dump = Command::new(program("pg_dump"))
            .args([
                "--data-only",
                "--username=verigator",
                "--dbname",
                &self.name,
            ])
            .arg("--host")
            .arg(&self.socket)
            .output()
            .unwrap();
        assert!(dump.status.success(), "{dump:?}");
        let mut bytes = dump.stdout;
        for column in self.columns_of_bytes() {
            let (table, name) = column.split_once('.').unwrap();
            let values = format!(
                "SELECT {} FROM {table} WHERE {name} IS NOT NULL",
                Self::hex(name)
            );
            for value in self.column(&values).into_iter().flatten() {
                bytes.extend(data_encoding::HEXLOWER.decode(value.as_bytes()).unwrap());
            }
        }
        bytes
    }

    pub fn column(&self, query: &str) -> Vec<Option<String>> {
        let text = psql(&self.socket, &self.name, query);
        let cell = |line: &str| (line != "NULL").then(|| line.to_owned());
        text.lines().map(cell).collect()
    }
}

/// The server of all tests. It ends with this process.
pub fn shared() -> &'static Server {
    static SERVER: OnceLock<Server> = OnceLock::new();
    SERVER.get_or_init(Server::start)
}

/// A server on a socket in a directory of its own, run by an ordinary user. It ends when its standard
/// input is closed, as it is when the process ends that started it, and its directory with it: what
/// all tests share is never dropped.
pub struct Server {
    directory: tempfile::TempDir,
    socket: PathBuf,
    running: Option<(Child, ChildStdin)>,
    settings: Vec<String>,
    environment: Vec<(&'static str, PathBuf)>,
}

impl Server {
    /// Makes a cluster and starts it.
    pub fn start() -> Self {
        Self::start_in(Vec::new())
    }

    /// The same in an environment that has these variables as well.
    pub fn start_in(environment: Vec<(&'static str, PathBuf)>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        make_accessible(directory.path());
        let cluster = directory.path().join("cluster");
        let made = as_ordinary_user(&program("initdb"))
            .args([
                "--no-sync",
                "--auth=trust",
                "--username=verigator",
                "--encoding=UTF8",
            ])
            .args(["--locale=C.UTF-8", "--pgdata"])
            .arg(&cluster)
            .output()
            .unwrap();
        assert!(made.status.success(), "{made:?}");
        let mut server = Self {
            socket: directory.path().to_owned(),
            directory,
            running: None,
            settings: Vec::new(),
            environment,
        };
        server.resume();
        server
    }

    /// Starts it once more, with settings and files in its directory that its user may read.
    pub fn reconfigure(&mut self, settings: &[&str], files: &[(&str, &str)]) {
        self.stop();
        for (name, text) in files {
            let path = self.directory.path().join("cluster").join(name);
            std::fs::write(&path, text).unwrap();
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
            std::fs::set_permissions(&path, mode).unwrap();
            make_accessible(&path);
        }
        self.settings = settings.iter().map(ToString::to_string).collect();
        self.resume();
    }

    /// A copy of another, which follows it and only reads.
    pub fn standby_of(primary: &Self) -> Self {
        let directory = tempfile::tempdir().unwrap();
        make_accessible(directory.path());
        let copied = as_ordinary_user(&program("pg_basebackup"))
            .args(["--no-sync", "--write-recovery-conf", "--checkpoint=fast"])
            .args(["--username=verigator", "--host"])
            .arg(&primary.socket)
            .arg("--pgdata")
            .arg(directory.path().join("cluster"))
            .output()
            .unwrap();
        assert!(copied.status.success(), "{copied:?}");
        let mut standby = Self {
            socket: directory.path().to_owned(),
            directory,
            running: None,
            settings: Vec::new(),
            environment: Vec::new(),
        };
        standby.resume();
        standby
    }

    /// Starts it again after it was stopped.
    pub fn resume(&mut self) {
        // The shell waits for a word or the end of its input, and then for the server's.
        let script = "\"$0\" \"$@\" < /dev/null & read -r stays; kill -INT $!; wait
                      [ \"$stays\" ] || rm -rf \"$DIRECTORY\"";
        let mut child = as_ordinary_user(Path::new("sh"))
            .args(["-c", script])
            .arg(program("postgres"))
            .arg("-D")
            .arg(self.directory.path().join("cluster"))
            .arg("-k")
            .arg(&self.socket)
            .args(["-c", "listen_addresses=", "-c", "max_connections=600"])
            .args(["-c", "shared_buffers=32MB"])
            .args(self.settings.iter().flat_map(|setting| ["-c", setting]))
            .env("DIRECTORY", self.directory.path())
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take().unwrap();
        let log = BufReader::new(child.stderr.take().unwrap());
        self.running = Some((child, input));
        let (told, ready) = mpsc::channel();
        // To the end: what cannot write its log stands still.
        thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                if line.contains("ready to accept") {
                    let _ = told.send(());
                }
            }
        });
        ready.recv().expect("the server starts");
    }

    /// Kills it as a failing machine would, if it has not given up already, and starts it again.
    pub fn crash(&mut self) {
        let pid = self.directory.path().join("cluster/postmaster.pid");
        if let Ok(pid) = std::fs::read_to_string(pid) {
            let pid = pid.lines().next().unwrap();
            let _ = Command::new("kill").args(["-QUIT", pid]).status();
        }
        self.stop();
        self.resume();
    }

    /// Stops it: connections are cut, transactions undone. Its directory stays.
    pub fn stop(&mut self) {
        if let Some((mut child, mut input)) = self.running.take() {
            // It may have ended by itself.
            let _ = input.write_all(b"stays\n");
            drop(input);
            child.wait().unwrap();
        }
    }

    /// A balancer before it, at whose address it is then found.
    pub fn balancer(&self) -> Balancer {
        Balancer::before(self.socket.join(".s.PGSQL.5432"))
    }

    /// A session that stays, with what it holds.
    pub fn session(&self, database: &str) -> Session {
        let mut child = Command::new(program("psql"))
            .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
            .args(["--username=verigator", "--dbname", database, "--host"])
            .arg(&self.socket)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap());
        Session { child, answers }
    }

    /// Where its socket is.
    pub fn directory(&self) -> &Path {
        &self.socket
    }

    /// Runs a statement where it listens at another port than usual.
    pub fn run_at(&self, port: u16, statement: &str) -> String {
        psql_at(&self.socket, port, "postgres", statement)
    }

    /// Runs a statement in one of its databases.
    pub fn run(&self, database: &str, statement: &str) -> String {
        psql(&self.socket, database, statement)
    }
}

/// Somebody else at a database.
pub struct Session {
    child: Child,
    answers: BufReader<ChildStdout>,
}

impl Session {
    /// Runs statements that give nothing, to their end.
    pub fn run(&mut self, statements: &str) {
        let input = self.child.stdin.as_mut().unwrap();
        writeln!(input, "{statements}\n\\echo done").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        assert_eq!(line, "done\n");
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn psql(socket: &Path, database: &str, statement: &str) -> String {
    psql_at(socket, 5432, database, statement)
}

fn psql_at(socket: &Path, port: u16, database: &str, statement: &str) -> String {
    let output = Command::new(program("psql"))
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
        .args(["--pset=null=NULL", "--username=verigator", "--host"])
        .arg(socket)
        .args(["--port", &port.to_string()])
        .args(["--dbname", database, "--command", statement])
        .output()
        .unwrap();
    assert!(output.status.success(), "{statement}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A program of PostgreSQL, which Debian keeps out of the way, with a folder for each version.
pub fn program(name: &str) -> PathBuf {
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let debian = versions
        .filter_map(|version| Some(version.ok()?.path().join("bin").join(name)))
        .filter(|program| program.exists())
        .max();
    debian.unwrap_or_else(|| name.into())
}

/// A program that refuses to run as root, run by somebody else then.
pub fn as_ordinary_user(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command
        .args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"])
        .arg(program);
    command
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout == b"0\n"
}

/// Gives a directory or file to the user that the server runs as.
pub fn make_accessible(directory: &Path) {
    if is_root() {
        let owned = Command::new("chown")
            .arg("nobody:nogroup")
            .arg(directory)
            .status();
        assert!(owned.unwrap().success());
    }
}
