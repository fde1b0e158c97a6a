"""What is measured: each scenario knows its clients and how one of them makes a run."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeVar

from runner.bench import RunError
from runner.clients import (
    ALL_JAVA,
    CSHARP,
    GO,
    JAVA,
    JAVA_IN_FLIGHT,
    NODE,
    PHP,
    PHP_IN_FLIGHT,
    PYTHON,
    QUEUE,
    VERIGATOR,
)
from runner.placement import Placement

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from runner.bench import Bench
    from runner.rounds import Metrics, Run
    from runner.server import Counts

#: Calls of a run that is too short to measure anything.
FEWEST_CALLS = 20


#: What a scenario needs, which may be more than a bench has.
Needed_contra = TypeVar("Needed_contra", contravariant=True)


class Scenario(Protocol[Needed_contra]):
    """What is measured of which clients."""

    @property
    def name(self) -> str:
        """How it is named on the command line."""

    @property
    def title(self) -> str:
        """How it is named in the table."""

    @property
    def clients(self) -> tuple[str, ...]:
        """Those that take part, in the order of a round."""

    @property
    def once(self) -> bool:
        """Whether one round is enough, since another would measure the same."""

    def prepare(self, bench: Needed_contra, client: str) -> Run:
        """Makes ready what one client does in every round."""


@dataclass(frozen=True)
class Calls:
    """Clients make calls, one after another on each of their threads, or so many in flight."""

    name: str
    title: str
    clients: tuple[str, ...]
    threads: int = 1
    tls: bool = False
    proxy: bool = False
    connections: str = "kept"
    delay_ms: int = 0
    #: Calls that one thread has under way at once.
    in_flight: int = 1
    #: How many calls are made, from cold; 0 for as many as fit the time of a run.
    calls: int = 0
    placement: Placement = Placement.ANYWHERE
    once: bool = False

    def prepare(self, bench: Bench, client: str) -> Run:
        """Finds out how many calls a client makes in the time that a run is meant to take."""
        if self.calls:
            calls = self.calls if bench.effort.seconds > 0 else FEWEST_CALLS
            return partial(self._run, bench, client, calls, 0)
        warmup = 2 * FEWEST_CALLS
        if client in ALL_JAVA or client in CSHARP:
            warmup = bench.effort.java_warmup // self.threads
        calls = FEWEST_CALLS * self.in_flight
        if bench.effort.seconds > 0:
            trial = self._run(bench, client, calls, warmup)
            at_once = bench.effort.seconds * 1e6 / trial["p50_us"]
            calls = max(calls, round(at_once * self.in_flight))
        return partial(self._run, bench, client, calls, warmup)

    def _run(self, bench: Bench, client: str, calls: int, warmup: int) -> Metrics:
        server = bench.server(self.delay_ms, self.placement)
        command = self.placement.client() + bench.build.command(client)
        command += server.arguments(tls=self.tls, proxy=self.proxy)
        command += ["--threads", str(self.threads), "--calls", str(calls), "--warmup", str(warmup)]
        if self.in_flight > 1:
            command += ["--in-flight", str(self.in_flight)]
        if self.connections != "kept":
            command += ["--connections", self.connections]
        before = server.counts()
        metrics = bench.run(command)
        made = server.counts() - before
        all_calls = (calls + warmup) * self.threads
        metrics["connections_per_call"] = round(made.connections / all_calls, 6)
        self._check_connections(client, made, all_calls)
        return metrics

    def _check_connections(self, client: str, made: Counts, calls: int) -> None:
        """Whether they are as they were to be; a thread's first one has no session to resume."""
        if self.proxy and made.tunnels < self.threads:
            raise RunError(f"{client} made {calls} calls, but {made} where all were to go there")
        if self.connections == "fresh" and made.full_handshakes < calls:
            raise RunError(f"{client} made {calls} calls, but {made} where all were to be in full")
        if self.connections == "resumed" and made.resumed_handshakes < calls - self.threads:
            raise RunError(f"{client} made {calls} calls, but {made} where all were to be resumed")


@dataclass(frozen=True)
class Start:
    """From the start of a process to its first answer."""

    name: str
    title: str
    clients: tuple[str, ...]
    tls: bool = False
    once: bool = False

    def prepare(self, bench: Bench, client: str) -> Run:
        """The client makes one call, many times over."""
        command = [bench.build.program("start"), str(bench.effort.starts)]
        command += bench.build.command(client) + bench.server().arguments(tls=self.tls)
        return partial(bench.run, [*command, "--calls", "1", "--warmup", "0"])


