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

# No PIN has so many digits.
WRONG = "0000000"

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

    def ends(self, code: int = 0) -> str:
        """What else it prints, before it ends with this exit code."""
        said, _ = self.process.communicate()
        assert self.process.returncode == code, said
        return said


@pytest.mark.parametrize("name", ["login.py", "login_asyncio.py", "login_messente.py"])
def test_a_login(fresh_server, name):
    program = Program((EXAMPLES / name).read_text("utf-8"), fresh_server)
    assert program.until_asked() == "sms PIN: "
    program.types(fresh_server.wrong_pin())
    assert "not it" in program.until_asked()
    program.types(fresh_server.pin())
    assert program.ends() == "Welcome!\n"


def test_three_wrong_codes_are_a_no(fresh_server):
    program = Program((EXAMPLES / "login.py").read_text("utf-8"), fresh_server)
    for _ in range(3):
        program.until_asked()
        program.types(WRONG)
    assert program.ends(code=1) == "That is not it.\nDenied.\n"


def test_a_service_that_cannot_be_asked_is_neither_a_yes_nor_a_no(fresh_server):
    fresh_server.password = "wrong"
    program = Program((EXAMPLES / "login.py").read_text("utf-8"), fresh_server)
    assert "401" in program.ends(code=2)


def test_failures_are_told_from_each_other(fresh_server):
    program = Program((EXAMPLES / "failures.py").read_text("utf-8"), fresh_server)
    assert program.ends() == (REPOSITORY / "examples/failures.txt").read_text("utf-8")


def test_the_quick_start(fresh_server):
    code = re.search(r"```python\n(.*?)```", README.read_text("utf-8"), re.S).group(1)
    code = code.replace("http://127.0.0.1:8080", fresh_server.url)
    # The second time, what it needs is there already.
    for token, answer in ((fresh_server.pin, "Welcome!"), (fresh_server.wrong_pin, "Denied.")):
        program = Program(code, fresh_server)
        asked = program.until_asked()
        pin = token()
        program.types(pin)
        said = f"{asked}{pin}\n{program.ends()}"
        assert said == f"PIN: {pin}\n{answer}\n"
        shown = README.read_text("utf-8").replace("000000", "407713")
        assert said.replace(pin, "407713") in shown


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
