"""A real sshd and a real ssh: keys and codes, codes alone, passwords, and ForceCommand."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pexpect
import pytest

from conftest import PASSWORD, PROMPT, Outcome, Site, code_at, run, stack, talk

pytestmark = pytest.mark.not_sanitized
KEY = Path("/root/test-key")
PORT = "2222"
OPTIONS = [
    *("-F", "none", "-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=no"),
    *("-o", "LogLevel=ERROR", "-o", f"IdentityFile={KEY}", "-o", "IdentitiesOnly=yes"),
]


def ssh(
    user: str,
    *answers: object,
    command: tuple[str, ...] = ("id -un",),
    options: tuple[str, ...] = (),
) -> Outcome:
    return talk(["ssh", *OPTIONS, "-p", PORT, *options, f"{user}@127.0.0.1", *command], *answers)


@pytest.fixture(scope="module")
def keys(machine: None) -> None:
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(KEY))
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "/etc/ssh/test_host_key")
    for person in ("alice", "bob"):
        home = Path("/home", person, ".ssh")
        home.mkdir(mode=0o700)
        (home / "authorized_keys").write_text(Path(f"{KEY}.pub").read_text())
        run("chown", "-R", person, str(home))


class Sshd:
    """An sshd with options of its own, until it is stopped."""

    def __init__(self) -> None:
        self.processes: list[subprocess.Popen[str]] = []

    def start(self, *options: str) -> None:
        lines = [
            *(
                f"Port {PORT}",
                "ListenAddress 127.0.0.1",
                "HostKey /etc/ssh/test_host_key",
                "UsePAM yes",
            ),
            *("StrictModes no", "UseDNS no", "PidFile none", "MaxStartups 200", "PrintMotd no"),
            *("Subsystem sftp /usr/lib/openssh/sftp-server", *options),
        ]
        Path("/etc/ssh/test_config").write_text("\n".join(lines) + "\n")
        process = subprocess.Popen(
            ["/usr/sbin/sshd", "-D", "-e", "-f", "/etc/ssh/test_config"],
            stderr=subprocess.PIPE,
            text=True,
        )
        self.processes.append(process)
        assert process.stderr is not None
        line = process.stderr.readline()
        assert "listening" in line, line + process.stderr.read()

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


@pytest.fixture
def sshd(site: Site, keys: None) -> Iterator[Sshd]:
    stack("sshd", "auth requisite pam_verigator.so")
    sshd = Sshd()
    yield sshd
    sshd.stop()


# ssh begins anew three times.
ONE_ROUND = ("-o", "NumberOfPasswordPrompts=1")
NO_PASSWORD = "PasswordAuthentication no"
KEY_AND_CODE = ("AuthenticationMethods publickey,keyboard-interactive", "KbdInteractiveAuthentication yes", NO_PASSWORD)
CODE_ONLY = ("AuthenticationMethods keyboard-interactive", "KbdInteractiveAuthentication yes", NO_PASSWORD)


@pytest.mark.parametrize("methods", [KEY_AND_CODE, CODE_ONLY])
def test_a_code_of_the_app(site: Site, sshd: Sshd, methods: tuple[str, ...]) -> None:
    alice = site.user("alice")
    sshd.start(*methods)
    outcome = ssh("alice", "000000", alice.code)
    assert outcome.let_in and "alice" in outcome.said.splitlines()[-1], outcome.said
    # All that must be known is in the prompt, and nothing comes beside it.
    assert [prompt.removeprefix("(alice@127.0.0.1) ") for prompt in outcome.prompts] == [
        "Verification code, or press Enter to get one by SMS: ",
        "Not accepted: wrong, used before, or too early after wrong ones. 2 tries left. "
        "Verification code, or press Enter to get one by SMS: ",
    ]
    site.log.expect('"sshd": login of "alice" from "127.0.0.1": verified by a code of the authenticator app')


def test_what_the_example_tells_sshd_counts_before_what_a_distribution_does(keys: None, tmp_path: Path) -> None:
    example = Path("/run/pam/examples/sshd").read_text()
    (told,) = re.findall(r"^# In /etc/ssh/(sshd_config\.d/.*\.conf),", example, re.M)
    ours, theirs = tmp_path / told, tmp_path / "sshd_config.d/50-redhat.conf"
    theirs.parent.mkdir()
    theirs.write_text("KbdInteractiveAuthentication no\n")
    ours.write_text("\n".join(re.findall(r"^#     (.*)", example, re.M)))
    config = tmp_path / "sshd_config"
    config.write_text(f"Include {theirs.parent}/*.conf\nHostKey /etc/ssh/test_host_key\n")
    run("/usr/sbin/sshd", "-t", "-f", str(config))
    said = run("/usr/sbin/sshd", "-T", "-f", str(config)).splitlines()
    assert {"kbdinteractiveauthentication yes", "authenticationmethods publickey,keyboard-interactive"} <= {*said}


def test_a_code_by_sms(site: Site, sshd: Sshd) -> None:
    alice = site.user("alice", app=False)
    sshd.start(*KEY_AND_CODE)
    assert ssh("alice", "", lambda: alice.messages()[-1]).let_in
    assert len(alice.messages()) == 1


def test_after_all_tries_the_login_is_over(site: Site, sshd: Sshd) -> None:
    site.user("alice")
    sshd.start(*CODE_ONLY)
    outcome = ssh("alice", "000000", "000000", "000000", options=ONE_ROUND)
    assert outcome.status == 255
    assert "Permission denied" in outcome.said


def test_without_the_key_nobody_is_asked(site: Site, sshd: Sshd) -> None:
    site.user("carol")
    sshd.start(*KEY_AND_CODE)
    outcome = ssh("carol")
    assert outcome.status == 255
    assert outcome.prompts == []


@pytest.mark.parametrize("user", ["alice", "mallory"])
def test_known_or_not_the_transcript_is_the_same(site: Site, sshd: Sshd, user: str) -> None:
    site.user("alice")
    sshd.start(*CODE_ONLY)
    outcome = ssh(user, "000000", "", "000000", "000000", options=ONE_ROUND)
    said = outcome.said.replace(user, "USER").splitlines()
    assert outcome.status == 255
    assert len(outcome.prompts) == 4
    Site.transcripts = {*getattr(Site, "transcripts", set()), "\n".join(said)}  # type: ignore[attr-defined]
    assert len(Site.transcripts) == 1  # type: ignore[attr-defined]


@pytest.mark.parametrize("method", ["any", "totp", "sms"])
def test_the_method_password_sends_nothing(site: Site, sshd: Sshd, method: str) -> None:
    alice = site.user("alice", app=False)
    site.configure(method=method)
    stack("sshd", "auth requisite pam_unix.so nodelay", "auth requisite pam_verigator.so")
    sshd.start(
        "AuthenticationMethods password",
        "PasswordAuthentication yes",
        "KbdInteractiveAuthentication no",
    )
    outcome = ssh("alice", PASSWORD, options=ONE_ROUND)
    assert outcome.status == 255
    assert "Permission denied" in outcome.said
    assert alice.messages() == []
    site.log.expect("denied: nobody answered the prompt")


def test_password_and_code_by_keyboard(site: Site, sshd: Sshd) -> None:
    alice = site.user("alice")
    stack("sshd", "auth requisite pam_unix.so nodelay", "auth requisite pam_verigator.so")
    sshd.start(*CODE_ONLY)
    assert ssh("alice", PASSWORD, alice.code).let_in


def test_a_wrong_password_before_the_right_one(site: Site, sshd: Sshd) -> None:
    alice = site.user("alice")
    stack("sshd", "auth requisite pam_unix.so nodelay", "auth requisite pam_verigator.so")
    sshd.start(*CODE_ONLY)
    assert ssh("alice", "not the password", PASSWORD, alice.code).let_in


def test_a_key_alone_is_not_enough(site: Site, sshd: Sshd) -> None:
    alice = site.user("alice", app=False)
    sshd.start(*KEY_AND_CODE)
    outcome = ssh("alice", options=("-o", "KbdInteractiveAuthentication=no"))
    assert outcome.status == 255
    assert outcome.prompts == []
    assert alice.messages() == []


def test_the_log_tells_of_somebody_whose_answers_sshd_replaces(site: Site, sshd: Sshd) -> None:
    root, alice = site.user("root"), site.user("alice")
    sshd.start(*CODE_ONLY, "PermitRootLogin prohibit-password")
    assert not ssh("alice", "000000", "000000", "000000", options=ONE_ROUND).let_in
    assert "sshd has replaced the answer" not in site.log.ours()
    assert not ssh("root", root.code, root.code, root.code, options=ONE_ROUND).let_in
    line = site.log.expect("sshd has replaced the answer, since it denies this user whatever is typed")
    assert 'login of "root"' in line and "PermitRootLogin" in line
    assert ssh("alice", alice.code).let_in


def test_an_exempt_address(site: Site, sshd: Sshd) -> None:
    site.user("alice")
    site.configure(exempt_addresses="127.0.0.0/8")
    sshd.start(*KEY_AND_CODE)
    assert not ssh("alice").let_in
    stack("sshd", "auth requisite pam_verigator.so", "auth required pam_permit.so")
    outcome = ssh("alice")
    assert outcome.let_in
    assert outcome.prompts == []


@pytest.mark.parametrize("app", [True, False])
def test_a_code_that_comes_too_late_is_denied_before_sshd_cuts_off(site: Site, sshd: Sshd, app: bool) -> None:
    alice = site.user("alice", app=app)
    site.configure(timeout="5")
    sshd.start(*CODE_ONLY, "LoginGraceTime 20")

    def late() -> str:
        site.log.expect("denied: the prompts were not answered within the time (option timeout)", seconds=15)
        return alice.code() if app else alice.messages()[-1]

    outcome = ssh("alice", *([] if app else [""]), late, options=ONE_ROUND)
    assert outcome.status == 255
    assert "alice@127.0.0.1: Permission denied" in outcome.said


def test_a_login_that_sshd_cuts_off_leaves_no_program(site: Site, sshd: Sshd) -> None:
    site.user("alice")
    sshd.start(*CODE_ONLY, "LoginGraceTime 2")
    child = subprocess.Popen(
        ["ssh", *OPTIONS, "-tt", "-p", PORT, "alice@127.0.0.1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env={"SSH_ASKPASS": "/bin/cat", "SSH_ASKPASS_REQUIRE": "force", "PATH": "/usr/bin:/bin"},
    )
    # `cat` with the prompt for an argument fails, so it is as if nobody answered; or the time is over.
    assert child.communicate(timeout=20)
    assert child.returncode == 255
    site.log.expect("denied: ")
    # It says so, and then ends; what does not end is waited for until the time is over, which is an error.
    waited = subprocess.run(["pidwait", "-x", "verigator-pam"], check=False, timeout=20)
    # 1: there was none any more. Whatever else comes of pidwait says nothing.
    assert waited.returncode in (0, 1)


def test_fifty_logins_at_once(site: Site, sshd: Sshd) -> None:
    users = [site.user(f"user{number}") for number in range(50)]
    site.server.advance(30)
    now = site.server.now()
    sshd.start(*CODE_ONLY)
    with ThreadPoolExecutor(50) as pool:
        outcomes = list(pool.map(lambda n: ssh(f"user{n}", code_at(users[n].secret, now)), range(50)))
    assert [n for n, outcome in enumerate(outcomes) if not outcome.let_in] == []


FORCED = (
    *("AuthenticationMethods publickey", "ForceCommand /usr/local/bin/verigator-ssh-login"),
    "AcceptEnv VERIGATOR_CODE",
)
PROGRAM = Path("/usr/local/libexec/verigator-pam")


@pytest.fixture
def forced(site: Site, sshd: Sshd) -> Iterator[Site]:
    PROGRAM.chmod(0o4755)
    sshd.start(*FORCED)
    yield site
    PROGRAM.chmod(0o755)


def without_terminal(*command: str, code: str | None = None) -> subprocess.CompletedProcess[bytes]:
    variables = {
        "PATH": "/usr/bin:/bin",
        "HOME": "/root",
        **({"VERIGATOR_CODE": code} if code else {}),
    }
    return subprocess.run(
        [*command],
        check=False,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=variables,
        start_new_session=True,
        timeout=60,
    )


SEND = ("-o", "SendEnv=VERIGATOR_CODE")


def test_a_forced_command_asks_and_becomes_the_shell(forced: Site) -> None:
    alice = forced.user("alice")
    outcome = ssh("alice", alice.code, options=("-tt",), command=("id -un; exit 7",))
    assert outcome.status == 7 and "\nalice" in outcome.said, outcome.said
    denied = ssh("alice", "000000", "000000", "000000", options=("-tt",))
    assert denied.status == 77
    assert "\nalice" not in denied.said
    # Without a command it is a login shell.
    child = pexpect.spawn("ssh", [*OPTIONS, "-tt", "-p", PORT, "alice@127.0.0.1"], timeout=30, encoding="utf-8")
    child.expect(PROMPT)
    child.sendline(alice.code())
    child.expect(r"\$ ")
    child.sendline("echo is $0 in $PWD")
    child.expect("is -bash in /home/alice")
    child.sendline("exit 3")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 3


def test_a_forced_command_that_is_interrupted_lets_nobody_in(forced: Site) -> None:
    forced.user("alice")
    child = pexpect.spawn("ssh", [*OPTIONS, "-tt", "-p", PORT, "alice@127.0.0.1"], timeout=30, encoding="utf-8")
    child.expect(PROMPT)
    child.send("\x03")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus not in (0, None)
    assert "$ " not in child.before


def test_a_forced_command_without_a_terminal_is_denied_and_breaks_no_protocol(forced: Site) -> None:
    alice = forced.user("alice", app=False)
    done = without_terminal("ssh", *OPTIONS, "-p", PORT, "alice@127.0.0.1", "id")
    assert (done.returncode, done.stdout) == (77, b"")
    assert b"there is no terminal to ask for a code on" in done.stderr
    assert without_terminal("scp", *OPTIONS, "-P", PORT, "alice@127.0.0.1:/etc/hostname", "/tmp/x").returncode != 0
    assert not Path("/tmp/x").exists()
    # A code of the environment is not taken unless that is allowed.
    bob = forced.user("bob")
    done = without_terminal("ssh", *OPTIONS, *SEND, "-p", PORT, "bob@127.0.0.1", "id", code=bob.code())
    assert done.returncode == 77
    assert alice.messages() == []


def test_programs_send_their_code_in_the_environment(forced: Site) -> None:
    forced.configure(accept_env="yes")
    alice = forced.user("alice")
    transport = " ".join(["ssh", *OPTIONS, *SEND, "-p", PORT])
    source = "alice@127.0.0.1:/etc/passwd"
    run("git", "init", "--quiet", "--bare", "/home/alice/repository")
    run("chown", "-R", "alice", "/home/alice/repository")
    for number, command in enumerate(
        [
            ["scp", *OPTIONS, *SEND, "-P", PORT, source, "/tmp/scp"],
            ["scp", "-O", *OPTIONS, *SEND, "-P", PORT, source, "/tmp/scp-O"],
            ["rsync", "-e", transport, source, "/tmp/rsync"],
            ["sftp", *OPTIONS, *SEND, "-P", PORT, source, "/tmp/sftp"],
            [
                "git",
                "-c",
                f"core.sshCommand={transport}",
                "ls-remote",
                "alice@127.0.0.1:repository",
            ],
        ]
    ):
        done = without_terminal(*command, code=alice.code())
        assert done.returncode == 0, (number, done)
    for name in ("scp", "scp-O", "rsync", "sftp"):
        assert Path("/tmp", name).read_text() == Path("/etc/passwd").read_text()
    # It is not handed on, and a wrong one is no way in.
    done = without_terminal("ssh", *OPTIONS, *SEND, "-p", PORT, "alice@127.0.0.1", "env", code=alice.code())
    assert done.returncode == 0
    assert b"VERIGATOR_CODE" not in done.stdout
    done = without_terminal("ssh", *OPTIONS, *SEND, "-p", PORT, "alice@127.0.0.1", "env", code="000000")
    assert done.returncode == 77
    assert done.stdout == b""
