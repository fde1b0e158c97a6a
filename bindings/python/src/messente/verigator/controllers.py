"""The calls, grouped by what they are about."""

from __future__ import annotations

from functools import wraps
from typing import Any, Callable, TypeVar, cast

from messente.verigator import exceptions
from messente.verigator.client import RestClient
from messente.verigator.models import Service, User
from verigator import VerigatorError, models

_Call = TypeVar("_Call", bound=Callable[..., Any])


def _call(function: _Call) -> _Call:
    """Takes strings only, and raises the errors of the official client."""

    @wraps(function)
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        for argument in (*arguments, *named.values()):
            if not isinstance(argument, str):
                # Never its value, which may be a PIN.
                raise ValueError(f"arguments should be strings, not {type(argument).__name__}")
        try:
            return function(self, *arguments, **named)
        except VerigatorError as error:
            raise exceptions.translated(error) from error

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
        return _service(self.rest_client.connect().create_service(domain, name))

    @_call
    def get(self, id: str) -> Service:
        """Reads the service with this id."""
        return _service(self.rest_client.connect().get_service(id))

    @_call
    def delete(self, id: str) -> bool:
        """Deletes the service with this id, and its users. Returns True."""
        self.rest_client.connect().delete_service(id)
        return True


class Users(_Controller):
    """What can be done with the users of a service.

    Every call raises a subclass of `exceptions.VerigatorError`, and ValueError for an argument that
    is not a string.
    """

    @_call
    def create(self, service_id: str, number: str, username: str) -> User:
        """Registers a user by phone number (E.164) and the caller's own name for the user."""
        return _user(self.rest_client.connect().create_user(service_id, number, username))

    @_call
    def get(self, service_id: str, id: str) -> User:
        """Reads the user with this id."""
        return _user(self.rest_client.connect().get_user(service_id, id))

    @_call
    def get_all(self, service_id: str) -> list[User]:
        """Lists all users of a service."""
        return [_user(user) for user in self.rest_client.connect().list_users(service_id)]

    @_call
    def delete(self, service_id: str, id: str) -> bool:
        """Deletes the user with this id. Returns True."""
        self.rest_client.connect().delete_user(service_id, id)
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
        return self.rest_client.connect().initiate(service_id, user_id, method).method.value

    @_call
    def verify(self, service_id: str, user_id: str, token: str) -> bool:
        """Checks the PIN or code that the user typed. Returns whether it proves the login."""
        return self.rest_client.connect().verify(service_id, user_id, token).verified


def _service(service: models.Service) -> Service:
    return Service(service.id, service.ctime, service.name)


def _user(user: models.User) -> User:
    return User(user.id, user.ctime, user.id_in_service)
