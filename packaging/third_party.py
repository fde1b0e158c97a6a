"""Prints the licences of the crates a package is built from, with the texts that come with them.

    python3 packaging/third_party.py PACKAGE [TARGET]

Fails when a crate comes without a licence.
"""

from __future__ import annotations

import html
import re
import sys
from operator import itemgetter
from pathlib import Path

from linked import RUNTIMES, crates, host, rustc

TEXT = re.compile(r"(licen[cs]e|copying|notice|copyright)", re.IGNORECASE)


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
        if entry.own:
            continue
        crate = f"{entry.name} {entry.version}"
        if not entry.license:
            sys.exit(f"{crate} has no licence")
        print(f"{crate}: {entry.license}")
        for name, text in texts(entry.folder).items():
            users.setdefault(text, []).append(f"{crate} ({name})")
    print()
    for runtime in RUNTIMES:
        where = f" ({runtime.where})" if runtime.where else ""
        print(f"{runtime.name}{where}: {runtime.license}, {runtime.url}")
    print()
    users.setdefault(standard_library(), []).append("The Rust standard library")
    for text, names in filter(itemgetter(0), users.items()):
        print("=" * 80, *names, "=" * 80, text, "", sep="\n")


main()
