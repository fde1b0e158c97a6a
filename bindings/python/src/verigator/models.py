"""The contract's nouns. All are immutable and know nothing of the client they came from."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, Optional, TypeVar, Union, overload

from verigator._raw import VERIGATOR_TLS_1_2, VERIGATOR_TLS_1_3

_T = TypeVar("_T")


class Method(str, enum.Enum):
    """A way to prove a login. Each is also its string, such as `"sms"` or `"totp"`."""

    SMS = "sms"
    """A PIN in a text message."""
    TOTP = "totp"
    """A code from an authenticator app (RFC 6238)."""
    RECOVERY_CODE = "recovery_code"
    """One of the user's recovery codes. A verification may have had it; none starts with it."""

    def __str__(self) -> str:
        return self.value


class TLSVersion(enum.IntEnum):
    """A version of TLS."""

    TLS_1_2 = VERIGATOR_TLS_1_2
    """RFC 5246."""
    TLS_1_3 = VERIGATOR_TLS_1_3
    """RFC 8446."""


@dataclass(frozen=True)
class Service:
    """A registered service: what its users log in to."""

    id: str
    """For the other calls."""
    name: str
    """What users see."""
    ctime: str
    """When it was made, an RFC 3339 timestamp as the service wrote it."""


@dataclass(frozen=True)
class User:
    """A user of a service."""

    id: str
    """The id at Verigator, for the other calls."""
    ctime: str
    """When the user was registered, an RFC 3339 timestamp as the service wrote it."""
    id_in_service: str
    """The caller's own name for the user."""


class _Listed(Sequence[_T], Generic[_T]):
    """What is in a list of the service's, as an immutable sequence."""

    @property
    def _listed(self) -> tuple[_T, ...]:
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self._listed)

    def __iter__(self) -> Iterator[_T]:
        return iter(self._listed)

    @overload
    def __getitem__(self, index: int) -> _T: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[_T, ...]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[_T, tuple[_T, ...]]:
        return self._listed[index]


@dataclass(frozen=True)
class UserList(_Listed[User]):
    """The users of one service, or a page of them, as an immutable sequence."""

    users: tuple[User, ...]
    """Those that the service sent."""
    total: int
    """How many there are, as the service says: more than were sent if it sent only some."""
    next_cursor: Optional[str] = None
    """What `page_users` takes for the next page, or None on the last one."""

    @property
    def _listed(self) -> tuple[User, ...]:
        return self.users


@dataclass(frozen=True)
class ServiceList(_Listed[Service]):
    """A page of the services of an account, as an immutable sequence."""

    services: tuple[Service, ...]
    """Those of the page."""
    total: int
    """How many there are, as the server says."""
    next_cursor: Optional[str] = None
    """What `page_services` takes for the next page, or None on the last one."""

    @property
    def _listed(self) -> tuple[Service, ...]:
        return self.services


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator app is enrolled with.

    All but `replaced` is the secret in some form: it is shown to its user once, and is not in the
    `repr()`.
    """

    secret: str = field(repr=False)
    """The secret in base32 (RFC 4648 section 6), for who cannot scan."""
    uri: str = field(repr=False)
    """The same as a URI for the app, which begins with `otpauth://`."""
    qr_svg: str = field(repr=False)
    """The URI as a QR code, an SVG image."""
    replaced: bool = False
    """Whether an enrolment that was begun before and not confirmed has ended by this one."""


@dataclass(frozen=True)
class EnrolmentLink:
    """A link by which a user sets an authenticator app up.

    Whoever opens it sets an app up: it is given to its user alone, and is not in the `repr()`.
    """

    url: str = field(repr=False)
    """Where the user opens it: https, or http at a server for development."""
    expires_at: str
    """When it ends, as the server says it (RFC 3339)."""
    replaced: bool = False
    """Whether it ended a link that was good, or an enrolment that was not confirmed."""


@dataclass(frozen=True)
class TotpState:
    """How far the enrolment of a user's authenticator app has come."""

    confirmed: bool
    """Whether an app is confirmed, so that logins use it."""
    pending: bool
    """Whether an enrolment was begun that waits for its first token."""


@dataclass(frozen=True)
class RecoveryCodes(_Listed[str]):
    """A user's recovery codes, each a token for one verification, as an immutable sequence.

    They are shown to their user once, and are not in the `repr()`.
    """

    codes: tuple[str, ...] = field(repr=False)
    """The codes: at least one."""

    @property
    def _listed(self) -> tuple[str, ...]:
        return self.codes


@dataclass(frozen=True)
class Challenge:
    """A started authentication that waits for its token.

    Where another process verifies, store its two parts and make it again from them.
    """

    method: Method
    """The method that is really used."""
    auth_id: Optional[str] = None
    """The id of this authentication, or None if the service gave none."""


@dataclass(frozen=True)
class Verification:
    """What the service says of a token. It is true exactly when `verified` is."""

    verified: bool
    """Whether the token proves the login. Only True is a yes."""
    method: Optional[Method] = None
    """The method that was checked, or None if the service does not say."""
    throttled: bool = False
    """There were too many checks: wait before the next one."""
    expired: bool = False
    """The token was too old."""
    invalid: bool = False
    """The token was wrong."""
    result: Optional[str] = None
    """The service's word for the outcome, such as `"INVALID"`, or None."""

    def __bool__(self) -> bool:
        return self.verified is True
