"""What programs written for the official client 1.0.4 rely on.

Nothing here is special to this package: these tests pass with the official client in its place.
"""

from __future__ import annotations

import pytest

from messente.verigator import client, controllers, exceptions, models, routes
from messente.verigator.api import Api

SERVICE = {"id": "s1", "name": "Example", "ctime": "2017-07-06T13:12:03.141Z"}
USER = {"id": "u1", "ctime": "2017-07-06T13:12:04.141Z", "id_in_service": "jane@example.com"}


@pytest.fixture
def api(scripted):
    return Api("user", "pass:word", scripted.url)


def sent(scripted):
    (request,) = scripted.requests
    assert request.headers["x-service-auth"] == "user:pass:word"
    return request.line[: -len(" HTTP/1.1")], request.body


def test_create_service(scripted, api):
    scripted.says(201, SERVICE)
    service = api.services.create("http://example.com", "Example")
    assert isinstance(service, models.Service)
    assert (service.id, service.name) == ("s1", "Example")
    assert service.creation_time == "2017-07-06T13:12:03.141Z"
    body = {"fqdn": "http://example.com", "name": "Example"}
    assert sent(scripted) == ("POST /v1/service/service", body)


def test_get_service(scripted, api):
    scripted.says(200, SERVICE)
    assert api.services.get("s1").id == "s1"
    assert sent(scripted) == ("GET /v1/service/service/s1", None)


def test_delete_service(scripted, api):
    scripted.says(202, {})
    assert api.services.delete("s1") is True
    assert sent(scripted) == ("DELETE /v1/service/service/s1", None)


def test_create_user(scripted, api):
    scripted.says(201, USER)
    user = api.users.create("s1", "+3725555555", "jane@example.com")
    assert isinstance(user, models.User)
    assert (user.id, user.username) == ("u1", "jane@example.com")
    assert user.creation_time == "2017-07-06T13:12:04.141Z"
    body = {"phone_number": "+3725555555", "id_in_service": "jane@example.com"}
    assert sent(scripted) == ("POST /v1/service/service/s1/users", body)


def test_get_user(scripted, api):
    scripted.says(200, USER)
    assert api.users.get("s1", "u1").id == "u1"
    assert sent(scripted) == ("GET /v1/service/service/s1/users/u1", None)


def test_get_all_users(scripted, api):
    scripted.says(200, {"users": [USER, {**USER, "id": "u2"}], "total": 2})
    users = api.users.get_all("s1")
    assert type(users) is list
    assert [user.id for user in users] == ["u1", "u2"]
    assert sent(scripted) == ("GET /v1/service/service/s1/users", None)


def test_delete_user(scripted, api):
    scripted.says(202, {})
    assert api.users.delete("s1", "u1") is True
    assert sent(scripted) == ("DELETE /v1/service/service/s1/users/u1", None)


def test_empty_texts_are_sent(scripted, api):
    scripted.says(201, USER)
    api.users.create("s1", "", "")
    body = {"phone_number": "", "id_in_service": ""}
    assert sent(scripted) == ("POST /v1/service/service/s1/users", body)


@pytest.mark.parametrize(("asked", "used"), [("sms", "sms"), ("totp", "totp"), ("totp", "sms")])
def test_initiate(scripted, api, asked, used):
    scripted.says(201, {"method": used, "auth_id": "a1"})
    assert {"sms": api.auth.METHOD_SMS, "totp": api.auth.METHOD_TOTP}[asked] == asked
    method = api.auth.initiate("s1", "u1", asked)
    assert type(method) is str
    assert method == used
    assert sent(scripted) == ("POST /v1/service/service/s1/users/u1/auth", {"method": asked})


@pytest.mark.parametrize("verified", [True, False])
def test_verify(scripted, api, verified):
    status = {"throttled": False, "expired": False, "invalid": True, "result": "INVALID"}
    scripted.says(200, {"verified": verified, **({} if verified else {"status": status})})
    assert api.auth.verify("s1", "u1", "123456") is verified
    assert sent(scripted) == ("PUT /v1/service/service/s1/users/u1/auth", {"token": "123456"})


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "InvalidDataError"),
        (401, "WrongCredentialsError"),
        (403, "ResourceForbiddenError"),
        (404, "NoSuchResourceError"),
        (409, "ResourceAlreadyExistsError"),
        (422, "InvalidDataError"),
    ],
)
def test_refusals(scripted, api, status, name):
    scripted.says(status, {"message": "because"})
    for call in (
        lambda: api.services.create("example.com", "Example"),
        lambda: api.services.get("s1"),
        lambda: api.services.delete("s1"),
        lambda: api.users.create("s1", "+3725555555", "jane@example.com"),
        lambda: api.users.get_all("s1"),
        lambda: api.users.delete("s1", "u1"),
        lambda: api.auth.initiate("s1", "u1", "sms"),
        lambda: api.auth.verify("s1", "u1", "123456"),
    ):
        with pytest.raises(exceptions.VerigatorError) as caught:
            call()
        assert type(caught.value) is getattr(exceptions, name)
        assert caught.value.code == status
        assert caught.value.message == "because"


def test_a_refusal_without_words(scripted, api):
    scripted.says(404, {})
    with pytest.raises(exceptions.NoSuchResourceError) as caught:
        api.services.get("s1")
    assert caught.value.message is None


def test_a_refusal_with_more_than_words(scripted, api):
    scripted.says(422, {"message": {"token": ["too short"]}})
    with pytest.raises(exceptions.InvalidDataError) as caught:
        api.services.get("s1")
    assert caught.value.message == {"token": ["too short"]}


