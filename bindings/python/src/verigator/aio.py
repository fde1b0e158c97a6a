"""The awaitable twin of every call."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import (
    Any,
    Callable,
    Literal,
    NoReturn,
    Optional,
    TypeVar,
    Union,
    overload,
)

from verigator import _process
from verigator._challenges import LEFT_OUT, LeftOut
from verigator._typing import Self, Unpack
from verigator.client import Client
from verigator.models import Challenge, Method, Service, User, UserList, Verification
from verigator.options import Options

_T = TypeVar("_T")

# A call costs a thread only while it waits. One process seldom has more logins under way at once;
# what is above that waits for its turn.
_MOST_CALLS_AT_ONCE = 64


class AsyncClient:
    """A `Client` for asyncio: the same calls, arguments, results and errors, to be awaited.

    A call waits in a thread, so that the event loop does not; at most 64 at once, and the deadline
    of a call starts with its turn. A task that is cancelled stops waiting, but a call that has
    begun goes on: an authentication that was asked for is still started.
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
        self._threads: Optional[ThreadPoolExecutor] = None
        self._process = _process.identity()

    async def close(self) -> None:
        """Ends the calls that wait (`CallCancelledError`) and refuses later ones."""
        self._client.close()
        threads, self._threads = self._threads, None
        if threads is not None and self._process == _process.identity():
            # Without waiting: every call in it now ends by itself.
            threads.shutdown(wait=False)

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
        await self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "an AsyncClient can be neither copied nor pickled; make one in each process"
        )

    async def create_service(self, fqdn: str, name: str) -> Service:
        """Creates a service; see `Client.create_service`."""
        return await self._run(self._client.create_service, fqdn, name)

    async def get_service(self, service_id: str) -> Service:
        """Reads a service; see `Client.get_service`."""
        return await self._run(self._client.get_service, service_id)

    async def delete_service(self, service_id: str) -> None:
        """Deletes a service and its users; see `Client.delete_service`."""
        await self._run(self._client.delete_service, service_id)

    async def create_user(self, service_id: str, phone_number: str, id_in_service: str) -> User:
        """Registers a user; see `Client.create_user`."""
        return await self._run(self._client.create_user, service_id, phone_number, id_in_service)

    async def get_user(self, service_id: str, user_id: str) -> User:
        """Reads a user; see `Client.get_user`."""
        return await self._run(self._client.get_user, service_id, user_id)

    async def list_users(self, service_id: str) -> UserList:
        """Lists the users of a service; see `Client.list_users`."""
        return await self._run(self._client.list_users, service_id)

    async def delete_user(self, service_id: str, user_id: str) -> None:
        """Deletes a user; see `Client.delete_user`."""
        await self._run(self._client.delete_user, service_id, user_id)

    async def initiate(
        self, service_id: str, user_id: str, method: Union[Method, str] = Method.TOTP
    ) -> Challenge:
        """Starts an authentication; see `Client.initiate`."""
        return await self._run(self._client.initiate, service_id, user_id, method)

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
        call = self._run(self._client.verify, service_id, user_id, token, challenge)
        # Python names it where it warns that it was never awaited.
        call.__qualname__ = "AsyncClient.verify"
        return PendingVerification(call)

    async def _run(self, call: Callable[..., _T], *arguments: Any) -> _T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor(), partial(call, *arguments))

    def _executor(self) -> ThreadPoolExecutor:
        # The threads of an executor do not live on in a forked child, where it would wait for ever.
        if self._threads is None or self._process != _process.identity():
            self._process = _process.identity()
            self._threads = ThreadPoolExecutor(_MOST_CALLS_AT_ONCE, "verigator")
        return self._threads


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
