"""What the tests share: the real server, and one that answers what a test says."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import threading
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[3]


class VerigatorServer:
    """A running `verigator-server` with its development account."""

    username = "demo"
    password = "demo-password"

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = itertools.count(1)

    def host_name(self) -> str:
        """One that no service has yet."""
        return f"login{next(self._numbers)}.example.com"

    def pin(self, user_id: str = "") -> str:
        """The PIN that this user, or anybody, was sent last."""
        query = f"?user_id={user_id}" if user_id else ""
        with urllib.request.urlopen(f"{self.url}/_/outbox{query}") as reply:
            return json.load(reply)["messages"][-1]["pin"]

    def wrong_pin(self, user_id: str = "") -> str:
        """Another one."""
        return f"{(int(self.pin(user_id)) + 1) % 1000000:06}"


@pytest.fixture(scope="session")
def server() -> Iterator[VerigatorServer]:
    """A server for the whole run."""
    with running_server() as server:
        yield server


@pytest.fixture
def fresh_server() -> Iterator[VerigatorServer]:
    """A server for one test."""
    with running_server() as server:
        yield server


@contextmanager
def running_server() -> Iterator[VerigatorServer]:
    """A `verigator-server` on a free port, with a database in memory."""
    program = os.environ.get("VERIGATOR_SERVER", REPOSITORY / "target/debug/verigator-server")
    command = [program, "--dev", "--database", ":memory:", "--listen", "127.0.0.1:0", "--chaos"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            line = process.stdout.readline()
            assert "listening on " in line, f"{program} did not start: {line!r}"
            yield VerigatorServer(line.strip().rpartition(" ")[2])
        finally:
            process.terminate()


class Scripted:
    """A server that answers what `answer` says, and remembers what it was asked."""

    def __init__(self) -> None:
        #: Gives status, headers and body for a request; None closes the connection.
        self.answer: Callable[[Request], tuple[int, dict[str, str], bytes] | None]
        self.requests: list[Request] = []
        self.ended = threading.Event()
        self.url = ""

    def says(self, status: int, body: Any = b"", **headers: str) -> None:
        """Answers every request so. A body that is not bytes is JSON."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answer = lambda _request: (status, named, data)

    def stalls(self) -> threading.Event:
        """Never answers. The event is set when a request has come."""
        came = threading.Event()

        def answer(_request: Request) -> None:
            came.set()
            self.ended.wait()

        self.answer = answer
        return came


class Request:
    """One request as it came."""

    def __init__(self, handler: BaseHTTPRequestHandler) -> None:
        self.line = handler.requestline
        #: What it came on.
        self.connection = handler.connection
        self.headers = handler.headers
        body = handler.rfile.read(int(handler.headers.get("content-length", "0")))
        self.body = json.loads(body) if body else None


class Listener(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, _request, _address):
        """A client that goes away is a part of some tests."""


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    """A server that answers what the test says."""
    script = Scripted()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            request = Request(self)
            script.requests.append(request)
            reply = script.answer(request)
            if reply is None:
                self.close_connection = True
                return
            status, headers, body = reply
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def log_message(self, *_arguments):
            pass

    listener = Listener(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listener.serve_forever, args=(0.01,))
    thread.start()
    script.url = f"http://127.0.0.1:{listener.server_address[1]}"
    try:
        yield script
    finally:
        script.ended.set()
        listener.shutdown()
        thread.join()
        # Its threads end with the client's connections, so they are not waited for.
        listener.socket.close()
