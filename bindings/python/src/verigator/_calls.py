"""Calls of a client with a logger: in the midst of each, C runs Python code for its log lines.

C cannot pass on what that code raises, and that code cannot run once the interpreter ends.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Callable

from verigator._exit import ended_before_the_interpreter
from verigator._logging import exceptions_raised, interrupts_kept

if TYPE_CHECKING:
    import ctypes


def logged(function: Callable[..., int], context: ctypes.c_void_p, *arguments: Any) -> int:
    """Calls `function`, and raises what was raised for one of its log lines, if anything was."""
    with exceptions_raised():
        # The handlers of signals run in the main thread, and it is the one that ends last.
        if threading.current_thread() is threading.main_thread():
            with interrupts_kept():
                return function(context, *arguments)
        with ended_before_the_interpreter(context):
            return function(context, *arguments)
