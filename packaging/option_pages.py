"""Makes the pages of docs/options from include/verigator.json: one an option, and their index.

    python3 packaging/option_pages.py

prints them as JSON: the text of each by the name of its file. What the description does not say
stands here (which options belong together, an example of each) and in option_names.py.
"""

from __future__ import annotations

import json
import re
import sys

from declarations import ORIGIN, Part, description
from option_names import LANGUAGES

#: Options that belong together, and what they are about.
GROUPS = {
    "Where the service is": ("base_url", "address", "allow_plain_http"),
    "Time": ("timeout", "connect_timeout"),
    "Trying again": ("max_retries", "max_retry_wait"),
    "Proxies": ("proxy",),
    "TLS": ("ca", "client_certificate", "pinned_key", "min_tls_version"),
    "Connections": ("max_connections", "max_idle_connections", "idle_timeout"),
    "Replies": ("max_response_bytes",),
    "User-Agent": ("user_agent", "user_agent_prefix", "user_agent_suffix"),
    "Log": ("log",),
}

#: What stands behind the configuration in an example in C, of the first function that sets it.
EXAMPLES = {
    "base_url": '"https://login-api.example.com"',
    "address": '"192.0.2.7"',
    "allow_plain_http": "1",
    "timeout": "10000",
    "connect_timeout": "2000",
    "max_retries": "0",
    "max_retry_wait": "500",
    "proxy": '"http://proxy.example.com:3128", NULL, NULL',
    "ca": '"/etc/example/authorities.pem"',
    "client_certificate": '"/etc/example/chain.pem", "/etc/example/key.pem"',
    "pinned_key": '"sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="',
    "min_tls_version": "VERIGATOR_TLS_1_3",
    "max_connections": "64",
    "max_idle_connections": "4",
    "idle_timeout": "10000",
    "max_response_bytes": "65536",
    "user_agent": '"my-binding/1.0"',
    "user_agent_prefix": '"my-library/1.0"',
    "user_agent_suffix": '"my-vpn/2.1"',
    "log": "VERIGATOR_LOG_WARN, log_line, NULL, NULL",
}

#: The variables that verigator_config_from_env takes an option from.
VARIABLES = {
    "base_url": ("VERIGATOR_BASE_URL",),
    "proxy": ("HTTPS_PROXY", "http_proxy", "ALL_PROXY", "NO_PROXY"),
}


def default(option: Part, comment: str) -> str:
    """Its default: as data where it is, or else in the words of the comment."""
    unit = f" {option['unit']}" if option.get("unit") else ""
    if option["default"] is not None:
        return f"`{option['default']}`{unit}"
    told = re.search(r"Default:\s+([^.]+)\.", comment)
    return told.group(1) if told else "none"


def limits(option: Part, setter: Part, api: Part) -> str:
    """What it may be, where the description says that as data."""
    if option.get("most"):
        return f"{option['least']} to {option['most']} {option.get('unit', 'bytes')}".strip()
    if option["kind"] == "truth":
        return "1 or 0"
    types = {parameter.get("of") for parameter in setter["parameters"]}
    return ", ".join(f"`{one['name']}`" for one in api["constants"] if one["type"] in types)


def text(comment: str, options: dict[str, str]) -> str:
    """A comment as Markdown: functions that set an option lead to its page."""

    def link(found: re.Match[str]) -> str:
        name = found.group()
        return f"[`{name}`]({options[name]}.md)" if name in options else f"`{name}`"

    promises = comment.partition("\n\nThe caller promises:")[0]
    told = re.sub(r"\s*Since \d+\.\d+\.$", "", promises).strip()
    quoted = re.sub(r'"[^"\n]+"', r"`\g<0>`", told)
    linked = re.sub(r"\bverigator_\w+|\bVERIGATOR_[A-Z0-9_]+", link, quoted)
    # Wildcards and the like are none of Markdown's.
    return re.sub(r"(?<![`\w])\*(?=[\w`])", r"\\*", linked)


