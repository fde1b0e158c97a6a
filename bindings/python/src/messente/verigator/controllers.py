"""The calls, grouped by what they are about."""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable, TypeVar, cast

from messente.verigator import routes
from messente.verigator._operations import path_to
from messente.verigator.client import RestClient
from messente.verigator.models import Service, User

_Call = TypeVar("_Call", bound=Callable[..., Any])


def _call(function: _Call) -> _Call:
    """Takes strings only."""

    @wraps(function)
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        for argument in (*arguments, *named.values()):
            if not isinstance(argument, str):
                # Never its value, which may be a PIN.
                raise ValueError(f"arguments should be strings, not {type(argument).__name__}")
        return function(self, *arguments, **named)

    return cast("_Call", call)


class _Controller:
    def __init__(self, rest_client: RestClient) -> None:
        if not isinstance(rest_client, RestClient):
            raise ValueError("client should be RestClient")
        self.rest_client = rest_client


class Services(_Controller):
    """What can be done with services.

    Every call raises a subclass of `exceptions.VerigatorError`, and ValueError for an argument that
    is not a string.
    """

    @_call
    def create(self, domain: str, name: str) -> Service:
        """Creates a service for the host name `domain`; `name` is what users see."""
        body = {"fqdn": domain, "name": name}
        return _service(self.rest_client.post(routes.CREATE_SERVICE, json=body))

    @_call
    def get(self, id: str) -> Service:
        """Reads the service with this id."""
        return _service(self.rest_client.get(path_to(routes.GET_SERVICE, id)))

    @_call
    def delete(self, id: str) -> bool:
        """Deletes the service with this id, and its users. Returns True."""
        self.rest_client.delete(path_to(routes.DELETE_SERVICE, id))
        return True


class Users(_Controller):
    """What can be done with the users of a service.

    Every call raises a subclass of `exceptions.VerigatorError`, and ValueError for an argument that
    is not a string.
    """

    @_call
    def create(self, service_id: str, number: str, username: str) -> User:
        """Registers a user by phone number (E.164) and the caller's own name for the user."""
        body = {"phone_number": number, "id_in_service": username}
        return _user(self.rest_client.post(path_to(routes.CREATE_USER, service_id), json=body))

    @_call
    def get(self, service_id: str, id: str) -> User:
        """Reads the user with this id."""
        return _user(self.rest_client.get(path_to(routes.GET_USER, service_id, id)))

    @_call
    def get_all(self, service_id: str) -> list[User]:
        """Lists all users of a service."""
        reply = self.rest_client.get(path_to(routes.GET_USERS, service_id))
        return [_user(user) for user in reply["users"]]

    @_call
    def delete(self, service_id: str, id: str) -> bool:
        """Deletes the user with this id. Returns True."""
        self.rest_client.delete(path_to(routes.DELETE_USER, service_id, id))
        return True


class Auth(_Controller):
    """Starts and verifies authentications.

    Every call raises a subclass of `exceptions.VerigatorError`, and ValueError for an argument that
    is not a string.
    """

    METHOD_SMS = "sms"
    METHOD_TOTP = "totp"

    @_call
    def initiate(self, service_id: str, user_id: str, method: str) -> str:
        """Starts an authentication by `METHOD_TOTP` or `METHOD_SMS`.

        Returns the method that is really used: `"sms"` also where TOTP was asked for and the user
        has no authenticator app.
        """
        route = path_to(routes.AUTH_INITIATE, service_id, user_id)
        used: str = self.rest_client.post(route, json={"method": method})["method"]
        return used

    @_call
    def verify(self, service_id: str, user_id: str, token: str) -> bool:
        """Checks the PIN or code that the user typed. Returns whether it proves the login."""
        route = path_to(routes.AUTH_VERIFY, service_id, user_id)
        return self.rest_client.put(route, json={"token": token})["verified"] is True


def _service(reply: dict[str, Any]) -> Service:
    return Service(reply["id"], reply["ctime"], reply["name"])


def _user(reply: dict[str, Any]) -> User:
    return User(reply["id"], reply["ctime"], reply["id_in_service"])
