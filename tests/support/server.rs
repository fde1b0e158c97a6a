//! The real server, as a process of its own, for as long as a test needs it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use super::{announced_url, built, run};

pub struct Server {
    process: Child,
    base_url: String,
    _folder: tempfile::TempDir,
}

impl Server {
    /// Starts it with a new database, the accounts `demo` and `other`, and the development routes.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = built("verigator-server");
        let database = folder.path().join("verigator.db");
        let password = folder.path().join("password");
        std::fs::write(&password, "other-password\n").unwrap();
        run(Command::new(&program)
            .args(["account", "add", "other", "--database"])
            .arg(&database)
            .stdin(std::fs::File::open(&password).unwrap()));

        let mut process = Command::new(&program)
            .args([
                "--dev",
                "--chaos",
                "--listen",
                "127.0.0.1:0",
                "--log",
                "error",
                "--database",
            ])
            .arg(&database)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let base_url = announced_url(&mut process);
        Self {
            process,
            base_url,
            _folder: folder,
        }
    }

    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// A command that finds the server, and the account `demo`, in its environment.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env("VERIGATOR_USERNAME", "demo")
            .env("VERIGATOR_PASSWORD", "demo-password")
            .env("VERIGATOR_BASE_URL", &self.base_url);
        command
    }

    /// The PIN that anybody was sent last.
    pub fn pin(&self) -> String {
        let mut server = TcpStream::connect(self.base_url.trim_start_matches("http://")).unwrap();
        let request = b"GET /_/outbox HTTP/1.0\r\n\r\n";
        server.write_all(request).unwrap();
        let mut reply = String::new();
        server.read_to_string(&mut reply).unwrap();
        let (_, pin) = reply.rsplit_once("\"pin\":\"").expect("a message");
        pin[..6].to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
