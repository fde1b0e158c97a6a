"""Which call of the library each request of the official client is."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, Callable
from urllib.parse import quote, unquote

from messente.verigator import routes
from verigator import Challenge, Client, UserList, Verification
from verigator._raw import VERIGATOR_INVALID_ARGUMENT
from verigator._text import NOT_SENT
from verigator.errors import InvalidArgumentError


@dataclass(frozen=True)
class Operation:
    """One request that the contract has."""

    verb: str
    route: str
    call: Callable[..., Any]
    """The method of `verigator.Client`, which takes the ids, then what is in the body."""
    reply: Callable[[Any], dict[str, Any]]
    """What the method returns, as the JSON of the contract."""
    names: tuple[str, ...] = ()
    """What the body holds."""


def path_to(route: str, *ids: str) -> str:
    """The path of a route. An id cannot lead to another one, whatever is in it."""
    return route.format(*(quote(each, safe="", errors="surrogatepass") for each in ids))


def found(verb: str, path: str, body: Any, *more: Any) -> tuple[Operation, list[str]]:
    """The operation that a request is, and the arguments of its call."""
    for operation in _OPERATIONS:
        ids = re.fullmatch(operation.route.replace("{}", "([^/?#]*)"), path)
        if operation.verb == verb and ids:
            if any(more):
                raise _refusal("the library sends no other parameters or headers; leave them out")
            # What is not UTF-8 stays so, and the library refuses it.
            before = [unquote(each, errors="surrogateescape") for each in ids.groups()]
            return operation, before + _values(operation, body)
    raise _refusal(f"there is no such call ({verb}); pass a path of messente.verigator.routes")


def _values(operation: Operation, body: Any) -> list[str]:
    names = operation.names
    given = body or {}
    if not isinstance(given, dict) or given.keys() != set(names):
        raise _refusal(f"json must have these names, and no others: {', '.join(names)}")
    if not all(isinstance(value, str) for value in given.values()):
        # Never its value, which may be a PIN.
        raise _refusal("json has a value that is not a string; pass strings only")
    return [given[name] for name in names]


def _refusal(why: str) -> InvalidArgumentError:
    return InvalidArgumentError(why, status=VERIGATOR_INVALID_ARGUMENT, **NOT_SENT)


def _nothing(_: None) -> dict[str, Any]:
    return {}


def _users(users: UserList) -> dict[str, Any]:
    return {"users": [asdict(user) for user in users], "total": users.total}


def _challenge(challenge: Challenge) -> dict[str, Any]:
    return {"method": challenge.method.value, "auth_id": challenge.auth_id}


def _verification(verification: Verification) -> dict[str, Any]:
    status = asdict(verification)
    del status["method"]
    return {"verified": status.pop("verified"), "status": status}


_USER = ("phone_number", "id_in_service")
_OPERATIONS = (
    Operation("POST", routes.CREATE_SERVICE, Client.create_service, asdict, ("fqdn", "name")),
    Operation("GET", routes.GET_SERVICE, Client.get_service, asdict),
    Operation("DELETE", routes.DELETE_SERVICE, Client.delete_service, _nothing),
    Operation("POST", routes.CREATE_USER, Client.create_user, asdict, _USER),
    Operation("GET", routes.GET_USER, Client.get_user, asdict),
    Operation("GET", routes.GET_USERS, Client.list_users, _users),
    Operation("DELETE", routes.DELETE_USER, Client.delete_user, _nothing),
    Operation("POST", routes.AUTH_INITIATE, Client.initiate, _challenge, ("method",)),
    Operation("PUT", routes.AUTH_VERIFY, Client.verify, _verification, ("token",)),
)
