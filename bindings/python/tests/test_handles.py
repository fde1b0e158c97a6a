"""What the library hands out is given back: no handle outlives what it was for."""

from __future__ import annotations

import asyncio
import ctypes
import dataclasses
import gc

import pytest

import verigator
from verigator import AsyncClient, Challenge, Client, Method, _results
from verigator._library import library

USER = {"id": "id", "ctime": "2017-07-06T13:12:03.141Z", "id_in_service": "jane"}
BODY = {"name": "name", "method": "sms", "auth_id": "a1", "verified": True, **USER}

SELF_SERVICE = {
    "services": [],
    "secret": "JBSWY3DP",
    "uri": "otpauth://totp/x",
    "qr_svg": "<svg/>",
    "url": "https://login.example.com/enrol/x",
    "expires_at": "2027-01-15T08:00:00.000Z",
    "replaced": False,
    "confirmed": True,
    "pending": False,
    "recovery_codes": ["k7wq4-m2xhd"],
    "remaining": 7,
}


@pytest.fixture
def client(scripted):
    scripted.says(200, {**BODY, **SELF_SERVICE, "users": [USER], "total": 1})
    with Client("user", "password", base_url=scripted.url, max_retries=0) as client:
        yield client


@pytest.fixture
def handles(monkeypatch):
    """Begins to remember the handles that a function of the library makes."""

    def remember(name):
        seen, function = [], getattr(library, name)

        def remembers(*arguments):
            result = function(*arguments)
            # What is no result is an output, which comes last.
            output = getattr(arguments[-1], "_obj", None) if arguments else None
            seen.append(result if output is None else output.value)
            return result

        monkeypatch.setattr(library, name, remembers)
        return seen

    return remember


@pytest.fixture
def answers(monkeypatch):
    """Begins to remember the handles of the answers of one kind."""

    def remember(kind):
        seen, result = [], getattr(_results, kind)

        def take(call):
            seen.append(result.take(call))
            return seen[-1]

        monkeypatch.setattr(_results, kind, dataclasses.replace(result, take=take))
        return seen

    return remember


# Each call, the kind of its answer, and what of a handle is there only as long as it is.
CALLS = {
    "service_get": (lambda c: c.get_service("s"), "SERVICE", "verigator_service_name"),
    "service_create": (lambda c: c.create_service("f", "n"), "SERVICE", "verigator_service_name"),
    "service_delete": (lambda c: c.delete_service("s"), "NOTHING", None),
    "user_get": (lambda c: c.get_user("s", "u"), "USER", "verigator_user_id"),
    "user_create": (lambda c: c.create_user("s", "+3725", "j"), "USER", "verigator_user_id"),
    "user_list": (lambda c: c.list_users("s"), "USERS", "verigator_users_count"),
    "user_delete": (lambda c: c.delete_user("s", "u"), "NOTHING", None),
    "service_find": (lambda c: c.find_service("f"), "SERVICE", "verigator_service_name"),
    "user_find": (lambda c: c.find_user("s", "j"), "USER", "verigator_user_id"),
    "service_page": (lambda c: c.page_services(1), "SERVICES", "verigator_services_total"),
    "user_page": (lambda c: c.page_users("s", 1), "USERS", "verigator_users_count"),
    "user_unlock": (lambda c: c.unlock_user("s", "u"), "NOTHING", None),
    "totp_begin": (lambda c: c.begin_totp("s", "u"), "ENROLMENT", "verigator_enrolment_secret"),
    "totp_link_create": (
        lambda c: c.create_totp_link("s", "u"),
        "ENROLMENT_LINK",
        "verigator_enrolment_link_url",
    ),
    "totp_confirm": (lambda c: c.confirm_totp("s", "u", "1"), "NOTHING", None),
    "totp_get": (lambda c: c.get_totp("s", "u"), "TOTP_STATE", "verigator_totp_state_confirmed"),
    "totp_delete": (lambda c: c.delete_totp("s", "u"), "NOTHING", None),
    "recovery_codes_create": (
        lambda c: c.create_recovery_codes("s", "u"),
        "RECOVERY_CODES",
        "verigator_recovery_codes_count",
    ),
    "recovery_codes_remaining": (lambda c: c.count_recovery_codes("s", "u"), "REMAINING", None),
    "recovery_codes_delete": (lambda c: c.delete_recovery_codes("s", "u"), "NOTHING", None),
    "auth_start": (lambda c: c.initiate("s", "u"), "CHALLENGE", "verigator_challenge_method"),
    "auth_check": (
        lambda c: c.verify("s", "u", "1", Challenge(Method.SMS, "a1")),
        "VERIFICATION",
        "verigator_verification_method",
    ),
    "auth_check_token": (
        lambda c: c.verify("s", "u", "1"),
        "VERIFICATION",
        "verigator_verification_method",
    ),
}


