"""A machine to log in to, and a service to log in with: what each test gets, and how it is asked."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import re
import socket
import ssl
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Union

import pexpect
import pytest

CONFIGURATION = Path("/etc/verigator/pam.conf")
MAP = Path("/etc/verigator/users")
KEYS = Path("/etc/verigator/tests")
PEOPLE = ["alice", "bob", "carol"]
PASSWORD = "correct horse"

PROMPT = r"[^\r\n]*(?:erification code|by SMS|[Pp]assword[^\r\n]*): "


def run(*command: str, **options: object) -> str:
    """What a command that must succeed says."""
    done = subprocess.run(command, check=False, capture_output=True, text=True, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return str(done.stdout)


class Log:
    """The system's log: a socket in its place."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind("/dev/log")
        Path("/dev/log").chmod(0o666)
        self.changed = threading.Condition()
        threading.Thread(target=self.receive, daemon=True).start()

    def receive(self) -> None:
        while True:
            line = self.socket.recv(65536).decode(errors="backslashreplace")
            with self.changed:
                self.lines.append(line)
                self.changed.notify_all()

    def clear(self) -> None:
        """Forgets what was sent so far, also what is still on its way."""
        mark = f"mark {time.monotonic_ns()}"
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.sendto(mark.encode(), "/dev/log")
        self.expect(mark)
        with self.changed:
            self.lines.clear()

    def ours(self) -> str:
        with self.changed:
            return "\n".join(line for line in self.lines if "pam_verigator" in line)

    def expect(self, text: str, *, seconds: int = 3) -> str:
        """The first line with this text; what has been sent is there soon."""
        with self.changed:
            found = self.changed.wait_for(
                lambda: next((line for line in self.lines if text in line), None), timeout=seconds
            )
        assert found, f"no line of the log has {text!r}:\n" + "\n".join(self.lines)
        return found


SANITIZED = bool(os.environ.get("SANITIZED"))


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "not_sanitized: where the sanitizers cannot be, as in sshd, or are in the way")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """SHARD=0/4 runs every fourth test, beginning with the first: another machine runs the others."""
    if SANITIZED:
        items[:] = [item for item in items if not item.get_closest_marker("not_sanitized")]
    number, of = map(int, os.environ.get("SHARD", "0/1").split("/"))
    items[:] = items[number::of]


@pytest.fixture(autouse=True)
def no_report_of_a_sanitizer() -> Iterator[None]:
    yield
    reports = [path.read_text() for path in Path("/tmp").glob("sanitizer.*")]
    assert not reports, "\n".join(reports)


@pytest.fixture(scope="session")
def the_log() -> Log:
    return Log()


@pytest.fixture
def log(the_log: Log) -> Log:
    the_log.clear()
    return the_log


def make_certificate() -> None:
    """An authority, and a certificate by it for localhost."""
    KEYS.mkdir(parents=True)
    (KEYS / "names").write_text("subjectAltName = DNS:localhost")
    key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
    for command in (
        f"req -x509 {key} -days 2 -subj /CN=tests -keyout ca.key -out ca.pem",
        f"req {key} -subj /CN=localhost -keyout server.key -out server.csr",
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -days 2 -extfile names -out server.pem",
    ):
        run("openssl", *command.split(), cwd=KEYS)


