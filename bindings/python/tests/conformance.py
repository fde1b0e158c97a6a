"""Runs the conformance cases that all languages share, and writes the summary of this one.

    python conformance.py PEER CASES SUMMARY

PEER is the `conformance-peer` program, CASES the folder of the cases, SUMMARY the file to write.
What a case says is told in `tests/conformance/README.md` of the repository.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING, Any, Callable

import verigator

if TYPE_CHECKING:
    from collections.abc import Iterator

LANGUAGE = "python"

DEFAULTS = {
    "username": "user",
    "password": "pass:word",
    "max_retries": 0,
    "max_retry_wait_ms": 1,
    "timeout_ms": 10000,
}


def main(peer: str, cases: str, summary: str) -> int:
    outcomes: dict[str, str] = {}
    failures = 0
    with running(peer, cases) as url:
        for path in sorted(Path(cases).glob("*.json")):
            for case in json.loads(path.read_text("utf-8")):
                why = case.get("skip", {}).get(LANGUAGE)
                if why is not None:
                    outcomes[case["name"]] = f"skip: {why}"
                    continue
                problem = run(case, url)
                if problem is None:
                    outcomes[case["name"]] = "pass"
                else:
                    failures += 1
                    print(f"{path.name}: {case['name']}: {problem}")
    Path(summary).parent.mkdir(parents=True, exist_ok=True)
    Path(summary).write_text(json.dumps(outcomes, indent=2, sort_keys=True) + "\n", "utf-8")
    print(f"conformance: {len(outcomes)} cases done, {failures} failed")
    return 1 if failures or not outcomes else 0


@contextmanager
def running(program: str, cases: str) -> Iterator[str]:
    """The address of the peer, which ends with its standard input."""
    with subprocess.Popen(
        [program, cases], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as peer:
        try:
            line = peer.stdout.readline()
            if "listening on " not in line:
                raise SystemExit(f"the peer did not start: {line!r}")
            yield line.strip().rpartition(" ")[2]
        finally:
            peer.stdin.close()


def run(case: dict[str, Any], url: str) -> str | None:
    """What is wrong with this case, be it blocking or awaited, or None."""
    problems = [judged(case, url, LANGUAGE, blocking), judged(case, url, "asyncio", awaited)]
    return "; ".join(filter(None, problems)) or None


def judged(case: dict[str, Any], url: str, prefix: str, made: Callable[..., Any]) -> str | None:
    """What is wrong with a case whose call is made in this way, or None."""
    name = f"{prefix}/{case['name']}"
    problem = seen(case, f"{url}/{name}", made)
    with urllib.request.urlopen(f"{url}/_/verdict/{name}") as reply:
        verdict = json.load(reply)
    problems = [problem, None if verdict["ok"] else f"the peer says: {verdict['why']}"]
    return "; ".join(filter(None, problems)) or None


def seen(case: dict[str, Any], base_url: str, made: Callable[..., Any]) -> str | None:
    """What of the caller's view is not as the case expects, or None."""
    expect = case["expect"]
    try:
        value = call(case, base_url, made)
    except verigator.VerigatorError as error:
        if "error" not in expect:
            return f"unexpected {error!r}"
        return difference(expect["error"], described_error(error), error.message)
    if "value" not in expect:
        return f"returned {value} instead of an error"
    return difference(expect["value"], value, "")


def blocking(credentials: tuple[str, str], options: dict[str, Any], call: Any) -> Any:
    """The result of a call with a blocking client."""
    with verigator.Client(*credentials, **options) as client:
        return call(client)


def awaited(credentials: tuple[str, str], options: dict[str, Any], call: Any) -> Any:
    """The result of a call that is awaited."""

    async def main() -> Any:
        async with verigator.AsyncClient(*credentials, **options) as client:
            return await call(client)

    return asyncio.run(main())


