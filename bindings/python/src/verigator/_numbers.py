"""Whole numbers between Python and C."""

from __future__ import annotations

from typing import Any


def integer_in(name: str, value: Any) -> int:
    """A whole number, and nothing that merely counts as one."""
    # True would count as 1.
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be an int, not {type(value).__name__}")
    return value


def fitting(bits: int, value: int) -> int:
    """`value`, or the nearest that C has room for, which is as far beyond every limit.

    ctypes would cut a number to its width without a word.
    """
    beyond: int = 2 ** (bits - 1)
    return min(max(value, -beyond), beyond - 1)
