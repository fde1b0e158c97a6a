"""Text between Python and C."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from verigator._raw import VERIGATOR_INVALID_CONFIG
from verigator.errors import InvalidConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping


def text_in(name: str, value: str | None) -> bytes | None:
    """A string as C reads it; None becomes NULL. The library refuses what is no text to it.

    Half of a surrogate pair, which has no UTF-8, keeps the bytes that it would have. A NUL, which
    would end the text early, goes as two bytes by which the library knows it.
    """
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    return value.encode("utf-8", "surrogatepass").replace(b"\0", b"\xc0\x80")


def path_in(option: str, name: str, value: str | bytes | os.PathLike[Any] | None) -> bytes | None:
    """A path as C reads it: in the system's own bytes, which need not be UTF-8.

    `name` is what the library calls it.
    """
    if value is None:
        return None
    if not isinstance(value, (str, bytes, os.PathLike)):
        raise TypeError(f"{option} must be a path, not {type(value).__name__}")
    try:
        path = os.fsencode(value)
    except UnicodeEncodeError as error:
        why = f"{name} has a character that no path has here ({error.reason}); pass another path"
        raise InvalidConfigError(why, status=VERIGATOR_INVALID_CONFIG, **NOT_SENT) from error
    if b"\0" in path:
        # Only this side can see it: to C all other bytes may be a path's.
        why = f"{name} has a NUL character; pass text without one"
        raise InvalidConfigError(why, status=VERIGATOR_INVALID_CONFIG, **NOT_SENT)
    return path


#: What is known of a failure before the library had anything to do with it.
NOT_SENT: Mapping[str, Any] = {"maybe_sent": False, "retry_safe": True}


def text_out(value: bytes | None) -> str:
    """A string of the library that is always there."""
    return optional_text_out(value) or ""


def optional_text_out(value: bytes | None) -> str | None:
    """A string of the library, or None for NULL."""
    # The library hands out UTF-8 only; an error must not be lost to a decoding error all the same.
    return None if value is None else value.decode("utf-8", "replace")
