"""What a call is answered with: how each kind is taken, read at once, and freed."""

from __future__ import annotations

import reprlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Generic, TypeVar

from verigator import _raw
from verigator._library import library
from verigator._text import NOT_SENT, optional_text_out, text_out
from verigator.errors import InternalError, InvalidArgumentError
from verigator.models import (
    Challenge,
    Enrolment,
    EnrolmentLink,
    Method,
    RecoveryCodes,
    Service,
    ServiceList,
    TotpState,
    User,
    UserList,
    Verification,
)

if TYPE_CHECKING:
    import ctypes

_T = TypeVar("_T")


@dataclass(frozen=True)
class Result(Generic[_T]):
    """A kind of answer."""

    take: Callable[[ctypes.c_void_p], int | None]
    """Gives the handle of a call's answer, once."""
    read: Callable[[int], _T]
    free: Callable[[int], int]

    def of(self, call: ctypes.c_void_p) -> _T:
        """What a call that succeeded was answered with."""
        handle = self.take(call)
        if handle is None:
            raise InternalError("there is no room for another handle", status=_raw.VERIGATOR_SYSTEM)
        try:
            return self.read(handle)
        finally:
            self.free(handle)


# None is started with a recovery code.
_NUMBERS: dict[str, int] = {
    Method.SMS: _raw.VERIGATOR_METHOD_SMS,
    Method.TOTP: _raw.VERIGATOR_METHOD_TOTP,
}
_METHODS = {
    **{number: Method(method) for method, number in _NUMBERS.items()},
    _raw.VERIGATOR_METHOD_RECOVERY_CODE: Method.RECOVERY_CODE,
}


def method_in(method: str) -> int:
    """A method as C reads it, which takes numbers only and so cannot say what was wrong."""
    if method in _NUMBERS:
        return _NUMBERS[method]
    why = f"method is {reprlib.repr(method)}; pass 'totp' or 'sms'"
    raise InvalidArgumentError(why, status=_raw.VERIGATOR_INVALID_ARGUMENT, **NOT_SENT)


def _service(handle: int) -> Service:
    return Service(
        id=text_out(library.verigator_service_id(handle)),
        name=text_out(library.verigator_service_name(handle)),
        ctime=text_out(library.verigator_service_ctime(handle)),
    )


def _user(handle: int) -> User:
    return User(
        id=text_out(library.verigator_user_id(handle)),
        ctime=text_out(library.verigator_user_ctime(handle)),
        id_in_service=text_out(library.verigator_user_id_in_service(handle)),
    )


def _users(handle: int) -> UserList:
    return UserList(
        users=tuple(
            User(
                id=text_out(library.verigator_users_id(handle, index)),
                ctime=text_out(library.verigator_users_ctime(handle, index)),
                id_in_service=text_out(library.verigator_users_id_in_service(handle, index)),
            )
            for index in range(library.verigator_users_count(handle))
        ),
        total=library.verigator_users_total(handle),
        next_cursor=optional_text_out(library.verigator_users_next_cursor(handle)),
    )


def _services(handle: int) -> ServiceList:
    return ServiceList(
        services=tuple(
            Service(
                id=text_out(library.verigator_services_id(handle, index)),
                name=text_out(library.verigator_services_name(handle, index)),
                ctime=text_out(library.verigator_services_ctime(handle, index)),
            )
            for index in range(library.verigator_services_count(handle))
        ),
        total=library.verigator_services_total(handle),
        next_cursor=optional_text_out(library.verigator_services_next_cursor(handle)),
    )


def _enrolment(handle: int) -> Enrolment:
    return Enrolment(
        secret=text_out(library.verigator_enrolment_secret(handle)),
        uri=text_out(library.verigator_enrolment_uri(handle)),
        qr_svg=text_out(library.verigator_enrolment_qr_svg(handle)),
        replaced=library.verigator_enrolment_replaced(handle) == 1,
    )


def _enrolment_link(handle: int) -> EnrolmentLink:
    return EnrolmentLink(
        url=text_out(library.verigator_enrolment_link_url(handle)),
        expires_at=text_out(library.verigator_enrolment_link_expires_at(handle)),
        replaced=library.verigator_enrolment_link_replaced(handle) == 1,
    )


def _totp_state(handle: int) -> TotpState:
    return TotpState(
        confirmed=library.verigator_totp_state_confirmed(handle) == 1,
        pending=library.verigator_totp_state_pending(handle) == 1,
    )


def _recovery_codes(handle: int) -> RecoveryCodes:
    count = library.verigator_recovery_codes_count(handle)
    get = library.verigator_recovery_codes_get
    return RecoveryCodes(codes=tuple(text_out(get(handle, index)) for index in range(count)))


def _remaining(call: ctypes.c_void_p) -> int | None:
    """The number itself, which needs no handle."""
    remaining: int = library.verigator_call_remaining(call)
    return None if remaining < 0 else remaining


def _challenge(handle: int) -> Challenge:
    return Challenge(
        method=_METHODS[library.verigator_challenge_method(handle)],
        auth_id=optional_text_out(library.verigator_challenge_auth_id(handle)),
    )


def _verification(handle: int) -> Verification:
    return Verification(
        verified=library.verigator_verification_verified(handle) == 1,
        method=_METHODS.get(library.verigator_verification_method(handle)),
        throttled=library.verigator_verification_throttled(handle) == 1,
        expired=library.verigator_verification_expired(handle) == 1,
        invalid=library.verigator_verification_invalid(handle) == 1,
        result=optional_text_out(library.verigator_verification_result(handle)),
    )


SERVICE = Result(library.verigator_call_service, _service, library.verigator_service_free)
USER = Result(library.verigator_call_user, _user, library.verigator_user_free)
USERS = Result(library.verigator_call_users, _users, library.verigator_users_free)
SERVICES = Result(library.verigator_call_services, _services, library.verigator_services_free)
ENROLMENT = Result(library.verigator_call_enrolment, _enrolment, library.verigator_enrolment_free)
ENROLMENT_LINK = Result(
    library.verigator_call_enrolment_link,
    _enrolment_link,
    library.verigator_enrolment_link_free,
)
TOTP_STATE = Result(
    library.verigator_call_totp_state, _totp_state, library.verigator_totp_state_free
)
RECOVERY_CODES = Result(
    library.verigator_call_recovery_codes, _recovery_codes, library.verigator_recovery_codes_free
)
REMAINING: Result[int] = Result(_remaining, lambda number: number, lambda _number: 0)
CHALLENGE = Result(library.verigator_call_challenge, _challenge, library.verigator_challenge_free)
VERIFICATION = Result(
    library.verigator_call_verification, _verification, library.verigator_verification_free
)
# A call that deletes has no answer but its status.
NOTHING: Result[None] = Result(lambda _call: 0, lambda _handle: None, lambda _handle: 0)
