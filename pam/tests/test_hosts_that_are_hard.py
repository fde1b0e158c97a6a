"""Processes that fork, reap, close and limit; an environment that lies; memory."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from conftest import DENIED, PROMPT, SANITIZED, Site, at_the_prompt, code_at, in_host, run, stack


@pytest.mark.parametrize(
    "mode",
    [
        "plain",
        "ignores-children",
        "reaps-children",
        "closed-descriptors",
        "in-thread",
        "blocked-signals",
    ],
)
def test_a_login_in_a_host_that(site: Site, mode: str) -> None:
    alice = site.user("alice")
    outcome = in_host("alice", "000000", alice.code(), mode=mode)
    assert outcome.results == [0], site.log.ours()
    assert not outcome.left_children


def test_a_host_that_forks_logs_in_before_and_after(site: Site) -> None:
    alice = site.user("alice")
    first, second = alice.code(), alice.code()
    # The first code is older by a step than the second, and still good.
    assert in_host("alice", first, second, mode="in-fork").results == [0, 0]


def test_a_host_without_a_conversation_is_denied(site: Site) -> None:
    alice = site.user("alice", app=False)
    assert in_host("alice", mode="no-conversation").results == [DENIED]
    assert alice.messages() == []


def test_nothing_is_taken_from_the_environment(site: Site) -> None:
    alice = site.user("alice")
    lies = {
        "HTTPS_PROXY": "http://127.0.0.1:1",
        "https_proxy": "http://127.0.0.1:1",
        "ALL_PROXY": "socks5://127.0.0.1:1",
        "SSL_CERT_FILE": "/dev/null",
        "SSL_CERT_DIR": "/nowhere",
        "SSLKEYLOGFILE": "/tmp/keys",
        "VERIGATOR_USERNAME": "x",
        "VERIGATOR_PASSWORD": "x",
        "VERIGATOR_BASE_URL": "https://127.0.0.1:1",
        "VERIGATOR_CODE": "000000",
        "RES_OPTIONS": "timeout:0",
        "LOCALDOMAIN": "example.com",
        "HOSTALIASES": "/tmp/aliases",
        "LD_PRELOAD": "",
        "LD_LIBRARY_PATH": "/tmp",
        "HOME": "/nowhere",
        "PATH": "/nowhere",
        "TZ": "../../etc/shadow",
    }
    assert in_host("alice", alice.code(), env=lies).results == [0]
    assert not Path("/tmp/keys").exists()


def test_nobody_else_learns_the_password_of_the_account(site: Site) -> None:
    """The program is nobody when it talks to the service, and its memory is its own."""
    site.user("alice")
    child = at_the_prompt("alice")
    program = run("pgrep", "-x", "verigator-pam").split()[0]
    status = Path(f"/proc/{program}/status").read_text()
    nobody = run("id", "-u", "nobody").strip()
    assert re.search(rf"^Uid:\s+{nobody}\s+{nobody}\s+{nobody}\s+{nobody}$", status, re.M), status
    assert re.search(r"^Groups:\s*$", status, re.M)
    assert "NoNewPrivs:\t1" in status
    assert "CapEff:\t0000000000000000" in status
    assert Path(f"/proc/{program}/environ").read_bytes() == b""
    assert sorted(os.listdir(f"/proc/{program}/fd"))[:3] == ["0", "1", "2"]
    as_nobody = subprocess.run(
        ["setpriv", f"--reuid={nobody}", "--clear-groups", "cat", f"/proc/{program}/environ"],
        check=False,
        capture_output=True,
    )
    assert as_nobody.returncode != 0
    child.close(force=True)


def has_in_memory(process: int, text: str) -> bool:
    """Looks through all that a process could read itself."""
    maps = Path(f"/proc/{process}/maps").read_text()
    with open(f"/proc/{process}/mem", "rb", buffering=0) as memory:
        for begin, end in re.findall(r"^(\w+)-(\w+) r", maps, re.M):
            memory.seek(int(begin, 16))
            try:
                if text.encode() in memory.read(int(end, 16) - int(begin, 16)):
                    return True
            except OSError:  # what belongs to the kernel or a device
                continue
    return False


@pytest.mark.not_sanitized
def test_the_password_of_the_account_is_in_no_hosts_memory(site: Site) -> None:
    """While a code is waited for, and after a login: at the prompt of the next one."""
    alice = site.user("alice")
    child = at_the_prompt("alice", logins=2)
    password = site.settings["password"]
    for login in range(2):
        assert has_in_memory(child.pid, "pam_verigator")
        assert not has_in_memory(child.pid, password)
        program = int(run("pgrep", "-x", "verigator-pam").split()[0])
        assert has_in_memory(program, password), "this finds what is there"
        if login == 0:
            child.sendline(alice.code())
            child.expect(PROMPT)
    child.close(force=True)


# What a program may be limited to, whether that is by its caller, and what verigator-pam needs at least.
LIMITS = {
    "nofile": ("Max open files", 32, 64, "256"),
    "nproc": ("Max processes", 100, 200, "4096"),
    "stack": ("Max stack size", 1 << 20, 2 << 20, str(8 << 20)),
    "as": ("Max address space", 1 << 29, 1 << 30, "unlimited"),
    "data": ("Max data size", 1 << 29, 1 << 30, "unlimited"),
    "rss": ("Max resident set", 1 << 29, 1 << 30, "unlimited"),
    "cpu": ("Max cpu time", 100, 200, "unlimited"),
}


def may_raise_limits() -> bool:
    """CAP_SYS_RESOURCE, which root of a container may lack."""
    capabilities = re.findall(r"CapEff:\t(\w+)", Path("/proc/self/status").read_text())[0]
    return bool(int(capabilities, 16) >> 24 & 1)


@pytest.mark.not_sanitized
def test_limits_of_the_caller_are_not_those_of_the_program(site: Site) -> None:
    """Whoever calls su or sudo sets them; a service must not seem away for want of descriptors, say."""
    limits = [f"--{name}={soft}:{hard}" for name, (_, soft, hard, _) in LIMITS.items()]
    child = at_the_prompt("alice", "prlimit", *limits)
    program = run("pgrep", "-x", "verigator-pam").split()[0]
    table = Path(f"/proc/{program}/limits").read_text()
    child.close(force=True)
    for title, _, hard, needed in LIMITS.values():
        left = needed if may_raise_limits() else str(hard)
        assert re.search(rf"^{title} +{left} +{left} ", table, re.M), table
    assert re.search("^Max core file size +0 +0 ", table, re.M), table


def test_the_program_ends_with_its_host(site: Site) -> None:
    site.user("alice")
    child = at_the_prompt("alice")
    assert run("pgrep", "-x", "verigator-pam")
    child.close(force=True)
    site.log.expect("denied: nobody answered the prompt")


def test_fifty_logins_at_once(site: Site) -> None:
    users = [site.user(f"user{number}") for number in range(50)]
    site.server.advance(30)
    now = site.server.now()

    def log_in(number: int) -> list[int]:
        # Every third mistypes.
        wrong = ["000000"] if number % 3 == 0 else []
        return in_host(f"user{number}", *wrong, code_at(users[number].secret, now)).results

    with ThreadPoolExecutor(50) as pool:
        assert list(pool.map(log_in, range(50))) == [[0]] * 50


PROGRAM = Path("/usr/local/libexec/verigator-pam")


@pytest.fixture
def set_uid() -> object:
    PROGRAM.chmod(0o4755)
    yield
    PROGRAM.chmod(0o755)


AS_BOB = ["setpriv", "--reuid=bob", "--regid=bob", "--clear-groups"]


def in_host_as_bob(user: str, *answers: str, host: str = "verigator") -> list[int]:
    said = run(*AS_BOB, "/usr/local/bin/host", "plain", host, user, *answers)
    return [int(n) for n in re.findall(r"^result (\d+)", said, re.M)]


def test_without_root_nobody_is_let_in(site: Site) -> None:
    bob = site.user("bob")
    assert in_host_as_bob("bob", bob.code()) == [DENIED]
    site.log.expect("pam.conf cannot be opened: Permission denied")


def test_with_the_set_uid_bit_people_prove_themselves_only(site: Site, set_uid: None) -> None:
    bob, alice = site.user("bob"), site.user("alice")
    assert in_host_as_bob("bob", bob.code()) == [0]
    assert in_host_as_bob("alice", alice.code()) == [DENIED]
    site.log.expect('"bob" asked for the login of somebody else')


def test_with_the_set_uid_bit_people_choose_nothing(site: Site, set_uid: None) -> None:
    bob = site.user("bob")
    stack("arguments", "auth requisite pam_verigator.so failmode=safe")
    assert in_host_as_bob("bob", bob.code(), host="arguments") == [DENIED]
    site.log.expect('"bob" gave options, which only root may')


def test_the_program_does_nothing_at_a_shell(machine: None, set_uid: None) -> None:
    for words in ([], ["check"], ["map"]):
        done = subprocess.run(
            [*AS_BOB, str(PROGRAM), *words],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 2
        assert done.stdout == ""
        assert "usage" in done.stderr


@pytest.mark.not_sanitized
def test_memory(site: Site) -> None:
    """Under valgrind, the module in its host and the program: nothing wrong, and nothing of ours leaked."""
    alice = site.user("alice")
    code = alice.code()
    done = subprocess.run(
        [
            *(
                "valgrind",
                "--quiet",
                "--trace-children=yes",
                "--error-exitcode=99",
                "--leak-check=full",
            ),
            *("--vgdb=no", "--suppressions=/run/pam/tests/valgrind-suppressions"),
            *("--errors-for-leak-kinds=definite", "--log-file=/tmp/valgrind.%p"),
            *("/usr/local/bin/host", "plain", "verigator", "alice", "000000", "", code),
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    reports = {path.name: path.read_text() for path in Path("/tmp").glob("valgrind.*")}
    assert len(reports) >= 2, "the host and the program"
    assert not any(reports.values()), "\n".join(reports.values())
    assert "result 7" in done.stdout or "result 0" in done.stdout, done


@pytest.mark.skipif(not SANITIZED, reason="there are no sanitizers")
@pytest.mark.parametrize(
    ("mode", "fault"), [("freed", "heap-use-after-free"), ("undefined", "signed integer overflow")]
)
def test_the_sanitizers_are_in_all_of_it_and_report(mode: str, fault: str) -> None:
    module = next(Path("/").glob("lib/*/security/pam_verigator.so"))
    for file in (module, PROGRAM, Path("/usr/local/bin/verigator-ssh-login")):
        names = run("nm", "--dynamic", "--undefined-only", str(file))
        assert "__asan_report_load" in names and "__ubsan_handle_" in names, file
    # What is looked for after each test.
    subprocess.run(["/usr/local/bin/host", mode, "verigator", "alice"], check=False)
    [report] = Path("/tmp").glob("sanitizer.*")
    assert fault in report.read_text()
    report.unlink()


@pytest.mark.not_sanitized
def test_the_module_has_two_names_and_one_dependency() -> None:
    module = next(Path("/").glob("lib/*/security/pam_verigator.so"))
    names = run("nm", "--dynamic", "--defined-only", str(module)).split()[2::3]
    assert sorted(names) == ["pam_sm_authenticate", "pam_sm_setcred"]
    needed = re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "--dynamic", str(module)))
    assert sorted(needed) == ["libc.so.6", "libpam.so.0"]
    assert shutil.which("pamtester")
