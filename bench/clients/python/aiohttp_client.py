"""`aiohttp` with a session, which all tasks share."""

from __future__ import annotations

import ssl
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import aiohttp
import measure
import verify

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def make(target: measure.Target) -> AsyncIterator[measure.AwaitableCall]:
    """Makes the session; its limit of 100 connections is above what is measured."""
    address = verify.url(target)
    trust = ssl.create_default_context(cafile=target.ca)
    timeout = aiohttp.ClientTimeout(verify.TIMEOUT)
    async with aiohttp.ClientSession(headers=verify.HEADERS, timeout=timeout) as session:

        async def call() -> bool:
            async with session.put(address, json=verify.BODY, ssl=trust) as reply:
                reply.raise_for_status()
                return (await reply.json())["verified"] is True

        yield call


measure.main_on_a_loop(make)
