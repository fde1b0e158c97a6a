"""Hands the log lines that a call kept to a `logging.Logger`."""

from __future__ import annotations

import itertools
import logging
from typing import TYPE_CHECKING

from verigator import _raw
from verigator._library import library
from verigator._text import text_out

if TYPE_CHECKING:
    import ctypes

_LEVELS = {
    _raw.VERIGATOR_LOG_ERROR: logging.ERROR,
    _raw.VERIGATOR_LOG_WARN: logging.WARNING,
    _raw.VERIGATOR_LOG_INFO: logging.INFO,
    _raw.VERIGATOR_LOG_DEBUG: logging.DEBUG,
}


def log_level(logger: logging.Logger | None) -> int:
    """The library's level for what `logger` takes now; 0 if it takes nothing."""
    taken = (
        number
        for number, level in _LEVELS.items()
        if logger is not None and logger.isEnabledFor(level)
    )
    return max(taken, default=0)


def log_lines(logger: logging.Logger, call: ctypes.c_void_p) -> None:
    """Hands on the lines of a call that has ended."""
    for index in itertools.count():
        level = library.verigator_call_log_level(call, index)
        if level == 0:
            return
        logger.log(_LEVELS[level], "%s", text_out(library.verigator_call_log_message(call, index)))
