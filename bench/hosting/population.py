"""Who is in the databases: a tenant whose users log in, and another one with many more users."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from hashlib import md5
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: An account, and its password.
TENANT, OTHER, PASSWORD = "bench", "other", "bench-password"
AUTH = f"{TENANT}:{PASSWORD}"
OTHER_AUTH = f"{OTHER}:{PASSWORD}"

#: Their services.
SERVICE = "3896f6a5-4fa5-45b0-845a-be6f99f9e11a"
OTHER_SERVICE = "9f0e5ba4-6c3f-4a3c-9d6b-5d1f6f1d7f0b"

#: Everybody was sent this one.
PIN = "271828"

SERVICE_COLUMNS = ("id", "account", "fqdn", "fqdn_key", "name", "ctime")
USER_COLUMNS = (
    "id",
    "service_id",
    "phone_number_key",
    "id_in_service",
    "id_in_service_key",
    "ctime",
)
#: The same of older servers.
OLD_USER_COLUMNS = (
    "id",
    "service_id",
    "phone_number",
    "id_in_service",
    "id_in_service_key",
    "ctime",
)

#: What waits to be encrypted by the next who opens the database with its key.
PLAIN_COLUMNS = ("place", "row_id", "text")

Row = tuple[str | int | bytes, ...]


@dataclass(frozen=True)
class Population:
    """How many users the two have."""

    users: int
    others: int


def user_id(number: int) -> str:
    """The id of a user, which is no easier to find than a random one."""
    digest = md5(str(number).encode(), usedforsecurity=False).digest()
    return str(uuid.UUID(bytes=digest, version=4))


def now() -> int:
    """In milliseconds since 1970."""
    return int(time.time() * 1000)


def services() -> Iterator[Row]:
    """The rows of both services."""
    for service, account in ((SERVICE, TENANT), (OTHER_SERVICE, OTHER)):
        fqdn = f"{account}.example.com"
        yield service, account, fqdn, fqdn, account, now()


def users(population: Population) -> Iterator[Row]:
    """The rows of all users."""
    began = now()
    for number in range(population.users + population.others):
        service = SERVICE if number < population.users else OTHER_SERVICE
        name = f"user-{number}@example.com"
        yield user_id(number), service, f"+3725{number:07}", name, name, began + number // 100


def phones(population: Population) -> Iterator[Row]:
    """What is encrypted of all users."""
    for user, _, phone, *_ in users(population):
        yield "users.phone_number", user, phone


def pins(numbers: Iterable[int]) -> Iterator[Row]:
    """What is encrypted of those who were sent a PIN."""
    for number in numbers:
        yield "challenges.pin", user_id(number), PIN


def path(user: int | None = None, service: str = SERVICE) -> str:
    """The path of a user, or of all users of a service."""
    users = f"/v1/service/service/{service}/users"
    return users if user is None else f"{users}/{user_id(user)}"


def verifications(numbers: Iterable[int]) -> Iterator[str]:
    """A plan in which these users verify their PIN, and are told yes."""
    for number in numbers:
        yield f'PUT\t{path(number)}/auth\t\t"verified":true\t{{"token":"{PIN}"}}'


def starts(numbers: Iterable[int]) -> Iterator[str]:
    """A plan in which these users start a login and are sent a PIN."""
    for number in numbers:
        yield f'POST\t{path(number)}/auth\t\t"auth_id"\t{{"method":"sms"}}'


def reads(numbers: Iterable[int]) -> Iterator[str]:
    """A plan in which these users are looked up."""
    for number in numbers:
        yield f"GET\t{path(number)}\t\t{user_id(number)}\t"


def guesses(count: int) -> Iterator[str]:
    """A plan of wrong passwords, for accounts that exist and for others."""
    for number in range(count):
        account = TENANT if number % 2 else f"account-{number}"
        yield f"GET\t{path(0)}\t{account}:wrong-{number}\t\t"
