"""Processes that fork after the import, and after calls."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from verigator import Client


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork()")
@pytest.mark.parametrize("process_ids", ["own", "same"])
def test_a_pre_fork_server(server, process_ids):
    client = Client(server.username, server.password, base_url=server.url)
    service = client.create_service(server.host_name(), "Example")
    # In a process of its own, so that no thread of the tests is there at the fork().
    program = Path(__file__).with_name("prefork.py")
    arguments = [process_ids, server.url, service.id, "8"]
    ended = subprocess.run(
        # Python warns of fork() beside threads, which is what is tested.
        [sys.executable, "-W", "ignore::DeprecationWarning", program, *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "8 of 8 workers\n"
