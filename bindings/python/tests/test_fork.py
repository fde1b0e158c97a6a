"""Processes that fork after the import, and after calls."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from verigator import Client

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork()")


def run(program, *arguments):
    """What a program prints that runs in a process of its own: no thread of the tests is there."""
    ended = subprocess.run(
        # Python warns of fork() beside threads, which is what is tested.
        [sys.executable, "-W", "ignore::DeprecationWarning", program, *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout


@pytest.mark.parametrize("process_ids", ["own", "same"])
def test_a_pre_fork_server(server, process_ids):
    client = Client(server.username, server.password, base_url=server.url)
    service = client.create_service(server.host_name(), "Example")
    program = Path(__file__).with_name("prefork.py")
    assert run(program, process_ids, server.url, service.id, "8") == "8 of 8 workers\n"


@pytest.mark.parametrize("loop", ["selector", "no reader", "uvloop", "the same"])
def test_a_worker_that_is_forked_beside_a_loop(scripted, loop):
    if loop == "uvloop" and importlib.util.find_spec("uvloop") is None:
        pytest.skip("uvloop is not installed")
    go_on = threading.Event()

    def answer(request):
        if "/parent/" in request.line:
            assert go_on.wait(60)
        elif "/after/" in request.line:
            go_on.set()
        return 200, {}, b'{"verified": true}'

    scripted.answer = answer
    program = Path(__file__).with_name("forked.py")
    assert run(program, loop, scripted.url) == "the child ended with 0\n"
