"""The contract's nouns. All are immutable and know nothing of the client they came from."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Optional, Union, overload


class Method(str, enum.Enum):
    """A way to prove a login. Each is also the string of the contract, `"sms"` or `"totp"`."""

    SMS = "sms"
    """A PIN in a text message."""
    TOTP = "totp"
    """A code from an authenticator app (RFC 6238)."""

    def __str__(self) -> str:
        return self.value


class TLSVersion(enum.IntEnum):
    """A version of TLS."""

    TLS_1_2 = 12
    """RFC 5246."""
    TLS_1_3 = 13
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


@dataclass(frozen=True)
class UserList(Sequence[User]):
    """The users of one service, as an immutable sequence."""

    users: tuple[User, ...]
    """Those that the service sent."""
    total: int
    """How many there are, as the service says: more than were sent if it sent only some."""

    def __len__(self) -> int:
        return len(self.users)

    def __iter__(self) -> Iterator[User]:
        return iter(self.users)

    @overload
    def __getitem__(self, index: int) -> User: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[User, ...]: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[User, tuple[User, ...]]:
        return self.users[index]


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
