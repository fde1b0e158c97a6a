"""Makes the manual pages from include/verigator.json: one for each function, and verigator(3).

    python3 packaging/man.py VERSION FOLDER

verigator(3) is the header's opening comment, its types and constants, and lists of the functions
and of the options.
"""

from __future__ import annotations

import re
import sys
import textwrap
from pathlib import Path

from declarations import Part, declared, description


def paragraphs_of(item: Part) -> list[str]:
    """The paragraphs of its comment."""
    comment: str = item["comment"]
    return comment.split("\n\n")


def summary(item: Part) -> str:
    """What it is or does, in one line that begins in lower case."""
    text = paragraphs_of(item)[0].replace("\n", " ").replace("`", "")
    line = re.split(r"[.:;](?: |$)| \(|, such as", text, maxsplit=1)[0]
    return line if line[:2].isupper() else line[0].lower() + line[1:]


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


def prototype(function: Part) -> str:
    """A declaration: bold, but the names of its parameters."""
    begin = f"{declared(function['returns']['type'], function['name'])}("
    parameters = [
        escape(declared(one["type"], f"\0{one['name']}\0")) for one in function["parameters"]
    ]
    end = f",\n{' ' * len(begin)}".join(parameters) or "void"
    code = escape(begin) + re.sub("\0(\\w+)\0", r"\\fI\1\\fB", end) + ");"
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


def references(function: Part, functions: set[str]) -> str:
    """The pages that the comment names."""
    named = set(re.findall(r"\bverigator_\w+", function["comment"])) & functions
    names = ["verigator", *sorted(named - {function["name"]})]
    return ",\n".join(f".BR {name} (3)" for name in names).replace("),", ") ,")


def function_page(function: Part, version: str, functions: set[str]) -> str:
    """The page of one function."""
    returns = ""
    if function["returns"]["kind"] == "status":
        returns = (
            "VERIGATOR_OK, the HTTP status that the service answered, or a negative\n"
            "value that arose on this side: see STATUS in\n.BR verigator (3)."
        )
    sections = {
        "SYNOPSIS": f".nf\n.B #include <verigator.h>\n.PP\n{prototype(function)}\n.fi",
        "DESCRIPTION": paragraphs(paragraphs_of(function)),
        "RETURN VALUE": returns,
        "SEE ALSO": references(function, functions),
    }
    return page(function["name"], summary(function), version, sections)


def definition(item: Part) -> str:
    """A type or a constant, with its comment."""
    term = f"{item['name']} {item['value']}" if "value" in item else item["name"]
    return f".TP\n.B {escape(term)}\n" + paragraphs(paragraphs_of(item)).replace(".PP", ".IP")


def option(item: Part) -> str:
    """An option: its default and limits, where they are numbers or words, and what sets it."""
    told = []
    if item["default"] is not None:
        told.append(f"Default: {item['default']}.")
    if item.get("most"):
        told.append(f"{item['least']} to {item['most']} {item.get('unit', 'bytes')}".strip() + ".")
    setters = ",\n".join(f".BR {name} (3)" for name in item["functions"]).replace("),", ") ,")
    return "\n".join([f".TP\n.B {item['name']}", *map(escape, told), setters])


def overview(api: Part, version: str) -> str:
    """verigator(3)."""
    sections = {
        "SYNOPSIS": ".nf\n.B #include <verigator.h>\n.fi",
        **{
            section["heading"].upper(): paragraphs(section["text"].split("\n\n"))
            for section in api["manual"]
        },
        "FUNCTIONS": "\n".join(
            f".TP\n.BR {function['name']} (3)\n{escape(summary(function))}"
            for function in api["functions"]
        ),
        "OPTIONS": "\n".join(map(option, api["options"])),
        "TYPES": "\n".join(map(definition, api["numbers"] + api["handles"] + api["callbacks"])),
        "CONSTANTS": "\n".join(map(definition, api["constants"])),
    }
    return page("verigator", "two-factor logins through the Verigator API", version, sections)


def main(version: str, folder: Path) -> None:
    """Writes the pages."""
    api = description()
    functions = {function["name"] for function in api["functions"]}
    (folder / "verigator.3").write_text(overview(api, version), "utf-8")
    for function in api["functions"]:
        text = function_page(function, version, functions)
        (folder / f"{function['name']}.3").write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
