"""What no schema can say of values that are right: schemathesis imports this."""

import base64
import os
from typing import Any

import schemathesis
from hypothesis import strategies
from hypothesis.strategies import SearchStrategy

# Letters of other scripts are let through; which ones a name may have, registries say.
LABEL = strategies.from_regex(r"[a-zõ字0-9_]([a-zõ字0-9_-]{0,20}[a-zõ字0-9_])?", fullmatch=True)


def cursor(milliseconds: int, identifier: str) -> str:
    """What a page may have said of the next one."""
    place = f"{milliseconds}:{identifier}".encode()
    return base64.urlsafe_b64encode(place).decode().rstrip("=")


schemathesis.openapi.format(
    "idn-hostname", strategies.lists(LABEL, min_size=1, max_size=8).map(".".join)
)
schemathesis.openapi.format(
    "cursor", strategies.builds(cursor, strategies.integers(0, 2**53), strategies.uuids().map(str))
)


# Any text is an id, but of hardly any is there something.
@schemathesis.hook.apply_to(path_regex=r"\{service\}").skip_for(
    operation_id=["delete-service", "delete-user"]
)
def flatmap_path_parameters(
    _: schemathesis.HookContext, generated: dict[str, Any]
) -> SearchStrategy[dict[str, Any]]:
    """Asks for a service and a user that are there in one of two cases."""
    known = {name: os.environ[f"KNOWN_{name.upper()}"] for name in ("service", "user")}
    there = {name: known.get(name, value) for name, value in generated.items()}
    return strategies.sampled_from([there, generated])


@schemathesis.hook.apply_to(operation_id="register-user")
def filter_body(_: schemathesis.HookContext, body: object) -> bool:
    """Leaves out a zero in brackets: whether it is right, the country's numbering plan says."""
    return "(0)" not in str(body)
