"""Prints the licences of what a bill of materials names, with the texts that come with each crate.

    python3 packaging/third_party.py BILL_OF_MATERIALS

Fails when a crate comes without a licence.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

TEXT = re.compile(r"(licen[cs]e|copying|notice|copyright)", re.IGNORECASE)

# What the compilers link in, which is in no bill of materials of cargo's.
RUNTIMES = """\
The Rust standard library: MIT OR Apache-2.0, https://www.rust-lang.org/policies/licenses
LLVM's libunwind and compiler-rt (on Linux): Apache-2.0 WITH LLVM-exception, https://llvm.org/LICENSE.txt
GCC's runtime (on Windows): GPL-3.0-or-later WITH GCC-exception-3.1, https://gcc.gnu.org/onlinedocs/libstdc++/manual/license.html
MinGW-w64's runtime (on Windows): ZPL-2.1, https://www.mingw-w64.org/
"""


def folders() -> dict[tuple[str, str], Path]:
    """Where the source of each crate is."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return {
        (crate["name"], crate["version"]): Path(crate["manifest_path"]).parent
        for crate in metadata["packages"]
    }


def texts(folder: Path) -> dict[str, str]:
    """The licence files of a crate."""
    return {
        path.name: path.read_text(encoding="utf-8", errors="replace").strip()
        for path in sorted(folder.iterdir())
        if path.is_file() and TEXT.match(path.name)
    }


def expression(component: dict[str, Any]) -> str:
    """The SPDX expression of a component."""
    names = [
        entry.get("expression") or entry["license"].get("id") or entry["license"]["name"]
        for entry in component.get("licenses", [])
    ]
    if not names:
        sys.exit(f"{component['name']} {component['version']} has no licence")
    return " AND ".join(names)


def main() -> None:
    """Prints the list for the bill of materials that the command line names."""
    components = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["components"]
    where = folders()
    # Many crates have the same text: it is printed once, with all of them above it.
    users: dict[str, list[str]] = {}
    print("What is in libverigator beside its own code, and under which licences.\n")
    for component in sorted(components, key=lambda entry: (entry["name"], entry["version"])):
        crate = f"{component['name']} {component['version']}"
        print(f"{crate}: {expression(component)}")
        for name, text in texts(where[component["name"], component["version"]]).items():
            users.setdefault(text, []).append(f"{crate} ({name})")
    print(f"\n{RUNTIMES}")
    for text, crates in users.items():
        print("=" * 80, *crates, "=" * 80, text, "", sep="\n")


main()
