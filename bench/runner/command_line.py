"""What is asked for on the command line of a bench."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, TypeVar

from runner.bench import CHECK, Bench, Effort

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.scenarios import Scenario

#: What the scenarios of a bench need.
Needed = TypeVar("Needed", bound=Bench)


@dataclass(frozen=True)
class Asked(Generic[Needed]):
    """What is to be measured."""

    effort: Effort
    scenarios: Sequence[Scenario[Needed]]
    #: Only these, or all.
    clients: list[str] | None
    #: Everything, with all there is to it: what may take the place of earlier results.
    whole: bool


def read(
    description: str | None, scenarios: Sequence[Scenario[Needed]], full: Effort, quick: Effort
) -> Asked[Needed]:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="bench", description=description)
    parser.set_defaults(effort=full)
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--quick",
        action="store_const",
        dest="effort",
        const=quick,
        help="fewer and shorter rounds, in two minutes or so",
    )
    form.add_argument(
        "--check",
        action="store_const",
        dest="effort",
        const=CHECK,
        help="see that everything works, with the debug build; no number means anything",
    )
    names = [one.name for one in scenarios]
    parser.add_argument(
        "--only", nargs="+", choices=names, metavar="SCENARIO", help=", ".join(names)
    )
    parser.add_argument("--clients", nargs="+", metavar="CLIENT", help="only these")
    parser.add_argument("--rounds", type=int, help="how often each client runs")
    arguments = parser.parse_args()
    effort: Effort = arguments.effort
    if arguments.rounds is not None:
        effort = replace(effort, rounds=arguments.rounds)
    only = arguments.only or names
    return Asked(
        effort,
        [one for one in scenarios if one.name in only],
        arguments.clients,
        effort is full and not (arguments.only or arguments.clients),
    )
