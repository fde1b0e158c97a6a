"""A terminal with a shell, at which somebody types what a document shows, and reads what comes."""

from __future__ import annotations

import re
import urllib.request
from json import load
from pathlib import Path
from typing import TYPE_CHECKING

import pexpect

if TYPE_CHECKING:
    from collections.abc import Mapping

PROMPT = "ready for a command> "
#: What asks for a code.
QUESTION = re.compile(r"(?:PIN|Verification code[^:\n]*): ")
#: Only what hangs takes longer. A command may wait for another cargo.
SECONDS = 900
#: What the documents have, in the place of which each run has an address of its own.
ADDRESS = "127.0.0.1:8080"


class Terminal:
    """A shell that is asked for one command at a time."""

    def __init__(self, folder: Path, environment: Mapping[str, str], address: str) -> None:
        self._address = address
        # What is typed is seen on a terminal: here _answer shows it.
        self._shell: pexpect.spawn[str] = pexpect.spawn(
            "bash",
            ["--norc", "--noprofile"],
            cwd=str(folder),
            env={**environment, "PS1": PROMPT},
            encoding="utf-8",
            echo=False,
            timeout=SECONDS,
            dimensions=(50, 200),
        )
        self._shell.expect_exact(PROMPT)

    def run(self, line: str, told: str) -> str:
        """Types a command, and PINs where it asks; gives what is then to be read."""
        pins = iter(re.findall(rf"{QUESTION.pattern}(\d+)", told))
        self._shell.sendline(line)
        seen = ""
        while self._shell.expect([PROMPT, QUESTION]) == 1:
            pin = next(pins, "")
            typed = self._latest_pin() if pin.strip("0") else pin
            self._shell.sendline(typed)
            seen += f"{self._shell.before}{self._shell.after}{typed}\n"
        seen += self._shell.before or ""
        if line.endswith("&") and told:
            # It comes when it comes, also after the prompt.
            self._shell.expect_exact(told.splitlines()[-1].replace(ADDRESS, self._address))
            seen += f"{self._shell.before}{self._shell.after}"
        # What is written over, as progress is, does not stay to be read.
        return re.sub(r".*\r|\x1b\[K", "", seen.replace("\r\n", "\n"))

    def exit_code(self) -> int:
        """How the last command ended."""
        return int(self.run("echo $?", ""))

    def folder(self) -> Path:
        """Where the shell is."""
        return Path(self.run("pwd", "").strip())

    def __enter__(self) -> Terminal:
        """Gives it to a `with`."""
        return self

    def __exit__(self, *_: object) -> None:
        """Ends what runs, what is in the background, and the shell."""
        self._shell.sendintr()
        self._shell.sendline("kill $(jobs -p); wait; exit")
        self._shell.expect(pexpect.EOF)
        self._shell.close()

    def _latest_pin(self) -> str:
        with urllib.request.urlopen(f"http://{self._address}/_/outbox") as outbox:
            return str(load(outbox)["messages"][-1]["pin"])
