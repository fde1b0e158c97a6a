"""Every way a call can fail, as one hierarchy under `VerigatorError`.

An error is never a yes: a login is verified only when `Client.verify` returned a `Verification`
that is true.
"""

from __future__ import annotations

from typing import Optional


class VerigatorError(Exception):
    """A call failed. `str()` of it is one line for a person, safe to print and to log.

    Attributes:
        status: The permanent number of the failure. Positive is the HTTP status that the service
            answered, negative arose on this side (`VERIGATOR_*` in `verigator.h`).
        kind: The group it belongs to: `"usage"`, `"network"`, `"timeout"`, `"cancelled"`,
            `"protocol"`, `"service"` or `"internal"`.
        http_status: The HTTP status that made the call fail, or None if it failed otherwise.
        message: What was wrong, with which value, and what to do. Holds no password and no token.
        service_message: The service's own message exactly as it came, or None. It is the
            network's: do not print it unescaped.
        body: The body of the reply exactly as it came, or None if none was read.
        request_id: The reply's X-Request-Id, for the operator of the service, or None.
        retry_after: How many seconds the service asked to wait, or None if it did not.
        maybe_sent: Whether bytes of the request may have reached the service.
        retry_safe: Whether making the same call again can do no harm, such as a second message.
    """

    kind: str = "internal"

    def __init__(
        self,
        message: str,
        *,
        status: int = 0,
        http_status: Optional[int] = None,
        service_message: Optional[str] = None,
        body: Optional[bytes] = None,
        request_id: Optional[str] = None,
        retry_after: Optional[float] = None,
        maybe_sent: bool = True,
        retry_safe: bool = False,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.http_status = http_status
        self.service_message = service_message
        self.body = body
        self.request_id = request_id
        self.retry_after = retry_after
        self.maybe_sent = maybe_sent
        self.retry_safe = retry_safe


class UsageError(VerigatorError):
    """The call itself was wrong: mend the program or its configuration. Nothing was sent."""

    kind = "usage"


class InvalidArgumentError(UsageError, ValueError):
    """An argument is missing, malformed or out of its limits."""


class InvalidConfigError(UsageError, ValueError):
    """An option, or the options together, cannot be used."""


class ClosedError(UsageError):
    """The client was closed before the call."""


class NetworkError(VerigatorError, ConnectionError):
    """The service was not reached, or the connection broke."""

    kind = "network"


class NameLookupError(NetworkError):
    """The name of the server or proxy could not be resolved. Nothing was sent."""


class ConnectError(NetworkError):
    """No connection could be made. Nothing was sent."""


class TLSError(NetworkError):
    """TLS failed: certificate, host name, pinned key, version, or a peer that speaks no TLS."""


class DisconnectedError(NetworkError):
    """The connection broke after it was made: see `maybe_sent`."""


class ProxyError(NetworkError):
    """The proxy failed or refused.

    It could not be reached, wants other credentials, or did not open the way to the service.
    Nothing was sent to the service.
    """


class DeadlineExceededError(VerigatorError, TimeoutError):
    """The deadline passed before the reply was there: see `maybe_sent`."""

    kind = "timeout"


class CallCancelledError(VerigatorError):
    """The client was closed while the call waited: see `maybe_sent`.

    Or the call was cancelled, by Ctrl-C or with its task: then this is the `__cause__` of what was
    raised.
    """

    kind = "cancelled"


class ProtocolError(VerigatorError):
    """The reply cannot be believed: it breaks the contract."""

    kind = "protocol"


class ResponseTooLargeError(ProtocolError):
    """The reply is larger than the limit (`max_response_bytes`)."""


class ServiceError(VerigatorError):
    """The service answered with an error status: `http_status`."""

    kind = "service"


class UnauthorizedError(ServiceError):
    """401: the API username or password is missing or wrong."""


class ForbiddenError(ServiceError):
    """403: the account may not touch this resource."""


class NotFoundError(ServiceError):
    """404: no such service, user, enrolment or pending verification."""


class ConflictError(ServiceError):
    """409: it exists already, or an authentication cannot start now."""


class InvalidDataError(ServiceError):
    """422 or 400: a value is not acceptable to the service."""


class NotSupportedError(ServiceError):
    """The server has no such route (501): verigator-server has it, the hosted service has not.

    It may have answered 404 or 405, which is then the `http_status`. Nothing was done.
    """


class TooManyRequestsError(ServiceError):
    """429: too many requests; see `retry_after`."""


class ServerError(ServiceError):
    """5xx: the service, or a gateway before it, failed; see `retry_after`."""


class InternalError(VerigatorError):
    """This process ran out of something, or the library has a defect."""
