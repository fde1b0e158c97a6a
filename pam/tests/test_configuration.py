"""What is wrong with a configuration denies, also where failmode is safe, and the log says what to do."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from conftest import CONFIGURATION, DENIED, MAP, Site, in_host, run, stack, write_private

PROGRAM = "/usr/local/libexec/verigator-pam"


def denied(site: Site, why: str, host: str = "verigator") -> None:
    outcome = in_host("alice", "000000", host=host)
    assert (outcome.results, outcome.prompts) == ([DENIED], [])
    site.log.expect(why)
    assert "demo-password" not in site.log.ours()


@pytest.fixture
def safe(site: Site) -> Site:
    site.user("alice")
    site.configure(failmode="safe")
    return site


def test_no_file(safe: Site) -> None:
    CONFIGURATION.unlink()
    denied(safe, "/etc/verigator/pam.conf cannot be opened: No such file or directory")


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o620, 0o602, 0o660])
def test_a_file_that_others_may_read_or_write(safe: Site, mode: int) -> None:
    CONFIGURATION.chmod(mode)
    denied(safe, "make it root's alone: chmod 600 /etc/verigator/pam.conf")


def test_a_file_of_somebody_else(safe: Site) -> None:
    os.chown(CONFIGURATION, 1000, 0)
    denied(safe, "belongs to user 1000")


def test_a_link_to_a_file_of_somebody_else(safe: Site) -> None:
    other = Path("/tmp/pam.conf")
    write_private(other, CONFIGURATION.read_text())
    os.chown(other, 1000, 0)
    CONFIGURATION.unlink()
    CONFIGURATION.symlink_to(other)
    denied(safe, "belongs to user 1000")


@pytest.mark.parametrize("make", [lambda: CONFIGURATION.mkdir(), lambda: os.mkfifo(CONFIGURATION, 0o600)])
def test_what_is_no_file(safe: Site, make: object) -> None:
    CONFIGURATION.unlink()
    make()  # type: ignore[operator]
    denied(safe, "is no regular file")
    CONFIGURATION.rmdir() if CONFIGURATION.is_dir() else CONFIGURATION.unlink()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("no divider", 'line 7: expected "name = value"'),
        ("prompts =", 'line 7: there is no value after the "="'),
        ("= 3", 'line 7: there is no name before the "="'),
        ("Prompts = 3", r"line 7: there is no option "),
        ("passwort = geheim", "line 7: there is no option"),
        ("url = https://localhost", "line 7: url was set before"),
        ("prompts = 6", "must be a number from 1 to 5"),
        ("prompts = +3", "must be a number from 1 to 5"),
        ("prompts = 99999999999999999999", "must be a number from 1 to 5"),
        ("timeout = 90s", "must be a number from 5 to 3600"),
        ("method = push", "must be one of any|totp|sms"),
        ("accept-env = maybe", "must be one of no|yes"),
        ("ask = everybody", "must be one of target|caller"),
        ("groups = no-such-group", r"groups: there is no group "),
        ("exempt-groups = no-such-group", r"exempt-groups: there is no group "),
        ("exempt-addresses = example.com", "is no address and no network"),
        ("exempt-addresses = 192.0.2.0/33", "is no address and no network"),
        ("address = example.com", "address"),
        ("pinned-key = abc", "pin"),
        ("client-key = /etc/verigator/key", "must be set together"),
        ("proxy-username = x", "proxy must be set beside"),
        ("run-as = no-such-user", r"run-as: "),
        ("run-as = root", r"run-as: "),
        ("users = /no/such/map", "/no/such/map cannot be opened"),
        ("ask = caller", "the host does not say who that is"),
    ],
)
def test_a_line_that_cannot_be(safe: Site, line: str, why: str) -> None:
    with CONFIGURATION.open("a") as file:
        file.write(f"{line}\n")
    denied(safe, why)
    assert "geheim" not in safe.log.ours()


@pytest.mark.parametrize("option", ["service", "username", "password"])
def test_what_must_be_set(safe: Site, option: str) -> None:
    safe.configure(**{option: None})
    denied(safe, "must be set")


def test_an_authority_that_is_not_there(safe: Site) -> None:
    safe.configure(ca_file="/no/such/file")
    denied(safe, "/no/such/file")


@pytest.mark.parametrize(
    ("argument", "why"),
    [
        ("debug", "expected"),
        ("nosuch=1", "there is no such option"),
        ("password=demo-password", "it can be set in the file only"),
        ("config=pam.conf", "is no absolute path"),
        ("config=/no/such/file", "/no/such/file cannot be opened"),
        ("failmode=safer", "must be one of secure|safe"),
    ],
)
def test_an_argument_that_cannot_be(safe: Site, argument: str, why: str) -> None:
    stack("arguments", f"auth requisite pam_verigator.so {argument}")
    denied(safe, why, host="arguments")


@pytest.mark.parametrize(
    ("text", "mode", "why"),
    [
        ("alice = 1\nalice = 2\n", 0o644, "has another line before"),
        ("alice\n", 0o644, "line 1: expected"),
        ("alice = 1\n", 0o664, "so that others can write it"),
        ("alice = " + "1" * 1025, 0o644, "the id is too long"),
    ],
    ids=["twice", "no divider", "mode", "long"],
)
def test_a_map_that_cannot_be(safe: Site, text: str, mode: int, why: str) -> None:
    write_private(MAP, text)
    MAP.chmod(mode)
    safe.configure(users=str(MAP))
    denied(safe, why)


def test_no_program(safe: Site) -> None:
    os.rename(PROGRAM, PROGRAM + ".away")
    try:
        denied(safe, "ended without a verdict; is it installed whole")
    finally:
        os.rename(PROGRAM + ".away", PROGRAM)


def test_a_configuration_can_be_tried_before_anybody_logs_in(site: Site) -> None:
    alice = site.user("alice")
    assert run(PROGRAM, "check") == "all is well\n"
    assert run(PROGRAM, "check", "alice") == f"alice is user {alice.id}\nall is well\n"
    for words, why in (
        (["mallory"], "no user of the service is"),
        (["groups=no-such-group"], "there is no group"),
        (["service=no-such-service"], "404"),
    ):
        failed = subprocess.run([PROGRAM, "check", *words], check=False, capture_output=True, text=True)
        assert failed.returncode == 1 and why in failed.stderr, failed


def test_a_map_can_be_made(site: Site) -> None:
    alice, bob = site.user("alice"), site.user("bob=b")
    assert run(PROGRAM, "map") == f"alice = {alice.id}\nbob=b = {bob.id}\n"
    write_private(MAP, run(PROGRAM, "map"))
    site.configure(users=str(MAP))
    assert in_host("bob=b", bob.code()).results == [0]


def test_a_user_is_found_without_a_list(site: Site) -> None:
    alice = site.user("alice")
    site.server.misbehave({"operation": "list-users", "status": 503})
    assert in_host("alice", alice.code()).results == [0]
    assert in_host("bob", "000000").results == [DENIED]
    site.log.expect('no user of the service is "bob"')


def test_users_are_found_on_any_page(site: Site) -> None:
    """Where the service finds nobody by name, as the hosted one."""
    site.server.misbehave({"operation": "find-user", "status": 405})
    for number in range(1050):
        site.server.ask(
            "POST",
            f"/v1/service/service/{site.service}/users",
            {"phone_number": f"+37258{number:05}", "id_in_service": f"user-{number}"},
        )
    alice = site.user("alice")
    assert in_host("alice", alice.code()).results == [0]
