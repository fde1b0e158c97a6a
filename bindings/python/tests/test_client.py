"""The client against the real server, and the life of its handle."""

from __future__ import annotations

import copy
import inspect
import pickle
import threading
import typing

import pytest

import verigator
from messente.verigator import api, controllers, exceptions
from messente.verigator import client as client_module
from verigator import Client, Method, Service, User, _results
from verigator._library import library

JANE = ("+3725555555", "jane@example.com")


@pytest.fixture
def client(server):
    with Client(server.username, server.password, base_url=server.url) as client:
        yield client


@pytest.fixture
def service(client, server):
    service = client.create_service(server.host_name(), "Example")
    yield service
    client.delete_service(service.id)


@pytest.fixture
def user(client, service):
    return client.create_user(service.id, *JANE)


def test_services(client, server):
    created = client.create_service(server.host_name(), "Ëxample")
    assert isinstance(created, Service)
    assert created.name == "Ëxample"
    assert created.ctime.startswith("20")
    assert client.get_service(created.id) == created
    assert client.delete_service(created.id) is None
    with pytest.raises(verigator.NotFoundError):
        client.get_service(created.id)


def test_users(client, service):
    assert len(client.list_users(service.id)) == 0
    jane = client.create_user(service.id, *JANE)
    assert isinstance(jane, User)
    assert jane.id_in_service == "jane@example.com"
    joe = client.create_user(service.id, "+3725555556", "joe@example.com")
    users = client.list_users(service.id)
    assert set(users) == {jane, joe}
    assert users.total == len(users) == 2
    assert users[0] in users
    assert users[:1] == (users[0],)
    assert client.get_user(service.id, jane.id) == jane
    assert client.find_user(service.id, jane.id_in_service) == jane
    client.delete_user(service.id, jane.id)
    with pytest.raises(verigator.NotFoundError):
        client.get_user(service.id, jane.id)


def test_a_login(client, server, service, user):
    challenge = client.initiate(service.id, user.id)
    # Without an authenticator app it falls back to SMS.
    assert challenge.method is Method.SMS
    assert challenge.auth_id
    denied = client.verify(service.id, user.id, server.wrong_pin(user.id), challenge)
    assert not denied
    assert denied.verified is False
    assert denied.invalid
    assert not denied.expired
    assert denied.result == "INVALID"
    verified = client.verify(service.id, user.id, server.pin(user.id), challenge)
    assert verified
    assert verified.verified is True
    assert verified.method is Method.SMS
    assert not client.verify(service.id, user.id, server.pin(user.id), challenge)


def test_a_challenge_made_again_from_its_parts(client, server, service, user):
    auth_id = client.initiate(service.id, user.id, "sms").auth_id
    other = verigator.Challenge(Method.SMS, "another-authentication")
    assert not client.verify(service.id, user.id, server.pin(user.id), other)
    same = verigator.Challenge(Method.SMS, auth_id)
    assert client.verify(service.id, user.id, server.pin(user.id), same)


def test_a_token_alone(client, server, service, user):
    client.initiate(service.id, user.id, Method.SMS)
    assert client.verify(service.id, user.id, server.pin(user.id))


def test_a_challenge_that_got_lost_is_not_the_weaker_check(scripted):
    scripted.says(200, {"verified": True})
    client = Client("user", "password", base_url=scripted.url)
    with pytest.raises(verigator.InvalidArgumentError, match="challenge is None") as caught:
        client.verify("service", "user", "123456", None)
    assert (caught.value.status, caught.value.maybe_sent, caught.value.retry_safe) == (
        -1,
        False,
        True,
    )
    assert scripted.requests == []
    assert client.verify("service", "user", "123456")
    assert scripted.requests[0].body == {"token": "123456"}


@pytest.mark.parametrize("value", [True, "true", 1, None])
def test_only_true_is_a_yes(value):
    verification = verigator.Verification(verified=value)
    assert bool(verification) is (value is True)


@pytest.mark.parametrize("value", [0, 1, 2, -1, 256])
def test_only_one_is_true_in_c(monkeypatch, value):
    flags = ("verified", "throttled", "expired", "invalid")
    for flag in flags:
        monkeypatch.setattr(library, f"verigator_verification_{flag}", lambda _handle: value)
    verification = _results.VERIFICATION.read(None)
    for flag in flags:
        assert getattr(verification, flag) is (value == 1)


