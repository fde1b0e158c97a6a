"""What was measured, as JSON: every round, the goals, and the machine it was measured on."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from runner.clients import Build
    from runner.goals import Goal
    from runner.rounds import Rounds


def write(  # noqa: PLR0913 - all that is to be kept
    path: Path,
    form: str,
    machine: Mapping[str, Any],
    versions: Mapping[str, str],
    goals: Sequence[Goal],
    results: Mapping[str, Rounds],
) -> None:
    """Writes all of it; `machine` is what it was before anything ran."""
    report = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "form": form,
        "machine": machine,
        "versions": versions,
        "goals": _judged(goals, results),
        "rounds": {name: rounds.measured for name, rounds in results.items()},
    }
    text = json.dumps(report, indent=1, ensure_ascii=False)
    # A run a line.
    text = re.sub(r"{[^{}]*}", lambda innermost: " ".join(innermost[0].split()), text)
    path.write_text(text + "\n", "utf-8")


def _judged(goals: Sequence[Goal], results: Mapping[str, Rounds]) -> list[dict[str, Any]]:
    measured = [(goal, goal.measured(results)) for goal in goals]
    return [
        {
            "what": goal.what,
            "measured": round(value, 4),
            "goal": f"{goal.sign} {goal.bound}",
            "reached": goal.is_reached(value),
            "missed_by": goal.missed_by(value),
        }
        for goal, value in measured
        if value is not None
    ]


def machine() -> dict[str, Any]:
    """What there is to say of this machine, and of what else it does just now."""
    processor = _fields(Path("/proc/cpuinfo"))
    return {
        "cpu": processor.get("model name", platform.machine()),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "cores_used": len(os.sched_getaffinity(0)),
        "virtual": "hypervisor" in processor.get("flags", "").split(),
        "memory": _fields(Path("/proc/meminfo"))["MemTotal"],
        "kernel": f"{platform.system()} {platform.release()}",
        "system": platform.freedesktop_os_release()["PRETTY_NAME"],
        "load_before": [round(load, 2) for load in os.getloadavg()],
    }


def _fields(file: Path) -> dict[str, str]:
    """What a file in /proc says, by name; the first of those of the same name."""
    fields: dict[str, str] = {}
    for line in file.read_text("utf-8").splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    return fields


def versions(build: Build) -> dict[str, str]:
    """The versions of what was measured, and of what it was compiled and measured with."""
    git = ["git", "-C", str(build.repository)]
    library = build.repository / "Cargo.lock"
    peers = build.repository / "bench" / "Cargo.lock"
    return {
        "libverigator": says([*git, "describe", "--always", "--dirty"]),
        "in libverigator": locked(library, "hyper", "reqwest", "rustls", "ring", "tokio"),
        "peers": locked(peers, "hyper", "reqwest", "rustls", "ring", "tokio"),
        "libcurl": says(["curl-config", "--version"]),
        "libcurl's TLS": says(["curl-config", "--ssl-backends"]),
        "libc": " ".join(platform.libc_ver()),
        "rustc": says(["rustc", "--version"]),
        "cc": says(["cc", "--version"]),
        "c++": says(["g++", "--version"]),
        "valgrind": says(["valgrind", "--version"]),
        "python": platform.python_version(),
        "requests": version("requests"),
        "java": says(["java", "--version"]),
        "php": says(["php", "--version"]),
        "go": says(["go", "version"]),
        "mono": says(["mono", "--version"]),
    }


def locked(lock_file: Path, *names: str) -> str:
    """The versions of these crates that Cargo took."""
    packages = tomllib.loads(lock_file.read_text("utf-8"))["package"]
    return ", ".join(f"{one['name']} {one['version']}" for one in packages if one["name"] in names)


def says(command: Sequence[str]) -> str:
    """The first line that a program prints."""
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[
        0
    ]
