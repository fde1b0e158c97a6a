"""What is measured: each scenario runs its clients in rounds against a server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.clients import VERIGATOR, Build
from runner.rounds import Metrics, RunError, run

if TYPE_CHECKING:
    from runner.server import Server


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    #: How often each client runs.
    rounds: int
    #: How long the measured section of a run is meant to be.
    seconds: float


@dataclass(frozen=True)
class Calls:
    """Clients make calls, one after another on each of their threads."""

    name: str
    title: str
    clients: tuple[str, ...]
    threads: int = 1
    tls: bool = False
    connections: str = "kept"
    delay_ms: int = 0
    #: Of each thread.
    warmup: int = 100

    def calls(self, build: Build, server: Server, client: str, effort: Effort) -> int:
        """How many calls a thread makes in the time that a run is meant to take."""
        trial = self.run(build, server, client, calls=20)
        return max(20, round(effort.seconds * trial["calls_per_s"] / self.threads))

    def run(self, build: Build, server: Server, client: str, calls: int) -> Metrics:
        """Runs one client."""
        before = server.counts()
        metrics = run(
            build.command(client)
            + server.arguments(tls=self.tls)
            + ["--threads", str(self.threads), "--connections", self.connections]
            + ["--calls", str(calls), "--warmup", str(self.warmup)]
        )
        after = server.counts()
        made = (calls + self.warmup) * self.threads
        metrics["connections_per_call"] = (after.connections - before.connections) / made
        full = after.full_handshakes - before.full_handshakes
        resumed = after.resumed_handshakes - before.resumed_handshakes
        # The first connection of each thread has nothing to resume.
        expected = {"kept": made, "fresh": full, "resumed": resumed + self.threads}
        if expected[self.connections] < made:
            raise RunError(
                f"{client} was to make {made} connections, {self.connections}, "
                f"but made {full} handshakes in full and resumed {resumed}"
            )
        return metrics


IN_C = ("libcurl", "reqwest", VERIGATOR)

SCENARIOS = (
    Calls("plain", "One thread", ("raw", *IN_C, "verigator_cpp")),
    Calls("tls", "One thread, TLS", (*IN_C, "verigator_cpp"), tls=True),
    Calls("plain-8", "8 threads", ("raw", *IN_C), threads=8),
    Calls("tls-8", "8 threads, TLS", IN_C, threads=8, tls=True),
    Calls("plain-64", "64 threads", ("raw", *IN_C), threads=64, warmup=20),
    Calls("tls-64", "64 threads, TLS", IN_C, threads=64, tls=True, warmup=20),
    Calls("delay-8", "8 threads, server takes 5 ms", IN_C, threads=8, delay_ms=5, warmup=5),
    Calls("resumed", "New connections, resumed", IN_C, tls=True, connections="resumed"),
    Calls("fresh", "New connections, in full", IN_C, tls=True, connections="fresh"),
)
