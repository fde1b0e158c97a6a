"""The errors, and which of them stands for which error of the library."""

from __future__ import annotations

import json
from typing import Any

from verigator import errors


class VerigatorError(Exception):
    """A call failed. Its `__cause__` is the `verigator.VerigatorError` with all that is known.

    Attributes:
        code: The HTTP status that the service answered; 0 for a reply that is not JSON; negative
            when the failure arose on this side.
        message: What the service said, or None if it said nothing. For a status without a class of
            its own, and for 500, it is the reply's JSON. It is the network's: print the error
            itself, which is safe and says something, instead.
    """

    def __init__(self, code: int, message: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        # Its args are not what it was made of, but what is printed.
        return type(self), (self.code, self.message), {**vars(self), "args": self.args}


class InvalidDataError(VerigatorError):
    """400 and 422: a value is not acceptable, to the service or to the library."""


class WrongCredentialsError(VerigatorError):
    """401: the API username or password is missing or wrong."""


class ResourceForbiddenError(VerigatorError):
    """403: the account may not touch this resource."""


class NoSuchResourceError(VerigatorError):
    """404: no such service, user, enrolment or pending verification."""


class ResourceAlreadyExistsError(VerigatorError):
    """409: it exists already, or an authentication cannot start now."""


class InternalError(VerigatorError):
    """500: the service failed."""


class InvalidResponseError(VerigatorError):
    """The reply is not JSON, or breaks the contract."""


class UnreachableError(VerigatorError, OSError):
    """No reply: the service was not reached, the connection broke, or the deadline passed.

    The official client lets errors of its HTTP library through here, which are OSErrors too.
    """


_BY_HTTP_STATUS: dict[int, type[VerigatorError]] = {
    400: InvalidDataError,
    401: WrongCredentialsError,
    403: ResourceForbiddenError,
    404: NoSuchResourceError,
    409: ResourceAlreadyExistsError,
    422: InvalidDataError,
}


def translated(error: errors.VerigatorError) -> VerigatorError:
    """The error that a program written for the official client expects in place of `error`."""
    translation = _translation(error)
    # What is printed is the line that is safe to print.
    translation.args = (error.message,)
    return translation


def _translation(error: errors.VerigatorError) -> VerigatorError:
    if isinstance(error, errors.ServiceError):
        return _refusal(error)
    if isinstance(error, errors.ProtocolError):
        return InvalidResponseError(0, _text(error.body or b""))
    if isinstance(error, (errors.NetworkError, errors.DeadlineExceededError)):
        return UnreachableError(error.status, error.message)
    if isinstance(error, errors.InvalidArgumentError):
        return InvalidDataError(error.status, error.message)
    return VerigatorError(error.status, error.message)


def _refusal(error: errors.ServiceError) -> VerigatorError:
    status = error.status
    try:
        reply = json.loads(error.body or b"")
    except (ValueError, RecursionError):
        reply = None
    if not isinstance(reply, dict):
        return InvalidResponseError(0, _text(error.body or b""))
    if status in _BY_HTTP_STATUS:
        return _BY_HTTP_STATUS[status](status, reply.get("message"))
    return (InternalError if status == 500 else VerigatorError)(status, reply)


def _text(body: bytes) -> str:
    return body.decode("utf-8", "replace")
