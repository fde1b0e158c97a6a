"""The loopback server that the clients call."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from runner.placement import Placement


@dataclass(frozen=True)
class Counts:
    """What the connections to a server were so far."""

    connections: int
    full_handshakes: int
    resumed_handshakes: int
    #: Connections through the proxy.
    tunnels: int

    def __sub__(self, before: Counts) -> Counts:
        return Counts(
            self.connections - before.connections,
            self.full_handshakes - before.full_handshakes,
            self.resumed_handshakes - before.resumed_handshakes,
            self.tunnels - before.tunnels,
        )

    def __str__(self) -> str:
        return (
            f"{self.connections} connections with {self.full_handshakes} handshakes in full "
            f"and {self.resumed_handshakes} resumed, {self.tunnels} through the proxy"
        )


class Server:
    """A running server. It ends with the `with` block, or with this process."""

    def __init__(self, program: Path, ca_file: Path, delay_ms: int, placement: Placement) -> None:
        self._process = subprocess.Popen(
            [*placement.server(), program, ca_file, str(delay_ms)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        addresses = json.loads(self._process.stdout.readline())
        self._plain: str = addresses["plain"]
        self._tls: str = addresses["tls"]
        self._proxy: str = addresses["proxy"]
        self._ca: str = addresses["ca"]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def arguments(self, *, tls: bool, proxy: bool = False) -> list[str]:
        """How a client is told where to call, and through what."""
        address = ["--url", self._tls, "--ca", self._ca] if tls else ["--url", self._plain]
        return [*address, "--proxy", self._proxy] if proxy else address

    def counts(self) -> Counts:
        """What the connections were so far."""
        with urllib.request.urlopen(f"{self._plain}/counts") as reply:
            return Counts(**json.load(reply))
