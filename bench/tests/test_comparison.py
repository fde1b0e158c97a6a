"""How rounds are compared and goals judged."""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from runner import table
from runner.goals import GOALS, Goal
from runner.rounds import Metrics, Rounds
from runner.scenarios import SCENARIOS, instructions, per_call

if TYPE_CHECKING:
    from pathlib import Path


def measured(**p50_us: list[float]) -> Rounds:
    """Rounds in which each client measured these, one a round."""
    values = {client: iter(times) for client, times in p50_us.items()}

    def next_run(client: str) -> Metrics:
        order.append(client)
        return {"p50_us": next(values[client])}

    order: list[str] = []
    rounds = Rounds({client: partial(next_run, client) for client in p50_us})
    count = len(next(iter(p50_us.values())))
    announced = [client for _, client in rounds.measure(count)]
    assert order == announced
    assert order == list(chain.from_iterable([list(p50_us)] * count))
    return rounds


def test_a_ratio_is_the_median_of_the_ratios_within_each_round() -> None:
    # The machine was slower by 10 in the second round, for both.
    rounds = measured(verigator=[2, 20, 3], libcurl=[4, 40, 3])
    assert rounds.ratio("verigator", "libcurl", "p50_us") == 0.5
    assert rounds.median("verigator", "p50_us") == 3


def test_a_goal_is_judged_by_its_sign() -> None:
    rounds = measured(verigator=[6], libcurl=[5])
    at_most = Goal("", "plain", "p50_us", "<=", 1.0, "libcurl")
    at_least = Goal("", "plain", "p50_us", ">=", 1.0, "libcurl")
    alone = Goal("", "plain", "p50_us", "<=", 6)
    for goal, value, reached in ((at_most, 1.2, False), (at_least, 1.2, True), (alone, 6, True)):
        assert goal.measured({"plain": rounds}) == value
        assert goal.is_reached(value) is reached


def test_a_goal_without_its_clients_is_not_judged() -> None:
    goal = Goal("", "plain", "p50_us", "<=", 1.0, "libcurl")
    assert goal.measured({}) is None
    assert goal.measured({"plain": measured(verigator=[1])}) is None


def test_a_missed_goal_says_by_how_much() -> None:
    at_most = Goal("", "plain", "p50_us", "<=", 0.8)
    at_least = Goal("", "plain", "calls_per_s", ">=", 1.4)
    none = Goal("", "heap", "bytes", "<=", 0, unit="bytes")
    assert at_most.missed_by(0.8) == ""
    assert at_most.missed_by(0.9) == "12.5%"
    assert at_least.missed_by(1.05) == "25.0%"
    assert none.missed_by(2048) == "2,048 bytes"


def test_the_table_of_goals_counts_those_reached_missed_and_not_measured() -> None:
    rounds = measured(verigator=[8], libcurl=[10], raw=[2])
    text = list(table.goals(GOALS, {"plain-together": rounds}))
    assert text[-1] == f"Reached: 0. Missed: 1. Not measured: {len(GOALS) - 1}."
    assert text[3].split()[-6:] == ["0.80", "<=", "0.65", "MISSED", "by", "23.1%"]


def test_every_goal_is_about_clients_of_its_scenario() -> None:
    clients = {scenario.name: scenario.clients for scenario in SCENARIOS}
    for goal in GOALS:
        assert goal.client in clients[goal.scenario]
        assert goal.against is None or goal.against in clients[goal.scenario]


def test_what_the_start_costs_is_not_counted_for_a_call() -> None:
    assert per_call(10, lambda calls: 5_000 + 30 * calls) == 30


def test_instructions_are_callgrinds_total(tmp_path: Path) -> None:
    profile = tmp_path / "callgrind"
    profile.write_text("# callgrind format\nevents: Ir\n\nfn=(1) main\n3 7\n\ntotals: 1234567\n")
    assert instructions(profile) == 1234567


def test_a_table_shows_medians_and_this_librarys_ratios() -> None:
    rounds = measured(libcurl=[50.0], verigator=[40.0])
    _, title, heading, libcurl, ours = table.scenario("One thread", rounds)
    assert title == "One thread"
    assert heading.split() == ["p50", "µs", "p50", "ratio"]
    assert libcurl.split() == ["libcurl", "50.0", "0.80"]
    assert ours.split() == ["verigator", "40.0", "1.00"]
