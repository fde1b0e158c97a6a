"""Options reach the library, which judges them."""

from __future__ import annotations

import logging
import math

import pytest

import verigator
from verigator import Client, Options
from verigator import options as module

SERVICE = {"id": "id", "name": "name", "ctime": "2017-07-06T13:12:03.141Z"}


def test_every_option_is_set_by_something():
    one_setter = set(module._SETTERS)
    others = {"proxy", "proxy_credentials", "pinned_keys", "logger"}
    assert one_setter | others == set(Options.__annotations__)


def test_who_calls(scripted):
    scripted.says(200, SERVICE)
    Client("user", "pass:word", base_url=scripted.url).get_service("id")
    Client(
        "user",
        "password",
        base_url=scripted.url + "/path/",
        user_agent_prefix="before/1",
        user_agent_suffix="after/2",
    ).get_service("id")
    first, second = scripted.requests
    version = verigator.__version__
    assert first.headers["user-agent"] == f"verigator-python/{version} libverigator/{version}"
    assert first.headers["x-service-auth"] == "user:pass:word"
    assert second.headers["user-agent"] == f"before/1 libverigator/{version} after/2"
    assert second.line == "GET /path/v1/service/service/id HTTP/1.1"


def test_retries(scripted):
    scripted.says(503)
    client = Client("user", "password", base_url=scripted.url, max_retries=3, max_retry_wait=0.001)
    with pytest.raises(verigator.ServerError):
        client.get_service("id")
    assert len(scripted.requests) == 4


def test_a_proxy_with_credentials(scripted):
    scripted.says(200, SERVICE)
    Client(
        "user",
        "password",
        base_url="http://verigator.invalid",
        allow_plain_http=True,
        proxy=scripted.url,
        proxy_credentials=("aladdin", "open sesame"),
    ).get_service("id")
    (request,) = scripted.requests
    assert request.line.startswith("GET http://verigator.invalid/v1/")
    # The example of RFC 7617 but for the case of the username.
    assert request.headers["proxy-authorization"] == "Basic YWxhZGRpbjpvcGVuIHNlc2FtZQ=="


def test_an_address_instead_of_a_lookup(scripted):
    scripted.says(200, SERVICE)
    url = scripted.url.replace("127.0.0.1", "verigator.invalid")
    Client("user", "password", base_url=url, address="127.0.0.1").get_service("id")
    assert scripted.requests[0].headers["host"].startswith("verigator.invalid:")


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "ftp://example.com"},
        {"base_url": "http://192.0.2.1"},
        {"address": "example.com"},
        {"connect_timeout": 0},
        {"timeout": 0.0001},
        {"timeout": -1},
        {"timeout": 2**32 / 1000 + 1},
        {"timeout": math.inf},
        {"timeout": math.nan},
        {"max_retries": 11},
        {"max_retries": -1},
        {"max_retries": 2**32},
        {"max_retry_wait": 3601},
        {"proxy": "socks4://127.0.0.1"},
        {"ca_file": "/no/such/file"},
        {"ca_pem": b"no certificate"},
        {"client_certificate_files": ("/no/such/file", "/no/such/file")},
        {"client_certificate_pem": (b"no certificate", b"no key")},
        {"pinned_keys": ["sha256//"]},
        {"user_agent_suffix": "two\nlines"},
        {"max_idle_connections": 2**64},
        {"idle_timeout": 0},
        {"max_response_bytes": 0},
    ],
    ids=str,
)
def test_a_value_that_cannot_be_used(wrong):
    with pytest.raises(verigator.InvalidConfigError) as caught:
        Client("user", "secret-password", **wrong)
    assert caught.value.status == -3
    assert not caught.value.maybe_sent
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"timeuot": 1},
        {"timeout": "1"},
        {"max_retries": 1.5},
        {"allow_plain_http": "false"},
        {"ca_pem": "text"},
        {"base_url": b"http://127.0.0.1"},
    ],
    ids=str,
)
def test_a_value_of_the_wrong_type(wrong):
    with pytest.raises(TypeError, match=next(iter(wrong))):
        Client("user", "password", **wrong)


