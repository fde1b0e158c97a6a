"""The awaitable twins."""

from __future__ import annotations

import asyncio
import gc
import inspect
import pickle
import threading
import warnings

import pytest

import verigator
from verigator import AsyncClient, Challenge, Client, Method


def calls(kind: type) -> dict[str, object]:
    return {
        name: function
        for name, function in vars(kind).items()
        if inspect.isfunction(function) and not name.startswith("_")
    }


def test_every_call_has_its_twin_with_the_same_arguments():
    # Python's word for it.
    names = {name: "aclose" if name == "close" else name for name in calls(Client)}
    assert set(calls(AsyncClient)) == set(names.values())
    for name, call in calls(Client).items():
        twin = getattr(AsyncClient, names[name])
        parameters = inspect.signature(twin).parameters
        assert list(parameters.values()) == list(inspect.signature(call).parameters.values())
        assert inspect.getdoc(twin)


def test_a_login(server):
    async def main():
        credentials = server.username, server.password
        async with AsyncClient(*credentials, base_url=server.url) as client:
            service = await client.create_service(server.host_name(), "Example")
            assert await client.get_service(service.id) == service
            user = await client.create_user(service.id, "+3725555555", "jane@example.com")
            assert await client.get_user(service.id, user.id) == user
            assert list(await client.list_users(service.id)) == [user]
            challenge = await client.initiate(service.id, user.id)
            assert challenge.method is Method.SMS
            wrong = server.wrong_pin(user.id)
            assert not await client.verify(service.id, user.id, wrong, challenge)
            assert await client.verify(service.id, user.id, server.pin(user.id), challenge)
            await client.delete_user(service.id, user.id)
            with pytest.raises(verigator.NotFoundError) as caught:
                await client.get_user(service.id, user.id)
            assert caught.value.http_status == 404
            await client.delete_service(service.id)

    asyncio.run(main())


def test_a_verification_that_is_not_awaited_is_no_yes(scripted):
    scripted.says(200, {"verified": True})

    async def main():
        client = AsyncClient("user", "password", base_url=scripted.url)
        pending = client.verify("service", "user", "123456")
        assert bool(pending) is False
        assert (await pending).verified is True
        # It is a coroutine in every other way.
        task = asyncio.create_task(client.verify("service", "user", "123456"))
        assert await task
        assert await asyncio.wait_for(client.verify("service", "user", "123456"), 60)
        unused = client.verify("service", "user", "123456")
        assert inspect.isawaitable(unused)
        unused.close()

    asyncio.run(main())
    assert len(scripted.requests) == 3


def test_a_challenge_that_got_lost_is_not_the_weaker_check(scripted):
    scripted.says(200, {"verified": True})

    async def main():
        client = AsyncClient("user", "password", base_url=scripted.url)
        with pytest.raises(verigator.InvalidArgumentError, match="challenge is None"):
            await client.verify("service", "user", "123456", challenge=None)
        assert scripted.requests == []
        assert await client.verify("service", "user", "123456")
        assert await client.verify("service", "user", "123456", Challenge(Method.SMS, "a1"))

    asyncio.run(main())
    alone, with_challenge = (request.body for request in scripted.requests)
    assert alone == {"token": "123456"}
    assert with_challenge["auth_id"] == "a1"


def test_one_that_is_forgotten_is_a_no_and_warned_of():
    client = AsyncClient("user", "password")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        if client.verify("service", "user", "123456"):
            pytest.fail("a login without await")
        gc.collect()
    assert "'AsyncClient.verify' was never awaited" in str(caught[0].message)


def test_a_task_of_one_can_be_shown(scripted):
    scripted.says(200, {"verified": True})

    async def main():
        client = AsyncClient("user", "password", base_url=scripted.url)
        task = asyncio.create_task(client.verify("service", "user", "123456"))
        assert "Task" in repr(task)
        assert await task
        assert "finished" in repr(task)

    asyncio.run(main(), debug=True)


def test_the_loop_runs_on_while_a_call_waits(scripted):
    answer_now = threading.Event()

    def answer(_request):
        answer_now.wait(60)
        return 200, {}, b'{"verified": true}'

    scripted.answer = answer

    async def main():
        client = AsyncClient("user", "password", base_url=scripted.url)
        task = asyncio.ensure_future(client.verify("service", "user", "123456"))
        while not scripted.requests:
            await asyncio.sleep(0)
        # Only this loop lets the server answer.
        answer_now.set()
        assert await task

    asyncio.run(main())


def test_close_ends_the_calls_that_wait(scripted):
    came = scripted.stalls()

    async def main():
        client = AsyncClient("user", "password", base_url=scripted.url)
        task = asyncio.ensure_future(client.initiate("service", "user"))
        assert await asyncio.to_thread(came.wait, 60)
        await client.aclose()
        with pytest.raises(verigator.CallCancelledError):
            await task
        with pytest.raises(verigator.ClosedError):
            await client.get_service("id")
        await client.aclose()

    asyncio.run(main())


def test_idle_connections_can_be_closed(scripted):
    scripted.says(202)

    async def main():
        client = AsyncClient("user", "password", base_url=scripted.url)
        await client.delete_service("id")
        await client.delete_service("id")
        await client.close_idle()
        await client.delete_service("id")

    asyncio.run(main())
    kept, again, new = (request.connection for request in scripted.requests)
    assert kept is again is not new


def test_the_environment(scripted, monkeypatch):
    scripted.says(200, {"id": "id", "name": "name", "ctime": "2017-07-06T13:12:03.141Z"})
    monkeypatch.setenv("VERIGATOR_USERNAME", "user")
    monkeypatch.setenv("VERIGATOR_PASSWORD", "password")

    async def main():
        async with AsyncClient.from_env(base_url=scripted.url) as client:
            return await client.get_service("id")

    assert asyncio.run(main()).id == "id"


def test_a_client_is_not_pickled():
    with pytest.raises(TypeError, match="neither copied nor pickled"):
        pickle.dumps(AsyncClient("user", "password"))