class Server:
    """verigator-server with TLS."""

    def __init__(self) -> None:
        make_certificate()
        self.context = ssl.create_default_context(cafile=str(KEYS / "ca.pem"))
        self.process = subprocess.Popen(
            [
                "/usr/local/bin/verigator-server",
                *("--dev", "--chaos", "--database", ":memory:"),
                *("--listen", "127.0.0.1:0"),
                *(
                    "--tls-certificate",
                    str(KEYS / "server.pem"),
                    "--tls-key",
                    str(KEYS / "server.key"),
                ),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout is not None
        port = self.process.stdout.readline().strip().rpartition(":")[2]
        self.url = f"https://localhost:{port}"
        self.connection = http.client.HTTPSConnection("localhost", int(port), context=self.context)

    def ask(self, method: str, path: str, body: object = None) -> dict:
        text = None if body is None else json.dumps(body)
        headers = {"X-Service-Auth": "demo:demo-password", "Content-Type": "application/json"}
        # A connection that was idle for long is closed.
        for _ in range(2):
            try:
                self.connection.request(method, path, text, headers)
                reply = self.connection.getresponse()
                said = reply.read()
                break
            except (http.client.HTTPException, OSError):
                self.connection.close()
        assert reply.status < 300, f"{method} {path}: {reply.status} {said!r}"
        return json.loads(said) if said else {}

    def now(self) -> float:
        return float(self.ask("GET", "/_/clock")["now"])

    def advance(self, seconds: int) -> None:
        self.ask("PUT", "/_/clock", {"advance": seconds})

    def misbehave(self, *rules: dict) -> None:
        """Until the test is over."""
        self.ask("PUT", "/_/chaos", list(rules))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.process.kill()
    server.process.wait()


def code_at(secret: str, moment: float) -> str:
    """RFC 6238, as every app has it."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(moment) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1000000:06}"


@dataclass
class User:
    """A user of the service, with a phone and maybe an app."""

    server: Server
    service: str
    id: str
    secret: str = ""

    @property
    def path(self) -> str:
        return f"/v1/service/service/{self.service}/users/{self.id}"

    def enrol(self) -> None:
        self.secret = self.server.ask("POST", self.path + "/totp")["secret"]
        self.server.ask("PUT", self.path + "/totp", {"token": code_at(self.secret, self.server.now())})
        self.server.advance(30)

    def code(self) -> str:
        """What the app shows: another one each time."""
        self.server.advance(30)
        return code_at(self.secret, self.server.now())

    def messages(self) -> list[str]:
        """The PINs that were sent."""
        outbox = self.server.ask("GET", f"/_/outbox?user_id={self.id}")["messages"]
        return [message["pin"] for message in outbox]

    def recovery_code(self) -> str:
        return str(self.server.ask("POST", self.path + "/recovery_codes")["recovery_codes"][0])


@dataclass
class Site:
    """A service of its own, and this machine's configuration for it."""

    server: Server
    log: Log
    service: str
    settings: dict[str, str] = field(default_factory=dict)

    def user(self, name: str, *, app: bool = True) -> User:
        Site.phones += 1
        body = {"phone_number": f"+3725{Site.phones:06}", "id_in_service": name}
        made = self.server.ask("POST", f"/v1/service/service/{self.service}/users", body)
        user = User(self.server, self.service, made["id"])
        if app:
            user.enrol()
        return user

    def configure(self, **settings: str | None) -> None:
        """Sets options, with - for _; None takes one away."""
        for key, value in settings.items():
            name = key.replace("_", "-")
            if value is None:
                self.settings.pop(name, None)
            else:
                self.settings[name] = value
        write_private(CONFIGURATION, "".join(f"{name} = {value}\n" for name, value in self.settings.items()))


Site.phones = 0  # type: ignore[attr-defined]


def write_private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)


@pytest.fixture(scope="session")
def machine() -> None:
    """People with passwords, and a directory for the configuration."""
    for person in PEOPLE:
        run("useradd", "--create-home", "--shell", "/bin/bash", person)
    # As many as log in at once.
    with Path("/etc/passwd").open("a") as passwd:
        passwd.writelines(f"user{n}:x:{2000 + n}:2000::/tmp:/bin/sh\n" for n in range(50))
    run("chpasswd", input="".join(f"{person}:{PASSWORD}\n" for person in PEOPLE))
    stack("verigator", "auth requisite pam_verigator.so")


@pytest.fixture
def site(server: Server, log: Log, machine: None) -> Iterator[Site]:
    """A configuration in which nothing has happened yet."""
    name = f"{time.monotonic_ns()}.example"
    service = server.ask("POST", "/v1/service/service", {"fqdn": name, "name": "Tests"})["id"]
    site = Site(server, log, service)
    site.configure(
        url=server.url,
        ca_file=str(KEYS / "ca.pem"),
        username="demo",
        password="demo-password",
        service=service,
    )
    yield site
    server.ask("DELETE", "/_/chaos")


def stack(host: str, *lines: str) -> None:
    """What PAM does for a host; accounts and sessions are let be."""
    rest = ["account required pam_permit.so", "session required pam_permit.so"]
    Path("/etc/pam.d", host).write_text("\n".join([*lines, *rest]) + "\n")


@dataclass
class Outcome:
    """How a login went."""

    status: int
    prompts: list[str]
    said: str

    @property
    def let_in(self) -> bool:
        return self.status == 0


Answer = Union[str, Callable[[], str]]


def talk(command: list[str], *answers: Answer, **options: object) -> Outcome:
    """Runs a program on a terminal and answers its prompts, one after the other; some are known only then."""
    child = pexpect.spawn(command[0], command[1:], timeout=30, encoding="utf-8", **options)
    child.delaybeforesend = None
    prompts, said = [], ""
    left = list(answers)
    while child.expect([PROMPT, pexpect.EOF]) == 0:
        prompts.append(str(child.after))
        said += child.before + child.after
        if not left:
            child.close(force=True)
            raise AssertionError(f"another prompt, for which there is no answer: {prompts}")
        answer = left.pop(0)
        child.sendline(answer if isinstance(answer, str) else answer())
    said += child.before
    child.close()
    assert not left, f"not asked for: {left}; {said}"
    status = child.exitstatus if child.exitstatus is not None else 128 + (child.signalstatus or 0)
    return Outcome(status, prompts, said)


PAMTESTER = ["pamtester"]
if SANITIZED:
    # The runtime has to be there before a module that needs it.
    runtime = run("cc", "-print-file-name=libasan.so").strip()
    PAMTESTER = ["env", f"LD_PRELOAD={runtime}", "ASAN_OPTIONS=detect_leaks=0:log_path=/tmp/sanitizer", *PAMTESTER]


def authenticate(user: str, *answers: Answer, host: str = "verigator", items: dict[str, str] | None = None) -> Outcome:
    """pamtester."""
    chosen = [f"-I{name}={value}" for name, value in (items or {}).items()]
    return talk([*PAMTESTER, *chosen, host, user, "authenticate", "setcred"], *answers)


def at_the_prompt(user: str, *around: str, logins: int = 1) -> pexpect.spawn:
    """pamtester, run by the command around it, as it waits for the first answer."""
    command = [*around, *PAMTESTER, "verigator", user, *["authenticate"] * logins]
    child = pexpect.spawn(command[0], command[1:], timeout=30, encoding="utf-8")
    child.expect(PROMPT)
    return child


DENIED, IGNORED = 7, 25


@dataclass
class HostOutcome:
    """What the hard host says."""

    prompts: list[str]
    results: list[int]
    left_children: bool


def in_host(user: str, *answers: str, mode: str = "plain", host: str = "verigator", **options: object) -> HostOutcome:
    """tests/host.c: every prompt alone and shown as it is typed."""
    said = run("/usr/local/bin/host", mode, host, user, *answers, timeout=60, **options)
    prompts = re.findall(r"^1 message of style 2: (.*)$", said, re.M)
    assert len(prompts) == said.count(" of style "), said
    return HostOutcome(prompts, [int(n) for n in re.findall(r"^result (\d+)", said, re.M)], "children 1" in said)
