"""Measures this library beside others: prints tables, writes results.json, draws results.svg."""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from runner import plot, report, table
from runner.bench import CHECK, FULL, QUICK, Bench, Effort, RunError
from runner.clients import Build
from runner.progress import Progress
from runner.rounds import Rounds
from runner.scenarios import SCENARIOS, Scenario

REPOSITORY = Path(__file__).resolve().parents[2]


def main() -> None:
    """Runs what the command line asks for."""
    arguments = parse_arguments()
    effort: Effort = arguments.effort
    if arguments.rounds is not None:
        effort = replace(effort, rounds=arguments.rounds)
    machine = report.machine()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Of the clients and servers: a connection has a descriptor at each end.
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    build = Build(REPOSITORY, "debug" if effort.name == CHECK.name else "release")
    with tempfile.TemporaryDirectory() as folder, Bench(build, effort, Path(folder)) as bench:
        try:
            results = measure(bench, arguments.only, arguments.clients)
        except RunError as error:
            sys.exit(f"\n{error}")
        # A part of it does not take the place of the whole.
        whole = effort is FULL and not (arguments.only or arguments.clients)
        output = REPOSITORY / "bench" if whole else REPOSITORY / "target" / "bench"
        if arguments.effort is CHECK:
            output = bench.folder
        report.write(output / "results.json", bench, machine, results)
        plot.draw(output / "results.svg", results)
    if arguments.effort is CHECK:
        print(f"{len(results)} scenarios ran, and every call was answered rightly.")
    else:
        print("\n".join(table.goals(results)))
        print(f"\nAll rounds: {output}/results.json, drawn in results.svg")


def parse_arguments() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.set_defaults(effort=FULL)
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--quick",
        action="store_const",
        dest="effort",
        const=QUICK,
        help="fewer and shorter rounds, in under two minutes",
    )
    form.add_argument(
        "--check",
        action="store_const",
        dest="effort",
        const=CHECK,
        help="see that everything works, with the debug build; no number means anything",
    )
    names = [one.name for one in SCENARIOS]
    parser.add_argument(
        "--only", nargs="+", choices=names, metavar="SCENARIO", help=", ".join(names)
    )
    parser.add_argument("--clients", nargs="+", metavar="CLIENT", help="only these")
    parser.add_argument("--rounds", type=int, help="how often each client runs")
    return parser.parse_args()


def measure(bench: Bench, only: list[str] | None, clients: list[str] | None) -> dict[str, Rounds]:
    """Measures the scenarios and prints a table of each; what was measured, by name."""
    chosen = [scenario for scenario in SCENARIOS if only is None or scenario.name in only]
    progress = Progress(len(chosen))
    results = {}
    for scenario in chosen:
        progress.begin(scenario.title)
        rounds = measure_one(bench, scenario, clients, progress)
        progress.clear()
        if not rounds.clients:
            continue
        results[scenario.name] = rounds
        if bench.effort.name != CHECK.name:
            print("\n".join(table.scenario(scenario.title, rounds)), flush=True)
    return results


def measure_one(
    bench: Bench, scenario: Scenario, clients: list[str] | None, progress: Progress
) -> Rounds:
    """Measures one scenario."""
    chosen = [client for client in scenario.clients if clients is None or client in clients]
    rounds = Rounds({client: scenario.prepare(bench, client) for client in chosen})
    count = 1 if scenario.once else bench.effort.rounds
    for number, client in rounds.measure(count):
        progress.step(number, count, client)
    return rounds


if __name__ == "__main__":
    main()
