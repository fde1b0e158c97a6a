"""What is being measured just now: one line that changes on a terminal, else a line a scenario."""

from __future__ import annotations

import sys


class Progress:
    """Counts the scenarios."""

    def __init__(self, scenarios: int) -> None:
        self._scenarios = scenarios
        self._begun = 0
        self._title = ""
        self._changes = sys.stderr.isatty()

    def begin(self, title: str) -> None:
        """The next scenario is this one."""
        self._begun += 1
        self._title = f"[{self._begun}/{self._scenarios}] {title}"
        self._show(self._title)

    def step(self, number: int, count: int, client: str) -> None:
        """The next run is this one."""
        if self._changes:
            self._show(f"{self._title}: round {number} of {count}, {client}")

    def clear(self) -> None:
        """Makes room for output."""
        if self._changes:
            self._show("")

    def _show(self, text: str) -> None:
        print(
            f"\r\033[K{text}" if self._changes else text,
            file=sys.stderr,
            flush=True,
            end="" if self._changes else "\n",
        )
