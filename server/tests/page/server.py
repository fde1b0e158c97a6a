"""A server of this tree, its API, and what stands before it."""

import http.client
import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[3]
ACCOUNT = "demo:demo-password"


@dataclass
class User:
    """A registered user."""

    server: "Server"
    service: str
    id: str

    @property
    def path(self) -> str:
        """Where the API has it."""
        return f"/v1/service/service/{self.service}/users/{self.id}"

    @property
    def page(self) -> str:
        """Where its page is."""
        return f"/_/services/{self.service}/users/{self.id}"

    def start(self, method: str = "sms") -> str:
        """Starts a login, and gives the PIN, if one was sent."""
        self.server.ask("POST", f"{self.path}/auth", {"method": method})
        if method != "sms":
            return ""
        messages = self.server.ask("GET", f"/_/outbox?user_id={self.id}")["messages"]
        return str(messages[-1]["pin"])

    def verify(self, token: str) -> bool:
        """Answers a login."""
        return bool(self.server.ask("PUT", f"{self.path}/auth", {"token": token})["verified"])


@dataclass
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen[str]

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.url.rpartition(":")[2])

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Asks the API."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"X-Service-Auth": ACCOUNT, **headers}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as response:
            return json.load(response)

    def service(self, fqdn: str, name: str = "Example") -> str:
        """Makes a service, and gives its id."""
        made = self.ask("POST", "/v1/service/service", {"fqdn": fqdn, "name": name})
        return str(made["id"])

    def user(self, service: str, id_in_service: str, number: str = "+37255550001") -> User:
        """Registers a user."""
        path = f"/v1/service/service/{service}/users"
        body = {"phone_number": number, "id_in_service": id_in_service}
        return User(self, service, str(self.ask("POST", path, body)["id"]))

    def start_often(self, user: User, times: int) -> None:
        """Starts so many logins of a user, over one connection."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        headers = {"X-Service-Auth": ACCOUNT}
        for _ in range(times):
            connection.request("POST", f"{user.path}/auth", '{"method":"sms"}', headers)
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 201
        connection.close()

    def stop(self) -> float:
        """Has it end, and says how long that took, in seconds."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        return time.monotonic() - began


@contextmanager
def running(*options: str) -> Iterator[Server]:
    """A server of this tree with these options; by default in memory, on a port of its choice."""
    program = REPOSITORY / "target" / "debug" / "verigator-server"
    command = [str(program), *options]
    for option, value in [("--listen", "127.0.0.1:0"), ("--database", ":memory:")]:
        if option not in options:
            command += [option, value]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert " listening on " in line, f"run it by hand: {' '.join(command)}"
            yield Server(line.rpartition(" ")[2].strip(), process)
        finally:
            process.kill()


NGINX = """
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    gzip on;
    gzip_min_length 0;
    gzip_types *;
    server {{
        listen unix:{folder}/probe;
        listen 127.0.0.1:{port};
        location {prefix}/ {{
            proxy_pass {url}/;
            proxy_http_version 1.1;
            proxy_set_header Host 127.0.0.1:{behind};
            {extra}
        }}
    }}
}}
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def behind_nginx(
    server: Server, folder: Path, port: int, prefix: str = "", extra: str = ""
) -> Iterator[str]:
    """An nginx before a server, which buffers unless it is told not to; gives its URL."""
    configuration = folder / "nginx.conf"
    configuration.write_text(
        NGINX.format(
            folder=folder,
            port=port,
            prefix=prefix,
            url=server.url,
            behind=server.port,
            extra=extra,
        )
    )
    command = ["nginx", "-e", str(folder / "error.log"), "-c", str(configuration)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        url = f"http://127.0.0.1:{port}{prefix}"
        try:
            until(lambda: answers(f"{url}/healthz"))
            yield url
        finally:
            process.terminate()


def answers(url: str) -> bool:
    """Whether anybody answers there."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError):
        return False


def until(condition: Any, limit: float = 20) -> Any:
    """Waits until something is so, and gives it."""
    end = time.monotonic() + limit
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < end, "that did not happen in time"
        time.sleep(0.05)
