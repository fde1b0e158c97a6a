"""The lifetime of what the library makes for one call."""

from __future__ import annotations

import ctypes
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Callable

from verigator._failures import check

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def made(
    make: Callable[..., int], *arguments: Any, free: Callable[[ctypes.c_void_p], int]
) -> Iterator[ctypes.c_void_p]:
    """Calls `make`, whose last parameter is an output, and frees the handle it wrote at the end."""
    handle = ctypes.c_void_p()
    try:
        check(make(*arguments, ctypes.byref(handle)))
        yield handle
    finally:
        free(handle)