def see_also(option: Part, comments: str, options: dict[str, str]) -> list[str]:
    """The pages of its group, and of what its comments name."""
    group = next(members for members in GROUPS.values() if option["name"] in members)
    named = [options[one] for one in re.findall(r"\bverigator_\w+", comments) if one in options]
    others = dict.fromkeys([*group, *named])
    return [f"[{one}]({one}.md)" for one in others if one != option["name"]]


def summary(comment: str) -> str:
    """The first sentence of a comment."""
    first = comment.split("\n\n")[0].replace("\n", " ")
    return re.split(r"(?<=\.) |(?= Default:)", first, maxsplit=1)[0].strip()


def page(option: Part, api: Part, functions: dict[str, Part], options: dict[str, str]) -> str:
    """The page of one option."""
    setters = [functions[name] for name in option["functions"]]
    comments = "\n\n".join(setter["comment"] for setter in setters)
    variables = VARIABLES.get(option["name"], ())
    facts = [
        ("default", default(option, comments)),
        ("limits", limits(option, setters[0], api)),
        ("since", setters[0]["since"]),
        ("environment", ", ".join(f"`{one}`" for one in variables)),
    ]
    lines = [
        f"<!-- {ORIGIN} -->",
        f"# {option['name']}",
        "",
        "| | |",
        "|---|---|",
        *(f"| {fact} | {told} |" for fact, told in facts if told),
        "",
        "```c",
        f"{setters[0]['name']}(config, {EXAMPLES[option['name']]});",
        "```",
    ]
    for setter in setters:
        heading = [f"## `{setter['name']}`", ""] if len(setters) > 1 else []
        lines += ["", *heading, text(setter["comment"], options)]
    is_time = option.get("unit") == "ms"
    lines += ["", "## In each language", ""]
    lines += ["| language | called |" + " takes |" * is_time, "|---|---|" + "---|" * is_time]
    for language in LANGUAGES:
        called = ", ".join(f"`{name}`" for name in language.calls(option))
        lines.append(f"| {language.name} | {called} |" + f" {language.time} |" * is_time)
    manual = ", ".join(f"`man {name}`" for name in option["functions"])
    related = ", ".join([*see_also(option, comments, options), "[all options](README.md)"])
    lines += ["", "## See also", "", f"{related}; {manual}.", ""]
    return "\n".join(lines)


def index(api: Part, functions: dict[str, Part]) -> str:
    """The page that lists the others."""
    by_name = {option["name"]: option for option in api["options"]}
    lines = [
        f"<!-- {ORIGIN} -->",
        "# The options of the library",
        "",
        "An option is set on a configuration, and holds for the contexts that are made from it",
        "afterwards. A value that it cannot have is refused where it is set, and then no context",
        "is made until it is set well. Each language has all of them, by its own habits: a page",
        "tells what it is called there. The server has [its own](../server-options.md).",
    ]
    for heading, members in GROUPS.items():
        lines += [
            "",
            f"## {heading}",
            "",
            "| option | what | default | limits |",
            "|---|---|---|---|",
        ]
        for name in members:
            option = by_name[name]
            setter = functions[option["functions"][0]]
            cells = [
                f"[{name}]({name}.md)",
                summary(setter["comment"]),
                default(option, setter["comment"]),
                limits(option, setter, api),
            ]
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def pages(api: Part) -> dict[str, str]:
    """All pages, by the names of their files."""
    there = {option["name"] for option in api["options"]}
    grouped = [name for members in GROUPS.values() for name in members]
    if {*grouped} != there or EXAMPLES.keys() != there:
        names = ", ".join(sorted(({*grouped} ^ there) | (EXAMPLES.keys() ^ there)))
        sys.exit(
            f"option_pages.py: give {names} a place in GROUPS and in EXAMPLES, or take it away"
        )
    functions = {function["name"]: function for function in api["functions"]}
    options = {name: option["name"] for option in api["options"] for name in option["functions"]}
    return {
        "README.md": index(api, functions),
        **{f"{one['name']}.md": page(one, api, functions, options) for one in api["options"]},
    }


if __name__ == "__main__":
    print(json.dumps(pages(description()), indent=1))
