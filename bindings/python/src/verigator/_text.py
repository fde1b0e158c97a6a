"""Text between Python and C."""

from __future__ import annotations

from verigator.errors import InvalidArgumentError


def text_in(name: str, value: str | None) -> bytes | None:
    """A string argument as C reads it; None becomes NULL, which the library judges."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a str, not {type(value).__name__}")
    # A lone surrogate has no UTF-8 form. Passed on as it is, the library refuses it like any
    # other text that is not UTF-8.
    data = value.encode("utf-8", "surrogatepass")
    if b"\0" in data:
        # Only this side can see it: C would take the text to end there.
        raise InvalidArgumentError(
            f"{name} has a NUL character; pass text without one",
            status=-1,
            maybe_sent=False,
            retry_safe=True,
        )
    return data


def text_out(value: bytes | None) -> str:
    """A string of the library that is always there."""
    return optional_text_out(value) or ""


def optional_text_out(value: bytes | None) -> str | None:
    """A string of the library, or None for NULL."""
    # The library hands out UTF-8 only; an error must not be lost to a decoding error all the same.
    return None if value is None else value.decode("utf-8", "replace")
