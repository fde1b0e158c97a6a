"""The log lines of a call: kept by it, and handed to a logger once it is over."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import verigator
from verigator import AsyncClient, Client
from verigator._library import library

SERVICE = {"id": "id", "name": "name", "ctime": "2017-07-06T13:12:03.141Z"}


class Handler(logging.Handler):
    """Does what a test says with each line."""

    def __init__(self, emit):
        super().__init__()
        self.emit = emit


def logger(emit, level=logging.DEBUG):
    logger = logging.Logger("test.logging", level)
    logger.addHandler(Handler(emit))
    return logger


def client(scripted, emit, **options):
    return Client("user", "password", base_url=scripted.url, logger=logger(emit), **options)


def test_lines_come_with_their_levels_on_the_thread_of_the_call(scripted):
    replies = [(503, {"Retry-After": "0"}, b""), (404, {}, b"")]
    scripted.answer = lambda _request: replies.pop(0)
    seen = []

    def emit(record):
        seen.append((record.levelno, record.getMessage(), threading.current_thread()))

    with pytest.raises(verigator.NotFoundError):
        client(scripted, emit).get_service("id")
    levels, lines, threads = zip(*seen)
    assert levels == (logging.DEBUG, logging.WARNING, logging.DEBUG, logging.INFO)
    assert "retry 1" in lines[1]
    assert lines[3].startswith("GET /v1/service/service/id: 404 after ")
    assert set(threads) == {threading.current_thread()}


def test_the_level_of_the_logger_decides(scripted):
    scripted.says(200, SERVICE)
    seen = []
    for level in (logging.INFO, logging.WARNING):
        chosen = logger(lambda record: seen.append(record.levelno), level)
        Client("user", "password", base_url=scripted.url, logger=chosen).get_service("id")
    assert seen == [logging.INFO]


def test_lines_of_awaited_calls_come_on_their_loop(scripted):
    scripted.says(200, SERVICE)
    seen = []

    def emit(_record):
        # It fails where no loop runs.
        seen.append(asyncio.get_running_loop())

    async def main():
        options = {"base_url": scripted.url, "logger": logger(emit)}
        async with AsyncClient("user", "password", **options) as client:
            await client.get_service("id")
            assert set(seen) == {asyncio.get_running_loop()}

    asyncio.run(main())
    assert len(seen) == 2


@pytest.mark.parametrize("raised", [KeyboardInterrupt, SystemExit, ValueError])
def test_what_a_logger_raises_the_call_raises(scripted, raised):
    scripted.says(200, SERVICE)
    errors = []

    def emit(_record):
        errors.append(raised())
        raise errors[-1]

    def call():
        with pytest.raises(raised) as caught:
            client(scripted, emit).get_service("id")
        return caught.value

    assert call() is errors[0]
    with ThreadPoolExecutor(1) as thread:
        errors.clear()
        assert thread.submit(call).result() is errors[0]
        quiet = client(scripted, lambda _record: None)
        assert thread.submit(quiet.get_service, "id").result().name == "name"


def test_a_failure_that_is_not_raised_is_not_kept_either(scripted):
    scripted.says(404, {"message": "123456"})

    def emit(_record):
        raise LookupError

    with pytest.raises(LookupError):
        client(scripted, emit).verify("service", "user", "123456")
    assert library.verigator_last_error() is None


def test_a_logger_may_make_calls(scripted):
    scripted.says(200, SERVICE)
    names = []

    def emit(_record):
        names.append(client(scripted, lambda _record: None).get_service("id").name)

    client(scripted, emit).get_service("id")
    assert names == ["name", "name"]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="signals are POSIX's")
def test_an_interrupted_call_logs_what_became_of_it(scripted):
    def answer(_request):
        os.kill(os.getpid(), signal.SIGINT)
        scripted.ended.wait()

    scripted.answer = answer
    lines = []
    # A shell that starts something in the background has it ignore this signal.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            client(scripted, lambda record: lines.append(record.getMessage())).get_service("id")
    finally:
        signal.signal(signal.SIGINT, before)
    assert "cancelled" in lines[-1]
