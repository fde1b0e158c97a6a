"""failmode, as a matrix: only a service that is away, and only until a login has begun, lets in where it is safe."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from conftest import DENIED, MAP, Site, in_host, run, write_private


@pytest.fixture
def hole() -> object:
    """A server that takes connections and never says anything."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(100)
        yield listener.getsockname()[1]


START = "start-authentication"
AWAY = {
    "refused": {"url": "https://localhost:1"},
    "no such name": {"url": "https://no-such-host.invalid"},
    "black hole": {"url": "https://localhost:HOLE", "timeout": "5"},
    "no proxy": {"proxy": "http://127.0.0.1:1"},
    "500": {"operation": START, "status": 500},
    "502": {"operation": START, "status": 502},
    "503": {"operation": START, "status": 503},
    "504": {"operation": START, "status": 504},
    "503 of the search": {"operation": "find-user", "status": 503},
    "dropped": {"operation": START, "drop": True},
    "dropped after": {"operation": START, "drop-after": True},
    "slow": {"operation": START, "delay": 60000, "timeout": "5"},
}
NEVER = {
    "another authority": {"ca-file": "/etc/ssl/certs/ca-certificates.crt"},
    "not this key": {"pinned-key": "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
    "no TLS": {"url": "https://localhost:HTTP"},
    "wrong password": {"password": "not-the-password"},
    "wrong service": {"service": "3896f6a5-4fa5-45b0-845a-be6f99f9e11a"},
    "401": {"operation": START, "status": 401},
    "403": {"operation": START, "status": 403},
    "422": {"operation": START, "status": 422},
    "429": {"operation": START, "status": 429},
    "no JSON": {"operation": START, "broken-body": True},
    "another JSON": {"operation": START, "body": '{"verified": true}'},
    "302": {"operation": START, "status": 302},
    "503 of the check": {"operation": "verify-pin", "status": 503},
    "dropped check": {"operation": "verify-pin", "drop-after": True},
    "slow check": {"operation": "verify-pin", "delay": 60000, "timeout": "5"},
    "no JSON of the check": {"operation": "verify-pin", "broken-body": True},
    "half a yes": {"operation": "verify-pin", "body": '{"verified": "true"}'},
}


def break_it(site: Site, fault: dict, hole: int) -> None:
    rule = {name: value for name, value in fault.items() if name not in SETTINGS}
    settings = {name: str(value) for name, value in fault.items() if name in SETTINGS}
    if "url" in settings:
        settings["url"] = settings["url"].replace("HOLE", str(hole))
    site.configure(**settings)
    if rule:
        site.server.misbehave(rule)


# As the hosted service, which finds nobody by name.
NO_SEARCH = {"operation": "find-user", "status": 405}
SETTINGS = {"url", "timeout", "ca-file", "pinned-key", "password", "service", "proxy"}


@pytest.mark.parametrize("failmode", ["secure", "safe"])
@pytest.mark.parametrize("fault", AWAY)
def test_a_service_that_is_away(site: Site, hole: int, fault: str, failmode: str) -> None:
    alice = site.user("alice")
    code = alice.code()
    site.configure(failmode=failmode)
    break_it(site, AWAY[fault], hole)
    outcome = in_host("alice", code)
    if failmode == "safe":
        assert outcome.results == [0]
        # Level 1 of facility 10: an alert.
        assert site.log.expect("LET IN WITHOUT A SECOND FACTOR").startswith("<81>")
    else:
        assert outcome.results == [DENIED]
        site.log.expect("denied: the start of a login failed")


@pytest.mark.parametrize("failmode", ["secure", "safe"])
@pytest.mark.parametrize("fault", [name for name in NEVER if name != "no TLS"])
def test_what_is_never_safe(site: Site, hole: int, fault: str, failmode: str) -> None:
    alice = site.user("alice")
    code = alice.code()
    site.configure(failmode=failmode)
    break_it(site, NEVER[fault], hole)
    assert in_host("alice", code).results == [DENIED]
    site.log.expect("denied: ")
    assert "LET IN" not in site.log.ours()
    assert "not-the-password" not in site.log.ours()
    assert code not in site.log.ours()


def test_a_service_that_goes_away_after_a_start_is_never_safe(site: Site) -> None:
    alice = site.user("alice")
    site.configure(failmode="safe")
    # The first try starts with the app; the wish for an SMS is the second start.
    site.server.misbehave({"operation": START, "status": 503, "times": 1})
    assert in_host("alice", "000000").results == [0]
    site.server.misbehave()
    assert in_host("alice", "000000").results == [DENIED]
    assert alice.messages() == []


def test_whom_the_map_does_not_have_is_never_let_in(site: Site) -> None:
    write_private(MAP, "bob = 1\n")
    site.configure(failmode="safe", users=str(MAP), url="https://localhost:1")
    assert in_host("alice", "000000").results == [DENIED]


@pytest.fixture
def forbidden_address() -> Iterator[str]:
    """An address that this machine may not connect to: it gets EACCES, as where SELinux keeps a program from a port."""
    address = "192.0.2.7"
    run("ip", "route", "add", "prohibit", address)
    yield address
    run("ip", "route", "delete", "prohibit", address)


def test_the_log_has_a_hint_where_a_connection_is_not_permitted(site: Site, forbidden_address: str) -> None:
    site.configure(address=forbidden_address)
    assert in_host("alice", "000000").results == [DENIED]
    line = site.log.expect("Permission denied")
    assert "if SELinux is on, it may keep this program from that port: see pam_verigator(8)" in line


def test_other_failures_of_a_connection_have_no_such_hint(site: Site) -> None:
    site.configure(url="https://localhost:1")
    assert in_host("alice", "000000").results == [DENIED]
    site.log.expect("denied: the start of a login failed")
    assert "SELinux" not in site.log.ours()


@pytest.mark.not_sanitized
@pytest.mark.parametrize("mode", ["few-files", "little-memory"])
def test_what_the_caller_limits_makes_no_service_go_away(site: Site, mode: str) -> None:
    alice = site.user("alice")
    site.configure(failmode="safe")
    assert in_host("alice", "000000", mode=mode).results == [DENIED]
    assert in_host("alice", alice.code(), mode=mode).results[0] == 0
    assert "LET IN" not in site.log.ours()


def test_a_slow_service_is_waited_for(site: Site) -> None:
    alice = site.user("alice")
    site.server.misbehave({"operation": START, "delay": 3000})
    assert in_host("alice", alice.code()).results == [0]


def test_the_time_is_that_of_the_whole_login(site: Site) -> None:
    site.user("alice")
    site.configure(timeout="5")
    site.server.misbehave({"operation": "verify-pin", "delay": 3000})
    outcome = in_host("alice", "000000", "000000")
    assert outcome.results == [DENIED]
    site.log.expect("denied: ")


def test_a_list_of_users_that_never_ends_is_given_up_within_the_time(site: Site) -> None:
    site.configure(timeout="5")
    site.user("bob", app=False)
    site.user("carol", app=False)
    first = site.server.ask("GET", f"/v1/service/service/{site.service}/users?limit=1")
    assert first["next_cursor"]
    site.server.misbehave(NO_SEARCH, {"operation": "list-users", "body": json.dumps(first)})
    assert in_host("alice", "000000").results == [DENIED]
    site.log.expect("denied: the start of a login failed")
