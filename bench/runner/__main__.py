"""Measures, prints tables, and writes what was measured."""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from runner.clients import VERIGATOR, Build
from runner.rounds import Results
from runner.scenarios import SCENARIOS, Calls, Effort
from runner.server import Server

QUICK = Effort(rounds=5, seconds=0.25)
FULL = Effort(rounds=15, seconds=1.0)


def main() -> None:
    """Runs the bench."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="less of everything, in two minutes")
    parser.add_argument("--only", nargs="+", metavar="SCENARIO")
    parser.add_argument("--clients", type=lambda text: text.split(","))
    parser.add_argument("--rounds", type=int)
    arguments = parser.parse_args()
    effort = QUICK if arguments.quick else FULL
    if arguments.rounds:
        effort = Effort(arguments.rounds, effort.seconds)
    build = Build(Path(__file__).resolve().parents[2], "release")
    chosen = [one for one in SCENARIOS if not arguments.only or one.name in arguments.only]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers: dict[int, Server] = {}
        for scenario in chosen:
            delay = scenario.delay_ms
            if delay not in servers:
                servers[delay] = stack.enter_context(
                    Server(build.server, folder / f"ca-{delay}.pem", delay)
                )
            measure(scenario, build, servers[delay], effort, arguments.clients)


def measure(
    scenario: Calls, build: Build, server: Server, effort: Effort, only: list[str] | None
) -> None:
    clients = [one for one in scenario.clients if not only or one in only]
    calls = {one: scenario.calls(build, server, one, effort) for one in clients}
    results = Results({one: [] for one in clients})
    for number in range(effort.rounds):
        print(f"\r{scenario.title}: round {number + 1} of {effort.rounds}", end="", file=sys.stderr)
        for client in clients:
            results.rounds[client].append(scenario.run(build, server, client, calls[client]))
    print("\r\033[K", end="", file=sys.stderr)
    print(f"{scenario.title} ({scenario.name})")
    for client in clients:
        values = [results.median(client, m) for m in ("p50_us", "p99_us", "calls_per_s", "cpu_us")]
        print(f"  {client:14} p50 {values[0]:9.1f}  p99 {values[1]:9.1f}  calls/s {values[2]:9.0f}"
              f"  cpu {values[3]:7.1f}", end="")
        if VERIGATOR in clients:
            ratios = [results.ratio(VERIGATOR, client, m)
                      for m in ("p50_us", "p99_us", "calls_per_s", "cpu_us")]
            print("   verigator's ratio: p50 {:.2f} p99 {:.2f} calls/s {:.2f} cpu {:.2f}".format(*ratios),
                  end="")
        print()


if __name__ == "__main__":
    main()
