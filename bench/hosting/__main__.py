"""Measures the server beside others: prints tables, writes server-results.{json,md}."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hosting import disk
from hosting.goals import GOALS
from hosting.needs import FULL, QUICK, Hosting
from hosting.scenarios import SCENARIOS
from runner import command_line, report, table
from runner.bench import CHECK, RunError, allow_open_files
from runner.clients import Build
from runner.measure import measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from runner.rounds import Rounds

REPOSITORY = Path(__file__).resolve().parents[2]

#: What is shown, as in `runner.table`.
COLUMNS = (
    ("calls", "calls", 0),
    ("calls_per_s", "calls/s", 0),
    ("p50_us", "p50 µs", 0),
    ("p99_us", "p99 µs", 0),
    ("cpu_us", "CPU µs", 0),
    ("database_cpu_us", "PG CPU µs", 0),
    ("busy_cores", "busy cores", 2),
    ("written_bytes", "written B", 0),
    ("peak_rss_kb", "peak kB", 0),
)


def main() -> None:
    """Runs what the command line asks for."""
    asked = command_line.read(__doc__, SCENARIOS, FULL, QUICK)
    is_check = asked.effort.name == CHECK.name
    allow_open_files()
    # As when it is interrupted: the servers end too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    build = Build(REPOSITORY, "debug" if is_check else "release")
    # Not in /tmp, which may be in memory.
    with (
        tempfile.TemporaryDirectory(dir="/var/tmp") as folder,
        Hosting(build, asked.effort, Path(folder)) as needs,
    ):
        machine = {**report.machine(), "fdatasync_us": disk.sync_us(needs.folder)}
        try:
            results = measure(needs, asked.scenarios, asked.clients, scenario)
        except RunError as error:
            sys.exit(f"\n{error}")
    if is_check:
        print(f"{len(results)} scenarios ran, and every request was answered rightly.")
        return
    output = REPOSITORY / "bench" if asked.whole else REPOSITORY / "target" / "bench"
    form, versions = asked.effort.name, _versions(build)
    report.write(output / "server-results.json", form, machine, versions, GOALS, results)
    text = "\n".join(_tables(machine, versions, results))
    (output / "server-results.md").write_text(text + "\n", "utf-8")
    print("\n".join(table.goals(GOALS, results)))
    print(f"\nAll rounds: {output}/server-results.json, the tables: server-results.md")


def scenario(title: str, rounds: Rounds) -> Iterator[str]:
    """The table of a scenario."""
    return table.scenario(title, rounds, COLUMNS)


def _tables(
    machine: Mapping[str, Any], versions: Mapping[str, str], results: Mapping[str, Rounds]
) -> Iterator[str]:
    """What is kept of a run, to be read."""
    yield "# The server, measured"
    yield ""
    yield "Written by `make bench-server`; [SERVER.md](SERVER.md) says what is measured, and how."
    yield ""
    yield "```"
    yield f"{machine['cpu']}, {machine['cores_used']} cores, {machine['memory']}"
    yield f"{machine['kernel']}, load before: {machine['load_before']}"
    sync = machine["fdatasync_us"]
    yield f"a block's write and fdatasync: {sync['p50']} µs, p99 {sync['p99']} µs"
    yield "; ".join(f"{name} {what}" for name, what in versions.items())
    titles = {one.name: one.title for one in SCENARIOS}
    for name, rounds in results.items():
        yield from scenario(titles[name], rounds)
    yield from table.goals(GOALS, results)
    yield "```"


def _versions(build: Build) -> dict[str, str]:
    git = ["git", "-C", str(build.repository)]
    return {
        "verigator-server": report.says([*git, "describe", "--always", "--dirty"]),
        "its crates": report.locked(
            build.repository / "Cargo.lock", "axum", "hyper", "rusqlite", "tokio-postgres"
        ),
        "rustc": report.says(["rustc", "--version"]),
        "PostgreSQL": report.says(["psql", "--version"]),
        "node": report.says(["node", "--version"]),
    }


if __name__ == "__main__":
    main()
