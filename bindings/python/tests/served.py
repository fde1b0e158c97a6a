"""Applications for gunicorn and uvicorn, with clients that are made and used as they are imported.

VERIGATOR_USERNAME, VERIGATOR_PASSWORD, VERIGATOR_BASE_URL and SERVICE_ID say where, and as whom. A
path is the id of a service, which is asked for; the answer says which process did.
"""

from __future__ import annotations

import asyncio
import json
import os
import threading

import verigator

client = verigator.Client.from_env()
twin = verigator.AsyncClient.from_env()

# Where the master imports this, before it forks. A thread has no loop yet; this one may have.
client.get_service(os.environ["SERVICE_ID"])
before = threading.Thread(target=asyncio.run, args=(twin.get_service(os.environ["SERVICE_ID"]),))
before.start()
before.join()


def answer(found):
    return json.dumps({"process": os.getpid(), "found": found}).encode()


def blocking(environ, start_response):
    """For WSGI."""
    try:
        found = client.get_service(environ["PATH_INFO"][1:]).id
    except verigator.NotFoundError:
        found = None
    start_response("200 OK", [])
    return [answer(found)]


async def asynchronous(scope, receive, send):
    """For ASGI."""
    if scope["type"] == "lifespan":
        await live(receive, send)
        return
    try:
        found = (await twin.get_service(scope["path"][1:])).id
    except verigator.NotFoundError:
        found = None
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": answer(found)})


async def live(receive, send):
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await twin.aclose()
    await send({"type": "lifespan.shutdown.complete"})