@pytest.mark.parametrize("method", ["TOTP", "", "email", 2])
def test_a_method_that_is_none(client, method):
    with pytest.raises(verigator.InvalidArgumentError, match="method"):
        client.initiate("service", "user", method)


def test_text_that_c_would_cut_short_is_refused(client):
    for call in (
        lambda: client.get_service("id\0"),
        lambda: client.verify("service", "user", "123456\0"),
        lambda: Client("user\0", "password"),
        lambda: Client("user", "password", base_url="http://127.0.0.1\0.example.com"),
    ):
        with pytest.raises(verigator.UsageError, match="NUL") as caught:
            call()
        assert isinstance(caught.value, ValueError)
        assert not caught.value.maybe_sent


def test_what_is_no_text_is_refused(client):
    for wrong in (b"id", 7, object()):
        with pytest.raises(TypeError, match="service_id must be a str"):
            client.get_service(wrong)
    with pytest.raises(verigator.InvalidArgumentError, match="service_id is NULL"):
        client.get_service(None)


def test_use_after_close():
    client = Client("user", "password", base_url="http://127.0.0.1:1")
    client.close()
    client.close()
    with pytest.raises(verigator.ClosedError) as caught:
        client.get_service("id")
    assert not caught.value.maybe_sent


def test_idle_connections_can_be_closed(scripted):
    scripted.says(202)
    client = Client("user", "password", base_url=scripted.url)
    client.delete_service("id")
    client.delete_service("id")
    client.close_idle()
    client.delete_service("id")
    kept, again, new = (request.connection for request in scripted.requests)
    assert kept is again is not new


def test_close_ends_a_call_that_waits(scripted):
    came = scripted.stalls()
    client = Client("user", "password", base_url=scripted.url)
    raised = []

    def call():
        try:
            client.verify("service", "user", "123456")
        except verigator.VerigatorError as error:
            raised.append(error)

    thread = threading.Thread(target=call)
    thread.start()
    assert came.wait(60)
    client.close()
    thread.join()
    assert type(raised[0]) is verigator.CallCancelledError
    assert raised[0].maybe_sent
    assert not raised[0].retry_safe


def test_a_client_is_neither_copied_nor_pickled():
    client = Client("user", "secret-password")
    for way in (copy.copy, copy.deepcopy, pickle.dumps):
        with pytest.raises(TypeError, match="neither copied nor pickled"):
            way(client)
    assert "secret" not in repr(client)


def test_public_names_exist():
    for name in verigator.__all__:
        assert getattr(verigator, name).__doc__


@pytest.mark.parametrize("package", [verigator, api, client_module, controllers, exceptions])
def test_annotations_resolve(package):
    for kind in vars(package).values():
        if inspect.isclass(kind) and kind.__module__.startswith(("verigator", "messente")):
            typing.get_type_hints(kind)
            for function in filter(inspect.isfunction, vars(kind).values()):
                if not function.__name__.startswith("_") or function.__name__.endswith("__"):
                    typing.get_type_hints(function)


def test_no_secret_is_shown(scripted):
    client = Client("user", "password", base_url=scripted.url)
    secret = {"secret": "JBSWY3DP", "uri": "otpauth://totp/x?secret=JBSWY3DP", "qr_svg": "<svg/>"}
    scripted.says(201, {**secret, "replaced": True})
    enrolment = client.begin_totp("s", "u")
    assert enrolment.secret == "JBSWY3DP"
    assert repr(enrolment) == "Enrolment(replaced=True)"
    url, expires_at = "https://login.example.com/enrol/x", "2027-01-15T08:00:00.000Z"
    scripted.says(201, {"url": url, "expires_at": expires_at, "replaced": False})
    link = client.create_totp_link("s", "u", 60)
    assert link.url == url
    assert repr(link) == f"EnrolmentLink(expires_at={expires_at!r}, replaced=False)"
    scripted.says(201, {"recovery_codes": ["k7wq4-m2xhd"]})
    codes = client.create_recovery_codes("s", "u")
    assert list(codes) == ["k7wq4-m2xhd"]
    assert repr(codes) == "RecoveryCodes()"


def test_a_limit_is_an_int_that_c_has_room_for(scripted):
    client = Client("user", "password", base_url=scripted.url)
    with pytest.raises(TypeError):
        client.page_services(True)
    with pytest.raises(verigator.InvalidArgumentError, match="limit is 9223372036854775807"):
        client.page_users("s", 2**64 + 1)
    assert scripted.requests == []
