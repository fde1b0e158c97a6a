"""What the library hands out is given back: no handle outlives what it was for."""

from __future__ import annotations

import gc

import pytest

import verigator
from verigator import Challenge, Client, Method
from verigator._library import library

USER = {"id": "id", "ctime": "2017-07-06T13:12:03.141Z", "id_in_service": "jane"}
BODY = {"name": "name", "method": "sms", "auth_id": "a1", "verified": True, **USER}


@pytest.fixture
def client(scripted):
    scripted.says(200, {**BODY, "users": [USER], "total": 1})
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
            seen.append(arguments[-1]._obj.value if arguments else result)
            return result

        monkeypatch.setattr(library, name, remembers)
        return seen

    return remember


# Each call, what makes a handle for it, and what of a handle is there only as long as it is.
CALLS = {
    "verigator_service_get": (lambda c: c.get_service("s"), "verigator_service_name"),
    "verigator_service_create": (lambda c: c.create_service("f", "n"), "verigator_service_name"),
    "verigator_user_get": (lambda c: c.get_user("s", "u"), "verigator_user_id"),
    "verigator_user_create": (lambda c: c.create_user("s", "+3725", "j"), "verigator_user_id"),
    "verigator_user_list": (lambda c: c.list_users("s"), "verigator_users_count"),
    "verigator_auth_start": (lambda c: c.initiate("s", "u"), "verigator_challenge_method"),
    "verigator_challenge_new": (
        lambda c: c.verify("s", "u", "1", Challenge(Method.SMS, "a1")),
        "verigator_challenge_method",
    ),
    "verigator_auth_check": (
        lambda c: c.verify("s", "u", "1", Challenge(Method.SMS, "a1")),
        "verigator_verification_method",
    ),
    "verigator_auth_check_token": (
        lambda c: c.verify("s", "u", "1"),
        "verigator_verification_method",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_result_is_freed(client, handles, name):
    call, read = CALLS[name]
    made = handles(name)
    assert call(client)
    (handle,) = made
    assert handle
    assert not getattr(library, read)(handle)


def test_an_error_is_freed(scripted, client, handles):
    scripted.says(404)
    made = handles("verigator_last_error")
    for call in (client.get_service, client.delete_service):
        with pytest.raises(verigator.NotFoundError):
            call("id")
    with pytest.raises(verigator.InvalidConfigError):
        Client("", "")
    assert len(made) == 3
    assert all(made)
    assert not any(map(library.verigator_error_status, made))


INVALID_HANDLE = -2


def is_freed(function, handle):
    status = function(handle)
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
