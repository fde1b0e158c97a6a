"""What is to be reached, and whether it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.clients import VERIGATOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.rounds import Rounds


@dataclass(frozen=True)
class Goal:
    """A bound on what a client measures, or on its ratio to another client's."""

    what: str
    scenario: str
    metric: str
    #: `<=` or `>=`.
    sign: str
    bound: float
    against: str | None = None
    client: str = VERIGATOR
    unit: str = ""

    def measured(self, results: Mapping[str, Rounds]) -> float | None:
        """The value, or None where it was not measured."""
        rounds = results.get(self.scenario)
        needed = {self.client} | ({self.against} if self.against else set())
        if rounds is None or not needed <= set(rounds.clients):
            return None
        if self.against is None:
            return rounds.median(self.client, self.metric)
        return rounds.ratio(self.client, self.against, self.metric)

    def is_reached(self, value: float) -> bool:
        """Whether this value is good enough."""
        return value <= self.bound if self.sign == "<=" else value >= self.bound


GOALS = (
    Goal("one thread: p50 / raw", "plain", "p50_us", "<=", 1.25, "raw"),
    Goal("one thread: p50 / libcurl", "plain", "p50_us", "<=", 0.85, "libcurl"),
    Goal("one thread, TLS: p50 / libcurl", "tls", "p50_us", "<=", 0.90, "libcurl"),
    Goal("CPU per call / libcurl", "plain", "cpu_us", "<=", 0.80, "libcurl"),
    Goal("CPU per call, TLS / libcurl", "tls", "cpu_us", "<=", 0.80, "libcurl"),
    Goal("8 threads: calls per second / libcurl", "plain-8", "calls_per_s", ">=", 1.3, "libcurl"),
    Goal("64 threads: calls per second / libcurl", "plain-64", "calls_per_s", ">=", 1.2, "libcurl"),
    Goal("64 threads: p99 / libcurl", "plain-64", "p99_us", "<=", 1.0, "libcurl"),
    Goal("one thread: p50 / reqwest::blocking", "plain", "p50_us", "<=", 0.6, "reqwest"),
    Goal("CPU per call / reqwest::blocking", "plain", "cpu_us", "<=", 0.5, "reqwest"),
    Goal(
        "Python: calls per second / official client's way",
        *("python", "calls_per_s", ">=", 5, "python-requests", "python-verigator"),
    ),
    Goal(
        "Python, TLS: calls per second / official client's way",
        *("python-tls", "calls_per_s", ">=", 15, "python-requests", "python-verigator"),
    ),
    Goal(
        "Java: p50 / official client's way",
        *("java", "p50_us", "<=", 0.9, "java-urlconnection", "java-verigator"),
    ),
    Goal(
        "Java: CPU per call / official client's way",
        *("java", "cpu_us", "<=", 0.5, "java-urlconnection", "java-verigator"),
    ),
    Goal("second context in a process, HTTPS", "second-context", "second_us", "<=", 300, unit="µs"),
    Goal("heap growth over all calls", "heap", "bytes", "<=", 0, unit="bytes"),
    Goal("stripped library", "size", "bytes", "<=", 2_500_000, unit="bytes"),
    Goal("C boundary alone", "boundary", "null_token_ns", "<=", 100, unit="ns"),
)