def per_call(calls: int, count: Callable[[int], int]) -> float:
    """What a call adds to a count: N and 2 N calls are compared, so that the start is left out."""
    return (count(2 * calls) - count(calls)) / calls


@dataclass(frozen=True)
class SystemCalls:
    """System calls of a call."""

    name: str
    title: str
    clients: tuple[str, ...]
    tls: bool = False
    once: bool = True

    def prepare(self, bench: Bench, client: str) -> Run:
        """Counts with strace."""
        return partial(self._run, bench, client)

    def _run(self, bench: Bench, client: str) -> Metrics:
        calls = bench.effort.counted
        counted = per_call(calls, partial(self._count, bench, client))
        return {"calls": calls, "syscalls_per_call": counted}

    def _count(self, bench: Bench, client: str, calls: int) -> int:
        summary = bench.folder / "strace"
        command = ["strace", "-f", "-c", "-U", "name,calls", "-o", str(summary)]
        command += bench.build.command(client) + bench.server().arguments(tls=self.tls)
        bench.run([*command, "--calls", str(calls)])
        name, total = summary.read_text("ascii").splitlines()[-1].split()
        if name != "total":
            raise RunError(f"strace ended with {name!r}, not with a total")
        return int(total)


@dataclass(frozen=True)
class Instructions:
    """Instructions of a call in user space, of all threads of the process.

    What the client does around its calls is among them, and the same for all: it reads the clock
    and sorts the times. Unlike a time, they are the same on a busy machine.
    """

    name: str
    title: str
    clients: tuple[str, ...]
    tls: bool = False
    once: bool = True

    def prepare(self, bench: Bench, client: str) -> Run:
        """Counts with callgrind."""
        return partial(self._run, bench, client)

    def _run(self, bench: Bench, client: str) -> Metrics:
        calls = bench.effort.counted
        counted = per_call(calls, partial(self._count, bench, client))
        return {"calls": calls, "instructions_per_call": counted}

    def _count(self, bench: Bench, client: str, calls: int) -> int:
        profile = bench.folder / "callgrind"
        command = ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={profile}"]
        command += bench.build.command(client) + bench.server().arguments(tls=self.tls)
        bench.run([*command, "--calls", str(calls)])
        return instructions(profile)


def instructions(profile: Path) -> int:
    """All that callgrind counted."""
    for line in profile.read_text("utf-8").splitlines():
        if line.startswith("totals:"):
            return int(line.split()[1])
    raise RunError("callgrind counted no total")


