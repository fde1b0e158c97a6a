"""Hands the library's log lines to a `logging.Logger`."""

from __future__ import annotations

import logging
from typing import Any

from verigator._signatures import LOG_CALLBACK

# VERIGATOR_LOG_ERROR to VERIGATOR_LOG_DEBUG, which count from 1.
_LEVELS = (logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG)


def log_level(logger: logging.Logger) -> int:
    """The library's level for what `logger` takes now; 0 if it takes nothing."""
    return sum(logger.isEnabledFor(level) for level in _LEVELS)


def log_callback(logger: logging.Logger) -> Any:
    """The function that C calls for each line. It must live as long as C may call it."""

    def log(_user_data: object, level: int, message: bytes) -> None:
        logger.log(_LEVELS[level - 1], "%s", message.decode("utf-8", "replace"))

    return LOG_CALLBACK(log)
