"""What is linked into a package of this workspace: its crates, and what the compilers add.

Read from cargo, with the features that the package has when it is built by itself.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path

# A name and a version, of which each lock file has one.
Key = tuple[str, str]
# As `cargo tree` names a crate, behind its depth.
LINE = re.compile(r"(\d+)(\S+) v(\S+)(.*)")


@dataclass
class Crate:
    """A crate, of this project or of another."""

    name: str
    version: str
    # By SPDX, or empty.
    license: str
    folder: Path
    # Whether it comes from this workspace.
    own: bool
    # Whether its code is in what is built; macros, and what they need, only run in the compiler.
    linked: bool
    # Those that it uses.
    needs: set[Key] = field(default_factory=set)


@dataclass
class Runtime:
    """What a compiler links in, which no crate is."""

    name: str
    license: str
    url: str
    # The part of the targets' names where it is so, and that in words.
    target: str = ""
    where: str = ""


RUNTIMES = [
    Runtime(
        "The Rust standard library",
        "MIT OR Apache-2.0",
        "https://www.rust-lang.org/policies/licenses",
    ),
    Runtime(
        "LLVM's libunwind and compiler-rt",
        "Apache-2.0 WITH LLVM-exception",
        "https://llvm.org/LICENSE.txt",
        "-linux-",
        "on Linux",
    ),
    Runtime("musl", "MIT", "https://musl.libc.org/", "-musl", "in programs for it"),
    Runtime(
        "GCC's runtime",
        "GPL-3.0-or-later WITH GCC-exception-3.1",
        "https://gcc.gnu.org/onlinedocs/libstdc++/manual/license.html",
        "-windows-",
        "on Windows",
    ),
    Runtime(
        "MinGW-w64's runtime", "ZPL-2.1", "https://www.mingw-w64.org/", "-windows-", "on Windows"
    ),
]


def output(*command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def cargo(*arguments: str) -> str:
    """What cargo prints, by the lock file."""
    return output(os.environ.get("CARGO", "cargo"), *arguments, "--locked")


def rustc(*arguments: str) -> str:
    """What the Rust compiler prints."""
    return output(os.environ.get("RUSTC", "rustc"), *arguments)


def host() -> str:
    """The target that the compiler itself runs on."""
    return rustc("-vV").split("host: ")[1].split("\n")[0]


def tree(package: str, target: str) -> tuple[dict[Key, set[Key]], set[Key]]:
    """The crates a package is built from, each with those it uses; and which of them are linked."""
    needs: dict[Key, set[Key]] = {}
    linked: set[Key] = set()
    above: list[tuple[Key, bool]] = []
    options = ("--edges", "normal", "--no-dedupe", "--prefix", "depth", "--target", target)
    for line in cargo("tree", "--package", package, *options).splitlines():
        match = LINE.match(line)
        if match:
            depth, crate, is_macro = int(match[1]), (match[2], match[3]), "(proc-macro)" in match[4]
            del above[depth:]
            if above:
                needs[above[-1][0]].add(crate)
            needs.setdefault(crate, set())
            in_macro = is_macro or any(macro for _, macro in above)
            above.append((crate, in_macro))
            if not in_macro:
                linked.add(crate)
    return needs, linked


def crates(package: str, target: str) -> list[Crate]:
    """The crates a package is built from for a target, itself among them, by name and version."""
    needs, linked = tree(package, target)
    metadata = json.loads(cargo("metadata", "--format-version", "1", "--filter-platform", target))
    own = set(metadata["workspace_members"])
    found = [
        Crate(
            name=entry["name"],
            version=entry["version"],
            license=(entry["license"] or "").replace("/", " OR "),
            folder=Path(entry["manifest_path"]).parent,
            own=entry["id"] in own,
            linked=(entry["name"], entry["version"]) in linked,
            needs=needs[entry["name"], entry["version"]],
        )
        for entry in metadata["packages"]
        if (entry["name"], entry["version"]) in needs
    ]
    return sorted(found, key=attrgetter("name", "version"))
