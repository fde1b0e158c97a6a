"""How rounds are compared and goals judged."""

from __future__ import annotations

from functools import partial
from itertools import chain

from runner import table
from runner.goals import Goal
from runner.rounds import Metrics, Rounds


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


def test_a_table_shows_medians_and_this_librarys_ratios() -> None:
    rounds = measured(libcurl=[50.0], verigator=[40.0])
    _, title, heading, libcurl, ours = table.scenario("One thread", rounds)
    assert title == "One thread"
    assert heading.split() == ["p50", "µs", "p50", "ratio"]
    assert libcurl.split() == ["libcurl", "50.0", "0.80"]
    assert ours.split() == ["verigator", "40.0", "1.00"]
