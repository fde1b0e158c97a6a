"""The options of a client. Each has the default that `verigator.h` names at its setter."""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Callable, Optional, TypedDict, Union

from verigator._failures import check
from verigator._library import library
from verigator._logging import log_level
from verigator._numbers import fitting, integer_in
from verigator._raw import VERIGATOR_INVALID_ARGUMENT, VERIGATOR_INVALID_CONFIG
from verigator._text import NOT_SENT, path_in, text_in
from verigator._version import __version__
from verigator.errors import InvalidArgumentError, InvalidConfigError
from verigator.models import TLSVersion

if TYPE_CHECKING:
    import ctypes
    from collections.abc import Mapping


StrOrBytesPath = Union[str, bytes, os.PathLike[str], os.PathLike[bytes]]


class Options(TypedDict, total=False):
    """What a client can be given beside the credentials, as keyword arguments.

    Times are in seconds, with milliseconds as the finest step; less than 0.001 is refused. Paths
    need not be UTF-8 where the system's are not. The library judges each value when
    the client is made: `InvalidConfigError`, or `InvalidArgumentError` for one that is missing.
    """

    base_url: str
    """Where the service is. Default: `"https://api.verigator.com"`. `http` is for loopback only."""
    allow_plain_http: bool
    """Allows `http` to an address that is not loopback, or by a proxy that is not. Default: False.
    Whoever can touch the traffic can then read the credentials and answer "verified"."""
    address: str
    """An IP address to connect to instead of looking up the name in `base_url`. Default: none.
    Not beside another address in `base_url`, or a proxy that looks the name up itself, which all
    but `socks5` do."""
    connect_timeout: float
    """How long a connection may take to be made. Default: 5; 0.001 to 3600."""
    timeout: float
    """The deadline of a whole call, retries and waiting included. Default: 30; 0.001 to 3600."""
    max_retries: int
    """How often a call that can safely be repeated is repeated. Default: 2; 0 to 10."""
    max_retry_wait: float
    """The longest wait between two attempts. Default: 2; 0.001 to 3600."""
    proxy: Optional[str]
    """The proxy that all requests go through. Default: none, or with `Client.from_env` what the
    environment says; None: none, whatever it says. `"http://host:port"` or `https` for
    one of HTTP; `"socks5h://host:port"` for one of SOCKS 5, or `socks5` if the name in `base_url`
    is to be looked up here."""
    proxy_credentials: tuple[str, str]
    """Username and password for `proxy`, which must be there too. Default: none."""
    ca_file: StrOrBytesPath
    """A PEM file of the only certificate authorities trusted. Default: those of the system."""
    ca_pem: bytes
    """The same as PEM in memory."""
    client_certificate_files: tuple[StrOrBytesPath, StrOrBytesPath]
    """PEM files of the client's certificate chain and of its unencrypted key. Default: none."""
    client_certificate_pem: tuple[bytes, bytes]
    """The same as PEM in memory."""
    pinned_keys: Sequence[str]
    """The only server keys accepted, each `"sha256//"` and base64. Default: any valid one."""
    min_tls_version: TLSVersion
    """The oldest TLS version spoken. Default: TLS 1.2."""
    user_agent: str
    """What stands in the User-Agent between prefix and suffix. Default: this package, then the
    library inside it."""
    user_agent_prefix: str
    """A product of yours before `user_agent`, such as `"my-library/1.0"`. Default: none."""
    user_agent_suffix: str
    """A product of yours after `user_agent`, such as `"my-shop/2.1"`. Default: none."""
    max_connections: int
    """How many connections an `AsyncClient` makes at most on an event loop, and so how many of its
    calls run at once; the others wait in order, their deadlines running. Default: 256; 1 to
    65536."""
    max_idle_connections: int
    """How many idle connections are kept for later calls. Default: 16; 0 to 1024."""
    idle_timeout: float
    """How long an idle connection may be used again. Default: 30; 0.001 to 3600."""
    max_response_bytes: int
    """The most bytes read of a reply's body. Default: 1048576; 1 to 67108864."""
    logger: Optional[logging.Logger]
    """Gets the log lines of each call once it is over, on the thread or the event loop that made
    it. They hold no password, token or body. Its level at the time the client is made decides
    which. What it raises, the call raises. Default: None."""


