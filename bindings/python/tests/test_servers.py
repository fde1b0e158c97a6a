"""The servers that programs run in: gunicorn and uvicorn, each with two workers."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from verigator import Client

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork()")

WORKERS = 2
GUNICORN = ["gunicorn", "--preload", f"--workers={WORKERS}", "--bind=fd://{}"]
UVICORN = ["uvicorn", f"--workers={WORKERS}", "--fd={}"]
SERVERS = {
    "gunicorn": [*GUNICORN, "served:blocking"],
    # It takes uvloop where that is.
    "gunicorn over uvicorn": [
        *GUNICORN,
        "--worker-class=uvicorn.workers.UvicornWorker",
        "served:asynchronous",
    ],
    "uvicorn on asyncio": [*UVICORN, "--loop=asyncio", "served:asynchronous"],
    "uvicorn on uvloop": [*UVICORN, "--loop=uvloop", "served:asynchronous"],
}


@contextmanager
def running(command, environment, folder):
    """Runs a server, gives where it listens, and sees that it ends well when it is asked to."""
    path = str(folder / "socket")
    log = folder / "log"
    with socket.socket(socket.AF_UNIX) as listener, log.open("w") as output:
        listener.bind(path)
        listener.listen(64)
        process = subprocess.Popen(
            [sys.executable, "-m", *(part.format(listener.fileno()) for part in command)],
            cwd=Path(__file__).parent,
            env={**os.environ, **environment},
            pass_fds=[listener.fileno()],
            stdout=output,
            stderr=output,
        )
    try:
        yield path
        process.terminate()
        assert process.wait(60) == 0, log.read_text()
        assert not re.search("Traceback|was sent SIG(?!TERM)", log.read_text()), log.read_text()
    except OSError as error:
        raise AssertionError(log.read_text()) from error
    finally:
        process.kill()
        process.wait()


def ask(path, service_id):
    """What the server says; until its workers are there, it waits."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(60)
        connection.connect(path)
        connection.sendall(f"GET /{service_id} HTTP/1.0\r\n\r\n".encode())
        with connection.makefile("rb") as reply:
            head, _, body = reply.read().partition(b"\r\n\r\n")
    assert b" 200 " in head.splitlines()[0]
    return json.loads(body)


@pytest.mark.parametrize("name", SERVERS)
def test_all_workers_of_a_server_make_calls(server, tmp_path, name):
    for module in ("gunicorn", "uvicorn", "uvloop"):
        pytest.importorskip(module)
    with Client(server.username, server.password, base_url=server.url) as client:
        service_id = client.create_service(server.host_name(), "Example").id
    environment = {
        "VERIGATOR_USERNAME": server.username,
        "VERIGATOR_PASSWORD": server.password,
        "VERIGATOR_BASE_URL": server.url,
        "SERVICE_ID": service_id,
    }
    asked = [service_id, "no-such-service"] * 8
    processes = set()
    with running(SERVERS[name], environment, tmp_path) as path, ThreadPoolExecutor(8) as pool:
        # One worker may be quicker than the other.
        while len(processes) < WORKERS:
            answers = list(pool.map(lambda service_id: ask(path, service_id), asked))
            assert [answer["found"] for answer in answers] == [service_id, None] * 8
            processes.update(answer["process"] for answer in answers)
