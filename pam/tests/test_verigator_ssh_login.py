"""verigator-ssh-login as sshd runs it by ForceCommand: in the session of the person, who sets its environment."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import CONFIGURATION, Outcome, Site, run, talk

PROGRAM = Path("/usr/local/libexec/verigator-pam")
DENIED = 77
COMMAND = {"SSH_ORIGINAL_COMMAND": "id -un", "PATH": "/usr/bin:/bin", "SSH_CONNECTION": "127.0.0.1 50000 127.0.0.1 22"}


def login_of(user: str) -> list[str]:
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "/usr/local/bin/verigator-ssh-login"]


def on_terminal(user: str, *answers: str) -> Outcome:
    return talk(login_of(user), *answers, env=COMMAND)


def without_terminal(user: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        login_of(user),
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=COMMAND,
        start_new_session=True,
        timeout=60,
    )


@pytest.fixture(autouse=True)
def set_uid(site: Site) -> Iterator[None]:
    site.user("alice", app=False)
    for group in ("staff2fa", "robots"):
        run("groupadd", "--force", group)
    run("gpasswd", "--members", "alice", "staff2fa")
    run("gpasswd", "--members", "bob", "robots")
    PROGRAM.chmod(0o4755)
    yield
    PROGRAM.chmod(0o755)


@pytest.mark.parametrize("filters", [{"exempt_groups": "robots"}, {"groups": "staff2fa"}])
def test_whom_a_group_exempts_gets_a_shell_with_and_without_a_terminal(site: Site, filters: dict[str, str]) -> None:
    site.configure(**filters)
    outcome = on_terminal("bob")
    assert (outcome.status, outcome.prompts, outcome.said.split()) == (0, [], ["bob"])
    done = without_terminal("bob")
    assert (done.returncode, done.stdout, done.stderr) == (0, "bob\n", "")
    site.log.expect('"bob" is not asked for a second factor')
    assert without_terminal("alice").returncode == DENIED
    assert len(on_terminal("alice", "000000", "000000", "000000").prompts) == 3


def test_an_address_exempts_nobody_since_the_person_says_which_it_is(site: Site) -> None:
    site.configure(exempt_addresses="0.0.0.0/0, ::/0")
    assert on_terminal("alice", "000000", "000000", "000000").status == DENIED
    done = without_terminal("alice")
    assert (done.returncode, done.stdout) == (DENIED, "")


def test_a_group_that_is_not_there_denies(site: Site) -> None:
    site.configure(exempt_groups="robots, no-such-group", failmode="safe")
    assert without_terminal("bob").returncode == DENIED
    site.log.expect("exempt-groups: there is no group")


def test_without_the_set_uid_bit_nobody_gets_a_shell(site: Site) -> None:
    site.configure(exempt_groups="robots", failmode="safe")
    PROGRAM.chmod(0o755)
    for user in ("alice", "bob"):
        done = without_terminal(user)
        assert (done.returncode, done.stdout) == (DENIED, "")
    site.log.expect("pam.conf cannot be opened: Permission denied")


@pytest.mark.parametrize("failmode", ["secure", "safe"])
def test_without_a_configuration_nobody_gets_a_shell(site: Site, failmode: str) -> None:
    site.configure(failmode=failmode)
    CONFIGURATION.unlink()
    done = without_terminal("alice")
    assert (done.returncode, done.stdout) == (DENIED, "")


@pytest.mark.parametrize("failmode", ["secure", "safe"])
@pytest.mark.parametrize(
    "url", ["unix:///run/verigator.sock", "/run/verigator.sock", "https+unix://%2Frun%2Fverigator"]
)
def test_a_socket_of_this_machine_is_no_url_and_lets_nobody_in(site: Site, url: str, failmode: str) -> None:
    """Only http and https lead to a service; another form is a wrong configuration, not a service that is away."""
    site.configure(url=url, failmode=failmode)
    done = without_terminal("alice")
    assert (done.returncode, done.stdout) == (DENIED, "")
    site.log.expect("denied: ")
    assert "LET IN" not in site.log.ours()


@pytest.mark.parametrize(("failmode", "status"), [("secure", DENIED), ("safe", 0)])
def test_a_service_that_is_away_is_judged_as_in_the_module(site: Site, failmode: str, status: int) -> None:
    site.configure(url="https://localhost:1", failmode=failmode)
    assert on_terminal("alice", "000000").status == status


def test_somebody_who_may_have_no_shell_gets_none(site: Site) -> None:
    site.configure(exempt_groups="robots")
    run("usermod", "--shell", "/usr/sbin/nologin", "bob")
    try:
        outcome = on_terminal("bob")
    finally:
        run("usermod", "--shell", "/bin/bash", "bob")
    assert outcome.status == 1
    assert "bob" not in outcome.said.split()
