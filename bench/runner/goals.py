"""What is to be reached, and whether it was."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.clients import QUEUE, VERIGATOR

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

    def missed_by(self, value: float) -> str:
        """How far this value is from the bound, which is 0 for one of them; empty if reached."""
        if self.is_reached(value):
            return ""
        far = abs(value - self.bound)
        return f"{far / self.bound:.1%}" if self.bound else f"{far:,.0f} {self.unit}"


GOALS = (
    Goal("one thread: p50 / libcurl", "plain", "p50_us", "<=", 0.85, "libcurl"),
    Goal("one thread: CPU per call / libcurl", "plain", "cpu_us", "<=", 0.72, "libcurl"),
    Goal("one thread: p50 / raw", "plain", "p50_us", "<=", 1.25, "raw"),
    Goal("on the server's core: p50 / libcurl", "plain-together", "p50_us", "<=", 0.65, "libcurl"),
    Goal("8 threads: calls per second / libcurl", "plain-8", "calls_per_s", ">=", 1.4, "libcurl"),
    Goal("64 threads: calls per second / libcurl", "plain-64", "calls_per_s", ">=", 1.4, "libcurl"),
    Goal("64 threads: p99 / libcurl", "plain-64", "p99_us", "<=", 0.75, "libcurl"),
    Goal("TLS, one thread: p50 / libcurl", "tls", "p50_us", "<=", 0.8, "libcurl"),
    Goal("TLS, one thread: CPU per call / libcurl", "tls", "cpu_us", "<=", 0.65, "libcurl"),
    Goal(
        "TLS, 8 threads: calls per second / libcurl",
        *("tls-8", "calls_per_s", ">=", 1.35, "libcurl"),
    ),
    Goal(
        "TLS, 64 threads: calls per second / libcurl",
        *("tls-64", "calls_per_s", ">=", 1.4, "libcurl"),
    ),
    Goal(
        "64 in flight: calls per second / libcurl's multi interface",
        *("in-flight-64", "calls_per_s", ">=", 1.2, "libcurl_multi", QUEUE),
    ),
    Goal(
        "64 in flight: CPU per call / libcurl's multi interface",
        *("in-flight-64", "cpu_us", "<=", 0.9, "libcurl_multi", QUEUE),
    ),
    Goal(
        "64 in flight, TLS: calls per second / libcurl's multi interface",
        *("in-flight-64-tls", "calls_per_s", ">=", 1.2, "libcurl_multi", QUEUE),
    ),
    Goal(
        "64 in flight, TLS: CPU per call / libcurl's multi interface",
        *("in-flight-64-tls", "cpu_us", "<=", 0.9, "libcurl_multi", QUEUE),
    ),
    Goal("32 at once, 300 ms", "at-once-32", "elapsed_s", "<=", 0.36, client=QUEUE, unit="s"),
    Goal("10,000 at once, 1 s", "at-once-10000", "elapsed_s", "<=", 2.5, client=QUEUE, unit="s"),
    Goal("10,000 calls that wait in a queue", "waiting", "bytes", "<=", 10_000_000, unit="bytes"),
    Goal("a waiting call, cancelled: p99", "cancel", "p99_us", "<=", 10_000, unit="µs"),
    Goal("TLS from cold, resumed: p50 / libcurl", "resumed", "p50_us", "<=", 0.7, "libcurl"),
    Goal("TLS from cold, full handshake: p50 / libcurl", "fresh", "p50_us", "<=", 0.5, "libcurl"),
    Goal("one thread: p50 / reqwest::blocking", "plain", "p50_us", "<=", 0.6, "reqwest"),
    Goal("one thread: CPU per call / reqwest::blocking", "plain", "cpu_us", "<=", 0.5, "reqwest"),
    Goal(
        "through a proxy, no slower than today: p50 / reqwest::blocking",
        *("proxy", "p50_us", "<=", 1.0, "reqwest"),
    ),
    Goal(
        "instructions per call in user space",
        *("instructions", "instructions_per_call", "<=", 38_000),
    ),
    Goal(
        "instructions per call in user space, TLS",
        *("instructions-tls", "instructions_per_call", "<=", 46_000),
    ),
    Goal(
        "Python: calls per second / official client's way",
        *("python", "calls_per_s", ">=", 5, "python-requests", "python-verigator"),
    ),
    Goal(
        "Python, TLS: calls per second / official client's way",
        *("python-tls", "calls_per_s", ">=", 15, "python-requests", "python-verigator"),
    ),
    Goal(
        "asyncio, 64 tasks: calls per second / aiohttp",
        *("asyncio-64", "calls_per_s", ">=", 3, "asyncio-aiohttp", "asyncio-verigator"),
    ),
    Goal(
        "asyncio, 64 tasks: calls per second / httpx.AsyncClient",
        *("asyncio-64", "calls_per_s", ">=", 3, "asyncio-httpx", "asyncio-verigator"),
    ),
    Goal(
        "PHP, 64 in flight: calls per second / ext-curl's multi interface",
        *("php-64", "calls_per_s", ">=", 1, "php-curl-multi", "php-verigator-fibers"),
    ),
    Goal(
        "PHP, 64 in flight: CPU per call / ext-curl's multi interface",
        *("php-64", "cpu_us", "<=", 1, "php-curl-multi", "php-verigator-fibers"),
    ),
    Goal(
        "Java: p50 / official client's way",
        *("java", "p50_us", "<=", 0.9, "java-urlconnection", "java-verigator"),
    ),
    Goal(
        "Java: CPU per call / official client's way",
        *("java", "cpu_us", "<=", 0.3, "java-urlconnection", "java-verigator"),
    ),
    Goal(
        "Java, 64 in flight: calls per second / HttpClient",
        *("java-async", "calls_per_s", ">=", 1.5, "java-httpclient-async", "java-verigator-async"),
    ),
    Goal(
        "Java, 64 in flight: CPU per call / HttpClient",
        *("java-async", "cpu_us", "<=", 0.5, "java-httpclient-async", "java-verigator-async"),
    ),
    Goal(
        "Node.js, 64 in flight: calls per second / fetch",
        *("node-64", "calls_per_s", ">=", 3, "node-fetch", "node-verigator"),
    ),
    Goal(
        "Node.js, 64 in flight: CPU per call / fetch",
        *("node-64", "cpu_us", "<=", 0.3, "node-fetch", "node-verigator"),
    ),
    Goal(
        "Go, 64 goroutines: calls per second / net/http",
        *("go-64", "calls_per_s", ">=", 1, "go-nethttp", "go-verigator"),
    ),
    Goal(
        "Go, 64 goroutines: CPU per call / net/http",
        *("go-64", "cpu_us", "<=", 1, "go-nethttp", "go-verigator"),
    ),
    Goal(
        "C#, 64 in flight: calls per second / HttpClient",
        *("csharp-async", "calls_per_s", ">=", 1.0),
        *("csharp-httpclient-async", "csharp-verigator-async"),
    ),
    Goal(
        "C#, 64 in flight: CPU per call / HttpClient",
        *("csharp-async", "cpu_us", "<=", 1.0),
        *("csharp-httpclient-async", "csharp-verigator-async"),
    ),
    Goal("second context in a process, HTTPS", "second-context", "second_us", "<=", 300, unit="µs"),
    Goal("heap growth over all calls", "heap", "bytes", "<=", 0, unit="bytes"),
    Goal("stripped library", "size", "bytes", "<=", 2_600_000, unit="bytes"),
    Goal("C boundary alone", "boundary", "null_token_ns", "<=", 100, unit="ns"),
)
