"""How long the disk takes to keep something, which is what a commit waits for."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: What is written before each, as much as a page of SQLite.
BLOCK = b"\0" * 4096
TIMES = 300


def sync_us(folder: Path) -> dict[str, float]:
    """The median and the 99th percentile of a block's write and fdatasync, in microseconds."""
    times = []
    with tempfile.TemporaryFile(dir=folder, buffering=0) as file:
        for _ in range(TIMES):
            began = time.perf_counter()
            file.write(BLOCK)
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - began) * 1e6)
    times.sort()
    return {"p50": round(statistics.median(times), 1), "p99": round(times[TIMES * 99 // 100], 1)}
