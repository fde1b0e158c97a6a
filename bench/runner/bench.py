"""What every scenario needs: the programs, the servers, and how much is to be measured."""

from __future__ import annotations

import json
import resource
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.placement import Placement
from runner.server import Server

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from runner.clients import Build
    from runner.rounds import Metrics


@dataclass(frozen=True)
class Effort:
    """How much is measured."""

    name: str
    #: How often each client runs.
    rounds: int
    #: How long the measured section of a run is meant to be; 0 for as few calls as possible.
    seconds: float
    #: Calls before the measured section in Java and C#, whose code is compiled while it runs.
    java_warmup: int = 0
    #: Calls over which the heap must not grow.
    heap_calls: int = 0
    #: Starts of each program in a round.
    starts: int = 0
    #: Refused calls in a round.
    refusals: int = 0
    #: Calls whose system calls and instructions are counted.
    counted: int = 0


FULL = Effort("full", 11, 1.0, 10_000, 1_000_000, 50, 1_000_000, 500)
QUICK = Effort("quick", 3, 0.15, 3_000, 50_000, 10, 200_000, 200)
CHECK = Effort("check", 1, 0, 10, 100, 2, 100, 20)


#: Seconds after which a run hangs: the longest takes about a minute.
LONGEST_RUN = 900


def allow_open_files() -> None:
    """Raises the limit of this process and all it starts: a connection has two ends."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


class RunError(Exception):
    """A client failed, or did not do what it was to do."""


class Bench:
    """Runs programs and servers. The servers end with the `with` block."""

    def __init__(self, build: Build, effort: Effort, folder: Path) -> None:
        self.build = build
        self.effort = effort
        #: For files that are not kept.
        self.folder = folder
        self._servers: dict[tuple[int, Placement], Server] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def server(self, delay_ms: int = 0, placement: Placement = Placement.ANYWHERE) -> Server:
        """The server with this delay on its core, started when it is first asked for."""
        key = delay_ms, placement
        if key not in self._servers:
            ca_file = self.folder / f"ca-{delay_ms}-{placement.value}.pem"
            server = Server(self.build.server, ca_file, delay_ms, placement)
            self._servers[key] = self._stack.enter_context(server)
        return self._servers[key]

    def run(self, command: Sequence[str], **variables: str) -> Metrics:
        """Runs a client with these environment variables and reads what it measured."""
        environment = {**self.build.environment(), **variables}
        done = subprocess.run(
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LONGEST_RUN,
            check=False,
        )
        if done.returncode != 0:
            raise RunError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
        metrics: Metrics = json.loads(done.stdout)
        return _with_rates(metrics)


def _with_rates(metrics: Metrics) -> Metrics:
    """Adds what follows from what was measured."""
    calls = metrics["calls"]
    if "elapsed_s" in metrics:
        metrics["calls_per_s"] = round(calls / metrics["elapsed_s"], 1)
    if "user_s" in metrics:
        metrics["cpu_us"] = round((metrics["user_s"] + metrics["system_s"]) / calls * 1e6, 3)
    return metrics
