"""Text between Python and C."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from verigator.errors import InvalidArgumentError, InvalidConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping


def text_in(name: str, value: str | None) -> bytes | None:
    """A string argument as C reads it; None becomes NULL, which the library judges."""
    data = _encoded(name, value)
    if data is not None and b"\0" in data:
        # Only this side can see it: C would take the text to end there.
        raise InvalidArgumentError(_HAS_NUL.format(name), status=-1, **NOT_SENT)
    return data


def option_in(name: str, value: str | None) -> bytes | None:
    """A string option or credential as C reads it; as `text_in`, but for the error."""
    return _option(name, _encoded(name, value))


def path_in(name: str, value: str | bytes | os.PathLike[Any] | None) -> bytes | None:
    """A path option as C reads it: in the system's own bytes, which need not be UTF-8."""
    if value is None:
        return None
    if not isinstance(value, (str, bytes, os.PathLike)):
        raise TypeError(f"{name} must be a path, not {type(value).__name__}")
    try:
        return _option(name, os.fsencode(value))
    except UnicodeEncodeError as error:
        why = f"{name} has a character that no path has here ({error.reason}); pass another path"
        raise InvalidConfigError(why, status=-3, **NOT_SENT) from error


def _option(name: str, data: bytes | None) -> bytes | None:
    if data is not None and b"\0" in data:
        raise InvalidConfigError(_HAS_NUL.format(name), status=-3, **NOT_SENT)
    return data


_HAS_NUL = "{} has a NUL character; pass text without one"
#: What is known of a failure before the library had anything to do with it.
NOT_SENT: Mapping[str, Any] = {"maybe_sent": False, "retry_safe": True}


def _encoded(name: str, value: str | None) -> bytes | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    # A lone surrogate has no UTF-8 form. Passed on as it is, the library refuses it like any
    # other text that is not UTF-8.
    return value.encode("utf-8", "surrogatepass")


def text_out(value: bytes | None) -> str:
    """A string of the library that is always there."""
    return optional_text_out(value) or ""


def optional_text_out(value: bytes | None) -> str | None:
    """A string of the library, or None for NULL."""
    # The library hands out UTF-8 only; an error must not be lost to a decoding error all the same.
    return None if value is None else value.decode("utf-8", "replace")
