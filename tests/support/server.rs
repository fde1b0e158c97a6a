//! The real server, as a process of its own, for as long as a test needs it.

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
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
