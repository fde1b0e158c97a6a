"""What no schema can say of values that are right: schemathesis imports this."""

import base64
import os
from typing import Any

import schemathesis
from hypothesis import strategies

# Letters of other scripts are let through; which ones a name may have, registries say.
LABEL = strategies.from_regex(r"[a-zõ字0-9_]([a-zõ字0-9_-]{0,20}[a-zõ字0-9_])?", fullmatch=True)


def cursor(milliseconds: int, total: int, identifier: str) -> str:
    """What a page may have said of the next one."""
    place = f"{milliseconds}:{total}:{identifier}".encode()
    return base64.urlsafe_b64encode(place).decode().rstrip("=")


schemathesis.openapi.format(
    "idn-hostname", strategies.lists(LABEL, min_size=1, max_size=8).map(".".join)
)
schemathesis.openapi.format(
    "cursor",
    strategies.builds(
        cursor,
        strategies.integers(0, 2**53),
        strategies.integers(0, 2**53),
        strategies.uuids().map(str),
    ),
)


# A service and a user that are there: any text is an id, but of hardly any is there something.
KNOWN = {name: os.environ[f"KNOWN_{name.upper()}"] for name in ("service", "user")}


@schemathesis.hook
def before_call(
    context: schemathesis.HookContext,
    case: schemathesis.Case[Any],
    _: object,
) -> None:
    """Asks for those in about every second fuzzed case, and never deletes them."""
    given = case.path_parameters
    is_fuzzed = case.meta is not None and case.meta.phase.name == "fuzzing"
    is_chosen = is_fuzzed and sum(len(str(value)) for value in given.values()) % 2 == 1
    for name in KNOWN.keys() & given.keys():
        if asked(context) != f"delete-{name}":
            given[name] = KNOWN[name] if is_chosen else given[name]
        elif given[name] == KNOWN[name]:
            given[name] = "another"


@schemathesis.hook
def filter_body(context: schemathesis.HookContext, body: object) -> bool:
    """Leaves out a zero in brackets: whether it is right, the country's numbering plan says."""
    return asked(context) != "register-user" or "(0)" not in str(body)


def asked(context: schemathesis.HookContext) -> str:
    """The operation's id."""
    assert context.operation is not None
    name: str = context.operation.definition.raw["operationId"]
    return name
