"""The verification through `requests`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import measure

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

#: Seconds, as in a program that is to end.
TIMEOUT = 30


def make(target: measure.Target, request: Callable[..., requests.Response]) -> measure.Call:
    """Makes the call with this function of `requests`."""
    url = target.url.rstrip("/") + measure.PATH
    trust = True if target.ca is None else target.ca

    def verify() -> bool:
        headers = {
            "X-Service-Auth": f"{measure.USERNAME}:{measure.PASSWORD}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        }
        body = {"token": measure.TOKEN}
        reply = request("PUT", url, headers=headers, json=body, verify=trust, timeout=TIMEOUT)
        reply.raise_for_status()
        return reply.json()["verified"] is True

    return verify
