"""Measures this library beside others: prints tables, writes results.json, draws results.svg."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from runner import command_line, plot, report, table
from runner.bench import CHECK, FULL, QUICK, Bench, RunError, allow_open_files
from runner.clients import Build
from runner.goals import GOALS
from runner.measure import measure
from runner.scenarios import SCENARIOS

REPOSITORY = Path(__file__).resolve().parents[2]


def main() -> None:
    """Runs what the command line asks for."""
    asked = command_line.read(__doc__, SCENARIOS, FULL, QUICK)
    is_check = asked.effort.name == CHECK.name
    machine = report.machine()
    allow_open_files()
    build = Build(REPOSITORY, "debug" if is_check else "release")
    with tempfile.TemporaryDirectory() as folder, Bench(build, asked.effort, Path(folder)) as bench:
        try:
            results = measure(bench, asked.scenarios, asked.clients, table.scenario)
        except RunError as error:
            sys.exit(f"\n{error}")
        # A part of it does not take the place of the whole.
        output = REPOSITORY / "bench" if asked.whole else REPOSITORY / "target" / "bench"
        if is_check:
            output = bench.folder
        versions = report.versions(build)
        report.write(output / "results.json", asked.effort.name, machine, versions, GOALS, results)
        plot.draw(output / "results.svg", results)
    if is_check:
        print(f"{len(results)} scenarios ran, and every call was answered rightly.")
    else:
        print("\n".join(table.goals(GOALS, results)))
        print(f"\nAll rounds: {output}/results.json, drawn in results.svg")


if __name__ == "__main__":
    main()
