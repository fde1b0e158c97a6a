"""Interleaved rounds: A B C A B C ..., each client's run a process of its own.

What disturbs the machine for a while disturbs neighbours alike, so a ratio is taken within a round and
the median of these ratios is what counts.
"""

from __future__ import annotations

import json
import statistics
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: What one run measured, by name, such as `p50_us`.
Metrics = dict[str, float]


@dataclass
class Results:
    """What a scenario measured: for each client its rounds."""

    rounds: dict[str, list[Metrics]] = field(default_factory=dict)

    def median(self, client: str, metric: str) -> float:
        """The median over the rounds."""
        return statistics.median(one[metric] for one in self.rounds[client])

    def ratio(self, client: str, other: str, metric: str) -> float:
        """The median over the rounds of one client's value divided by the other's."""
        pairs = zip(self.rounds[client], self.rounds[other], strict=True)
        return statistics.median(mine[metric] / theirs[metric] for mine, theirs in pairs)


class RunError(Exception):
    """A client failed; the message is what it said."""


def run(command: Sequence[str]) -> Metrics:
    """Runs a client and reads what it measured."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RunError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    metrics: Metrics = json.loads(done.stdout.splitlines()[-1])
    return with_rates(metrics)


def with_rates(metrics: Metrics) -> Metrics:
    """Adds what follows from what was measured."""
    calls = metrics["calls"]
    if "elapsed_s" in metrics:
        metrics["calls_per_s"] = calls / metrics["elapsed_s"]
    if "user_s" in metrics:
        metrics["cpu_us"] = (metrics["user_s"] + metrics["system_s"]) / calls * 1e6
    return metrics
