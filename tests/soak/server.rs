//! The real server on a database file, killed and restarted on one port.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::support::{announced_url, built};

pub struct Server {
    program: PathBuf,
    process: Child,
    address: SocketAddr,
    folder: tempfile::TempDir,
}

impl Server {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let program = built("verigator-server");
        let any = SocketAddr::from(([127, 0, 0, 1], 0));
        let (process, address) = serve(&program, &folder, any);
        Self {
            program,
            process,
            address,
            folder,
        }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Kills it (by SIGKILL) and starts it again, with the same port and database.
    pub fn restart(&mut self) {
        self.stop();
        (self.process, _) = serve(&self.program, &self.folder, self.address);
    }

    fn stop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn serve(
    program: &PathBuf,
    folder: &tempfile::TempDir,
    address: SocketAddr,
) -> (Child, SocketAddr) {
    let mut process = Command::new(program)
        .args(["--dev", "--log", "error", "--listen", &address.to_string()])
        .arg("--database")
        .arg(folder.path().join("verigator.db"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let url = announced_url(&mut process);
    let address = url.strip_prefix("http://").unwrap().parse().unwrap();
    (process, address)
}
