"""What was measured, as JSON: every round, the goals, and the machine it was measured on."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runner.goals import GOALS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.bench import Bench
    from runner.clients import Build
    from runner.rounds import Rounds


def write(path: Path, bench: Bench, results: Mapping[str, Rounds]) -> None:
    """Writes all of it."""
    report = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "form": bench.effort.name,
        "machine": _machine(),
        "versions": _versions(bench.build),
        "goals": _goals(results),
        "rounds": {name: rounds.measured for name, rounds in results.items()},
    }
    text = json.dumps(report, indent=1, ensure_ascii=False)
    # A run a line.
    text = re.sub(r"{[^{}]*}", lambda innermost: " ".join(innermost[0].split()), text)
    path.write_text(text + "\n", "utf-8")


def _goals(results: Mapping[str, Rounds]) -> list[dict[str, Any]]:
    measured = [(goal, goal.measured(results)) for goal in GOALS]
    return [
        {
            "what": goal.what,
            "measured": round(value, 4),
            "goal": f"{goal.sign} {goal.bound}",
            "reached": goal.is_reached(value),
        }
        for goal, value in measured
        if value is not None
    ]


def _machine() -> dict[str, Any]:
    information = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    models = [line.split(":", 1)[1].strip() for line in information if "model name" in line]
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "load": [round(load, 2) for load in os.getloadavg()],
    }


def _versions(build: Build) -> dict[str, str]:
    return {
        "libverigator": _says(["git", "-C", str(build.repository), "describe", "--always"]),
        "libcurl": _says(["curl-config", "--version"]),
        "rustc": _says(["rustc", "--version"]),
        "cc": _says(["cc", "--version"]),
        "python": platform.python_version(),
        "requests": version("requests"),
        "java": _says(["java", "--version"]),
    }


def _says(command: Sequence[str]) -> str:
    """The first line that a program prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[
        0
    ]
