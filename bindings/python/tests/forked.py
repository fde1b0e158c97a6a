"""A worker is forked amid a call on an event loop: `python forked.py LOOP URL`.

The child makes calls on a loop of its own and lets go of all that it inherited; the call of the
parent's goes on meanwhile, and comes to its end.
"""

from __future__ import annotations

import asyncio
import gc
import os
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
    process = os.fork()
    if process == 0:
        try:
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


if __name__ == "__main__":
    twin = verigator.AsyncClient("user", "password", base_url=sys.argv[2])
    print("the child ended with", new_loop(sys.argv[1]).run_until_complete(parent(twin)))