@dataclass(frozen=True)
class Heap:
    """How much the heap grows over many calls."""

    name: str
    title: str
    clients: tuple[str, ...]
    once: bool = True

    def prepare(self, bench: Bench, client: str) -> Run:
        """Warms up with a hundredth, since what is made once is no growth."""
        calls = bench.effort.heap_calls
        command = bench.build.command(client) + bench.server().arguments(tls=False)
        command += ["--calls", str(calls), "--warmup", str(calls // 100)]
        return partial(self._run, bench, command)

    def _run(self, bench: Bench, command: list[str]) -> Metrics:
        # What a thread keeps for its next allocations would count as in use.
        metrics = bench.run(command, GLIBC_TUNABLES="glibc.malloc.tcache_count=0")
        return {"calls": metrics["calls"], "bytes": metrics["heap_growth_bytes"]}


@dataclass(frozen=True)
class Program:
    """A program of its own measures what there is to measure."""

    name: str
    title: str
    program: str
    clients: tuple[str, ...] = (VERIGATOR,)
    #: Of `waiting`.
    calls: int = 10_000
    once: bool = False

    def prepare(self, bench: Bench, client: str) -> Run:
        """Those that repeat what they measure are told how often."""
        del client
        times = {"boundary": bench.effort.refusals, "cancel": bench.effort.counted}
        times["waiting"] = self.calls
        arguments = [str(times[self.program])] if self.program in times else []
        return partial(bench.run, [bench.build.program(self.program), *arguments])


@dataclass(frozen=True)
class Size:
    """The size of the library without its symbols."""

    name: str
    title: str
    clients: tuple[str, ...] = (VERIGATOR,)
    once: bool = True

    def prepare(self, bench: Bench, client: str) -> Run:
        """Strips a copy."""
        del client
        return partial(self._run, bench)

    def _run(self, bench: Bench) -> Metrics:
        stripped = bench.folder / "stripped.so"
        subprocess.run(["strip", "-o", stripped, bench.build.library], check=True)
        return {"calls": 1, "bytes": stripped.stat().st_size}


IN_C = ("libcurl", "reqwest", VERIGATOR)
ALL_IN_C = ("raw", "hyper", *IN_C)
IN_PYTHON = tuple(client for client in PYTHON if client.startswith("python-"))
ON_A_LOOP = tuple(client for client in PYTHON if client.startswith("asyncio-"))
COUNTED_TLS = ("libcurl", VERIGATOR)
COUNTED = ("raw", "hyper", *COUNTED_TLS)
MANY = ("libcurl_multi", QUEUE)
STARTED = ("libcurl", "reqwest", "verigator_dlopen")

APART = partial(Calls, placement=Placement.APART)
TOGETHER = partial(Calls, placement=Placement.TOGETHER)

SCENARIOS: tuple[Scenario[Bench], ...] = (
    Calls("plain", "One thread", (*ALL_IN_C, "verigator_cpp")),
    Calls("tls", "One thread, TLS", (*IN_C, "verigator_cpp"), tls=True),
    TOGETHER("plain-together", "One thread, on the server's core", ALL_IN_C),
    TOGETHER("tls-together", "One thread, on the server's core, TLS", IN_C, tls=True),
    Calls("plain-8", "8 threads on one context", ALL_IN_C, threads=8),
    Calls("tls-8", "8 threads on one context, TLS", IN_C, threads=8, tls=True),
    Calls("plain-64", "64 threads on one context", ALL_IN_C, threads=64),
    Calls("tls-64", "64 threads on one context, TLS", IN_C, threads=64, tls=True),
    Calls("delay-8", "8 threads, 5 ms of server delay", ALL_IN_C, threads=8, delay_ms=5),
    Calls("in-flight-64", "64 in flight on one thread", MANY, in_flight=64),
    Calls("in-flight-64-tls", "64 in flight on one thread, TLS", MANY, in_flight=64, tls=True),
    Calls("at-once-32", "32 at once, 300 ms", MANY, in_flight=32, calls=32, delay_ms=300),
    Calls(
        "at-once-10000",
        "10,000 at once, 1 s",
        (QUEUE,),
        in_flight=10_000,
        calls=10_000,
        delay_ms=1000,
    ),
    Program("waiting", "10,000 calls that wait in a queue", "waiting"),
    Program("cancel", "A waiting call, cancelled", "cancel"),
    Calls("resumed", "TLS from cold, resumed", IN_C, tls=True, connections="resumed"),
    Calls("fresh", "TLS from cold, full handshake", IN_C, tls=True, connections="fresh"),
    Calls("proxy", "One thread, TLS through a proxy", IN_C, tls=True, proxy=True),
    Calls("python", "Python", IN_PYTHON),
    Calls("python-tls", "Python, TLS", IN_PYTHON, tls=True),
    Calls("asyncio-64", "asyncio, 64 tasks on one loop", ON_A_LOOP, threads=64),
    APART("java", "Java, on a core of its own", tuple(JAVA)),
    TOGETHER("java-together", "Java, on the server's core", tuple(JAVA)),
    APART("java-tls", "Java, on a core of its own, TLS", tuple(JAVA), tls=True),
    APART(
        "java-async",
        "Java, 64 calls in flight, on a core of its own",
        tuple(JAVA_IN_FLIGHT),
        threads=64,
    ),
    Calls("php", "PHP", tuple(PHP)),
    Calls("php-tls", "PHP, TLS", tuple(PHP), tls=True),
    Calls("php-64", "PHP, 64 calls in flight", tuple(PHP_IN_FLIGHT), threads=64),
    Calls("php-64-tls", "PHP, 64 calls in flight, TLS", tuple(PHP_IN_FLIGHT), threads=64, tls=True),
    Calls("node-64", "Node.js, 64 calls in flight", tuple(NODE), threads=64),
    Calls("go-64", "Go, 64 goroutines", tuple(GO), threads=64),
    APART(
        "csharp-async",
        "C#, 64 calls in flight, on a core of its own",
        tuple(CSHARP),
        threads=64,
    ),
    Start("start", "Process start to first answer", ("raw", *STARTED)),
    Start("start-tls", "Process start to first answer, TLS", STARTED, tls=True),
    SystemCalls("syscalls", "System calls", ALL_IN_C),
    SystemCalls("syscalls-tls", "System calls, TLS", IN_C, tls=True),
    Instructions("instructions", "Instructions in user space", COUNTED),
    Instructions("instructions-tls", "Instructions in user space, TLS", COUNTED_TLS, tls=True),
    Heap("heap", "Heap growth", (VERIGATOR,)),
    Program("boundary", "C boundary, refused at once", "boundary"),
    Program("second-context", "Second context in a process, HTTPS", "second_context"),
    Size("size", "Stripped library"),
)
