//! The database of these tests: PostgreSQL, one server for all of them, each with a database of its own.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{OnceLock, mpsc};
use std::thread;

use verigator_server::storage::{Location, Storage};

/// Storage for a server in this process.
pub fn in_memory() -> Storage {
    Storage::open(&Database::on(shared()).location()).unwrap()
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

    /// What a process sent before it was killed may still be carried out.
    pub fn settle(&self) {
        let others = format!("FROM pg_stat_activity WHERE datname = '{}'", self.name);
        let end = format!("SELECT pg_terminate_backend(pid, 10000) {others}");
        psql(&self.socket, "postgres", &end);
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
/// input is closed, as it is when the process ends that started it.
pub struct Server {
    directory: tempfile::TempDir,
    socket: PathBuf,
    running: Option<(Child, ChildStdin)>,
}

impl Server {
    /// Makes a cluster and starts it.
    pub fn start() -> Self {
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
        };
        server.resume();
        server
    }

    /// Starts it again after it was stopped.
    pub fn resume(&mut self) {
        // The shell waits for the end of its input, and then for that of the server.
        let script = "\"$0\" \"$@\" < /dev/null & read -r _; kill -INT $! ; wait";
        let mut child = as_ordinary_user(Path::new("sh"))
            .args(["-c", script])
            .arg(program("postgres"))
            .arg("-D")
            .arg(self.directory.path().join("cluster"))
            .arg("-k")
            .arg(&self.socket)
            .args(["-c", "listen_addresses=", "-c", "max_connections=600"])
            .args(["-c", "shared_buffers=32MB"])
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
                if line.contains("ready to accept connections") {
                    let _ = told.send(());
                }
            }
        });
        ready.recv().expect("the server starts");
    }

    /// Stops it: connections are cut, transactions undone.
    pub fn stop(&mut self) {
        if let Some((mut child, input)) = self.running.take() {
            drop(input);
            child.wait().unwrap();
        }
    }

    /// Runs a statement in one of its databases.
    pub fn run(&self, database: &str, statement: &str) -> String {
        psql(&self.socket, database, statement)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn psql(socket: &Path, database: &str, statement: &str) -> String {
    let output = Command::new(program("psql"))
        .args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"])
        .args(["--pset=null=NULL", "--username=verigator", "--host"])
        .arg(socket)
        .args(["--dbname", database, "--command", statement])
        .output()
        .unwrap();
    assert!(output.status.success(), "{statement}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// A program of PostgreSQL, which Debian keeps out of the way, with a folder for each version.
fn program(name: &str) -> PathBuf {
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
fn as_ordinary_user(program: &Path) -> Command {
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

/// Gives a directory to the user that the server runs as.
fn make_accessible(directory: &Path) {
    if is_root() {
        let owned = Command::new("chown")
            .arg("nobody:nogroup")
            .arg(directory)
            .status();
        assert!(owned.unwrap().success());
    }
}
