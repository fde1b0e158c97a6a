"""A server that runs, with all the processes it starts; what they take of the machine."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from runner.bench import RunError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

#: Seconds within which a server has to be there, and to end.
PATIENCE = 60
#: Seconds within which a server has to be set up: a database made, with a little in it.
SET_UP = 300

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Process:
    """A running server."""

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self._command = command
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                env={**os.environ, **(variables or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd="/",
            )

    def wait_for(self, ready: Callable[[], bool]) -> None:
        """Waits until it is ready."""
        end = time.monotonic() + PATIENCE
        while not ready():
            if self._process.poll() is not None or time.monotonic() > end:
                said = self._log.read_text("utf-8", "replace")[-2000:]
                raise RunError(f"{self._command} does not serve:\n{said}")
            time.sleep(0.02)

    def wait_for_port(self, port: int) -> None:
        """Waits until it listens."""
        self.wait_for(lambda: _answers(port))

    def wait_for_end(self) -> None:
        """Waits until it has done what it is for."""
        if self._process.wait(SET_UP) != 0:
            said = self._log.read_text("utf-8", "replace")[-2000:]
            raise RunError(f"{self._command} failed:\n{said}")

    def stop(self) -> None:
        """Ends it, with all that it has started."""
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def cpu_seconds(self) -> float:
        """User and system time so far, of all its processes."""
        ticks = 0
        for folder in self._all():
            with suppress(OSError):
                # utime, stime, and those of children that have ended.
                ticks += sum(map(int, _stat(folder)[11:15]))
        return ticks / TICKS_PER_SECOND

    def peak_kb(self) -> int:
        """The most memory that was resident, of all its processes that are running."""
        return sum(_status(folder, "VmHWM") for folder in self._all())

    def written_bytes(self) -> int:
        """What went to the disk so far."""
        total = 0
        for folder in self._all():
            with suppress(OSError):
                text = (folder / "io").read_text("ascii")
                total += int(text.split("\nwrite_bytes:")[1].split()[0])
        return total

    def _all(self) -> Iterator[Path]:
        session = str(self._process.pid)
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                # PostgreSQL gives each of its processes a session of its own.
                parent, _, its_session = _stat(folder)[1:4]
                if session in (its_session, parent):
                    yield folder


def _stat(folder: Path) -> list[str]:
    """What /proc/PID/stat says after the name, which may hold anything."""
    return (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()


def _status(folder: Path, name: str) -> int:
    with suppress(OSError):
        for line in (folder / "status").read_text("utf-8", "replace").splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1])
    return 0


def busy_seconds() -> float:
    """What all cores of the machine were busy for so far."""
    user, nice, system, _, _, irq, softirq = map(
        int, Path("/proc/stat").read_text("ascii").split()[1:8]
    )
    return (user + nice + system + irq + softirq) / TICKS_PER_SECOND


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port: int = chosen.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
