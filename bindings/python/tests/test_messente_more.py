"""What the modules of the official client do better here."""

from __future__ import annotations

import copy
import pickle
from urllib.parse import quote

import pytest

import verigator
from messente.verigator import exceptions, routes
from messente.verigator.api import Api


@pytest.fixture
def api(scripted):
    return Api("user", "password", endpoint=scripted.url, max_retries=0)


def test_the_cause_tells_all(scripted, api):
    scripted.says(409, {"message": "wait \x1b[31mnow"}, Retry_After="7")
    with pytest.raises(exceptions.ResourceAlreadyExistsError) as caught:
        api.auth.initiate("s1", "u1", api.auth.METHOD_SMS)
    assert caught.value.message == "wait \x1b[31mnow"
    assert "\x1b" not in str(caught.value)
    assert isinstance(caught.value.__cause__, verigator.ConflictError)
    assert caught.value.__cause__.retry_after == 7


@pytest.mark.parametrize(
    "body", [{}, [], None, {"verified": None}, {"verified": "true"}, {"verified": 1}], ids=str
)
def test_only_true_is_a_yes(scripted, api, body):
    scripted.says(200, body)
    with pytest.raises(exceptions.InvalidResponseError):
        api.auth.verify("s1", "u1", "123456")


def test_an_empty_reply_where_it_is_ignored(scripted, api):
    scripted.says(202)
    assert api.services.delete("s1") is True
    assert api.users.delete("s1", "u1") is True


def test_a_refusal_without_words_is_printed_with_some(scripted, api):
    scripted.says(404, {})
    with pytest.raises(exceptions.NoSuchResourceError, match="404"):
        api.services.get("s1")


def test_a_refusal_that_is_no_object(scripted, api):
    scripted.says(404, ["because"])
    with pytest.raises(exceptions.InvalidResponseError) as caught:
        api.services.get("s1")
    assert caught.value.message == '["because"]'


def test_no_reply(scripted, api):
    scripted.answer = lambda _request: None
    with pytest.raises(exceptions.UnreachableError) as caught:
        api.auth.initiate("s1", "u1", "totp")
    assert caught.value.code == -13
    assert isinstance(caught.value, OSError)
    assert caught.value.__cause__.maybe_sent


def test_what_the_library_refuses_is_not_sent(scripted, api):
    for call in (
        lambda: api.auth.initiate("s1", "u1", "email"),
        lambda: api.auth.verify("s1", "u1", ""),
        lambda: api.services.get(".."),
        lambda: api.services.get("s1\0"),
    ):
        with pytest.raises(exceptions.InvalidDataError) as caught:
            call()
        assert caught.value.code == -1
    assert scripted.requests == []


def test_a_method_that_is_none_is_named(api):
    with pytest.raises(exceptions.InvalidDataError) as caught:
        api.auth.initiate("s1", "u1", "pigeon")
    assert caught.value.message == "method is 'pigeon'; pass 'totp' or 'sms'"


@pytest.mark.parametrize("service_id", ["s1/users/u1", "s1?x=y", "s1#x", "s%2f1"])
def test_an_id_cannot_lead_elsewhere(scripted, api, service_id):
    scripted.says(202, {})
    api.services.delete(service_id)
    (request,) = scripted.requests
    assert request.line == f"DELETE /v1/service/service/{quote(service_id, safe='')} HTTP/1.1"


SERVICE_PATH = routes.GET_SERVICE.format("s1")
AUTH_PATH = routes.AUTH_VERIFY.format("s1", "u1")


@pytest.mark.parametrize(
    ("method", "path", "more", "told"),
    [
        ("get", "v1/account", {}, "routes"),
        ("get", "/" + SERVICE_PATH, {}, "routes"),
        ("get", SERVICE_PATH + "?limit=1", {}, "routes"),
        ("put", SERVICE_PATH, {"json": {}}, "PUT"),
        ("get", SERVICE_PATH, {"params": {"limit": "1"}}, "leave them out"),
        ("get", SERVICE_PATH, {"headers": {"Accept": "text/plain"}}, "leave them out"),
        ("put", AUTH_PATH, {}, "token"),
        ("put", AUTH_PATH, {"json": {"token": "123456", "more": "123456"}}, "token"),
        ("put", AUTH_PATH, {"json": "123456"}, "token"),
        ("put", AUTH_PATH, {"json": {"token": 123456}}, "string"),
        ("get", routes.GET_SERVICE.format("%ff"), {}, "UTF-8"),
    ],
)
def test_what_a_rest_client_cannot_send(scripted, api, method, path, more, told):
    with pytest.raises(exceptions.InvalidDataError, match=told) as caught:
        getattr(api.auth.rest_client, method)(path, **more)
    assert caught.value.code == -1
    assert "123456" not in str(caught.value)
    assert isinstance(caught.value.__cause__, verigator.InvalidArgumentError)
    assert scripted.requests == []


def test_what_cannot_be_used_shows_at_the_first_call():
    for api in (Api("", ""), Api("user", "password", "http://192.0.2.1")):
        with pytest.raises(exceptions.VerigatorError) as caught:
            api.services.get("s1")
        assert caught.value.code == -3


def test_arguments_by_name(scripted, api):
    scripted.says(200, {"verified": True})
    assert api.auth.verify(service_id="s1", user_id="u1", token="123456") is True
    with pytest.raises(ValueError, match="should be string"):
        api.auth.verify(service_id="s1", user_id="u1", token=123456)


def test_no_error_holds_the_pin(api):
    with pytest.raises(ValueError, match="int") as caught:
        api.auth.verify("s1", "u1", 123456)
    assert "123456" not in str(caught.value)


def is_error(kind):
    return isinstance(kind, type) and issubclass(kind, exceptions.VerigatorError)


ERRORS = list(filter(is_error, vars(exceptions).values()))


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_survives_pickling(kind):
    error = kind(409, {"message": "because"})
    error.args = ("the service answered 409",)
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is kind
        assert vars(again) == vars(error) == {"code": 409, "message": {"message": "because"}}
        assert str(again) == "the service answered 409"
