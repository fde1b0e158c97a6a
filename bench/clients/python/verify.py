"""The verification through a library for HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

import measure

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

#: Seconds, as in a program that is to end.
TIMEOUT = 30

HEADERS = {
    "X-Service-Auth": f"{measure.USERNAME}:{measure.PASSWORD}",
    "Content-Type": "application/json",
    "Accept": "application/json",
}
BODY = {"token": measure.TOKEN}


def url(target: measure.Target) -> str:
    """Where it is sent to."""
    return target.url.rstrip("/") + measure.PATH


def make(target: measure.Target, request: Callable[..., requests.Response]) -> measure.Call:
    """Makes the call with this function of `requests`."""
    address = url(target)
    trust = True if target.ca is None else target.ca

    def verify() -> bool:
        reply = request("PUT", address, headers=HEADERS, json=BODY, verify=trust, timeout=TIMEOUT)
        reply.raise_for_status()
        return reply.json()["verified"] is True

    return verify
