"""Calls wait side by side, since each releases the GIL."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from verigator import AsyncClient, Client

COUNT = 32


def meeting(scripted):
    """Nobody is answered before all calls are at the server at the same time."""
    meet = threading.Barrier(COUNT)

    def answer(_request):
        # Only when something is broken does this end by time.
        meet.wait(60)
        return 200, {}, b'{"verified": true}'

    scripted.answer = answer


def test_threads(scripted):
    meeting(scripted)
    client = Client("user", "password", base_url=scripted.url)
    with ThreadPoolExecutor(COUNT) as threads:
        calls = [
            threads.submit(client.verify, "service", f"user-{number}", "123456")
            for number in range(COUNT)
        ]
        assert all(call.result() for call in calls)
    assert len(scripted.requests) == COUNT


def test_tasks(scripted):
    meeting(scripted)

    async def main():
        async with AsyncClient("user", "password", base_url=scripted.url) as client:
            calls = (client.verify("service", f"user-{n}", "123456") for n in range(COUNT))
            return await asyncio.gather(*calls)

    assert all(asyncio.run(main()))
    assert len(scripted.requests) == COUNT
