"""The queue of a client on an event loop: calls go in, and whoever awaits one hears of its end.

The loop watches the queue only as long as a call is under way. So nothing of it is left in a loop
that ends, or with a client that is collected: each call holds on to both.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import threading
import weakref
from typing import TYPE_CHECKING, Callable

from verigator import _calls, _process
from verigator._failures import check
from verigator._library import library

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Future

# How many ended calls are taken out before the loop sees to other things.
_MOST_A_TURN = 64


class Queue:
    """A queue on one event loop, in one process. All but its making is for that loop's thread."""

    def __init__(self, context: ctypes.c_void_p, loop: AbstractEventLoop) -> None:
        queue = ctypes.c_void_p()
        check(library.verigator_queue_new(context, ctypes.byref(queue)))
        self._queue = queue
        finalizer = weakref.finalize(self, library.verigator_queue_free, queue)
        # What the program does at its end may need it; at the very end nothing needs to be freed.
        finalizer.atexit = False  # type: ignore[misc] # a property that typeshed does not know
        self.process = _process.identity()
        # Not the loop itself, which is what this is found by.
        self._loop = weakref.ref(loop)
        # By the handle of its call: who waits for its end.
        self._under_way: dict[int | None, Future[None]] = {}
        self._stop_watching: Callable[[], None] | None = None

    async def perform(self, call: ctypes.c_void_p) -> None:
        """Has a call made, and returns when it has ended.

        When the task is cancelled, so is the call; its end is waited for all the same, which comes
        soon, and `CancelledError` is raised from what became of the call.
        """
        check(library.verigator_call_submit(call, self._queue, 0))
        loop = asyncio.get_running_loop()
        ended = self._under_way[call.value] = loop.create_future()
        try:
            if self._stop_watching is None:
                self._watch(loop)
            await ended
        except asyncio.CancelledError as cancelled:
            library.verigator_call_cancel(call)
            # The handler of a signal may have kept the loop from hearing of its end.
            while _calls.is_pending(call):
                ended = self._under_way[call.value] = loop.create_future()
                with contextlib.suppress(asyncio.CancelledError):
                    await ended
            raise cancelled from _calls.what_became_of(call)
        finally:
            # It is still there if this coroutine is closed, maybe after its loop was.
            self._forget(call.value)

    async def aclose(self) -> None:
        """Ends what is under way, and waits for that. It is freed when it is collected."""
        library.verigator_queue_close(self._queue)
        while self._under_way:
            await asyncio.wait(self._under_way.values())

    def _take(self) -> None:
        """Takes out calls that have ended. What is left makes the loop come again."""
        call = ctypes.c_void_p()
        for _ in range(_MOST_A_TURN):
            if library.verigator_queue_next(self._queue, 0, ctypes.byref(call)) != 0:
                return
            self._has_ended(call.value)

    def _has_ended(self, call: int | None) -> None:
        ended = self._forget(call)
        # It is done if its task was cancelled in this very turn of the loop.
        if ended is not None and not ended.done():
            ended.set_result(None)

    def _forget(self, call: int | None) -> Future[None] | None:
        ended = self._under_way.pop(call, None)
        if not self._under_way and self._stop_watching is not None:
            self._stop_watching()
        return ended

    def _watch(self, loop: AbstractEventLoop) -> None:
        descriptor = ctypes.c_int32()
        check(library.verigator_queue_fd(self._queue, ctypes.byref(descriptor)))
        try:
            loop.add_reader(descriptor.value, self._take)
        except NotImplementedError:
            self._watch_by_thread(loop)
            return

        def stop() -> None:
            self._stop_watching = None
            # In a forked child it would take it away from the parent, whose selector that is.
            loop = self._loop()
            if loop is not None and self.process == _process.identity():
                loop.remove_reader(descriptor.value)

        self._stop_watching = stop

    def _watch_by_thread(self, loop: AbstractEventLoop) -> None:
        """Where the loop watches no descriptors, as on Windows: a thread takes calls out."""

        def ends() -> None:
            call = ctypes.c_void_p()
            # The loop may have been closed meanwhile.
            with contextlib.suppress(RuntimeError):
                while library.verigator_queue_next(self._queue, -1, ctypes.byref(call)) == 0:
                    loop.call_soon_threadsafe(self._has_ended, call.value)
                loop.call_soon_threadsafe(stopped)

        def stopped() -> None:
            self._stop_watching = None
            if self._under_way:
                self._watch_by_thread(loop)

        threading.Thread(target=ends, name="verigator", daemon=True).start()
        # It stops by itself.
        self._stop_watching = lambda: None
