"""Interleaved rounds: A B C A B C ..., each run a process of its own.

What disturbs the machine for a while disturbs neighbours alike. So a ratio is taken within a round,
and the median of these ratios is what counts.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What one run measured, by name, such as `p50_us`.
Metrics = dict[str, float]

#: Makes one run.
Run = Callable[[], Metrics]


class Rounds:
    """What the clients of one scenario measured, round by round."""

    def __init__(self, runs: dict[str, Run]) -> None:
        self._runs = runs
        self.measured: dict[str, list[Metrics]] = {client: [] for client in runs}

    def measure(self, count: int) -> Iterator[tuple[int, str]]:
        """Makes `count` rounds; yields before each run what is next, counted from 1."""
        for number in range(1, count + 1):
            for client, run in self._runs.items():
                yield number, client
                self.measured[client].append(run())

    @property
    def clients(self) -> list[str]:
        """Those that took part."""
        return list(self.measured)

    def has(self, client: str, metric: str) -> bool:
        """Whether this client measured it."""
        return metric in self.measured[client][0]

    def median(self, client: str, metric: str) -> float:
        """The median over the rounds."""
        return statistics.median(run[metric] for run in self.measured[client])

    def ratio(self, client: str, other: str, metric: str) -> float:
        """The median over the rounds of one client's value divided by the other's."""
        pairs = zip(self.measured[client], self.measured[other], strict=True)
        return statistics.median(mine[metric] / theirs[metric] for mine, theirs in pairs)
