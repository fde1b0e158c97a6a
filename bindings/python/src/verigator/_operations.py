"""The operations of the contract: how the call of each is made, and what it is answered with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Generic, TypeVar

from verigator import _results
from verigator._challenges import LEFT_OUT, LeftOut, parts_in
from verigator._handles import made
from verigator._library import library
from verigator._numbers import fitting, integer_in
from verigator._results import Result, method_in
from verigator._text import text_in

if TYPE_CHECKING:
    import ctypes

    from verigator.models import (
        Challenge,
        Enrolment,
        EnrolmentLink,
        RecoveryCodes,
        Service,
        ServiceList,
        TotpState,
        User,
        UserList,
        Verification,
    )

_T = TypeVar("_T")


class Operation(Generic[_T]):
    """One that is about to be asked for."""

    __slots__ = ("arguments", "make", "result")

    def __init__(self, result: Result[_T], make: Callable[..., int], *arguments: Any) -> None:
        self.result = result
        self.make = make
        """Makes its call: of a context, with `arguments`, into an output."""
        self.arguments = arguments


def create_service(fqdn: str, name: str) -> Operation[Service]:
    """See `Client.create_service`, and so on."""
    arguments = text_in("fqdn", fqdn), text_in("name", name)
    return Operation(_results.SERVICE, library.verigator_call_service_create, *arguments)


def get_service(service_id: str) -> Operation[Service]:
    """See `Client.get_service`."""
    service = text_in("service_id", service_id)
    return Operation(_results.SERVICE, library.verigator_call_service_get, service)


def find_service(fqdn: str) -> Operation[Service]:
    """See `Client.find_service`."""
    arguments = (text_in("fqdn", fqdn),)
    return Operation(_results.SERVICE, library.verigator_call_service_find, *arguments)


def page_services(limit: int, cursor: str | None) -> Operation[ServiceList]:
    """See `Client.page_services`."""
    arguments = fitting(64, integer_in("limit", limit)), text_in("cursor", cursor)
    return Operation(_results.SERVICES, library.verigator_call_service_page, *arguments)


def delete_service(service_id: str) -> Operation[None]:
    """See `Client.delete_service`."""
    service = text_in("service_id", service_id)
    return Operation(_results.NOTHING, library.verigator_call_service_delete, service)


def create_user(service_id: str, phone_number: str, id_in_service: str) -> Operation[User]:
    """See `Client.create_user`."""
    arguments = (
        text_in("service_id", service_id),
        text_in("phone_number", phone_number),
        text_in("id_in_service", id_in_service),
    )
    return Operation(_results.USER, library.verigator_call_user_create, *arguments)


def get_user(service_id: str, user_id: str) -> Operation[User]:
    """See `Client.get_user`."""
    return Operation(_results.USER, library.verigator_call_user_get, *_who(service_id, user_id))


def find_user(service_id: str, id_in_service: str) -> Operation[User]:
    """See `Client.find_user`."""
    arguments = text_in("service_id", service_id), text_in("id_in_service", id_in_service)
    return Operation(_results.USER, library.verigator_call_user_find, *arguments)


def list_users(service_id: str) -> Operation[UserList]:
    """See `Client.list_users`."""
    service = text_in("service_id", service_id)
    return Operation(_results.USERS, library.verigator_call_user_list, service)


def page_users(service_id: str, limit: int, cursor: str | None) -> Operation[UserList]:
    """See `Client.page_users`."""
    arguments = (
        text_in("service_id", service_id),
        fitting(64, integer_in("limit", limit)),
        text_in("cursor", cursor),
    )
    return Operation(_results.USERS, library.verigator_call_user_page, *arguments)


def delete_user(service_id: str, user_id: str) -> Operation[None]:
    """See `Client.delete_user`."""
    who = _who(service_id, user_id)
    return Operation(_results.NOTHING, library.verigator_call_user_delete, *who)


def initiate(service_id: str, user_id: str, method: str) -> Operation[Challenge]:
    """See `Client.initiate`."""
    arguments = *_who(service_id, user_id), method_in(method)
    return Operation(_results.CHALLENGE, library.verigator_call_auth_start, *arguments)


def verify(
    service_id: str, user_id: str, token: str, challenge: Challenge | LeftOut
) -> Operation[Verification]:
    """See `Client.verify`."""
    arguments = *_who(service_id, user_id), text_in("token", token)
    if challenge is LEFT_OUT:
        check_token = library.verigator_call_auth_check_token
        return Operation(_results.VERIFICATION, check_token, *arguments)
    return Operation(_results.VERIFICATION, _check, *arguments, parts_in(challenge))


def unlock_user(service_id: str, user_id: str) -> Operation[None]:
    """See `Client.unlock_user`."""
    arguments = (*_who(service_id, user_id),)
    return Operation(_results.NOTHING, library.verigator_call_user_unlock, *arguments)


def begin_totp(service_id: str, user_id: str) -> Operation[Enrolment]:
    """See `Client.begin_totp`."""
    arguments = (*_who(service_id, user_id),)
    return Operation(_results.ENROLMENT, library.verigator_call_totp_begin, *arguments)


def create_totp_link(
    service_id: str, user_id: str, lifetime_seconds: int
) -> Operation[EnrolmentLink]:
    """See `Client.create_totp_link`."""
    lifetime = fitting(64, integer_in("lifetime_seconds", lifetime_seconds))
    arguments = *_who(service_id, user_id), lifetime
    make = library.verigator_call_totp_link_create
    return Operation(_results.ENROLMENT_LINK, make, *arguments)


def confirm_totp(service_id: str, user_id: str, token: str) -> Operation[None]:
    """See `Client.confirm_totp`."""
    arguments = *_who(service_id, user_id), text_in("token", token)
    return Operation(_results.NOTHING, library.verigator_call_totp_confirm, *arguments)


def get_totp(service_id: str, user_id: str) -> Operation[TotpState]:
    """See `Client.get_totp`."""
    arguments = (*_who(service_id, user_id),)
    return Operation(_results.TOTP_STATE, library.verigator_call_totp_get, *arguments)


def delete_totp(service_id: str, user_id: str) -> Operation[None]:
    """See `Client.delete_totp`."""
    arguments = (*_who(service_id, user_id),)
    return Operation(_results.NOTHING, library.verigator_call_totp_delete, *arguments)


def create_recovery_codes(service_id: str, user_id: str) -> Operation[RecoveryCodes]:
    """See `Client.create_recovery_codes`."""
    arguments = (*_who(service_id, user_id),)
    return Operation(
        _results.RECOVERY_CODES, library.verigator_call_recovery_codes_create, *arguments
    )


def count_recovery_codes(service_id: str, user_id: str) -> Operation[int]:
    """See `Client.count_recovery_codes`."""
    arguments = (*_who(service_id, user_id),)
    return Operation(
        _results.REMAINING, library.verigator_call_recovery_codes_remaining, *arguments
    )


def delete_recovery_codes(service_id: str, user_id: str) -> Operation[None]:
    """See `Client.delete_recovery_codes`."""
    arguments = (*_who(service_id, user_id),)
    return Operation(_results.NOTHING, library.verigator_call_recovery_codes_delete, *arguments)


def _check(  # noqa: PLR0913 it takes what the function of C takes
    context: ctypes.c_void_p,
    service_id: bytes | None,
    user_id: bytes | None,
    token: bytes | None,
    challenge: tuple[int, bytes | None],
    output: Any,
) -> int:
    make, free = library.verigator_challenge_new, library.verigator_challenge_free
    with made(make, *challenge, free=free) as handle:
        status: int = library.verigator_call_auth_check(
            context, service_id, user_id, handle, token, output
        )
        return status


def _who(service_id: str, user_id: str) -> tuple[bytes | None, bytes | None]:
    return text_in("service_id", service_id), text_in("user_id", user_id)
