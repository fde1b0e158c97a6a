"""`httpx.AsyncClient`, which all tasks share."""

from __future__ import annotations

import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import measure
import verify

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def make(target: measure.Target) -> AsyncIterator[measure.AwaitableCall]:
    """Makes the client, which keeps a connection for each of the tasks that are measured."""
    address = verify.url(target)
    trust = ssl.create_default_context(cafile=target.ca)
    limits = httpx.Limits(max_keepalive_connections=None)
    async with httpx.AsyncClient(
        headers=verify.HEADERS, timeout=verify.TIMEOUT, verify=trust, limits=limits
    ) as client:

        async def call() -> bool:
            reply = await client.put(address, json=verify.BODY)
            reply.raise_for_status()
            return reply.json()["verified"] is True

        yield call


measure.main_on_a_loop(make)
