"""The end of the interpreter: calls of daemon threads that write log lines are over before it.

A thread that wants to run Python code afterwards is stopped where it is. For a log line that is in
the midst of the library, which is not made for it, so that the whole process would crash.
"""

from __future__ import annotations

import atexit
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from verigator import _process
from verigator._library import library
from verigator._text import NOT_SENT
from verigator.errors import ClosedError

if TYPE_CHECKING:
    import ctypes
    from collections.abc import Iterator


class _Call:
    def __init__(self, context: ctypes.c_void_p) -> None:
        self.context = context
        self.process = _process.identity()
        self.is_over = threading.Event()


# How long the end waits for calls whose log lines do not come to an end, in seconds.
_PATIENCE = 5

# Without a lock, since another thread could hold it across fork().
_under_way: set[_Call] = set()
_ending = threading.Event()


@contextmanager
def ended_before_the_interpreter(context: ctypes.c_void_p) -> Iterator[None]:
    """Has the call in its block ended (`CallCancelledError`) when the interpreter ends."""
    call = _Call(context)
    try:
        _under_way.add(call)
        # In this order, so that either this thread sees the end or the end sees this call.
        if _ending.is_set():
            raise ClosedError(
                "the program is ending; make calls before, or in a thread that is no daemon",
                status=-4,
                **NOT_SENT,
            )
        yield
    finally:
        _under_way.discard(call)
        call.is_over.set()


@atexit.register
def _end_calls() -> None:
    _ending.set()
    # Those of the process that this one was forked from are not here.
    process = _process.identity()
    calls = [call for call in _under_way.copy() if call.process == process]
    for call in calls:
        library.verigator_ctx_close(call.context)
    deadline = time.monotonic() + _PATIENCE
    for call in calls:
        call.is_over.wait(max(deadline - time.monotonic(), 0))
