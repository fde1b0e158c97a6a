"""Prints a header as Doxygen understands it: marks say what its comments say by their layout.

    python3 scripts/docs/for_doxygen.py HEADER

The opening comment's headings, which have two empty lines before them, become Markdown's, and names
of the C API become references. The namespaces that tell apart what is compiled with exceptions and
without are left out.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

COMMENT = re.compile(r"^( */\*\*?| *///| \*)(?= |$)(.*)$")
NAME = re.compile(r"(?<![\w`:])verigator_\w+\b(?!\*)|\bVERIGATOR_[A-Z0-9_]*[A-Z0-9]\b")
# How code in a comment begins.
CODE = " " * 5


def names(api: dict[str, list[dict[str, str]]]) -> set[str]:
    """All that a comment may refer to."""
    return {
        item["name"]
        for kind in ("constants", "handles", "callbacks", "functions", "numbers")
        for item in api[kind]
    }


def mark(text: str, known: set[str]) -> str:
    """A line of prose: two hyphens stay two, and names become references."""
    text = re.sub(r"(`[^`]*`)|--", lambda part: part[1] or r"\--", text)
    return NAME.sub(
        lambda name: f'@ref {name[0]} "{name[0]}"' if name[0] in known else name[0], text
    )


def marked(lines: list[str], known: set[str]) -> Iterator[str]:
    """The lines with their marks."""
    empty = 0
    for line in lines:
        comment = COMMENT.match(line)
        begin, text = comment.groups() if comment else (line, "")
        if comment and not text.strip():
            empty += 1
        else:
            if text and empty > 1:
                text = " ##" + text
            elif text and not text.startswith(CODE):
                text = mark(text, known)
            empty = 0
        yield begin + text


def main(header: Path) -> None:
    """Prints it."""
    api = json.loads(header.with_name("verigator.json").read_text())
    text = header.read_text()
    # The opening comment is the main page. That of C is not of Doxygen's sort, nor are those of
    # some macros.
    text = re.sub(r"\A/// @file\n", "/** @file */\n/// @mainpage\n", text)
    text = re.sub(r"\A/\*\n", "/** @file */\n/** @mainpage\n", text)
    text = re.sub(r"^/\* (?=[A-Z])", "/** ", text, flags=re.M)
    text = re.sub(
        r"^#if VERIGATOR_EXCEPTIONS\ninline namespace.*?^#endif\n", "", text, flags=re.M | re.S
    )
    text = re.sub(r"^\} // namespace with_exceptions.*\n", "", text, flags=re.M)
    known = names(api) if header.suffix == ".h" else set()
    print("\n".join(marked(text.split("\n"), known)))


main(Path(sys.argv[1]))
