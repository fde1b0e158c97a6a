"""Blocking calls, and the handlers of signals that run meanwhile."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
import time
from contextlib import contextmanager

import pytest

import verigator
from verigator import Client

pytestmark = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="signals are POSIX's")

VERIFIED = (200, {}, b'{"verified": true}')


@contextmanager
def handler(number, function):
    before = signal.signal(number, function)
    try:
        yield
    finally:
        signal.signal(number, before)


def stops(_number, _frame):
    raise SystemExit(7)


@pytest.mark.parametrize(
    ("number", "function", "raised"),
    [
        (signal.SIGINT, signal.default_int_handler, KeyboardInterrupt),
        (signal.SIGTERM, stops, SystemExit),
    ],
)
def test_what_a_handler_raises_ends_the_call(scripted, number, function, raised):
    sent = []

    def answer(_request):
        sent.append(time.monotonic())
        os.kill(os.getpid(), number)
        scripted.ended.wait()

    scripted.answer = answer
    client = Client("user", "password", base_url=scripted.url)
    with handler(number, function), pytest.raises(raised) as caught:
        client.verify("service", "user", "123456")
    # Much sooner than the deadline of 30 s, on a machine that is busy as well.
    assert time.monotonic() - sent[0] < 5
    cause = caught.value.__cause__
    assert type(cause) is verigator.CallCancelledError
    assert cause.maybe_sent
    assert not cause.retry_safe
    assert len(scripted.requests) == 1
    scripted.answer = lambda _request: VERIFIED
    assert client.verify("service", "user", "123456")


def test_a_handler_that_raises_nothing_does_not_disturb_the_call(scripted):
    handled = threading.Event()

    def answer(_request):
        os.kill(os.getpid(), signal.SIGUSR1)
        # It runs while the call waits.
        assert handled.wait(60)
        return VERIFIED

    scripted.answer = answer
    client = Client("user", "password", base_url=scripted.url)
    with handler(signal.SIGUSR1, lambda _number, _frame: handled.set()):
        assert client.verify("service", "user", "123456")
    assert len(scripted.requests) == 1


def test_a_handler_may_make_calls_itself(scripted):
    answers = []

    def answer(_request):
        if len(scripted.requests) == 1:
            os.kill(os.getpid(), signal.SIGUSR1)
            while not answers:
                time.sleep(0.001)
        return VERIFIED

    scripted.answer = answer
    client = Client("user", "password", base_url=scripted.url)

    def calls(_number, _frame):
        answers.append(client.verify("service", "other", "654321"))

    with handler(signal.SIGUSR1, calls):
        assert client.verify("service", "user", "123456")
    assert all(answers)


def test_an_answer_that_was_there_before_is_told_of(scripted, monkeypatch):
    scripted.says(200, {"verified": True})
    client = Client("user", "password", base_url=scripted.url)
    step = verigator._calls.library.verigator_call_step
    interrupted = []

    def interrupts(call):
        status = step(call)
        if not interrupted:
            interrupted.append(status)
            raise KeyboardInterrupt
        return status

    monkeypatch.setattr(verigator._calls.library, "verigator_call_step", interrupts)
    with pytest.raises(KeyboardInterrupt) as caught:
        client.verify("service", "user", "123456")
    cause = caught.value.__cause__
    assert type(cause) is verigator.CallCancelledError
    assert "answered already" in str(cause)
    assert cause.maybe_sent


def test_a_call_in_another_thread_goes_on(scripted):
    waits, handled = threading.Event(), threading.Event()

    def answer(_request):
        assert waits.wait(60)
        os.kill(os.getpid(), signal.SIGUSR1)
        assert handled.wait(60)
        return VERIFIED

    scripted.answer = answer
    client = Client("user", "password", base_url=scripted.url)
    answers = queue.SimpleQueue()
    thread = threading.Thread(
        target=lambda: answers.put(client.verify("service", "user", "123456"))
    )

    def handle(_number, _frame):
        handled.set()
        raise TimeoutError

    def wait():
        waits.set()
        # In turns: a signal that comes just before it waits is heard after it.
        for _ in range(600):
            with contextlib.suppress(queue.Empty):
                answers.get(timeout=0.1)

    with handler(signal.SIGUSR1, handle):
        thread.start()
        with pytest.raises(TimeoutError):
            wait()
    assert answers.get(timeout=60)
    thread.join()
