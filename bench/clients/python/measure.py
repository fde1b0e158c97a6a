"""What every client in Python has in common; the counterpart of ../measure.h."""

from __future__ import annotations

import argparse
import json
import resource
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

# The verification that is measured; the server answers no other.
USERNAME = "bench"
PASSWORD = "bench-password"  # noqa: S105 - of a server that is made for this
SERVICE_ID = "3896f6a5-4fa5-45b0-845a-be6f99f9e11a"
USER_ID = "d9f3516b-c3c4-4fe9-962a-cc8bf232688f"
TOKEN = "123456"  # noqa: S105 - the same
PATH = f"/v1/service/service/{SERVICE_ID}/users/{USER_ID}/auth"

#: Makes one call and returns whether the answer was yes.
Call = Callable[[], bool]


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
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--ca")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--calls", type=int, default=1000)
    parser.add_argument("--warmup", type=int, default=100)
    options = parser.parse_args()
    call = make(Target(options.url, options.ca))
    run = Run(call, options.threads, options.calls, options.warmup)
    print(json.dumps(run.measure()))


class Run:
    """The measured section and what it needs."""

    def __init__(self, call: Call, threads: int, calls: int, warmup: int) -> None:
        self._call = call
        self._calls = calls
        self._warmup = warmup
        self._barrier = threading.Barrier(threads)
        # Nanoseconds of every call, for each thread.
        self._latencies = [[0] * calls for _ in range(threads)]
        self._failed = False
        self._start = self._end = Stamp(0, 0, 0)
        self._threads_seen = 0

    def measure(self) -> dict[str, float]:
        """Makes the calls; the first thread is this one, and takes the times."""
        others = range(1, len(self._latencies))
        threads = [threading.Thread(target=self._work, args=(index,)) for index in others]
        for thread in threads:
            thread.start()
        self._work(0)
        for thread in threads:
            thread.join()
        if self._failed:
            sys.exit("a call was not answered with yes")
        return self._results()

    def _work(self, index: int) -> None:
        for _ in range(self._warmup):
            self._make_call()
        self._barrier.wait()
        if index == 0:
            self._start = Stamp.now()
        self._barrier.wait()
        self._make_calls(index)
        self._barrier.wait()
        if index == 0:
            self._end = Stamp.now()
            self._threads_seen = process_status("Threads")
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

    def _results(self) -> dict[str, float]:
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
