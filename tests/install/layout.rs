//! Where things are installed, and that they can be removed again.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::run;
use crate::tree::{files, folder};

#[test]
fn what_is_installed_is_uninstalled() {
    let root = folder("staged");
    let mine = root.join("usr/include/mine.h");
    fs::create_dir_all(mine.parent().unwrap()).unwrap();
    fs::write(&mine, "").unwrap();
    let script = |argument: &Path| {
        run(Command::new("scripts/install")
            .arg(argument)
            .env("DESTDIR", &root)
            .env("PREFIX", "/usr")
            .env("LIBDIR", "/usr/lib64"));
    };
    script(&folder("linked"));
    let installed = files(&root);
    for name in [
        "usr/lib64/libverigator.so",
        "usr/lib64/libverigator.a",
        "usr/lib64/pkgconfig/verigator.pc",
        "usr/lib64/cmake/verigator/verigator-config.cmake",
        "usr/include/verigator.hpp",
        "usr/include/verigator.cdef",
        "usr/include/verigator.json",
        "usr/share/man/man3/verigator.3",
        "usr/share/licenses/verigator/LICENSE-MIT",
        "usr/share/licenses/verigator/THIRD-PARTY.txt",
    ] {
        assert!(
            installed.contains(&root.join(name)),
            "{name}: {installed:?}"
        );
    }
    let pc = fs::read_to_string(root.join("usr/lib64/pkgconfig/verigator.pc")).unwrap();
    assert!(
        pc.starts_with("prefix=/usr\nlibdir=${prefix}/lib64\n"),
        "{pc}"
    );

    script(Path::new("--uninstall"));
    assert_eq!(files(&root), [mine]);
    assert!(!root.join("usr/lib64/cmake/verigator").exists());
}
