"""Options reach the library, which judges them."""

from __future__ import annotations

import contextlib
import datetime
import logging
import math
import os
from pathlib import Path

import pytest

import verigator
from messente.verigator import exceptions
from messente.verigator.api import Api
from verigator import Client, Options
from verigator import options as module

TIMES = ("connect_timeout", "timeout", "max_retry_wait", "idle_timeout")
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
    Client("user", "password", base_url=scripted.url, user_agent="own/3 core/4").get_service("id")
    first, second, third = scripted.requests
    version = verigator.__version__
    products = f"verigator-python/{version} libverigator/{version}"
    assert first.headers["user-agent"] == products
    assert first.headers["x-service-auth"] == "user:pass:word"
    assert second.headers["user-agent"] == f"before/1 {products} after/2"
    assert third.headers["user-agent"] == "own/3 core/4"
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


def test_no_proxy_whatever_the_environment_says(scripted, monkeypatch):
    scripted.says(200, SERVICE)
    monkeypatch.setenv("VERIGATOR_USERNAME", "user")
    monkeypatch.setenv("VERIGATOR_PASSWORD", "password")
    monkeypatch.setenv("VERIGATOR_BASE_URL", scripted.url)
    monkeypatch.setenv("http_proxy", scripted.url)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    Client.from_env().get_service("id")
    Client.from_env(proxy=None).get_service("id")
    proxied, direct = (request.line for request in scripted.requests)
    assert proxied.startswith(f"GET {scripted.url}/v1/")
    assert direct.startswith("GET /v1/")


@pytest.mark.skipif(os.name != "posix", reason="a path is no text on POSIX only")
@pytest.mark.parametrize("path_of", [bytes, os.fsdecode, lambda path: Path(os.fsdecode(path))])
def test_a_path_that_is_not_utf_8(tmp_path, path_of):
    file = os.fsencode(tmp_path) + b"/\xff\xe4.pem"
    Path(os.fsdecode(file)).write_bytes(b"no PEM")
    path = path_of(file)
    for option in ({"ca_file": path}, {"client_certificate_files": (path, path)}):
        # It was read, so it was found.
        with pytest.raises(verigator.InvalidConfigError, match="holds no"):
            Client("user", "password", **option)


@pytest.mark.skipif(os.name != "posix", reason="a path is no text on POSIX only")
def test_a_path_that_cannot_be():
    for wrong in ("\ud800", "a\0b", b"a\0b"):
        with pytest.raises(verigator.InvalidConfigError, match="the CA file has a") as caught:
            Client("user", "password", ca_file=wrong)
        assert (caught.value.status, caught.value.maybe_sent) == (-3, False)


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
        *({name: 0.0005} for name in TIMES),
        *({name: 0.0009} for name in TIMES),
        {"timeout": -1},
        {"timeout": 2**32 / 1000 + 1},
        {"timeout": math.inf},
        {"timeout": math.nan},
        {"max_retries": 11},
        {"max_retries": -1},
        {"max_retries": 2**32},
        {"max_retries": 2**64},
        {"max_retries": -(2**64) + 1},
        {"timeout": -math.inf},
        {"timeout": 1e308},
        {"timeout": 10**400},
        {"min_tls_version": 11},
        {"min_tls_version": 2**32 + 12},
        {"address": "127.0.0.1\0"},
        {"pinned_keys": ["sha256//\ud800"]},
        {"client_certificate_files": ("chain.pem", "key\0.pem")},
        {"max_retry_wait": 3601},
        {"proxy": "socks4://127.0.0.1"},
        {"ca_file": "/no/such/file"},
        {"ca_pem": b"no certificate"},
        {"client_certificate_files": ("/no/such/file", "/no/such/file")},
        {"client_certificate_pem": (b"no certificate", b"no key")},
        {"pinned_keys": ["sha256//"]},
        {"user_agent": ""},
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
        {"timeout": datetime.timedelta(microseconds=500)},
        {"max_retries": 1.5},
        {"max_retries": True},
        {"timeout": True},
        {"allow_plain_http": "false"},
        {"ca_pem": "text"},
        {"base_url": b"http://127.0.0.1"},
        {"ca_file": 7},
        {"client_certificate_files": (7, "key.pem")},
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
        {"proxy": "http://127.0.0.1", "proxy_credentials": ("user", None)},
        {"base_url": None},
        {"ca_file": None},
        {"username": None},
        {"password": None},
    ],
    ids=str,
)
def test_what_is_missing_is_an_argument_as_in_c(wrong):
    with pytest.raises(verigator.InvalidArgumentError) as caught:
        Client(**{"username": "user", "password": "password", **wrong})
    assert caught.value.status == -1
    assert not caught.value.maybe_sent
    assert "secret" not in str(caught.value)


def test_proxy_credentials_without_a_proxy_say_so():
    with pytest.raises(verigator.UsageError, match=r"proxy is missing.*proxy_credentials"):
        Client("user", "password", proxy_credentials=("user", "password"))


REFUSED = [
    {"pinned_keys": ["sha256//" + "A" * 42]},
    {"ca_file": "/no/such/file"},
    {"min_tls_version": 14},
]


@pytest.mark.parametrize("wrong", REFUSED, ids=str)
def test_no_client_is_made_with_the_default_of_what_was_refused(scripted, wrong):
    class Careless(Client):
        def __init__(self):
            with contextlib.suppress(verigator.UsageError):
                super().__init__("user", "password", base_url=scripted.url, **wrong)

    scripted.says(200, SERVICE)
    client = Careless()
    for _ in range(2):
        with pytest.raises(AttributeError, match="no attribute"):
            client.get_service("id")
    assert scripted.requests == []


@pytest.mark.parametrize("wrong", REFUSED, ids=str)
def test_nor_by_trying_again_with_the_modules_of_the_official_client(scripted, wrong):
    scripted.says(200, SERVICE)
    services = Api("user", "password", scripted.url, **wrong).services
    for _ in range(2):
        with pytest.raises(exceptions.VerigatorError) as caught:
            services.get("id")
        assert isinstance(caught.value.__cause__, verigator.UsageError)
    assert scripted.requests == []


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