def call(case: dict[str, Any], base_url: str, made: Callable[..., Any]) -> Any:
    """Makes the call of a case, and gives its result in the form of the cases."""
    config = {**DEFAULTS, **case.get("config", {})}
    credentials = text(config.pop("username")), text(config.pop("password"))
    operation = methodcaller(case["call"]["operation"], **arguments(case["call"]["arguments"]))
    result = made(credentials, {"base_url": base_url, **options(config)}, operation)
    return described(result, case["expect"].get("value"))


def arguments(of_case: dict[str, Any]) -> dict[str, Any]:
    """Arguments as Python has them."""
    arguments = {key: text(value) for key, value in of_case.items()}
    challenge = arguments.get("challenge")
    if isinstance(challenge, dict):
        challenge = {key: text(value) for key, value in challenge.items()}
        arguments["challenge"] = verigator.Challenge(**challenge)
    return arguments


def options(config: dict[str, Any]) -> dict[str, Any]:
    """Options as Python has them: times are in seconds, and what belongs together is together."""
    given = {key: text(value) for key, value in config.items()}
    if "proxy_username" in given:
        given["proxy_credentials"] = given.pop("proxy_username"), given.pop("proxy_password")
    if "pinned_key" in given:
        given["pinned_keys"] = [given.pop("pinned_key")]
    for key in [key for key in given if key.endswith("_ms")]:
        given[key[:-3]] = given.pop(key) / 1000
    return given


def text(value: Any) -> Any:
    """An argument as the cases write it."""
    if isinstance(value, dict) and "repeat" in value:
        return value["repeat"] * value["times"]
    if isinstance(value, dict) and "hex" in value:
        # Bytes that are not UTF-8 are lone surrogates in a str of Python.
        return bytes.fromhex(value["hex"]).decode("utf-8", "surrogateescape")
    if isinstance(value, dict) and "utf16" in value:
        return bytes.fromhex(value["utf16"]).decode("utf-16-be", "surrogatepass")
    return value


def described(result: Any, expected: Any) -> Any:
    """A result in the form of the cases."""
    if result is None:
        return None
    if isinstance(result, int):
        return {"remaining": result}
    if isinstance(result, verigator.RecoveryCodes):
        return {"codes": list(result)}
    if isinstance(result, (verigator.UserList, verigator.ServiceList)):
        return described_list(result, expected)
    fields = vars(result)
    if fields.get("method") is not None:
        fields = {**fields, "method": fields["method"].value}
    return fields


def described_list(result: Any, expected: Any) -> dict[str, Any]:
    """A list, or a page of one, in the form of the cases."""
    name = "users" if isinstance(result, verigator.UserList) else "services"
    listed = [vars(each) for each in result]
    if isinstance(expected, dict) and "users_count" in expected:
        ids = {"first_id": listed[0]["id"], "last_id": listed[-1]["id"]} if listed else {}
        return {"users_count": len(listed), "total": result.total, **ids}
    return {name: listed, "total": result.total, "next_cursor": result.next_cursor}


def described_error(error: verigator.VerigatorError) -> dict[str, Any]:
    """An error in the form of the cases."""
    milliseconds = None if error.retry_after is None else round(error.retry_after * 1000)
    body = None if error.body is None else error.body.decode("utf-8", "replace")
    return {**vars(error), "kind": error.kind, "retry_after_ms": milliseconds, "body": body}


def difference(expected: Any, found: Any, message: str) -> str | None:
    """The first key of `expected` that `found` does not have so, or None."""
    if not isinstance(expected, dict) or not isinstance(found, dict):
        return None if expected == found else f"{found!r} is not {expected!r}"
    for key, value in expected.items():
        if key == "message_contains":
            if any(part not in message for part in value):
                return f"{message!r} lacks one of {value}"
        elif key == "message_lacks":
            if any(part in message for part in value):
                return f"{message!r} has one of {value}"
        elif key not in found or found[key] != value:
            return f"{key} is {found.get(key)!r}, not {value!r}"
    return None


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
