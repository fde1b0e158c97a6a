"""Programs that listen on a port of their choice and say so in their first line."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[3]
DESCRIPTION = REPOSITORY / "server" / "openapi.json"


@contextmanager
def running(program: str, *arguments: str) -> Iterator[str]:
    """Runs a program of target/debug, gives the URL that it listens on, and ends it afterwards."""
    command = [str(REPOSITORY / "target" / "debug" / program), *arguments]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if " listening on " not in line:
                sys.exit(f"{program} does not listen; run it by hand: {' '.join(command)}")
            yield line.rpartition(" ")[2].strip()
        finally:
            process.kill()
