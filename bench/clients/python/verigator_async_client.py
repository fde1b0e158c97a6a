"""This library from Python with asyncio: one client, which all tasks share."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import measure
import verigator
import verigator_client

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


@asynccontextmanager
async def make(target: measure.Target) -> AsyncIterator[measure.AwaitableCall]:
    """Makes the client."""
    options = verigator_client.options(target)
    async with verigator.AsyncClient(measure.USERNAME, measure.PASSWORD, **options) as client:

        async def verify() -> bool:
            answer = await client.verify(measure.SERVICE_ID, measure.USER_ID, measure.TOKEN)
            return answer.verified

        yield verify


measure.main_on_a_loop(make)