@pytest.mark.parametrize(("status", "name"), [(500, "InternalError"), (418, "VerigatorError")])
def test_statuses_without_a_meaning_give_the_whole_reply(scripted, api, status, name):
    scripted.says(status, {"message": "because"})
    with pytest.raises(exceptions.VerigatorError) as caught:
        api.auth.initiate("s1", "u1", "sms")
    assert type(caught.value) is getattr(exceptions, name)
    assert caught.value.code == status
    assert caught.value.message == {"message": "because"}


@pytest.mark.parametrize("status", [200, 401, 502])
def test_a_reply_that_is_not_json(scripted, api, status):
    scripted.says(status, b"<html>")
    with pytest.raises(exceptions.InvalidResponseError) as caught:
        api.auth.verify("s1", "u1", "123456")
    assert caught.value.code == 0
    assert caught.value.message == "<html>"


def test_arguments_that_are_no_strings(api):
    for call, count in (
        (api.services.create, 2),
        (api.services.get, 1),
        (api.services.delete, 1),
        (api.users.create, 3),
        (api.users.get, 2),
        (api.users.get_all, 1),
        (api.users.delete, 2),
        (api.auth.initiate, 3),
        (api.auth.verify, 3),
    ):
        for wrong in (None, 7, b"bytes", ["list"]):
            for place in range(count):
                arguments = ["text"] * count
                arguments[place] = wrong
                with pytest.raises(ValueError, match="should be string"):
                    call(*arguments)
        # They are looked at before they are counted.
        with pytest.raises(ValueError, match="should be string"):
            call(*[None] * (count + 1))
        with pytest.raises(TypeError):
            call(*["text"] * (count + 1))


def test_controllers_want_a_client():
    for controller in (controllers.Services, controllers.Users, controllers.Auth):
        with pytest.raises(ValueError, match="RestClient"):
            controller(None)


def test_one_hierarchy():
    for name in (
        "InvalidDataError",
        "NoSuchResourceError",
        "ResourceAlreadyExistsError",
        "ResourceForbiddenError",
        "WrongCredentialsError",
        "InternalError",
        "InvalidResponseError",
    ):
        error = getattr(exceptions, name)(409, "because")
        assert isinstance(error, exceptions.VerigatorError)
        assert (error.code, error.message, str(error)) == (409, "because", "because")


def test_an_api_is_made_without_judging():
    assert routes.URL == "https://api.verigator.com"
    api = Api("", "")
    assert api.services
    assert api.users
    assert api.auth
    with pytest.raises(TypeError):
        Api(None, None)


def test_nobody_listens():
    api = Api("user", "password", "http://127.0.0.1:1")
    with pytest.raises(OSError, match=r"."):
        api.services.get("s1")


def test_routes():
    assert routes.CREATE_SERVICE == "v1/service/service"
    assert routes.GET_SERVICE == routes.DELETE_SERVICE == "v1/service/service/{}"
    assert routes.CREATE_USER == routes.GET_USERS == "v1/service/service/{}/users"
    assert routes.GET_USER == routes.DELETE_USER == "v1/service/service/{}/users/{}"
    assert routes.AUTH_INITIATE == routes.AUTH_VERIFY == "v1/service/service/{}/users/{}/auth"


SERVICE_PATH = routes.GET_SERVICE.format("s1")
USERS_PATH = routes.GET_USERS.format("s1")
USER_PATH = routes.GET_USER.format("s1", "u%201")
AUTH_PATH = routes.AUTH_VERIFY.format("s1", "u1")
STATUS = {"throttled": False, "expired": True, "invalid": False, "result": "EXPIRED"}


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "reply"),
    [
        ("post", routes.CREATE_SERVICE, {"fqdn": "example.com", "name": "E"}, 201, SERVICE),
        ("get", SERVICE_PATH, None, 200, SERVICE),
        ("delete", SERVICE_PATH, None, 202, {}),
        ("post", USERS_PATH, {"phone_number": "+3725", "id_in_service": "jane"}, 201, USER),
        ("get", USERS_PATH, None, 200, {"users": [USER], "total": 7}),
        ("get", USER_PATH, None, 200, USER),
        ("delete", USER_PATH, None, 202, {}),
        ("post", AUTH_PATH, {"method": "sms"}, 201, {"method": "sms", "auth_id": "a1"}),
        ("put", AUTH_PATH, {"token": "123456"}, 200, {"verified": False, "status": STATUS}),
    ],
)
def test_a_rest_client_makes_requests(scripted, method, path, body, status, reply):
    rest_client = client.RestClient(scripted.url + "/", "user", "pass:word")
    scripted.says(status, reply)
    json = {} if body is None else {"json": body}
    assert getattr(rest_client, method)(path, headers={}, **json) == reply
    assert sent(scripted) == (f"{method.upper()} /{path}", body)


def test_a_rest_client_raises_what_was_answered(scripted):
    rest_client = client.RestClient(scripted.url, "user", "password")
    scripted.says(404, {"message": "because"})
    with pytest.raises(exceptions.NoSuchResourceError, match="because") as caught:
        rest_client.get(SERVICE_PATH)
    assert caught.value.code == 404


def test_what_a_rest_client_was_made_of():
    rest_client = client.RestClient("http://127.0.0.1:1", "user", "password")
    assert rest_client.endpoint == "http://127.0.0.1:1"
    assert rest_client.auth_header == {"X-Service-Auth": "user:password"}


def test_the_controllers_make_their_calls_with_it(monkeypatch, api):
    monkeypatch.setattr(client.RestClient, "get", lambda _self, path: {**SERVICE, "name": path})
    assert api.services.get("s1").name == SERVICE_PATH
