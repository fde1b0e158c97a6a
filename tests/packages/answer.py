"""Runs a program on a terminal and answers what it asks, as somebody would who sits there.

    python3 answer.py ANSWER ... -- PROGRAM ARGUMENT ...

An answer @ is the next line of the standard input: the PIN that has just arrived. Prints what was
said, and ends as the program does.
"""

from __future__ import annotations

import os
import pty
import sys

QUESTION = b": "


def heard(terminal: int) -> bytes:
    """What the program says next; nothing once it has ended."""
    try:
        return os.read(terminal, 1024)
    except OSError:
        return b""


def main() -> int:
    """Answers each question in turn, and listens until the end."""
    border = sys.argv.index("--")
    answers, command = sys.argv[1:border], sys.argv[border + 1 :]
    process, terminal = pty.fork()
    if process == 0:
        os.execvp(command[0], command)  # noqa: S606 # none is wanted
    said = b""
    while part := heard(terminal):
        said += part
        if said.endswith(QUESTION) and answers:
            answer = answers.pop(0)
            line = sys.stdin.readline().rstrip("\n") if answer == "@" else answer
            os.write(terminal, f"{line}\n".encode())
    print(said.decode(errors="replace").replace("\r", ""))
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


sys.exit(main())
