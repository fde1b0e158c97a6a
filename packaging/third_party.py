"""Prints the licences of the crates a package is built from, with the texts that come with them.

    python3 packaging/third_party.py PACKAGE [TARGET]

Fails when a crate comes without a licence.
"""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
from operator import itemgetter
from pathlib import Path
from typing import Any

TEXT = re.compile(r"(licen[cs]e|copying|notice|copyright)", re.IGNORECASE)

# What the compilers link in, which no crate is.
RUNTIMES = """\
The Rust standard library: MIT OR Apache-2.0, https://www.rust-lang.org/policies/licenses
LLVM's libunwind and compiler-rt (on Linux): Apache-2.0 WITH LLVM-exception, https://llvm.org/LICENSE.txt
GCC's runtime (on Windows): GPL-3.0-or-later WITH GCC-exception-3.1, https://gcc.gnu.org/onlinedocs/libstdc++/manual/license.html
MinGW-w64's runtime (on Windows): ZPL-2.1, https://www.mingw-w64.org/
"""


def output(*command: str) -> str:
    """What a command prints."""
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def rustc(*arguments: str) -> str:
    """What the Rust compiler prints."""
    return output(os.environ.get("RUSTC", "rustc"), *arguments)


def host() -> str:
    """The target that the compiler itself runs on."""
    return rustc("-vV").split("host: ")[1].split("\n")[0]


def crates(package: str, target: str) -> list[dict[str, Any]]:
    """The crates that are linked into `package`, but for those of this project."""
    cargo = os.environ.get("CARGO", "cargo")
    filtered = ("--filter-platform", target)
    metadata = json.loads(output(cargo, "metadata", "--locked", "--format-version", "1", *filtered))
    packages = {entry["id"]: entry for entry in metadata["packages"]}
    needs = {
        node["id"]: [
            need["pkg"]
            for need in node["deps"]
            if any(kind["kind"] is None for kind in need["dep_kinds"])
        ]
        for node in metadata["resolve"]["nodes"]
    }
    found: set[str] = set()
    waiting = [entry["id"] for entry in metadata["packages"] if entry["name"] == package]
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting += needs[one]
    own = set(metadata["workspace_members"])
    linked = [packages[one] for one in found - own]
    return sorted(linked, key=lambda crate: (crate["name"], crate["version"]))


def texts(folder: Path) -> dict[str, str]:
    """The licence files of a crate, and of what it has within it."""
    return {
        str(path.relative_to(folder)): path.read_text("utf-8", "replace").strip()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and TEXT.match(path.name) and path.suffix not in {".rs", ".py", ".html"}
    }


def standard_library() -> str:
    """What the compiler's own notice says of the standard library, if it comes with one."""
    notice = Path(rustc("--print", "sysroot").strip(), "share/doc/rust/COPYRIGHT-library.html")
    if not notice.exists():
        return ""
    markup = re.compile(r"<(style|title).*?</\1>|<[^>]*>", re.DOTALL)
    text = html.unescape(markup.sub("", notice.read_text("utf-8")))
    return re.sub(r"[ \t]*\n(?:[ \t]*\n)+", "\n\n", text).strip()


def main() -> None:
    """Prints the list for the package, and the target, that the command line names."""
    package, *targets = sys.argv[1:]
    # Many crates have the same text: it is printed once, with all of them above it.
    users: dict[str, list[str]] = {}
    print("What is in libverigator beside its own code, and under which licences.\n")
    for entry in crates(package, targets[0] if targets else host()):
        crate = f"{entry['name']} {entry['version']}"
        if not entry["license"]:
            sys.exit(f"{crate} has no licence")
        print(f"{crate}: {entry['license']}")
        for name, text in texts(Path(entry["manifest_path"]).parent).items():
            users.setdefault(text, []).append(f"{crate} ({name})")
    print(f"\n{RUNTIMES}")
    users.setdefault(standard_library(), []).append("The Rust standard library")
    for text, names in filter(itemgetter(0), users.items()):
        print("=" * 80, *names, "=" * 80, text, "", sep="\n")


main()
