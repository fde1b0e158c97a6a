"""Follows the documents as a reader does: writes the files, types the commands, reads what comes.

    following.py TREE DOCUMENT ...

TREE is a copy of the repository, with the release build. Prints each command that did not do what
the document says, and ends with 1 if there was one.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import time
from pathlib import Path

import blocks
from terminal import ADDRESS, Terminal

#: What is not run here, with the reason and where it is run.
ELSEWHERE = {
    "make test": "it is what runs this",
}


def free_address() -> str:
    """An address of this machine that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{listener.getsockname()[1]}"


def without_chance(text: str) -> str:
    """The text without a job's number, and with all ids, times, PINs and addresses the same."""
    text = re.sub(r"^\[\d+\] \d+\n", "", text, flags=re.M)
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
    text = re.sub(r"127\.0\.0\.1:\d+", "ADDRESS", text)
    return re.sub(r"\b\d{6}\b", "PIN", text).strip()


def is_as_told(seen: str, told: str) -> bool:
    """Whether it is what the document has, where a line of three dots stands for any lines."""
    parts = re.split(r"^\.\.\.(?:\n|$)", without_chance(told), flags=re.M)
    return re.fullmatch("(?s:.*)".join(map(re.escape, parts)), without_chance(seen)) is not None


def environment(address: str) -> dict[str, str]:
    """What a reader's shell has: nothing of make's, and no option but where the server listens."""
    others = ("MAKE", "MFLAGS", "VERIGATOR_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(others)}
    return {**kept, "VERIGATOR_SERVER_LISTEN": address, "TERM": "dumb"}


def save(tree: Path, path: Path, text: str) -> None:
    """Writes a file. A package of Rust gets the versions that this tree is tested with."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    if path.match("src/main.rs"):
        shutil.copy(tree / "Cargo.lock", path.parent.parent)


def what_is_wrong(terminal: Terminal, command: blocks.Command, address: str) -> str:
    """Types a command; gives what a reader would wonder at, if anything."""
    if command.line in ELSEWHERE:
        print(f"  not here: {command.line}: {ELSEWHERE[command.line]}")
        return ""
    seen = terminal.run(command.line.replace(ADDRESS, address), command.told)
    if not is_as_told(seen, command.told):
        return f"says:\n{seen}\nand the document:\n{command.told}"
    code = terminal.exit_code()
    return "" if code == 0 or command.told else f"fails with {code}"


def follow(tree: Path, document: str) -> bool:
    """Follows one document; says whether all is as it says."""
    address = free_address()
    began = time.monotonic()
    right = True
    with Terminal(tree, environment(address), address) as terminal:
        for step in blocks.read(tree / document):
            if isinstance(step, blocks.File):
                save(tree, terminal.folder() / step.name, step.text.replace(ADDRESS, address))
            elif wrong := what_is_wrong(terminal, step, address):
                print(f"{document}: $ {step.line}\n{wrong}")
                right = False
    print(f"{time.monotonic() - began:5.1f} s  {document}")
    return right


def main() -> int:
    """Follows all that are named."""
    tree, *documents = sys.argv[1:]
    wrong = [document for document in documents if not follow(Path(tree), document)]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