@pytest.mark.parametrize("way", ["blocking", "awaited"])
@pytest.mark.parametrize("name", CALLS)
def test_a_call_and_its_answer_are_freed(scripted, client, handles, answers, name, way):
    call, kind, read = CALLS[name]
    calls, taken, challenges = (
        handles(f"verigator_call_{name}"),
        answers(kind),
        handles("verigator_challenge_new"),
    )

    async def main():
        async with AsyncClient("user", "password", base_url=scripted.url) as twin:
            await call(twin)

    if way == "awaited":
        asyncio.run(main())
    else:
        call(client)
    (handle,) = calls
    assert is_freed(library.verigator_call_cancel, handle)
    assert len(taken) == 1
    assert read is None or not getattr(library, read)(taken[0])
    assert len(challenges) == (name == "auth_check")
    assert not any(map(library.verigator_challenge_method, challenges))


def test_an_answer_without_a_handle_is_an_error(monkeypatch, client):
    monkeypatch.setattr(
        _results,
        "VERIFICATION",
        dataclasses.replace(_results.VERIFICATION, take=lambda _call: None),
    )
    with pytest.raises(verigator.InternalError):
        client.verify("s", "u", "1")


def test_an_error_is_freed(scripted, client, handles):
    scripted.says(404)
    calls, functions = handles("verigator_call_error"), handles("verigator_last_error")
    for call in (client.get_service, client.delete_service):
        with pytest.raises(verigator.NotFoundError):
            call("id")
    with pytest.raises(verigator.InvalidConfigError):
        Client("", "")
    assert len(calls) == 2
    assert len(functions) == 1
    assert all(calls + functions)
    assert not any(map(library.verigator_error_status, calls + functions))


INVALID_HANDLE = -2


def is_freed(function, handle, *arguments):
    status = function(handle, *arguments)
    library.verigator_clear_error()
    return status == INVALID_HANDLE


def test_a_configuration_is_freed_with_its_secrets(handles):
    made = handles("verigator_config_new")
    Client("user", "password")
    with pytest.raises(verigator.InvalidConfigError):
        Client("user", "password", timeout=0)
    assert len(made) == 2
    assert all(is_freed(library.verigator_config_unset_proxy, handle) for handle in made)


def test_a_context_is_freed_with_its_client(handles):
    made = handles("verigator_ctx_new")
    clients = [Client("user", "password"), Client("user", "password")]
    clients[1].close()
    # Until then other threads may use it.
    assert not any(is_freed(library.verigator_ctx_close_idle, handle) for handle in made)
    clients.clear()
    gc.collect()
    assert len(made) == 2
    assert all(is_freed(library.verigator_ctx_close_idle, handle) for handle in made)


def test_a_queue_is_freed_with_its_client_or_its_loop(scripted, handles):
    scripted.says(202)
    made = handles("verigator_queue_new")

    async def call(client):
        await client.delete_service("id")

    async def close():
        async with AsyncClient("user", "password", base_url=scripted.url) as client:
            await call(client)
        with pytest.raises(verigator.ClosedError):
            await call(client)
        # Not one more, which would have a thread.
        assert len(made) == 1

    asyncio.run(close())
    assert is_freed(library.verigator_queue_close, made[0])

    kept = AsyncClient("user", "password", base_url=scripted.url)
    came = scripted.stalls()
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda _loop, _context: None)
    task = loop.create_task(call(kept))
    loop.run_until_complete(loop.run_in_executor(None, came.wait, 60))
    loop.close()
    # What it was still waiting for holds on to it, until the client is used elsewhere.
    scripted.says(202)
    asyncio.run(call(kept))
    del task
    gc.collect()
    assert is_freed(library.verigator_queue_close, made[1])
    del made[1:]

    kept, collected = (AsyncClient("user", "password", base_url=scripted.url) for _ in range(2))
    loops = [asyncio.new_event_loop(), asyncio.new_event_loop()]
    loops[0].run_until_complete(call(kept))
    loops[1].run_until_complete(call(collected))
    collected = None
    gc.collect()
    assert is_freed(library.verigator_queue_close, made[2])
    loops.pop().close()
    assert not is_freed(library.verigator_queue_fd, made[1], ctypes.byref(ctypes.c_int32()))
    loops.pop().close()
    gc.collect()
    assert is_freed(library.verigator_queue_close, made[1])
