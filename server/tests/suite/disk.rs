//! A disk that is full, or fails, when it is told to, for programs that are started on it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

/// Stands in for what programs write with. The file named by FAULT, while it is there, says what happens, and to which
/// files: nothing can be written to those whose path fits its pattern; or what was written to one is not confirmed, once.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>
static int has(int fd, const char *fault) {
    char link[64], path[4096], told[16], pattern[64];
    FILE *file = fopen(getenv("FAULT"), "r");
    if (!file) return 0;
    int got = fscanf(file, "%15s %63s", told, pattern);
    fclose(file);
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (got != 2 || length < 0 || strcmp(told, fault)) return 0;
    path[length] = 0;
    return fnmatch(pattern, path, 0) == 0;
}
#define STAND_IN(result, name, parameters, arguments, fails, error) \
    result name parameters { \
        if (fails) { errno = error; return -1; } \
        return ((result (*) parameters)dlsym(RTLD_NEXT, #name)) arguments; \
    }
#define WRITE(name, parameters, arguments) STAND_IN(ssize_t, name, parameters, arguments, has(fd, "full"), ENOSPC)
WRITE(write, (int fd, const void *from, size_t size), (fd, from, size))
WRITE(pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
WRITE(pwrite64, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
WRITE(pwritev, (int fd, const struct iovec *from, int count, off_t at), (fd, from, count, at))
WRITE(pwritev64, (int fd, const struct iovec *from, int count, off_t at), (fd, from, count, at))
#define SYNC(name) \
    STAND_IN(int, name, (int fd), (fd), has(fd, "unconfirmed") && unlink(getenv("FAULT")) == 0, EIO)
SYNC(fsync)
SYNC(fdatasync)
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

    /// From now on nothing can be written to files whose path fits a pattern, as fnmatch(3) has them.
    pub fn fill(&self, pattern: &str) {
        self.have("full", pattern);
    }

    pub fn make_room(&self) {
        fs::remove_file(self.path("fault")).unwrap();
    }

    /// Has it not confirm, once, what was written to a file whose path fits.
    pub fn fail_once(&self, pattern: &str) {
        self.have("unconfirmed", pattern);
    }

    /// Whether it has since then.
    pub fn has_failed(&self) -> bool {
        !self.path("fault").exists()
    }

    fn have(&self, fault: &str, pattern: &str) {
        fs::write(self.path("new"), format!("{fault} {pattern}")).unwrap();
        fs::rename(self.path("new"), self.path("fault")).unwrap();
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}
