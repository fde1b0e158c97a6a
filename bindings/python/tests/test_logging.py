"""What log lines come to in Python: exceptions, and the end of the interpreter."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from verigator import Client
from verigator._handles import made
from verigator._library import library

SERVICE = {"id": "id", "name": "name", "ctime": "2017-07-06T13:12:03.141Z"}


class Handler(logging.Handler):
    """Does what a test says with each line."""

    def __init__(self, emit):
        super().__init__()
        self.emit = emit


def client(scripted, emit=lambda _record: None):
    logger = logging.Logger("test.logging", logging.DEBUG)
    logger.addHandler(Handler(emit))
    return Client("user", "password", base_url=scripted.url, logger=logger)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="signals are those of POSIX")
@pytest.mark.parametrize("raised", [KeyboardInterrupt, TimeoutError])
def test_what_the_handler_of_a_signal_raises_comes_after_the_call(scripted, raised):
    def interrupt(_number, _frame):
        raise raised("interrupted")

    def answer(_request):
        # It comes while the call waits in C, so that Python notices it at the next log line.
        os.kill(os.getpid(), signal.SIGUSR1)
        return 200, {}, b'{"verified": true}'

    scripted.answer = answer
    before = signal.signal(signal.SIGUSR1, interrupt)
    hook = sys.unraisablehook
    try:
        for _ in range(20):
            with pytest.raises(raised, match="interrupted"):
                client(scripted).verify("service", "user", "123456")
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert sys.unraisablehook is hook


@pytest.mark.parametrize("raised", [KeyboardInterrupt, SystemExit, ValueError])
def test_what_a_logger_raises_comes_after_the_call(scripted, raised):
    scripted.says(200, SERVICE)
    errors = []

    def emit(_record):
        errors.append(raised())
        raise errors[-1]

    def call():
        with pytest.raises(raised) as caught:
            client(scripted, emit).get_service("id")
        return caught.value

    # The first of a call, and nothing is left for the next one.
    assert call() is errors[0]
    assert client(scripted).get_service("id").name == "name"
    with ThreadPoolExecutor(1) as thread:
        errors.clear()
        assert thread.submit(call).result() is errors[0]
        assert thread.submit(client(scripted).get_service, "id").result().name == "name"


def test_a_failure_that_is_not_raised_is_not_kept_either(scripted):
    scripted.says(404, {"message": "123456"})

    def emit(_record):
        raise LookupError

    with pytest.raises(LookupError):
        client(scripted, emit).verify("service", "user", "123456")
    assert library.verigator_last_error() is None


def test_what_a_logger_raises_is_not_raised_by_a_call_of_its_own(scripted):
    scripted.says(200, SERVICE)
    names = []

    def emit(_record):
        if not names:
            # The second line finds what the first one raised.
            names.append(None)
            raise KeyboardInterrupt
        names.append(client(scripted).get_service("id").name)

    with pytest.raises(KeyboardInterrupt):
        client(scripted, emit).get_service("id")
    assert names[1:] == ["name"]


def test_a_hook_that_is_set_meanwhile_stays(scripted, monkeypatch):
    scripted.says(200, SERVICE)
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)
    hook = print

    def emit(_record):
        sys.unraisablehook = hook

    client(scripted, emit).get_service("id")
    assert sys.unraisablehook is hook


def test_what_is_raised_for_nobody_goes_where_it_always_goes(scripted, monkeypatch):
    scripted.says(200, SERVICE)
    seen = []
    monkeypatch.setattr(sys, "unraisablehook", lambda unraisable: seen.append(unraisable.exc_type))

    class Fails:
        def __del__(self):
            raise LookupError

    client(scripted, lambda _record: Fails()).get_service("id")
    assert set(seen) == {LookupError}


def test_a_result_is_freed_whatever_is_raised():
    freed = []

    def make(_output):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), made(make, free=freed.append):
        pass
    assert len(freed) == 1


def ends(*arguments):
    """What the program `ending.py` prints until its very end."""
    program = Path(__file__).with_name("ending.py")
    ended = subprocess.run(
        # Python warns of fork() beside threads, which is a part of what is tested.
        [sys.executable, "-W", "ignore::DeprecationWarning", program, *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    return ended.stdout.splitlines()


def test_a_daemon_thread_in_a_call_does_not_crash_the_end_of_the_interpreter():
    lines = ends("in_a_call")
    assert ": cancelled after " in lines[-1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork()")
@pytest.mark.parametrize("process_ids", ["own", "same"])
def test_a_child_does_not_wait_for_the_calls_of_its_parent(process_ids):
    assert "the child ended with 0" in ends("in_a_child", process_ids)


def test_a_log_line_that_never_ends_does_not_keep_the_interpreter():
    assert ends("in_a_log_line") == ["ending"]


def test_a_daemon_thread_makes_no_call_once_the_interpreter_ends(scripted):
    scripted.says(200, SERVICE)
    main, daemon = ends("before_a_call", scripted.url)
    assert main == "main: name"
    assert daemon.startswith("daemon: ClosedError, ")
    assert daemon.endswith(", -4, False")
    assert len(scripted.requests) == 1


def test_a_client_may_be_used_and_closed_until_the_very_end(scripted):
    scripted.says(200, SERVICE)
    assert ends("with_a_close", scripted.url) == ["name", "closed"]
