//! A disk that is full when it is told to be, for programs that are started on it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

/// Stands in for what programs write with. While the file named by FAULT is there, nothing can be written to
/// files whose path has in it what that file says.
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

/// A disk.
pub struct Disk(tempfile::TempDir);

impl Disk {
    pub fn new() -> Self {
        let disk = Self(tempfile::tempdir().unwrap());
        // Programs that run as somebody else have to find it.
        fs::set_permissions(disk.0.path(), Permissions::from_mode(0o755)).unwrap();
        let (source, shim) = (disk.path("shim.c"), disk.path("shim.so"));
        fs::write(&source, SHIM).unwrap();
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .args([&shim, &source])
            .arg("-ldl")
            .status();
        assert!(built.unwrap().success());
        disk
    }

    /// What has to be in the environment of a program that is to write to it.
    pub fn environment(&self) -> Vec<(&'static str, PathBuf)> {
        vec![
            ("LD_PRELOAD", self.path("shim.so")),
            ("FAULT", self.path("fault")),
        ]
    }

    /// From now on nothing can be written to files whose path has this in it.
    pub fn fill(&self, part: &str) {
        fs::write(self.path("new"), part).unwrap();
        fs::rename(self.path("new"), self.path("fault")).unwrap();
    }

    pub fn make_room(&self) {
        fs::remove_file(self.path("fault")).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}
