"""Measures scenarios one after the other, and says meanwhile which."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from runner.bench import CHECK, Bench
from runner.progress import Progress
from runner.rounds import Rounds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from runner.scenarios import Scenario

#: What the scenarios of a bench need.
Needed = TypeVar("Needed", bound=Bench)


def measure(
    bench: Needed,
    scenarios: Sequence[Scenario[Needed]],
    clients: list[str] | None,
    show: Callable[[str, Rounds], Iterator[str]],
) -> dict[str, Rounds]:
    """Measures the scenarios and prints a table of each; what was measured, by name."""
    progress = Progress(len(scenarios))
    results = {}
    for scenario in scenarios:
        progress.begin(scenario.title)
        rounds = _measure_one(bench, scenario, clients, progress)
        progress.clear()
        if not rounds.clients:
            continue
        results[scenario.name] = rounds
        if bench.effort.name != CHECK.name:
            print("\n".join(show(scenario.title, rounds)), flush=True)
    return results


def _measure_one(
    bench: Needed, scenario: Scenario[Needed], clients: list[str] | None, progress: Progress
) -> Rounds:
    """Measures one scenario."""
    chosen = [client for client in scenario.clients if clients is None or client in clients]
    rounds = Rounds({client: scenario.prepare(bench, client) for client in chosen})
    count = 1 if scenario.once else bench.effort.rounds
    for number, client in rounds.measure(count):
        progress.step(number, count, client)
    return rounds
