"""What is to be reached by the server."""

from __future__ import annotations

from hosting.scenarios import (
    ALONE,
    BEFORE,
    BESIDE_PAGES,
    BESIDE_WHOLE,
    GET,
    GUESSES,
    MANY,
    PAGES,
    POSTGRES,
    POSTGRES_TWO,
    WHOLE_LIST,
)
from runner.goals import Goal

#: 150 MB.
MOST_KB = 146_484

GOALS = (
    Goal("verify / GET, SQLite", "verify", "calls_per_s", ">=", 0.6, GET),
    Goal("verify / the server as it was, SQLite", "verify", "calls_per_s", ">=", 3, BEFORE),
    Goal(
        "two processes / one, PostgreSQL: verify",
        *("verify", "calls_per_s", ">=", 1.5, POSTGRES, POSTGRES_TWO),
    ),
    Goal(
        "p99 of a verify beside the list as a whole / alone",
        *("lists", "p99_us", "<=", 2, ALONE, BESIDE_WHOLE),
    ),
    Goal(
        "p99 of a verify beside the list page by page / alone",
        *("lists", "p99_us", "<=", 2, ALONE, BESIDE_PAGES),
    ),
    *(
        Goal(f"memory: {what}", "memory", "peak_rss_kb", "<=", MOST_KB, client=what, unit="kB")
        for what in (WHOLE_LIST, PAGES, GUESSES, MANY)
    ),
)
