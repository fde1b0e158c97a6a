"""The end of a program neither waits for calls nor crashes."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

CALLS = 8


@pytest.mark.parametrize("how", ["on_a_loop", "without_a_reader", "in_threads", "by_an_exception"])
def test_a_program_ends_while_calls_wait(scripted, how):
    came = threading.Semaphore(0)

    def answer(_request):
        came.release()
        scripted.ended.wait()

    scripted.answer = answer
    program = [sys.executable, str(Path(__file__).with_name("ending.py")), how, scripted.url]
    pipe = subprocess.PIPE
    with subprocess.Popen(program, stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        for _ in range(CALLS):
            assert came.acquire(timeout=60)
        # All wait; now it ends. Sooner than the deadline of its calls.
        said, errors = process.communicate("\n", timeout=25)
    assert (process.returncode, said, errors) == (7, "", "")
