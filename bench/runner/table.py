"""Tables for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.clients import VERIGATOR

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from runner.goals import Goal
    from runner.rounds import Rounds

#: What is shown of a client, in this order, where it was measured: the metric, its heading, and the
#: digits after the point.
COLUMNS = (
    ("p50_us", "p50 µs", 1),
    ("p99_us", "p99 µs", 1),
    ("calls_per_s", "calls/s", 0),
    ("cpu_us", "CPU µs", 1),
    ("peak_rss_kb", "peak kB", 0),
    ("threads", "threads", 0),
    ("connections_per_call", "conns/call", 3),
    ("syscalls_per_call", "syscalls", 2),
    ("instructions_per_call", "instructions", 0),
    ("null_token_ns", "no token ns", 1),
    ("token_ns", "long token ns", 1),
    ("handle_ns", "no handle ns", 1),
    ("first_us", "first µs", 1),
    ("second_us", "second µs", 1),
    ("bytes", "bytes", 0),
)

#: The ratios that follow: this library's value divided by the client's.
RATIOS = (
    ("p50_us", "p50 ratio"),
    ("cpu_us", "CPU ratio"),
    ("calls_per_s", "calls/s ratio"),
    ("instructions_per_call", "ratio"),
)


def scenario(
    title: str, rounds: Rounds, columns: Sequence[tuple[str, str, int]] = COLUMNS
) -> Iterator[str]:
    """One scenario: medians, and the medians of this library's ratios to each client."""
    clients = rounds.clients
    columns = [column for column in columns if rounds.has(clients[0], column[0])]
    ours = next((client for client in clients if VERIGATOR in client), None)
    ratios = [ratio for ratio in RATIOS if ours and rounds.has(ours, ratio[0])]
    ratios = ratios if len(clients) > 1 else []
    rows = [["", *(heading for _, heading, _ in columns), *(heading for _, heading in ratios)]]
    for client in clients:
        values = [
            f"{rounds.median(client, metric):.{digits}f}" if rounds.has(client, metric) else "-"
            for metric, _, digits in columns
        ]
        values += [f"{rounds.ratio(ours, client, metric):.2f}" for metric, _ in ratios if ours]
        rows.append([client, *values])
    yield ""
    yield title
    yield from lines(rows)


def goals(wanted: Sequence[Goal], results: Mapping[str, Rounds]) -> Iterator[str]:
    """What was to be reached, what was measured, and by how much it missed."""
    rows = [["", "measured", "goal", ""]]
    missed = 0
    for goal in wanted:
        value = goal.measured(results)
        if value is None:
            continue
        short = goal.missed_by(value)
        missed += bool(short)
        form = ".2f" if goal.unit == "s" else ",.0f"
        measured = f"{value:.2f}" if goal.against else f"{value:{form}} {goal.unit}"
        verdict = f"MISSED by {short}" if short else "reached"
        rows.append([goal.what, measured, f"{goal.sign} {goal.bound:,} {goal.unit}", verdict])
    judged = len(rows) - 1
    yield ""
    yield "Goals"
    yield from lines(rows)
    yield ""
    yield f"Reached: {judged - missed}. Missed: {missed}. Not measured: {len(wanted) - judged}."


def lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for first, *others in rows:
        cells = [cell.rjust(width) for cell, width in zip(others, widths[1:], strict=True)]
        yield "  ".join([f"  {first.ljust(widths[0])}", *cells])