def apply(config: ctypes.c_void_p, options: Mapping[str, Any]) -> None:
    """Sets `options` on a configuration."""
    unknown = options.keys() - Options.__annotations__.keys()
    if unknown:
        raise TypeError(f"unknown option {', '.join(sorted(unknown))}")
    options = {"user_agent": _products(), **options}
    for name, (setter, convert) in _SETTERS.items():
        if name in options:
            check(setter(config, *convert(name, options[name])))
    if "proxy" in options or "proxy_credentials" in options:
        _set_proxy(config, options.get("proxy"), options.get("proxy_credentials"))
    for pin in options.get("pinned_keys", ()):
        check(library.verigator_config_add_pinned_key(config, text_in("pinned_keys", pin)))
    level = log_level(options.get("logger"))
    if level > 0:
        check(library.verigator_config_set_call_log(config, level))


def _products() -> str:
    return f"verigator-python/{__version__} libverigator/{library.verigator_version().decode()}"


def _set_proxy(config: ctypes.c_void_p, url: Any, credentials: Any) -> None:
    if url is None and credentials is None:
        check(library.verigator_config_unset_proxy(config))
        return
    if url is None:
        why = "proxy is missing; pass its URL, also where there are proxy_credentials"
        raise InvalidArgumentError(why, status=VERIGATOR_INVALID_ARGUMENT, **NOT_SENT)
    username, password = credentials or (None, None)
    check(
        library.verigator_config_set_proxy(
            config,
            text_in("proxy", url),
            text_in("proxy_credentials", username),
            text_in("proxy_credentials", password),
        )
    )


def _number(name: str, value: Any) -> tuple[int]:
    return (fitting(64, integer_in(name, value)),)


def _version(name: str, value: Any) -> tuple[int]:
    return (fitting(32, integer_in(name, value)),)


def _milliseconds(name: str, value: Any) -> tuple[int]:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number of seconds, not {type(value).__name__}")
    milliseconds = value * 1000
    if isinstance(milliseconds, float) and not math.isfinite(milliseconds):
        why = f"{name} is {value}; pass a number of seconds"
        raise InvalidConfigError(why, status=VERIGATOR_INVALID_CONFIG, **NOT_SENT)
    # Not rounded up, since the library takes none that short.
    return (fitting(64, 0 if 0 <= milliseconds < 1 else round(milliseconds)),)


def _text(name: str, value: Any) -> tuple[Any]:
    return (text_in(name, value),)


def _path(option: str, value: Any) -> tuple[Any]:
    return (path_in(option, "the CA file", value),)


def _paths(option: str, values: Any) -> tuple[Any, ...]:
    names = "the client certificate file", "the client key file"
    return tuple(path_in(option, name, value) for name, value in zip(names, values))


def _buffer(name: str, value: Any) -> tuple[bytes, int]:
    if not isinstance(value, bytes):
        raise TypeError(f"{name} must be bytes, not {type(value).__name__}")
    return value, len(value)


def _buffers(name: str, values: Any) -> tuple[Any, ...]:
    return tuple(part for value in values for part in _buffer(name, value))


def _flag(name: str, value: Any) -> tuple[bool]:
    # Strict, since the text "false" would count as true.
    if not isinstance(value, bool):
        raise TypeError(f"{name} must be a bool, not {type(value).__name__}")
    return (value,)


# Those that are one call of one setter: what sets each, and how its value becomes arguments.
_SETTERS: dict[str, tuple[Callable[..., int], Callable[[str, Any], tuple[Any, ...]]]] = {
    "base_url": (library.verigator_config_set_base_url, _text),
    "allow_plain_http": (library.verigator_config_set_allow_plain_http, _flag),
    "address": (library.verigator_config_set_address, _text),
    "connect_timeout": (library.verigator_config_set_connect_timeout_ms, _milliseconds),
    "timeout": (library.verigator_config_set_timeout_ms, _milliseconds),
    "max_retries": (library.verigator_config_set_max_retries, _number),
    "max_retry_wait": (library.verigator_config_set_max_retry_wait_ms, _milliseconds),
    "ca_file": (library.verigator_config_set_ca_file, _path),
    "ca_pem": (library.verigator_config_set_ca_pem, _buffer),
    "client_certificate_files": (
        library.verigator_config_set_client_certificate_file,
        _paths,
    ),
    "client_certificate_pem": (
        library.verigator_config_set_client_certificate_pem,
        _buffers,
    ),
    "min_tls_version": (library.verigator_config_set_min_tls_version, _version),
    "user_agent": (library.verigator_config_set_user_agent, _text),
    "user_agent_prefix": (library.verigator_config_set_user_agent_prefix, _text),
    "user_agent_suffix": (library.verigator_config_set_user_agent_suffix, _text),
    "max_connections": (library.verigator_config_set_max_connections, _number),
    "max_idle_connections": (library.verigator_config_set_max_idle_connections, _number),
    "idle_timeout": (library.verigator_config_set_idle_timeout_ms, _milliseconds),
    "max_response_bytes": (library.verigator_config_set_max_response_bytes, _number),
}
