"""Every failure arrives as the right exception with all that is known of it."""

from __future__ import annotations

import copy
import pickle
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import verigator
from verigator import Client, _failures
from verigator._library import library


@pytest.fixture
def client(scripted):
    with Client("user", "secret-password", base_url=scripted.url, max_retries=0) as client:
        yield client


def test_everything_known_of_an_error(scripted, client):
    body = b'{"message": "wait \\u001b[31mnow"}'
    scripted.says(429, body, X_Request_Id="request-7", Retry_After="2")
    with pytest.raises(verigator.TooManyRequestsError) as caught:
        client.initiate("service", "user")
    error = caught.value
    assert (error.status, error.http_status, error.kind) == (429, 429, "service")
    assert (error.request_id, error.retry_after) == ("request-7", 2.0)
    assert error.body == body
    assert error.service_message == "wait \x1b[31mnow"
    assert error.maybe_sent
    assert error.retry_safe
    assert str(error) == error.message
    assert "\x1b" not in str(error)
    assert "wait" in str(error)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, verigator.ServiceError),
        (400, verigator.InvalidDataError),
        (401, verigator.UnauthorizedError),
        (403, verigator.ForbiddenError),
        (404, verigator.NotFoundError),
        (409, verigator.ConflictError),
        (418, verigator.ServiceError),
        (422, verigator.InvalidDataError),
        (429, verigator.TooManyRequestsError),
        (500, verigator.ServerError),
        (503, verigator.ServerError),
        (599, verigator.ServerError),
    ],
)
def test_an_error_status(scripted, client, status, kind):
    scripted.says(status)
    with pytest.raises(verigator.ServiceError) as caught:
        client.get_service("id")
    assert type(caught.value) is kind
    assert caught.value.http_status == status
    assert caught.value.body == b""
    assert caught.value.service_message is None


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b'{"verified": "true"}', b"<html>"])
def test_an_answer_that_cannot_be_believed(scripted, client, body):
    scripted.says(200, body)
    with pytest.raises(verigator.ProtocolError) as caught:
        client.verify("service", "user", "123456")
    assert caught.value.body == body
    assert "123456" not in str(caught.value)


def test_a_body_that_is_too_large(scripted):
    scripted.says(200, {"id": "x" * 1000})
    client = Client("user", "password", base_url=scripted.url, max_response_bytes=100)
    with pytest.raises(verigator.ResponseTooLargeError):
        client.get_service("id")


def test_a_broken_connection(scripted, client):
    scripted.answer = lambda _request: None
    with pytest.raises(verigator.DisconnectedError) as caught:
        client.initiate("service", "user")
    assert isinstance(caught.value, ConnectionError)
    assert caught.value.maybe_sent
    assert not caught.value.retry_safe
    assert caught.value.http_status is None
    assert len(scripted.requests) == 1


def test_a_name_that_nobody_has():
    # A label is at most 63 bytes long (RFC 1035 section 2.3.4), so nobody needs to be asked.
    url = f"https://{'a' * 64}.invalid"
    with pytest.raises(verigator.NetworkError) as caught:
        Client("user", "password", base_url=url, max_retries=0).initiate("service", "user")
    assert type(caught.value) is verigator.NameLookupError
    assert (caught.value.status, caught.value.maybe_sent, caught.value.retry_safe) == (
        -10,
        False,
        True,
    )


def test_nobody_listens():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        client = Client("user", "password", base_url=url, max_retries=0)
        with pytest.raises(verigator.ConnectError) as caught:
            client.initiate("service", "user")
    assert not caught.value.maybe_sent
    assert caught.value.retry_safe


def test_tls_with_a_peer_that_speaks_none(scripted):
    scripted.says(200)
    url = scripted.url.replace("http:", "https:")
    with pytest.raises(verigator.TLSError):
        Client("user", "password", base_url=url, max_retries=0).get_service("id")


def test_the_deadline(scripted):
    scripted.stalls()
    client = Client("user", "password", base_url=scripted.url, timeout=0.05)
    with pytest.raises(verigator.DeadlineExceededError) as caught:
        client.initiate("service", "user")
    assert isinstance(caught.value, TimeoutError)
    assert caught.value.kind == "timeout"


def test_each_thread_has_its_own_error(scripted):
    count = 16
    meet = threading.Barrier(count)

    def answer(request):
        # All fail at the same moment, each with its own status.
        meet.wait(60)
        return int(request.line.split()[1].rpartition("/")[2]), {}, b""

    scripted.answer = answer
    client = Client("user", "password", base_url=scripted.url, max_retries=0)
    seen = {}

    def call(status):
        try:
            client.get_service(str(status))
        except verigator.VerigatorError as error:
            seen[status] = error.status

    threads = [threading.Thread(target=call, args=(450 + index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {450 + index: 450 + index for index in range(count)}


def test_the_library_keeps_nothing_of_what_was_raised(scripted, client):
    scripted.says(404, {"message": "123456"})
    for call in (lambda: client.verify("service", "user", "123456"), lambda: Client("", "")):
        with pytest.raises(verigator.VerigatorError):
            call()
        assert library.verigator_last_error() is None


def test_details_that_were_lost_make_an_error_all_the_same():
    # A new thread has no last failure yet.
    with ThreadPoolExecutor(1) as thread:
        error = thread.submit(_failures._last_failure, 404).result()
    assert type(error) is verigator.NotFoundError
    assert (error.status, error.maybe_sent, error.retry_safe) == (404, True, False)
    assert "NOT_FOUND" in str(error)


# What an import fails with is no failure of a call.
ERRORS = [
    getattr(verigator, name)
    for name in verigator.__all__
    if name.endswith("Error") and name != "LibraryLoadError"
]


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_survives_pickling(kind):
    known = {
        "status": 409,
        "http_status": 409,
        "service_message": "because",
        "body": b"body",
        "request_id": "request-7",
        "retry_after": 1.5,
        "maybe_sent": False,
        "retry_safe": True,
    }
    error = kind("message", **known)
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is kind
        assert vars(again) == vars(error) == {"message": "message", **known}
        assert str(again) == "message"


def test_one_hierarchy():
    for kind in ERRORS:
        assert issubclass(kind, verigator.VerigatorError)
    assert issubclass(verigator.InvalidArgumentError, ValueError)
    assert issubclass(verigator.InvalidConfigError, ValueError)
