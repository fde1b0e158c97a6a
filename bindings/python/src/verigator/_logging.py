"""Hands the library's log lines to a `logging.Logger`."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from verigator._library import library
from verigator._signatures import LOG_CALLBACK

if TYPE_CHECKING:
    from collections.abc import Iterator

# VERIGATOR_LOG_ERROR to VERIGATOR_LOG_DEBUG, which count from 1.
_LEVELS = (logging.ERROR, logging.WARNING, logging.INFO, logging.DEBUG)


class _Thread(threading.local):
    raised: BaseException | None = None


_thread = _Thread()


def log_level(logger: logging.Logger) -> int:
    """The library's level for what `logger` takes now; 0 if it takes nothing."""
    return sum(logger.isEnabledFor(level) for level in _LEVELS)


def log_callback(logger: logging.Logger) -> Any:
    """The function that C calls for each line. It must live as long as C may call it."""
    return LOG_CALLBACK(partial(_log, logger))


def _log(logger: logging.Logger, _user_data: object, level: int, message: bytes) -> None:
    try:
        logger.log(_LEVELS[level - 1], "%s", message.decode("utf-8", "replace"))
    except BaseException as error:  # noqa: BLE001 C could not pass it on
        _keep(error)


def _keep(error: BaseException) -> None:
    if _thread.raised is None:
        _thread.raised = error


@contextmanager
def exceptions_raised() -> Iterator[None]:
    """Raises after the call in its block the first exception that a log line of it came to."""
    # A log line can make a call itself, which leaves what is kept to the outer one.
    before, _thread.raised = _thread.raised, None
    try:
        yield
    finally:
        raised, _thread.raised = _thread.raised, before
        if raised is not None:
            # Should the call have failed as well, nobody reads that any more.
            library.verigator_clear_error()
            raise raised


@contextmanager
def interrupts_kept() -> Iterator[None]:
    """Keeps what the handler of a signal raises before a log line is in the care of `_log`.

    It runs as soon as there is Python code again, which is the first step of `_log`: before its
    `try`. Nobody but this hook ever sees that exception.
    """
    before = sys.unraisablehook

    def hook(unraisable: sys.UnraisableHookArgs) -> None:
        traceback = unraisable.exc_traceback
        if traceback is not None and traceback.tb_frame.f_code is _log.__code__:
            _keep(unraisable.exc_value or unraisable.exc_type())
        else:
            before(unraisable)

    sys.unraisablehook = hook
    try:
        yield
    finally:
        # Unless somebody else has set one meanwhile.
        if sys.unraisablehook is hook:
            sys.unraisablehook = before