@pytest.mark.parametrize(
    "wrong",
    [
        {"proxy_credentials": ("user", "secret-password")},
        {"proxy": None},
        {"proxy": "http://127.0.0.1", "proxy_credentials": ("user", None)},
        {"base_url": None},
        {"ca_file": None},
        {"min_tls_version": 11},
        {"username": None},
        {"password": None},
    ],
    ids=str,
)
def test_what_is_missing_or_no_such_thing_is_an_argument_as_in_c(wrong):
    with pytest.raises(verigator.InvalidArgumentError) as caught:
        Client(**{"username": "user", "password": "password", **wrong})
    assert caught.value.status == -1
    assert not caught.value.maybe_sent
    assert "secret" not in str(caught.value)


def test_proxy_credentials_without_a_proxy_say_so():
    with pytest.raises(verigator.UsageError, match=r"proxy is missing.*proxy_credentials"):
        Client("user", "password", proxy_credentials=("user", "password"))


def test_the_least_tls_version():
    Client("user", "password", min_tls_version=verigator.TLSVersion.TLS_1_3)


@pytest.mark.parametrize(
    ("username", "password"), [("", "p"), ("a:b", "c"), ("u", ""), ("u", "p\n"), ("ü", "p")]
)
def test_credentials_that_cannot_be_used(username, password):
    with pytest.raises(verigator.InvalidConfigError):
        Client(username, password)


def test_the_environment(scripted, monkeypatch):
    scripted.says(200, SERVICE)
    for name in ("http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("VERIGATOR_USERNAME", "user")
    monkeypatch.setenv("VERIGATOR_PASSWORD", "password")
    monkeypatch.setenv("VERIGATOR_BASE_URL", scripted.url)
    with Client.from_env(user_agent_suffix="after/2") as client:
        client.get_service("id")
    assert scripted.requests[0].headers["x-service-auth"] == "user:password"
    assert scripted.requests[0].headers["user-agent"].endswith(" after/2")
    monkeypatch.delenv("VERIGATOR_PASSWORD")
    with pytest.raises(verigator.InvalidConfigError, match="VERIGATOR_PASSWORD"):
        Client.from_env()


def test_log_lines_go_to_the_logger(scripted, caplog):
    scripted.says(200, {"verified": True})
    logger = logging.getLogger("test.verigator")
    caplog.set_level(logging.DEBUG, "test.verigator")
    client = Client("user", "secret-password", base_url=scripted.url, logger=logger)
    client.verify("service", "user", "123456")
    scripted.says(404)
    with pytest.raises(verigator.NotFoundError):
        client.get_service("id")
    levels = {record.levelno for record in caplog.records}
    assert logging.INFO in levels
    assert any("404" in record.getMessage() for record in caplog.records)
    assert "secret" not in caplog.text
    assert "123456" not in caplog.text


def test_a_logger_that_takes_nothing_gets_nothing(scripted, caplog):
    scripted.says(200, SERVICE)
    caplog.set_level(logging.CRITICAL, "test.verigator")
    logger = logging.getLogger("test.verigator")
    Client("user", "password", base_url=scripted.url, logger=logger).get_service("id")
    assert not caplog.records


def test_no_logger(scripted):
    scripted.says(200, SERVICE)
    client = Client("user", "password", base_url=scripted.url, logger=None)
    assert client.get_service("id").name == "name"


def test_a_logger_may_call_back_in(scripted):
    scripted.says(200, SERVICE)
    names = []

    class Calls(logging.Handler):
        def emit(self, _record):
            names.append(inner.get_service("id").name)

    logger = logging.Logger("test.calls", logging.INFO)
    logger.addHandler(Calls())
    inner = Client("user", "password", base_url=scripted.url)
    Client("user", "password", base_url=scripted.url, logger=logger).get_service("id")
    assert names == ["name"]
