"""A plot of what was measured: a panel for each scenario, a bar for each client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import matplotlib as mpl

mpl.use("svg")
mpl.rcParams["svg.hashsalt"] = "libverigator"
mpl.rcParams["font.size"] = 9

from matplotlib import pyplot as plt  # noqa: E402 - after the backend is chosen

from runner.clients import VERIGATOR  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from matplotlib.axes import Axes

    from runner.rounds import Rounds

COLUMNS = 3

#: This library's bars, and the others'.
OURS, OTHERS, ROUNDS = "#1f6f8b", "#b8c4ca", "#33333380"


@dataclass(frozen=True)
class Panel:
    """What one panel shows."""

    scenario: str
    title: str
    metric: str = "p50_us"


PANELS = (
    Panel("plain", "one thread: p50, µs"),
    Panel("plain", "one thread: CPU per call, µs", "cpu_us"),
    Panel("plain", "one thread: peak memory, kB", "peak_rss_kb"),
    Panel("tls", "one thread, TLS: p50, µs"),
    Panel("tls", "one thread, TLS: CPU per call, µs", "cpu_us"),
    Panel("syscalls", "system calls per call", "syscalls_per_call"),
    Panel("plain-together", "on the server's core: p50, µs"),
    Panel("tls-together", "on the server's core, TLS: p50, µs"),
    Panel("instructions", "instructions per call", "instructions_per_call"),
    Panel("plain-8", "8 threads: calls per second", "calls_per_s"),
    Panel("tls-8", "8 threads, TLS: calls per second", "calls_per_s"),
    Panel("delay-8", "8 threads, 5 ms of delay: CPU per call, µs", "cpu_us"),
    Panel("plain-64", "64 threads: calls per second", "calls_per_s"),
    Panel("tls-64", "64 threads, TLS: calls per second", "calls_per_s"),
    Panel("plain-64", "64 threads: p99, µs", "p99_us"),
    Panel("fresh", "TLS from cold, full handshake: p50, µs"),
    Panel("resumed", "TLS from cold, resumed: p50, µs"),
    Panel("proxy", "TLS through a proxy: p50, µs"),
    Panel("start", "start to first answer: p50, µs"),
    Panel("start-tls", "start to first answer, TLS: p50, µs"),
    Panel("instructions-tls", "instructions per call, TLS", "instructions_per_call"),
    Panel("python", "Python: calls per second", "calls_per_s"),
    Panel("python-tls", "Python, TLS: calls per second", "calls_per_s"),
    Panel("java-together", "Java, on the server's core: p50, µs"),
    Panel("java", "Java: p50, µs"),
    Panel("java-tls", "Java, TLS: p50, µs"),
    Panel("java", "Java: CPU per call, µs", "cpu_us"),
    Panel("go-64", "Go, 64 goroutines: calls per second", "calls_per_s"),
    Panel("go-64", "Go, 64 goroutines: CPU per call, µs", "cpu_us"),
)


def draw(path: Path, results: Mapping[str, Rounds]) -> None:
    """Draws the panels of the scenarios that were measured."""
    panels = [panel for panel in PANELS if panel.scenario in results]
    if not panels:
        return
    height = -(-len(panels) // COLUMNS)
    figure, grid = plt.subplots(height, COLUMNS, figsize=(13, 1.75 * height), squeeze=False)
    for axes, panel in zip(grid.flat, panels, strict=False):
        _draw_panel(axes, panel, results[panel.scenario])
    for axes in grid.flat[len(panels) :]:
        axes.set_visible(False)
    figure.suptitle(
        "Bars: medians. Dots: rounds. Of calls per second more is better, of all else less.",
        y=0.995,
    )
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _draw_panel(axes: Axes, panel: Panel, rounds: Rounds) -> None:
    clients = rounds.clients
    medians = [rounds.median(client, panel.metric) for client in clients]
    colours = [OURS if VERIGATOR in client else OTHERS for client in clients]
    places = range(len(clients))
    axes.barh(places, medians, color=colours, height=0.7)
    for place, client in zip(places, clients, strict=True):
        values = [one[panel.metric] for one in rounds.measured[client]]
        axes.plot(values, [place] * len(values), ".", color=ROUNDS, markersize=3)
    for place, median in zip(places, medians, strict=True):
        text = f"{median:,.0f}" if median >= 100 else f"{median:.1f}"  # noqa: PLR2004
        axes.text(1, place, text, transform=axes.get_yaxis_transform(), ha="right", va="center")
    axes.set_yticks(places, clients)
    axes.invert_yaxis()
    # Room for the numbers. A round that something disturbed falls out, or all bars would be short.
    axes.set_xlim(0, 1.4 * max(medians))
    axes.set_title(panel.title, loc="left", fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
