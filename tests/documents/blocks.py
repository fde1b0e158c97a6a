"""What a document shows in fenced blocks: the files that a reader writes, and what they type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: A paragraph that ends so names the file that the block after it is.
NAMED = re.compile(r"`([^`\s]+)`:$")


@dataclass(frozen=True)
class File:
    """A block that a reader saves under a name."""

    name: str
    text: str


@dataclass(frozen=True)
class Command:
    """A line that a reader types, and the lines that they are told will follow."""

    line: str
    told: str


def read(document: Path) -> Iterator[File | Command]:
    """Gives what a reader does who follows the document from its beginning."""
    name = ""
    for token in MarkdownIt().parse(document.read_text("utf-8")):
        if token.type == "inline":
            found = NAMED.search(token.content)
            name = found.group(1) if found else ""
        elif token.type == "fence":
            if token.info == "console":
                yield from commands(token.content)
            elif name:
                yield File(name, token.content)
            name = ""


def commands(session: str) -> Iterator[Command]:
    """Parts a session: `$ ` begins a command, which a backslash goes on with and a comment ends."""
    for step in re.split(r"^\$ ", session, flags=re.M)[1:]:
        lines = step.splitlines()
        typed = lines.pop(0)
        while typed.endswith("\\") and lines:
            typed = f"{typed[:-1]}{lines.pop(0).lstrip()}"
        yield Command(re.sub(r"\s{2,}#.*", "", typed), "\n".join(lines))
