"""A call of the library: an operation that carries its own outcome and error."""

from __future__ import annotations

import ctypes
import threading
from typing import TYPE_CHECKING, TypeVar

from verigator._failures import check, failure_of
from verigator._library import library
from verigator.errors import CallCancelledError

if TYPE_CHECKING:
    from verigator._operations import Operation
    from verigator.errors import VerigatorError

_T = TypeVar("_T")

# VERIGATOR_*
_PENDING = -40
_CANCELLED = -15


def make(operation: Operation[_T], context: ctypes.c_void_p) -> ctypes.c_void_p:
    """Makes the call of an operation, for `verigator_call_free`."""
    call = ctypes.c_void_p()
    check(operation.make(context, *operation.arguments, ctypes.byref(call)))
    return call


def run(call: ctypes.c_void_p) -> None:
    """Makes a call on this thread, and returns when it has ended.

    In the main thread the handlers of signals run meanwhile. What one of them raises ends the call,
    and is raised from what became of it.
    """
    # The handlers of signals run in the main thread only.
    is_main = threading.get_ident() == threading.main_thread().ident
    go_on = library.verigator_call_step if is_main else library.verigator_call_run
    try:
        while go_on(call) == _PENDING:
            pass
    except BaseException as interruption:
        library.verigator_call_cancel(call)
        while go_on(call) == _PENDING:
            pass
        raise interruption from what_became_of(call)
    finally:
        # What the service said may be a secret, and the call has it.
        library.verigator_clear_error()


def outcome(call: ctypes.c_void_p, operation: Operation[_T]) -> _T:
    """What a call that has ended was answered with, or raises why it failed."""
    status = library.verigator_call_status(call)
    if status != 0:
        raise failure_of(call, status)
    return operation.result.of(call)


def what_became_of(call: ctypes.c_void_p) -> VerigatorError:
    """What is known of a call that was cancelled and has ended, also if it was answered before."""
    status = library.verigator_call_status(call)
    if status != 0:
        return failure_of(call, status)
    why = "the call was cancelled when the service had answered already; what it asked for is done"
    return CallCancelledError(why, status=_CANCELLED)
