"""The programs that are compared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

#: This library from C, which the others are compared with.
VERIGATOR = "verigator"


@dataclass(frozen=True)
class Build:
    """Where the programs, and what they are made of, were built."""

    repository: Path
    #: `release`, or `debug` to see that the bench works.
    profile: str

    @property
    def programs(self) -> Path:
        """The clients in C and C++."""
        return self.repository / "target" / "bench" / self.profile

    @property
    def server(self) -> Path:
        """The server."""
        return self.repository / "target" / "bench" / "cargo" / self.profile / "bench-server"

    @property
    def library(self) -> Path:
        """The library that is measured."""
        return self.repository / "target" / self.profile / "libverigator.so"

    def command(self, client: str) -> list[str]:
        """How a client is run, without its arguments."""
        return [str(self.programs / client)]
