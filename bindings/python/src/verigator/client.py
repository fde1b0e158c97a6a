"""The client: one method for each operation of the contract."""

from __future__ import annotations

import ctypes
import weakref
from types import TracebackType
from typing import TYPE_CHECKING, Any, Callable, NoReturn, Optional, TypeVar, Union, overload

from verigator import _calls, _operations
from verigator._challenges import LEFT_OUT, LeftOut
from verigator._failures import check
from verigator._handles import made
from verigator._library import library
from verigator._logging import log_lines
from verigator._text import text_in
from verigator._typing import Self, Unpack
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
from verigator.options import Options, apply

if TYPE_CHECKING:
    from verigator._operations import Operation

_T = TypeVar("_T")


class Client:
    """Makes the calls to one Verigator service with one account.

    Any number of threads may use it at once; a call releases the GIL while it waits. One that was
    made before `os.fork()` works in the parent and in the children. Use it as a context manager, or
    call `close()`; it is also freed when it is collected.

    A call gives in to Ctrl-C within 100 ms, and to whatever else the handler of a signal raises:
    it is cancelled, and the exception's `__cause__` says what became of it, with `maybe_sent`. That
    is so in the main thread, in which Python runs these handlers; the next call works.

    Every call may raise a subclass of `VerigatorError`, and `InvalidArgumentError` for arguments
    out of their limits: ids are 1 to 1024 bytes of UTF-8, other texts at most 4096. Which calls are
    repeated by themselves, and which never, is told at the option `max_retries`.
    """

    def __init__(self, username: str, password: str, **options: Unpack[Options]) -> None:
        """Makes a client with API credentials. Nothing is sent yet.

        Args:
            username: 1 to 1024 bytes of printable ASCII without a colon.
            password: 1 to 1024 bytes of printable ASCII.
            **options: see `Options`.

        Raises:
            InvalidConfigError: a value, or the values together, cannot be used.
            InvalidArgumentError: a value is None, or none of those that there are.
        """
        credentials = text_in("username", username), text_in("password", password)
        self._open(library.verigator_config_new, *credentials, options=options)

    @classmethod
    def from_env(cls, **options: Unpack[Options]) -> Self:
        """Makes a client with what the environment says; nothing else here reads it.

        `VERIGATOR_USERNAME` and `VERIGATOR_PASSWORD` must be set; `VERIGATOR_BASE_URL`,
        `HTTPS_PROXY`, `http_proxy`, `ALL_PROXY` and `NO_PROXY` may be. `options` come after them.
        Of the proxies only the one that `base_url` needs is judged.

        Raises:
            InvalidConfigError: names the variable that is missing or cannot be used; or as
                `Client` does.
            InvalidArgumentError: as `Client` does.
        """
        client = cls.__new__(cls)
        client._open(library.verigator_config_from_env, options=options)
        return client

    def _open(self, make_config: Callable[..., int], *credentials: Any, options: Options) -> None:
        with made(make_config, *credentials, free=library.verigator_config_free) as config:
            apply(config, options)
            context = ctypes.c_void_p()
            check(library.verigator_ctx_new(config, ctypes.byref(context)))
        self._context = context
        self._logger = options.get("logger")
        finalizer = weakref.finalize(self, library.verigator_ctx_free, context)
        # What the program does at its end may need the client.
        finalizer.atexit = False  # type: ignore[misc] # a property that typeshed does not know

    def close(self) -> None:
        """Ends the calls that wait in other threads (`CallCancelledError`) and refuses later ones.

        Cannot be undone; a second time does nothing. Later calls raise `ClosedError`. It concerns
        this process only, not those forked before.
        """
        check(library.verigator_ctx_close(self._context))

    def close_idle(self) -> None:
        """Closes the connections that no call uses now; later calls make new ones.

        For a program that is idle for long: those that were idle for `idle_timeout` are closed only
        when a call needs one or is done with one. It concerns this process only.
        """
        check(library.verigator_ctx_close_idle(self._context))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        # Its handle means nothing, or something else, to another process; a copy would share it.
        raise TypeError("a Client can be neither copied nor pickled; make one in each process")

    def create_service(self, fqdn: str, name: str) -> Service:
        """Creates a service.

        Args:
            fqdn: Its host name, such as `"login.example.com"`.
            name: What users see.

        Raises:
            ConflictError: It exists already.
            InvalidDataError: A value is not acceptable.
        """
        return self._run(_operations.create_service(fqdn, name))

    def get_service(self, service_id: str) -> Service:
        """Reads a service.

        Raises:
            NotFoundError, ForbiddenError: No such service, or another account's.
        """
        return self._run(_operations.get_service(service_id))

    def find_service(self, fqdn: str) -> Service:
        """Finds a service of the account by its host name.

        It is compared as `create_service` compares it. verigator-server has this call; the hosted
        service has not.

        Raises:
            NotFoundError: The account has no service of that name.
            NotSupportedError: The server has no such route, as the hosted service.
        """
        return self._run(_operations.find_service(fqdn))

    def page_services(self, limit: int, cursor: Optional[str] = None) -> ServiceList:
        """Lists the services of the account by the page.

        At most `limit` of them, 1 to 1000. `cursor` is the `next_cursor` of the page before.
        verigator-server has this call; the hosted service has not.

        Raises:
            NotSupportedError: The server has no such route, as the hosted service.
        """
        return self._run(_operations.page_services(limit, cursor))

    def delete_service(self, service_id: str) -> None:
        """Deletes a service and its users.

        Raises:
            NotFoundError: No such service; also when a first attempt, whose answer was lost,
                deleted it.
        """
        self._run(_operations.delete_service(service_id))

    def create_user(self, service_id: str, phone_number: str, id_in_service: str) -> User:
        """Registers a user.

        Args:
            service_id: Whose user.
            phone_number: With its country prefix (E.164), such as `"+3725555555"`.
            id_in_service: The caller's own name for the user, such as an e-mail address.

        Raises:
            ConflictError: The user exists already.
            InvalidDataError: A value is not acceptable.
        """
        return self._run(_operations.create_user(service_id, phone_number, id_in_service))

    def get_user(self, service_id: str, user_id: str) -> User:
        """Reads a user.

        Raises:
            NotFoundError, ForbiddenError: No such service or user, or another account's.
        """
        return self._run(_operations.get_user(service_id, user_id))

    def find_user(self, service_id: str, id_in_service: str) -> User:
        """Finds a user by what the service calls it.

        It is compared as `create_user` compares it. verigator-server has this call; the hosted
        service has not.

        Raises:
            NotFoundError: No such service, or it has no user of that name.
            NotSupportedError: The server has no such route, as the hosted service.
        """
        return self._run(_operations.find_user(service_id, id_in_service))

    def list_users(self, service_id: str) -> UserList:
        """Lists the users of a service.

        Raises:
            NotFoundError, ForbiddenError: No such service, or another account's.
        """
        return self._run(_operations.list_users(service_id))

    def page_users(self, service_id: str, limit: int, cursor: Optional[str] = None) -> UserList:
        """Lists the users of a service by the page.

        At most `limit` of them, 1 to 1000. `cursor` is the `next_cursor` of the page before. The
        hosted service has no pages, and answers with all users: a last page.

        Raises:
            NotFoundError, ForbiddenError: No such service, or another account's.
        """
        return self._run(_operations.page_users(service_id, limit, cursor))

    def delete_user(self, service_id: str, user_id: str) -> None:
        """Deletes a user.

        Raises:
            NotFoundError: No such user; also when a first attempt, whose answer was lost, deleted
                the user.
        """
        self._run(_operations.delete_user(service_id, user_id))

    def initiate(
        self, service_id: str, user_id: str, method: Union[Method, str] = Method.TOTP
    ) -> Challenge:
        """Starts an authentication.

        It is never sent twice, since that would send a second message: after
        `DeadlineExceededError` or `DisconnectedError` see `maybe_sent`.

        Args:
            service_id: Whose user.
            user_id: Who logs in.
            method: `Method.TOTP` to prefer the authenticator app (a user who has none set up is
                sent an SMS instead), or `Method.SMS`; or their strings.

        Returns:
            The method that is really used, and the id of this authentication: for `verify`.

        Raises:
            NotFoundError: No such service or user.
            ConflictError: An authentication cannot start now.
        """
        return self._run(_operations.initiate(service_id, user_id, method))

    @overload
    def verify(self, service_id: str, user_id: str, token: str) -> Verification: ...
    @overload
    def verify(
        self, service_id: str, user_id: str, token: str, challenge: Challenge
    ) -> Verification: ...
    def verify(
        self,
        service_id: str,
        user_id: str,
        token: str,
        challenge: Union[Challenge, LeftOut] = LEFT_OUT,
    ) -> Verification:
        """Checks a token. The login is verified only if the returned object is true.

        It is never sent twice, since a token is good for one check.

        Args:
            service_id: Whose user.
            user_id: Who logs in.
            token: The PIN, the code or the recovery code that the user typed: 1 to 64 printable
                ASCII characters.
            challenge: What `initiate` returned, so that a token of another authentication is not
                taken. Left out, the token alone decides, which is the weaker check; None is
                refused, so that a challenge that got lost is noticed.

        Returns:
            The service's answer, true or false, and why.

        Raises:
            NotFoundError: No such service, user or pending verification.
            InvalidArgumentError: `challenge` is None, or as in every call. Nothing was sent.
        """
        return self._run(_operations.verify(service_id, user_id, token, challenge))

    def unlock_user(self, service_id: str, user_id: str) -> None:
        """Lets a user log in again who is locked after too many wrong tokens.

        verigator-server has this call; the hosted service has not.

        Raises:
            NotFoundError, ForbiddenError: No such service or user, or another account's.
            NotSupportedError: The server has no such route, as the hosted service.
        """
        self._run(_operations.unlock_user(service_id, user_id))

    def begin_totp(self, service_id: str, user_id: str) -> Enrolment:
        """Begins the enrolment of an authenticator app.

        The user's app takes what is returned, and `confirm_totp` the app's first token; until then
        logins are as they were. It ends an enrolment that was begun before and not confirmed, so it
        is never sent twice. verigator-server has this call; the hosted service has not.

        Raises:
            NotFoundError, ForbiddenError: No such service or user, or another account's.
            NotSupportedError: The server has no such route, as the hosted service.
        """
        return self._run(_operations.begin_totp(service_id, user_id))

    def create_totp_link(
        self, service_id: str, user_id: str, lifetime_seconds: int = 3600
    ) -> EnrolmentLink:
        """Makes a link by which the user sets an authenticator app up, once.

        The user opens it in a browser, scans the QR code there and types the app's first token;
        until then logins are as they were. It is good for 60 to 604800 seconds (a week). It ends a
        link that was made before and an enrolment that was not confirmed, so it is never sent
        twice. verigator-server has this call; the hosted service has not.

        Raises:
            NotFoundError, ForbiddenError: No such service or user, or another account's.
            ConflictError: The server does not know by which address users reach it.
            NotSupportedError: The server has no such route, as the hosted service.
        """
        return self._run(_operations.create_totp_link(service_id, user_id, lifetime_seconds))

    def confirm_totp(self, service_id: str, user_id: str, token: str) -> None:
        """Confirms an enrolment by a token of the app.

        When it returns, the enrolment is confirmed, and logins use the app from now on. It is never
        sent twice. verigator-server has this call; the hosted service has not.

        Raises:
            InvalidDataError: The token is not right.
            NotFoundError, ForbiddenError: No such service or user, another account's, or no
                enrolment was begun.
            NotSupportedError: The server has no such route, as the hosted service.
        """
        self._run(_operations.confirm_totp(service_id, user_id, token))

    def get_totp(self, service_id: str, user_id: str) -> TotpState:
        """Reads how far the enrolment of an authenticator app has come.

        verigator-server has this call; the hosted service has not.

        Raises:
            NotFoundError, ForbiddenError: No such service or user, or another account's.
            NotSupportedError: The server has no such route, as the hosted service.
        """
        return self._run(_operations.get_totp(service_id, user_id))

    def delete_totp(self, service_id: str, user_id: str) -> None:
        """Removes an enrolment, confirmed or not.

        verigator-server has this call; the hosted service has not.

        Raises:
            NotFoundError, ForbiddenError: No such service or user, or another account's.
            NotSupportedError: The server has no such route, as the hosted service.
        """
        self._run(_operations.delete_totp(service_id, user_id))

    def create_recovery_codes(self, service_id: str, user_id: str) -> RecoveryCodes:
        """Makes recovery codes.

        Each is a token for one `verify`, whatever method was started. Those made before are good
        for nothing any more, so it is never sent twice. verigator-server has this call; the hosted
        service has not.

        Raises:
            NotFoundError, ForbiddenError: No such service or user, or another account's.
            NotSupportedError: The server has no such route, as the hosted service.
        """
        return self._run(_operations.create_recovery_codes(service_id, user_id))

    def count_recovery_codes(self, service_id: str, user_id: str) -> int:
        """Returns how many recovery codes are left.

        verigator-server has this call; the hosted service has not.

        Raises:
            NotFoundError, ForbiddenError: No such service or user, or another account's.
            NotSupportedError: The server has no such route, as the hosted service.
        """
        return self._run(_operations.count_recovery_codes(service_id, user_id))

    def delete_recovery_codes(self, service_id: str, user_id: str) -> None:
        """Removes the recovery codes.

        verigator-server has this call; the hosted service has not.

        Raises:
            NotFoundError, ForbiddenError: No such service or user, or another account's.
            NotSupportedError: The server has no such route, as the hosted service.
        """
        self._run(_operations.delete_recovery_codes(service_id, user_id))

    def _run(self, operation: Operation[_T]) -> _T:
        call = _calls.make(operation, self._context)
        try:
            try:
                status = _calls.run(call)
            finally:
                if self._logger is not None:
                    log_lines(self._logger, call)
            return _calls.outcome(call, operation, status)
        finally:
            library.verigator_call_free(call)
