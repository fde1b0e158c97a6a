"""Two-factor logins through the Verigator API.

    with verigator.Client("api-username", "api-password") as client:
        challenge = client.initiate(service_id, user_id)
        if client.verify(service_id, user_id, token, challenge):
            print("welcome")

`AsyncClient` has the same calls for asyncio. Every failure is a `VerigatorError`. Programs written
for the official client find its modules under `messente.verigator`.
"""

from verigator._library import LibraryLoadError
from verigator._version import __version__
from verigator.aio import AsyncClient, PendingVerification
from verigator.client import Client
from verigator.errors import (
    CallCancelledError,
    ClosedError,
    ConflictError,
    ConnectError,
    DeadlineExceededError,
    DisconnectedError,
    ForbiddenError,
    InternalError,
    InvalidArgumentError,
    InvalidConfigError,
    InvalidDataError,
    NameLookupError,
    NetworkError,
    NotFoundError,
    NotSupportedError,
    ProtocolError,
    ProxyError,
    ResponseTooLargeError,
    ServerError,
    ServiceError,
    TLSError,
    TooManyRequestsError,
    UnauthorizedError,
    UsageError,
    VerigatorError,
)
from verigator.models import (
    Challenge,
    Enrolment,
    EnrolmentLink,
    Method,
    RecoveryCodes,
    Service,
    ServiceList,
    TLSVersion,
    TotpState,
    User,
    UserList,
    Verification,
)
from verigator.options import Options

__all__ = [
    "AsyncClient",
    "CallCancelledError",
    "Challenge",
    "Client",
    "ClosedError",
    "ConflictError",
    "ConnectError",
    "DeadlineExceededError",
    "DisconnectedError",
    "Enrolment",
    "EnrolmentLink",
    "ForbiddenError",
    "InternalError",
    "InvalidArgumentError",
    "InvalidConfigError",
    "InvalidDataError",
    "LibraryLoadError",
    "Method",
    "NameLookupError",
    "NetworkError",
    "NotFoundError",
    "NotSupportedError",
    "Options",
    "PendingVerification",
    "ProtocolError",
    "ProxyError",
    "RecoveryCodes",
    "ResponseTooLargeError",
    "ServerError",
    "Service",
    "ServiceError",
    "ServiceList",
    "TLSError",
    "TLSVersion",
    "TooManyRequestsError",
    "TotpState",
    "UnauthorizedError",
    "UsageError",
    "User",
    "UserList",
    "Verification",
    "VerigatorError",
    "__version__",
]
