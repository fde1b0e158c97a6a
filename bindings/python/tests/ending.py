"""Programs that end while calls wait: `python ending.py HOW URL`. Their exit status is 7."""

from __future__ import annotations

import asyncio
import logging
import sys
import threading

import verigator

waiting: list[object] = []


def client(kind, url):
    """One with a logger, which has nothing to print."""
    logger = logging.Logger("ending", logging.DEBUG)
    logger.addHandler(logging.NullHandler())
    return kind("user", "password", base_url=url, logger=logger)


def on_a_loop(url, loop=None):
    """Tasks wait, and their loop is neither run to their end nor closed."""
    loop = loop or asyncio.new_event_loop()
    twin = client(verigator.AsyncClient, url)

    async def main():
        waiting.extend(asyncio.ensure_future(twin.initiate("service", f"{n}")) for n in range(8))
        await asyncio.to_thread(sys.stdin.readline)

    loop.run_until_complete(main())
    waiting.append((loop, twin))
    # Not what Python says of tasks that were not awaited.
    loop.set_exception_handler(lambda _loop, _context: None)


def without_a_reader(url):
    """The same on a loop that watches no descriptors, so that a thread waits for the calls."""
    on_a_loop(url, NoReader())


def in_threads(url):
    """Daemon threads wait in blocking calls."""
    blocking = client(verigator.Client, url)
    for _ in range(8):
        threading.Thread(target=blocking.initiate, args=("service", "u"), daemon=True).start()
    sys.stdin.readline()


def by_an_exception(url):
    """`asyncio.run` ends by an exception, which cancels what waits."""
    twin = client(verigator.AsyncClient, url)

    async def main():
        waiting.extend(asyncio.ensure_future(twin.initiate("service", f"{n}")) for n in range(8))
        await asyncio.to_thread(sys.stdin.readline)
        sys.exit(7)

    asyncio.run(main())


class NoReader(asyncio.SelectorEventLoop):
    """As the loop that Windows has by default."""

    def add_reader(self, *_arguments):
        raise NotImplementedError


if __name__ == "__main__":
    globals()[sys.argv[1]](sys.argv[2])
    sys.exit(7)
