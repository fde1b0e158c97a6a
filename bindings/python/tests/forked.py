"""A worker is forked amid a call on an event loop: `python forked.py LOOP URL`.

The child makes calls on a loop of its own and lets go of all that it inherited; the call of the
parent's goes on meanwhile, and comes to its end.
"""

from __future__ import annotations

import asyncio
import gc
import os
import selectors
import sys
import traceback

import verigator


class NoReader(asyncio.SelectorEventLoop):
    """As the loop that Windows has by default."""

    def add_reader(self, *_arguments):
        raise NotImplementedError


def new_loop(name):
    """A loop of this kind."""
    if name == "uvloop":
        import uvloop  # noqa: PLC0415 it may not be there

        return uvloop.new_event_loop()
    return NoReader() if name == "no reader" else asyncio.SelectorEventLoop()


def verifying(client, user):
    return asyncio.ensure_future(client.verify("service", user, "123456"))


async def child(client):
    answers = await asyncio.gather(*(verifying(client, f"{n}") for n in range(8)))
    assert all(answers)
    # A client that is the child's own as well.
    async with verigator.AsyncClient("user", "password", base_url=sys.argv[2]) as own:
        assert await verifying(own, "own")


async def parent(client):
    under_way = verifying(client, "parent")
    # One after the other, so that it is under way.
    assert await verifying(client, "before")
    inherited = asyncio.get_running_loop()
    process = os.fork()
    if process == 0:
        try:
            # Python would say that the call was pending.
            inherited.set_exception_handler(lambda _loop, _context: None)
            under_way.get_coro().close()
            del under_way
            gc.collect()
            loop = new_loop(sys.argv[1])
            loop.run_until_complete(child(client))
            loop.run_until_complete(client.aclose())
            loop.close()
        except BaseException:  # noqa: BLE001 a worker must not go on with the parent's code
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(process, 0)
    assert not under_way.done()
    # Which has the server answer the first one.
    assert await verifying(client, "after")
    assert await under_way
    return status


class Watched(asyncio.SelectorEventLoop):
    """One that parent and child can both go on with: its selector is nothing of the system's."""

    def __init__(self):
        super().__init__(selectors.SelectSelector())
        self.watched = []

    def add_reader(self, descriptor, *arguments):
        self.watched.append(descriptor)
        super().add_reader(descriptor, *arguments)

    def remove_reader(self, descriptor):
        self.watched.remove(descriptor)
        return super().remove_reader(descriptor)


def on_the_same_loop(client):
    """The loop is the master's, and each worker goes on with it."""
    loop = Watched()

    async def call():
        assert await verifying(client, "before")
        assert loop.watched == []

    loop.run_until_complete(call())
    process = os.fork()
    if process == 0:
        try:
            loop.run_until_complete(call())
        except BaseException:  # noqa: BLE001 as above
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    loop.run_until_complete(call())
    return os.waitpid(process, 0)[1]


if __name__ == "__main__":
    twin = verigator.AsyncClient("user", "password", base_url=sys.argv[2])
    if sys.argv[1] == "the same":
        ended = on_the_same_loop(twin)
    else:
        ended = new_loop(sys.argv[1]).run_until_complete(parent(twin))
    print("the child ended with", ended)
