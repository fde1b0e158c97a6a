//! A disk of the database that is full: 503 until there is room again, and no code is used twice.

use std::path::PathBuf;
use std::process::Command;

use serde_json::json;
use verigator_server::secrets::KeyPlace;
use verigator_server::storage::Storage;

use crate::database::{Database, Server, make_accessible};
use crate::failover::recovers;
use crate::harness::{Harness, User, add_accounts, last_pin};

/// Stands in for what PostgreSQL writes with. While the file named by FAULT is there, nothing can be
/// written to files whose path has in it what that file says.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>
static int is_full(int fd) {
    char link[64], path[4096], part[64];
    FILE *fault = fopen(getenv("FAULT"), "r");
    if (!fault) return 0;
    char *got = fgets(part, sizeof part, fault);
    fclose(fault);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!got || length < 0) return 0;
    path[length] = 0;
    return strstr(path, part) != NULL;
}
#define STAND_IN(name, parameters, arguments) \
    ssize_t name parameters { \
        if (is_full(fd)) { errno = ENOSPC; return -1; } \
        return ((ssize_t (*) parameters)dlsym(RTLD_NEXT, #name)) arguments; \
    }
STAND_IN(write, (int fd, const void *from, size_t size), (fd, from, size))
STAND_IN(pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
STAND_IN(pwrite64, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
STAND_IN(pwritev, (int fd, const struct iovec *from, int count, off_t at), (fd, from, count, at))
STAND_IN(pwritev64, (int fd, const struct iovec *from, int count, off_t at), (fd, from, count, at))
"#;

/// A server whose disk is full when it is told to be.
struct Disk {
    directory: tempfile::TempDir,
}

impl Disk {
    fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        make_accessible(directory.path());
        Self { directory }
    }

    fn server(&self) -> Server {
        let (source, shim) = (self.path("shim.c"), self.path("shim.so"));
        std::fs::write(&source, SHIM).unwrap();
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .args([&shim, &source])
            .arg("-ldl")
            .status();
        assert!(built.unwrap().success());
        Server::start_in(vec![("LD_PRELOAD", shim), ("FAULT", self.path("fault"))])
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Nothing can be written to files in such a folder of the cluster.
    fn fill(&self, folder: &str) {
        std::fs::write(self.path("new"), folder).unwrap();
        std::fs::rename(self.path("new"), self.path("fault")).unwrap();
    }

    fn make_room(&self) {
        std::fs::remove_file(self.path("fault")).unwrap();
    }
}

/// What a database server writes to: the files of the tables, and the log of what is to be done to them.
#[tokio::test]
async fn a_disk_without_room_for_tables_or_log_is_denied_and_uses_no_code_up_twice() {
    let disk = Disk::new();
    let mut server = disk.server();
    let storage = Storage::open(&Database::on(&server).location(), KeyPlace::Memory).unwrap();
    add_accounts(&storage);
    let harness = Harness::on(storage, |_| ()).await;
    for (folder, fqdn) in [("/base/", "tables.example"), ("/pg_wal/", "log.example")] {
        let user = User::register(harness.client(), fqdn).await;
        user.start_sms().await;
        let pin = last_pin(&harness.storage, &user);
        disk.fill(folder);
        // Tables grow only now and then.
        let mut created = 0;
        let refused = loop {
            let body = json!({ "fqdn": format!("{created}.{fqdn}"), "name": "x" });
            let answer = user.client.post("/v1/service/service", body).await;
            match answer.status {
                201 => created += 1,
                _ => break answer,
            }
            assert!(created < 2000, "there was room enough");
        };
        assert_eq!(refused.status, 503, "{}", refused.text);
        let tried = user.verify(&pin).await;
        let accepted = tried.status == 200;
        if accepted {
            assert_eq!(tried.expect(200)["verified"], true);
        }
        disk.make_room();
        // Without its log it has given up, or is about to: one that is asked to stop then may wait for ever.
        server.crash();
        recovers(&user).await;
        if !accepted {
            user.accepted(&pin, "sms").await;
        }
        user.denied(&pin, "INVALID").await;
    }
}
