"""Makes the manual pages from include/verigator.h: one for each function, and verigator(3).

    python3 packaging/man.py VERSION FOLDER

verigator(3) is the header's opening comment, its types and constants, and a list of the functions.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

HEADER = Path(__file__).parent.parent / "include/verigator.h"

COMMENTED = re.compile(
    r"^/\*\*\n(?P<comment>(?: \*.*\n)+?) \*/\n"
    r"(?P<code>#define .*|typedef struct .*;|(?:[^;{}#/]|\n)*?;)$",
    re.M,
)


def match(pattern: str, text: str) -> re.Match[str]:
    """Where the pattern is in a text that must have it."""
    found = re.search(pattern, text)
    if found is None:
        raise SystemExit(f"man.py: {HEADER} has what was not understood: {text}")
    return found


class Item(NamedTuple):
    """What the header declares, with its comment."""

    name: str
    code: str
    paragraphs: list[str]

    @property
    def summary(self) -> str:
        """What it is or does, in one line that begins in lower case."""
        text = self.paragraphs[0].replace("\n", " ").replace("`", "")
        line = match(r"^(.+?)(?:[.:;](?= |$)| \(|, such as|$)", text).group(1)
        return line if line[:2].isupper() else line[0].lower() + line[1:]


def items(header: str) -> list[Item]:
    """All that the header declares, in its order."""
    found = []
    for declared in COMMENTED.finditer(header):
        code = re.sub(r"\bVERIGATOR_(?:API|MUST_USE|CALL)\s+", "", declared["code"])
        name = match(r"#define (\w+)|\(\*(\w+)\)|(\w+)\(|(\w+);", code)
        comment = re.sub(r"^ \* ?", "", declared["comment"], flags=re.M).strip("\n")
        found.append(Item(next(filter(None, name.groups())), code, comment.split("\n\n")))
    return found


def is_function(item: Item) -> bool:
    """Whether it has a page of its own."""
    return re.search(rf"\b{item.name}\(", item.code) is not None


def escape(text: str) -> str:
    """Text as roff takes it literally."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"^([.'])", r"\\&\1", text, flags=re.M)


def prose(text: str) -> str:
    """A paragraph, with the names in it set apart."""
    text = textwrap.fill(text, 70, break_long_words=False, break_on_hyphens=False)
    text = re.sub(r"`([^`]+)`", r"\\fI\1\\fR", escape(text))
    return re.sub(r"\b(verigator_\w+)", r"\\fB\1\\fR", text)


def listing(code: str) -> str:
    """Lines that stay as they are."""
    return f".RS 4\n.nf\n{escape(code)}\n.fi\n.RE"


def prototype(code: str) -> str:
    """A declaration: bold, but the names of its parameters."""
    code = escape(code)
    code = re.sub(r"(\w+)(?=[,)])(?<!void)", r"\\fI\1\\fB", code)
    return "\n".join(f"\\fB{line}\\fR" for line in code.split("\n"))


def paragraphs(texts: list[str]) -> str:
    """Paragraphs of a comment; what is indented by four is code."""
    blocks = [
        listing(re.sub("^ {4}", "", text, flags=re.M)) if text.startswith("    ") else prose(text)
        for text in texts
    ]
    return "\n.PP\n".join(blocks)


def page(name: str, summary: str, version: str, sections: dict[str, str]) -> str:
    """A page of these sections."""
    # Neither hyphens nor wide gaps in lines full of names.
    title = f'.TH {name.upper()} 3 "" "libverigator {version}" "Verigator"\n.nh\n.ad l'
    body = {"NAME": f"{name} \\- {escape(summary)}", **sections}
    return "\n".join([title, *(f'.SH "{head}"\n{text}' for head, text in body.items() if text), ""])


def references(item: Item, functions: set[str]) -> str:
    """The pages that the comment names."""
    named = set(re.findall(r"\bverigator_\w+", "\n".join(item.paragraphs))) & functions
    names = ["verigator", *sorted(named - {item.name})]
    return ",\n".join(f".BR {name} (3)" for name in names).replace("),", ") ,")


def function_page(item: Item, version: str, functions: set[str]) -> str:
    """The page of one function."""
    returns = ""
    if item.code.startswith("verigator_status "):
        returns = (
            "VERIGATOR_OK, the HTTP status that the service answered, or a negative\n"
            "value that arose on this side: see STATUS in\n.BR verigator (3)."
        )
    sections = {
        "SYNOPSIS": f".nf\n.B #include <verigator.h>\n.PP\n{prototype(item.code)}\n.fi",
        "DESCRIPTION": paragraphs(item.paragraphs),
        "RETURN VALUE": returns,
        "SEE ALSO": references(item, functions),
    }
    return page(item.name, item.summary, version, sections)


def manual(header: str) -> dict[str, str]:
    """The sections of the header's opening comment: a line alone, in the middle of blank ones."""
    opening = re.sub(
        r"^ \* ?", "", header[header.index("/*\n") + 3 : header.index(" */")], flags=re.M
    )
    _, *sections = opening.strip("\n").split("\n\n\n")
    found = {}
    for section in sections:
        head, *texts = section.split("\n\n")
        found[head.upper()] = paragraphs(texts)
    return found


def definition(item: Item) -> str:
    """A type or a constant, with its comment."""
    term = item.code.removeprefix("#define ") if item.code.startswith("#") else item.name
    return f".TP\n.B {escape(term)}\n" + paragraphs(item.paragraphs).replace(".PP", ".IP")


def overview(header: str, version: str, declared: list[Item]) -> str:
    """verigator(3)."""
    functions = [item for item in declared if is_function(item)]
    constants = [item for item in declared if item.code.startswith("#define")]
    types = [item for item in declared if item not in functions and item not in constants]
    sections = {
        "SYNOPSIS": ".nf\n.B #include <verigator.h>\n.fi",
        **manual(header),
        "FUNCTIONS": "\n".join(
            f".TP\n.BR {item.name} (3)\n{escape(item.summary)}" for item in functions
        ),
        "TYPES": "\n".join(map(definition, types)),
        "CONSTANTS": "\n".join(map(definition, constants)),
    }
    return page("verigator", "two-factor logins through the Verigator API", version, sections)


def main(version: str, folder: Path) -> None:
    """Writes the pages."""
    header = HEADER.read_text("utf-8")
    declared = items(header)
    functions = {item.name for item in declared if is_function(item)}
    (folder / "verigator.3").write_text(overview(header, version, declared), "utf-8")
    for item in declared:
        if is_function(item):
            (folder / f"{item.name}.3").write_text(function_page(item, version, functions), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
