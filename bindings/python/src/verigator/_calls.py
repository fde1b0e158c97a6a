"""A call of the library: an operation that carries its own outcome and error."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING, TypeVar

from verigator._failures import check, failure_of
from verigator._library import library
from verigator._raw import VERIGATOR_CANCELLED, VERIGATOR_OK, VERIGATOR_PENDING
from verigator.errors import CallCancelledError

if TYPE_CHECKING:
    from verigator._operations import Operation
    from verigator.errors import VerigatorError

_T = TypeVar("_T")


def make(operation: Operation[_T], context: ctypes.c_void_p) -> ctypes.c_void_p:
    """Makes the call of an operation, for `verigator_call_free`."""
    call = ctypes.c_void_p()
    check(operation.make(context, *operation.arguments, ctypes.byref(call)))
    return call


def run(call: ctypes.c_void_p) -> int:
    """Makes a call on this thread, and returns its status when it has ended.

    Between its steps the handlers of signals run, if this is the main thread. What one of them
    raises ends the call, and is raised from what became of it.
    """
    go_on = library.verigator_call_step
    status = VERIGATOR_PENDING
    try:
        while status == VERIGATOR_PENDING:
            status = go_on(call)
    except BaseException as interruption:
        library.verigator_call_cancel(call)
        while go_on(call) == VERIGATOR_PENDING:
            pass
        raise interruption from what_became_of(call)
    finally:
        if status != VERIGATOR_OK:
            # What the service said may be a secret, and the call has it.
            library.verigator_clear_error()
    return status


def is_pending(call: ctypes.c_void_p) -> bool:
    """Whether a call has not ended."""
    return library.verigator_call_status(call) == VERIGATOR_PENDING  # type: ignore[no-any-return]


def outcome(call: ctypes.c_void_p, operation: Operation[_T], status: int) -> _T:
    """What a call that has ended was answered with, or raises why it failed."""
    if status != VERIGATOR_OK:
        raise failure_of(call, status)
    return operation.result.of(call)


def what_became_of(call: ctypes.c_void_p) -> VerigatorError:
    """What is known of a call that was cancelled and has ended, also if it was answered before."""
    status = library.verigator_call_status(call)
    if status != VERIGATOR_OK:
        return failure_of(call, status)
    why = "the call was cancelled when the service had answered already; what it asked for is done"
    return CallCancelledError(why, status=VERIGATOR_CANCELLED)
