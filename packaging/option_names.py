"""What each language calls the options of a configuration.

A name follows from that of the function which sets the option in C; where it does not, it stands in
the table here. Of a time it is told in which unit, or as which type, the language takes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Callable

if TYPE_CHECKING:
    from declarations import Part

#: Words that Go writes in capitals.
INITIALS = ("url", "http", "tls", "pem", "ca")


def method(function: str) -> str:
    """A method of a configuration: the function without what all of them begin with."""
    return function.removeprefix("verigator_config_").removesuffix("_ms")


def thing(function: str) -> str:
    """What a function sets: the method without its verb."""
    return re.sub("^(set|add|unset)_", "", method(function))


def camel(function: str) -> str:
    """What it sets, with a capital for each word but the first."""
    first, *others = thing(function).split("_")
    return first + "".join(map(str.capitalize, others))


def pascal(function: str) -> str:
    """What it sets, with a capital for each word."""
    return "".join(map(str.capitalize, thing(function).split("_")))


def go(function: str) -> str:
    """A function that makes an option of Go's client."""
    words = thing(function).split("_")
    capitals = (word.upper() if word in INITIALS else word.capitalize() for word in words)
    return f"With{''.join(capitals)}"


@dataclass
class Language:
    """A language, and how it names options."""

    name: str
    #: How it takes a time.
    time: str
    #: The name that follows from a function of C.
    follows: Callable[[str], str]
    #: The names of an option that do not follow.
    others: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def calls(self, option: Part) -> list[str]:
        """The names of an option."""
        followed = map(self.follows, option["functions"])
        return list(dict.fromkeys(self.others.get(option["name"], followed)))


LANGUAGES = (
    Language("C", "milliseconds", str),
    Language(
        "C++",
        "`std::chrono::milliseconds`",
        lambda function: f"config::{method(function)}",
        {"log": ("config::set_log",)},
    ),
    Language(
        "Rust",
        "`Duration`",
        lambda function: f"Config::{method(function)}",
        {"log": ("Config::set_log",)},
    ),
    Language(
        "Python",
        "seconds",
        thing,
        {
            "proxy": ("proxy", "proxy_credentials"),
            "client_certificate": ("client_certificate_files", "client_certificate_pem"),
            "pinned_key": ("pinned_keys",),
            "log": ("logger",),
        },
    ),
    Language("Java", "`Duration`", camel, {"proxy": ("proxy", "noProxy"), "log": ("log",)}),
    Language(
        "C#",
        "`TimeSpan`",
        pascal,
        {
            "proxy": ("Proxy", "ProxyUsername", "ProxyPassword", "NoProxy"),
            "client_certificate": (
                "ClientCertificateFile",
                "ClientKeyFile",
                "ClientCertificatePem",
                "ClientKeyPem",
            ),
            "pinned_key": ("PinnedKeys",),
            "log": ("Log", "LogLevel"),
        },
    ),
    Language(
        "Go",
        "`time.Duration`",
        go,
        {
            "proxy": ("WithProxy", "WithProxyCredentials", "WithoutProxy"),
            "client_certificate": ("WithClientCertificateFiles", "WithClientCertificatePEM"),
            "log": ("WithLogger",),
        },
    ),
    Language(
        "Node.js",
        "milliseconds",
        camel,
        {
            "proxy": ("proxy", "proxyCredentials"),
            "client_certificate": ("clientCertificateFiles", "clientCertificatePem"),
            "pinned_key": ("pinnedKeys",),
            "log": ("logger", "logLevel"),
        },
    ),
    Language(
        "PHP",
        "seconds",
        camel,
        {
            "proxy": ("proxy", "proxyUsername", "proxyPassword"),
            "client_certificate": (
                "clientCertificateFile",
                "clientKeyFile",
                "clientCertificatePem",
                "clientKeyPem",
            ),
            "pinned_key": ("pinnedKeys",),
            "log": ("logger", "logLevel"),
        },
    ),
)
