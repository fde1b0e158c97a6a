"""Makes the calls of the conformance cases, as `conformance-peer run python` tells it.

What comes on standard input, and what is answered, is in `tests/conformance/README.md`.
"""

from __future__ import annotations

import asyncio
import json
import sys
from operator import methodcaller
from typing import Any

import verigator


def main() -> None:
    for line in sys.stdin.buffer:
        print(json.dumps(outcome(json.loads(line))), flush=True)


def outcome(told: dict[str, Any]) -> dict[str, Any]:
    """What comes of a call."""
    operation = methodcaller(told["operation"], **arguments(told["arguments"]))
    make = blocking if told["way"] == "blocking" else awaited
    try:
        return {"value": described(make(options(told["config"]), operation))}
    except verigator.VerigatorError as error:
        return {"error": described_error(error)}


def blocking(options: dict[str, Any], call: Any) -> Any:
    with verigator.Client(**options) as client:
        return call(client)


def awaited(options: dict[str, Any], call: Any) -> Any:
    async def main() -> Any:
        async with verigator.AsyncClient(**options) as client:
            return await call(client)

    return asyncio.run(main())


def arguments(told: dict[str, Any]) -> dict[str, Any]:
    given = texts(told)
    if given.get("challenge"):
        given["challenge"] = verigator.Challenge(**texts(told["challenge"]))
    return given


def options(told: dict[str, Any]) -> dict[str, Any]:
    """Times are in seconds in Python, and what belongs together is together."""
    given = texts(told)
    if "proxy_username" in given:
        given["proxy_credentials"] = given.pop("proxy_username"), given.pop("proxy_password")
    if "pinned_key" in given:
        given["pinned_keys"] = [given.pop("pinned_key")]
    for key in [key for key in given if key.endswith("_ms")]:
        given[key[:-3]] = given.pop(key) / 1000
    return given


def texts(told: dict[str, Any]) -> dict[str, Any]:
    return {key: text(value) for key, value in told.items()}


def text(value: Any) -> Any:
    if isinstance(value, dict) and "utf16" in value:
        return bytes.fromhex(value["utf16"]).decode("utf-16-be", "surrogatepass")
    return value


def described(result: Any) -> Any:
    if result is None:
        return None
    if isinstance(result, int):
        return {"remaining": result}
    if isinstance(result, verigator.RecoveryCodes):
        return {"codes": list(result)}
    if isinstance(result, (verigator.UserList, verigator.ServiceList)):
        name = "users" if isinstance(result, verigator.UserList) else "services"
        listed = [vars(each) for each in result]
        return {name: listed, "total": result.total, "next_cursor": result.next_cursor}
    return vars(result)


def described_error(error: verigator.VerigatorError) -> dict[str, Any]:
    return {
        "status": error.status,
        "kind": error.kind,
        "http_status": error.http_status,
        "message": error.message,
        "service_message": error.service_message,
        "body": None if error.body is None else error.body.decode("utf-8", "replace"),
        "request_id": error.request_id,
        "retry_after_ms": None if error.retry_after is None else round(error.retry_after * 1000),
        "maybe_sent": error.maybe_sent,
        "retry_safe": error.retry_safe,
    }


if __name__ == "__main__":
    main()
