"""What is hosted: this project's server, and what people run instead of one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from hosting import population
from hosting import privacyidea as tokens
from hosting.process import Process, free_port

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hosting.databases import Database

PEERS = Path(__file__).resolve().parents[1] / "peers"


@dataclass(frozen=True)
class Host:
    """One or more processes that answer."""

    urls: list[str]
    processes: list[Process]

    def stop(self) -> None:
        """Ends them."""
        for process in self.processes:
            process.stop()


# Without messages, and with messages that go nowhere.
SILENT = ["--no-sms"]
SENDING = ["--dev"]


def verigator(
    program: Path, database: Database, folder: Path, options: Sequence[str], processes: int = 1
) -> Host:
    """This project's server, or so many on one database."""
    ports = [free_port() for _ in range(processes)]
    running = []
    for port in ports:
        command: list[str | Path] = [
            program,
            "--listen",
            f"127.0.0.1:{port}",
            "--database",
            database.location,
            *database.options,
            *options,
        ]
        running.append(Process(command, folder / "verigator.log"))
        running[-1].wait_for_port(port)
    return Host([f"http://127.0.0.1:{port}" for port in ports], running)


def fastapi(tools: Path, database: Database, folder: Path, processes: int) -> Host:
    """FastAPI under uvicorn, over SQLite."""
    port = free_port()
    command: list[str | Path] = [
        tools / "peers" / "bin" / "uvicorn",
        "--app-dir",
        PEERS,
        "fastapi_app:app",
    ]
    command += ["--workers", str(processes), "--port", str(port), "--no-access-log"]
    variables = {"BENCH_DATABASE": database.location, "BENCH_AUTH": population.AUTH}
    return _one(Process(command, folder / "fastapi.log", variables), port)


def express(tools: Path, database: Database, folder: Path) -> Host:
    """Express over PostgreSQL."""
    port = free_port()
    app = tools / "node" / "express_app.js"
    variables = {
        "BENCH_DATABASE": database.location,
        "BENCH_AUTH": population.AUTH,
        "BENCH_PORT": str(port),
    }
    return _one(Process(["node", app], folder / "express.log", variables), port)


def privacyidea(tools: Path, folder: Path, processes: int) -> Host:
    """PrivacyIDEA under gunicorn, over SQLite, with the tokens of the bench."""
    port = free_port()
    python = tools / "peers" / "bin"
    variables = {
        "BENCH_FOLDER": str(folder),
        "BENCH_TOKENS": str(tokens.TOKENS),
        "PYTHONPATH": str(PEERS),
        # Where gunicorn has a socket.
        "HOME": str(folder),
    }
    setting_up = Process([python / "python", PEERS / "privacyidea_set_up.py"],
                         folder / "privacyidea.log", variables)  # fmt: skip
    setting_up.wait_for_end()
    command: list[str | Path] = [python / "gunicorn", "--workers", str(processes), "--threads", "4"]
    command += ["--bind", f"127.0.0.1:{port}", "--preload", "privacyidea_app:application"]
    return _one(Process(command, folder / "privacyidea.log", variables), port)


def _one(process: Process, port: int) -> Host:
    process.wait_for_port(port)
    return Host([f"http://127.0.0.1:{port}"], [process])
