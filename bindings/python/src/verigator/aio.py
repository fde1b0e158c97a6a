"""The awaitable twin of every call."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from types import TracebackType
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    NoReturn,
    Optional,
    TypeVar,
    Union,
    overload,
)
from weakref import WeakKeyDictionary

from verigator import _calls, _operations, _process
from verigator._challenges import LEFT_OUT, LeftOut
from verigator._library import library
from verigator._logging import log_lines
from verigator._queues import Queue
from verigator._typing import Self, Unpack
from verigator.client import Client
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
from verigator.options import Options

if TYPE_CHECKING:
    from verigator._operations import Operation

_T = TypeVar("_T")


class AsyncClient:
    """A `Client` for asyncio: the same calls, arguments, results and errors, to be awaited.

    Calls wait side by side on the event loop that awaits them, without a thread of Python's; the
    option `max_connections` says how many. It may be used on any number of loops, one after another
    or in several threads, and after `os.fork()` on a loop of the child's.

    A task that is cancelled cancels its call. It ends with `asyncio.CancelledError` all the same,
    also if the answer came at that moment. Within the task, that exception's `__cause__` is a
    `VerigatorError` with what became of the call: `maybe_sent` says whether the service may have
    seen it.
    """

    def __init__(self, username: str, password: str, **options: Unpack[Options]) -> None:
        """Makes a client with API credentials; see `Client`."""
        self._start(Client(username, password, **options))

    @classmethod
    def from_env(cls, **options: Unpack[Options]) -> Self:
        """Makes a client with what the environment says; see `Client.from_env`."""
        client = cls.__new__(cls)
        client._start(Client.from_env(**options))
        return client

    def _start(self, client: Client) -> None:
        self._client = client
        self._queues: WeakKeyDictionary[asyncio.AbstractEventLoop, Queue] = WeakKeyDictionary()
        self._closed_in: Optional[tuple[int, int]] = None

    async def aclose(self) -> None:
        """Ends the calls that wait (`CallCancelledError`) and refuses later ones (`ClosedError`).

        Those of this event loop have ended when it returns. A second time does nothing. It concerns
        this process only, not those forked before.
        """
        self._closed_in = _process.identity()
        self._client.close()
        queue = self._queues.pop(asyncio.get_running_loop(), None)
        if queue is not None and queue.process == self._closed_in:
            await queue.aclose()

    async def close_idle(self) -> None:
        """Closes the connections that no call uses now; see `Client.close_idle`."""
        self._client.close_idle()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: Optional[type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        await self.aclose()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "an AsyncClient can be neither copied nor pickled; make one in each process"
        )

    async def create_service(self, fqdn: str, name: str) -> Service:
        """Creates a service; see `Client.create_service`."""
        return await self._run(_operations.create_service(fqdn, name))

    async def get_service(self, service_id: str) -> Service:
        """Reads a service; see `Client.get_service`."""
        return await self._run(_operations.get_service(service_id))

    async def find_service(self, fqdn: str) -> Service:
        """Finds a service of the account by its host name; see `Client.find_service`."""
        return await self._run(_operations.find_service(fqdn))

    async def page_services(self, limit: int, cursor: Optional[str] = None) -> ServiceList:
        """Lists the services of the account by the page; see `Client.page_services`."""
        return await self._run(_operations.page_services(limit, cursor))

    async def delete_service(self, service_id: str) -> None:
        """Deletes a service and its users; see `Client.delete_service`."""
        await self._run(_operations.delete_service(service_id))

    async def create_user(self, service_id: str, phone_number: str, id_in_service: str) -> User:
        """Registers a user; see `Client.create_user`."""
        return await self._run(_operations.create_user(service_id, phone_number, id_in_service))

    async def get_user(self, service_id: str, user_id: str) -> User:
        """Reads a user; see `Client.get_user`."""
        return await self._run(_operations.get_user(service_id, user_id))

    async def find_user(self, service_id: str, id_in_service: str) -> User:
        """Finds a user by what the service calls it; see `Client.find_user`."""
        return await self._run(_operations.find_user(service_id, id_in_service))

    async def list_users(self, service_id: str) -> UserList:
        """Lists the users of a service; see `Client.list_users`."""
        return await self._run(_operations.list_users(service_id))

    async def page_users(
        self, service_id: str, limit: int, cursor: Optional[str] = None
    ) -> UserList:
        """Lists the users of a service by the page; see `Client.page_users`."""
        return await self._run(_operations.page_users(service_id, limit, cursor))

    async def delete_user(self, service_id: str, user_id: str) -> None:
        """Deletes a user; see `Client.delete_user`."""
        await self._run(_operations.delete_user(service_id, user_id))

    async def initiate(
        self, service_id: str, user_id: str, method: Union[Method, str] = Method.TOTP
    ) -> Challenge:
        """Starts an authentication; see `Client.initiate`."""
        return await self._run(_operations.initiate(service_id, user_id, method))

    @overload
    def verify(self, service_id: str, user_id: str, token: str) -> PendingVerification: ...
    @overload
    def verify(
        self, service_id: str, user_id: str, token: str, challenge: Challenge
    ) -> PendingVerification: ...
    def verify(
        self,
        service_id: str,
        user_id: str,
        token: str,
        challenge: Union[Challenge, LeftOut] = LEFT_OUT,
    ) -> PendingVerification:
        """Checks a token; see `Client.verify`. Await it: unawaited it is false."""
        call = self._verify(service_id, user_id, token, challenge)
        # Python names it where it warns that it was never awaited.
        call.__qualname__ = "AsyncClient.verify"
        return PendingVerification(call)

    async def _verify(
        self, service_id: str, user_id: str, token: str, challenge: Union[Challenge, LeftOut]
    ) -> Verification:
        return await self._run(_operations.verify(service_id, user_id, token, challenge))

    async def unlock_user(self, service_id: str, user_id: str) -> None:
        """Lets a locked user log in again; see `Client.unlock_user`."""
        await self._run(_operations.unlock_user(service_id, user_id))

    async def begin_totp(self, service_id: str, user_id: str) -> Enrolment:
        """Begins the enrolment of an authenticator app; see `Client.begin_totp`."""
        return await self._run(_operations.begin_totp(service_id, user_id))

    async def create_totp_link(
        self, service_id: str, user_id: str, lifetime_seconds: int = 3600
    ) -> EnrolmentLink:
        """Makes a link by which the user sets an app up; see `Client.create_totp_link`."""
        operation = _operations.create_totp_link(service_id, user_id, lifetime_seconds)
        return await self._run(operation)

    async def confirm_totp(self, service_id: str, user_id: str, token: str) -> None:
        """Confirms an enrolment by a token of the app; see `Client.confirm_totp`."""
        await self._run(_operations.confirm_totp(service_id, user_id, token))

    async def get_totp(self, service_id: str, user_id: str) -> TotpState:
        """Reads how far the enrolment of an authenticator app has come; see `Client.get_totp`."""
        return await self._run(_operations.get_totp(service_id, user_id))

    async def delete_totp(self, service_id: str, user_id: str) -> None:
        """Removes an enrolment, confirmed or not; see `Client.delete_totp`."""
        await self._run(_operations.delete_totp(service_id, user_id))

    async def create_recovery_codes(self, service_id: str, user_id: str) -> RecoveryCodes:
        """Makes recovery codes; see `Client.create_recovery_codes`."""
        return await self._run(_operations.create_recovery_codes(service_id, user_id))

    async def count_recovery_codes(self, service_id: str, user_id: str) -> int:
        """Returns how many recovery codes are left; see `Client.count_recovery_codes`."""
        return await self._run(_operations.count_recovery_codes(service_id, user_id))

    async def delete_recovery_codes(self, service_id: str, user_id: str) -> None:
        """Removes the recovery codes; see `Client.delete_recovery_codes`."""
        await self._run(_operations.delete_recovery_codes(service_id, user_id))

    async def _run(self, operation: Operation[_T]) -> _T:
        call = _calls.make(operation, self._client._context)
        try:
            try:
                if self._closed_in is not None and self._closed_in == _process.identity():
                    # It is refused at once.
                    _calls.run(call)
                else:
                    await self._queue().perform(call)
            finally:
                if self._client._logger is not None:
                    log_lines(self._client._logger, call)
            return _calls.outcome(call, operation, library.verigator_call_status(call))
        finally:
            library.verigator_call_free(call)

    def _queue(self) -> Queue:
        """That of the running loop."""
        loop = asyncio.get_running_loop()
        queue = self._queues.get(loop)
        if queue is None or queue.process != _process.identity():
            # A loop that was closed cannot give back by itself what it was still waiting for. Other
            # threads may be at this, too.
            for other in [reference() for reference in self._queues.keyrefs()]:
                if other is not None and other.is_closed():
                    self._queues.pop(other, None)
            queue = self._queues[loop] = Queue(self._client._context, loop)
        return queue


class PendingVerification(Coroutine[Any, Any, Verification]):
    """A coroutine that is false.

    Any other coroutine is true, so that `if client.verify(...):` with `await` forgotten would let
    everybody in. Here it is a no, and Python warns that it was never awaited.
    """

    def __init__(self, call: Coroutine[Any, Any, Verification]) -> None:
        self._call = call

    def __bool__(self) -> Literal[False]:
        # It does not raise: asyncio itself asks, such as in the repr() of a task.
        return False

    def __await__(self) -> Generator[Any, Any, Verification]:
        return self._call.__await__()

    def send(self, value: Any) -> Any:
        """As of any coroutine."""
        return self._call.send(value)

    def throw(self, *error: Any) -> Any:
        """As of any coroutine."""
        return self._call.throw(*error)

    def close(self) -> None:
        """As of any coroutine."""
        self._call.close()
