//! A connection pooler between the server and its database, which changes the connection between
//! transactions.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use verigator_server::secrets::KeyPlace;
use verigator_server::storage::Storage;

use crate::database::{Database, Server, as_ordinary_user, make_accessible};
use crate::harness::{Harness, add_accounts, last_pin};
use crate::tls::free_port;

/// pgbouncer, which ends when it is dropped.
struct Pooler {
    child: Child,
    port: u16,
    _directory: tempfile::TempDir,
}

impl Pooler {
    /// One with fewer connections than the server has.
    fn before(server: &Server) -> Self {
        let port = free_port();
        let directory = tempfile::tempdir().unwrap();
        let settings = directory.path().join("pgbouncer.ini");
        let text = format!(
            "[databases]\n* = host={} user=verigator\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\n\
             default_pool_size = 3\n",
            server.directory().display()
        );
        std::fs::write(&settings, text).unwrap();
        make_accessible(directory.path());
        make_accessible(&settings);
        let mut child = as_ordinary_user("/usr/sbin/pgbouncer".as_ref())
            .arg(&settings)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        let up = log.by_ref().map_while(Result::ok).any(|line| {
            said.push(line);
            said.last().is_some_and(|line| line.contains("process up"))
        });
        assert!(up, "pgbouncer does not start: {said:?}");
        std::thread::spawn(move || log.for_each(drop));
        Self {
            child,
            port,
            _directory: directory,
        }
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        let id = self.child.id().to_string();
        let _ = Command::new("kill").arg(id).status();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn logins_work_through_a_pooler() {
    let server = Server::start();
    let pooler = Pooler::before(&server);
    let name = Database::on(&server).name().to_owned();
    let url = format!("postgres://verigator@127.0.0.1:{}/{name}", pooler.port);
    let storage = Storage::open(&url.parse().unwrap(), KeyPlace::Memory).unwrap();
    add_accounts(&storage);
    let harness = Harness::on(storage, |_| ()).await;
    let first = harness.user().await;
    let mut logins = Vec::new();
    for number in 0..30 {
        let user = first.colleague(number).await;
        user.start_sms().await;
        let pin = last_pin(&harness.storage, &user);
        logins.push(tokio::spawn(async move {
            user.accepted(&pin, "sms").await;
            user.denied(&pin, "INVALID").await;
        }));
    }
    for login in logins {
        login.await.unwrap();
    }
}
