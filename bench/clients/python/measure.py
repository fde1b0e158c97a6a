"""What every client in Python has in common; the counterpart of ../measure.h."""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import sys
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

# The verification that is measured; the server answers no other.
USERNAME = "bench"
PASSWORD = "bench-password"  # noqa: S105 - of a server that is made for this
SERVICE_ID = "3896f6a5-4fa5-45b0-845a-be6f99f9e11a"
USER_ID = "d9f3516b-c3c4-4fe9-962a-cc8bf232688f"
TOKEN = "123456"  # noqa: S105 - the same
PATH = f"/v1/service/service/{SERVICE_ID}/users/{USER_ID}/auth"

#: Makes one call and returns whether the answer was yes.
Call = Callable[[], bool]

#: The same, to be awaited.
AwaitableCall = Callable[[], Awaitable[bool]]


@dataclass
class Target:
    """Where to call."""

    url: str
    #: The PEM file of the authority.
    ca: str | None


def main(make: Callable[[Target], Call]) -> None:
    """Measures what `make` makes as the command line says, and prints a line of JSON.

    `make` is called once; all threads make the call that it returns.
    """
    options = _options()
    call = make(_target(options))
    print(json.dumps(Run(call, options.threads, options.calls, options.warmup).measure()))


def main_on_a_loop(make: Callable[[Target], AbstractAsyncContextManager[AwaitableCall]]) -> None:
    """The same with tasks on one event loop in place of threads."""
    options = _options()

    async def measure() -> dict[str, float]:
        async with make(_target(options)) as call:
            run = LoopRun(call, options.threads, options.calls, options.warmup)
            return await run.measure()

    print(json.dumps(asyncio.run(measure())))


def _target(options: argparse.Namespace) -> Target:
    return Target(options.url, options.ca)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--ca")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--warmup", type=int, default=100)
    return parser.parse_args()


class Measured:
    """What is measured, whoever makes the calls."""

    def __init__(self, threads: int, calls: int) -> None:
        # Nanoseconds of every call, for each thread.
        self._latencies = [[0] * calls for _ in range(threads)]
        self._failed = False
        self._start = self._end = Stamp(0, 0, 0)
        self._threads_seen = 0

    def _begins(self) -> None:
        self._start = Stamp.now()

    def _ends(self) -> None:
        self._end = Stamp.now()
        self._threads_seen = process_status("Threads")

    def _results(self) -> dict[str, float]:
        if self._failed:
            sys.exit("a call was not answered with yes")
        latencies = sorted(one for thread in self._latencies for one in thread)
        count = len(latencies)
        return {
            "calls": count,
            "elapsed_s": self._end.clock_s - self._start.clock_s,
            "p50_us": latencies[count // 2] / 1e3,
            "p90_us": latencies[count * 9 // 10] / 1e3,
            "p99_us": latencies[count * 99 // 100] / 1e3,
            "user_s": self._end.user_s - self._start.user_s,
            "system_s": self._end.system_s - self._start.system_s,
            "peak_rss_kb": process_status("VmHWM"),
            "threads": self._threads_seen,
        }


class Run(Measured):
    """The measured section, whose calls threads make."""

    def __init__(self, call: Call, threads: int, calls: int, warmup: int) -> None:
        super().__init__(threads, calls)
        self._call = call
        self._calls = calls
        self._warmup = warmup
        self._barrier = threading.Barrier(threads)

    def measure(self) -> dict[str, float]:
        """Makes the calls; the first thread is this one, and takes the times."""
        others = range(1, len(self._latencies))
        threads = [threading.Thread(target=self._work, args=(index,)) for index in others]
        for thread in threads:
            thread.start()
        self._work(0)
        for thread in threads:
            thread.join()
        return self._results()

    def _work(self, index: int) -> None:
        for _ in range(self._warmup):
            self._make_call()
        self._barrier.wait()
        if index == 0:
            self._begins()
        self._barrier.wait()
        self._make_calls(index)
        self._barrier.wait()
        if index == 0:
            self._ends()
        self._barrier.wait()

    def _make_calls(self, index: int) -> None:
        latencies = self._latencies[index]
        before = time.perf_counter_ns()
        for number in range(self._calls):
            self._make_call()
            after = time.perf_counter_ns()
            latencies[number] = after - before
            before = after

    def _make_call(self) -> None:
        if not self._call():
            self._failed = True


class LoopRun(Measured):
    """The measured section, whose calls tasks await."""

    def __init__(self, call: AwaitableCall, tasks: int, calls: int, warmup: int) -> None:
        super().__init__(tasks, calls)
        self._call = call
        self._warmup = warmup

    async def measure(self) -> dict[str, float]:
        """Makes the calls, of all tasks at once."""
        await asyncio.gather(*(self._warm_up() for _ in self._latencies))
        self._begins()
        await asyncio.gather(*map(self._make_calls, self._latencies))
        self._ends()
        return self._results()

    async def _warm_up(self) -> None:
        for _ in range(self._warmup):
            await self._make_call()

    async def _make_calls(self, latencies: list[int]) -> None:
        before = time.perf_counter_ns()
        for number in range(len(latencies)):
            await self._make_call()
            after = time.perf_counter_ns()
            latencies[number] = after - before
            before = after

    async def _make_call(self) -> None:
        if not await self._call():
            self._failed = True


@dataclass
class Stamp:
    """What the measured section starts and ends with."""

    clock_s: float
    user_s: float
    system_s: float

    @classmethod
    def now(cls) -> Stamp:
        """As it is now."""
        usage = resource.getrusage(resource.RUSAGE_SELF)
        return cls(time.perf_counter(), usage.ru_utime, usage.ru_stime)


def process_status(name: str) -> int:
    """A number that the system tells of this process."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    sys.exit(f"/proc/self/status tells no {name}")
