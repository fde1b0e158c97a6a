"""Every example runs as it is printed, against a server of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from conftest import REPOSITORY

from verigator import Client

EXAMPLES = REPOSITORY / "examples/python"
README = REPOSITORY / "bindings/python/README.md"

# The sample of the API documentation's page "Starting User Authentication", with what its reader
# has to fill in.
TO_FILL_IN = (
    "messente-api-username",
    "messente-api-password",
    "my-service-id",
    "verigator-user-id",
)


class Program:
    """A running example, with somebody at its keyboard."""

    def __init__(self, code: str, server) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={
                **os.environ,
                "VERIGATOR_USERNAME": server.username,
                "VERIGATOR_PASSWORD": server.password,
                "VERIGATOR_BASE_URL": server.url,
            },
        )

    def until_asked(self) -> str:
        """What it prints up to a question."""
        said = ""
        while not said.endswith(": "):
            character = self.process.stdout.read(1)
            assert character, f"it ended: {said}"
            said += character
        return said

    def types(self, line: str) -> None:
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def ends(self) -> str:
        """What else it prints."""
        said, _ = self.process.communicate()
        assert self.process.returncode == 0, said
        return said


@pytest.mark.parametrize("name", ["login.py", "login_asyncio.py", "login_messente.py"])
def test_a_login(fresh_server, name):
    program = Program((EXAMPLES / name).read_text("utf-8"), fresh_server)
    assert program.until_asked() == "sms PIN: "
    program.types(fresh_server.wrong_pin())
    assert "not it" in program.until_asked()
    program.types(fresh_server.pin())
    assert program.ends() == "Welcome!\n"


def test_the_quick_start(fresh_server):
    code = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.S).group(1)
    program = Program(code.replace("http://127.0.0.1:8080", fresh_server.url), fresh_server)
    program.until_asked()
    program.types(fresh_server.pin())
    assert program.ends() == "Welcome!\n"


def test_the_sample_of_the_page(fresh_server):
    code = (EXAMPLES / "start_authentication.py").read_text("utf-8")
    with Client(fresh_server.username, fresh_server.password, base_url=fresh_server.url) as client:
        service = client.create_service(fresh_server.host_name(), "Example")
        user = client.create_user(service.id, "+3725555555", "jane@example.com")
    for blank, value in zip(
        TO_FILL_IN, (fresh_server.username, fresh_server.password, service.id, user.id)
    ):
        assert code.count(f'"{blank}"') == 1
        code = code.replace(f'"{blank}"', f'"{value}"')
    constructor = f'Api("{fresh_server.username}", "{fresh_server.password}"'
    code = code.replace(constructor, f'{constructor}, endpoint="{fresh_server.url}"')
    program = Program(code + "\nprint(auth_id)", fresh_server)
    assert program.ends() == "sms\n"
    assert fresh_server.pin(user.id)
