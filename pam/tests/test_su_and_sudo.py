"""su, sudo, login, runuser and cron: who is asked, who is not, and Ctrl-C."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pytest

from conftest import PROMPT, Site, run, stack, talk

pytestmark = pytest.mark.not_sanitized
AS_CAROL = ["setpriv", "--reuid=carol", "--regid=carol", "--init-groups"]


@pytest.fixture(autouse=True)
def stacks(machine: None) -> None:
    for host in ("su", "su-l", "sudo", "login", "runuser", "cron"):
        stack(host, "auth requisite pam_verigator.so")
    Path("/etc/sudoers.d/carol").write_text("carol ALL=(ALL) ALL\nDefaults timestamp_timeout=0\n")
    Path("/etc/sudoers.d/carol").chmod(0o440)


@pytest.mark.parametrize("su", [["su", "bob", "-c", "id -un"], ["su", "-", "bob", "-c", "id -un"]])
def test_su_asks_whose_account_is_entered(site: Site, su: list[str]) -> None:
    bob, carol = site.user("bob"), site.user("carol")
    assert not talk([*AS_CAROL, *su], *[carol.code()] * 3).let_in
    outcome = talk([*AS_CAROL, *su], bob.code())
    assert outcome.let_in and outcome.said.split()[-1] == "bob", outcome.said
    site.log.expect(f'"{"su-l" if "-" in su else "su"}": login of "bob": verified')


def test_su_asks_who_enters_it_if_told_so(site: Site) -> None:
    bob, carol = site.user("bob"), site.user("carol")
    stack("su", "auth requisite pam_verigator.so ask=caller")
    assert not talk([*AS_CAROL, "su", "bob", "-c", "id -un"], *[bob.code()] * 3).let_in
    outcome = talk([*AS_CAROL, "su", "bob", "-c", "id -un"], carol.code())
    assert outcome.let_in and outcome.said.split()[-1] == "bob", outcome.said


@pytest.mark.parametrize("words", [["id", "-un"], ["-u", "bob", "id", "-un"]])
@pytest.mark.parametrize("ask", ["target", "caller"])
def test_sudo_asks_who_runs_it(site: Site, words: list[str], ask: str) -> None:
    carol = site.user("carol")
    site.user("bob")
    site.user("root")
    stack("sudo", f"auth requisite pam_verigator.so ask={ask}")
    outcome = talk([*AS_CAROL, "sudo", *words], "000000", carol.code())
    assert outcome.let_in and outcome.said.split()[-1] == ("bob" if "bob" in words else "root"), outcome.said


def deny_at_once(*command: str) -> None:
    """Runs a command as carol, who has no terminal to be asked at, and is let in nowhere."""
    done = subprocess.run(
        [*AS_CAROL, *command],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        timeout=20,
    )
    assert done.returncode != 0
    assert done.stdout == ""


def test_sudo_that_may_not_ask_is_denied(site: Site) -> None:
    carol = site.user("carol", app=False)
    deny_at_once("sudo", "-n", "id", "-un")
    assert carol.messages() == []


def test_su_without_a_terminal_is_denied_at_once(site: Site) -> None:
    bob = site.user("bob", app=False)
    deny_at_once("su", "bob", "-c", "id -un")
    assert bob.messages() == []


@pytest.mark.parametrize("command", [["su", "bob", "-c", "id -un"], ["sudo", "id", "-un"]])
def test_ctrl_c_three_times_is_no_way_in(site: Site, command: list[str]) -> None:
    site.user("bob")
    site.user("carol")
    # As some distributions write it, in which a module that has no opinion is passed over.
    lines = (
        "auth [success=1 default=ignore] pam_verigator.so",
        "auth requisite pam_deny.so",
        "auth required pam_permit.so",
    )
    for host in ("su", "sudo"):
        stack(host, *lines)
    child = pexpect.spawn(AS_CAROL[0], [*AS_CAROL[1:], *command], timeout=20, encoding="utf-8")
    child.expect(PROMPT)
    for _ in range(3):
        child.send("\x03")
    # su goes on asking; sudo has ended.
    with contextlib.suppress(OSError):
        child.sendeof()
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus != 0
    assert not {"bob", "root"} & set(child.before.split())


def test_login(site: Site) -> None:
    alice = site.user("alice")
    child = pexpect.spawn("login", ["alice"], timeout=30, encoding="utf-8")
    child.expect(PROMPT)
    child.sendline(alice.code())
    child.expect(r"\$ ")
    child.sendline("id -un; exit")
    child.expect("alice")
    child.expect(pexpect.EOF)
    child.close()
    site.log.expect('"login": login of "alice": verified')


def test_runuser_asks_nobody(site: Site) -> None:
    bob = site.user("bob", app=False)
    assert run("runuser", "bob", "--command", "id -un", stdin=subprocess.DEVNULL) == "bob\n"
    assert bob.messages() == []
    assert site.log.ours() == ""


@pytest.fixture
def cron(site: Site) -> Iterator[Callable[[str], None]]:
    """Runs a line of a crontab at once."""
    processes = []

    def start(job: str) -> None:
        Path("/run/crond.reboot").unlink(missing_ok=True)
        Path("/etc/cron.d/job").write_text(f"@reboot {job}\n")
        processes.append(subprocess.Popen(["/usr/sbin/cron", "-f"]))

    yield start
    for process in processes:
        process.kill()
        process.wait()
    Path("/etc/cron.d/job").unlink()


def test_a_job_of_cron_runs_without_a_code(site: Site, cron: Callable[[str], None]) -> None:
    bob = site.user("bob", app=False)
    cron('bob logger "the job runs as $(id -un)"')
    site.log.expect("the job runs as bob", seconds=30)
    assert bob.messages() == []
    assert site.log.ours() == ""


@pytest.mark.parametrize("command", ["su bob -c id", "sudo id"])
def test_a_job_of_cron_enters_no_other_account(site: Site, cron: Callable[[str], None], command: str) -> None:
    people = [site.user(name, app=False) for name in ("bob", "carol")]
    cron(f'carol said=$({command}); logger --tag job "ended with $? and said <$said>"')
    assert "ended with 1 and said <>" in site.log.expect("job: ended with", seconds=30)
    assert [person.messages() for person in people] == [[], []]
