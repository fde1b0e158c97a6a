"""Which cores a client and the server run on.

Left to itself the system puts the two of them on one core or on two. On two a call also waits
until the other core has woken up, which takes longer than all that a client does. So it is said
where the system treats clients differently, and where the work itself is to be seen.
"""

from __future__ import annotations

import os
from enum import Enum


class Placement(Enum):
    """Where a client runs, beside the server."""

    #: Wherever the system likes.
    ANYWHERE = "anywhere"
    #: On a core of its own: both sleep while they wait for each other, as those on two machines do.
    APART = "apart"
    #: On the server's core: nobody waits for a core to wake up, which leaves the work itself.
    TOGETHER = "together"

    def client(self) -> list[str]:
        """What a client's command begins with."""
        return [] if self is Placement.ANYWHERE else _on(0)

    def server(self) -> list[str]:
        """What the server's command begins with."""
        return {Placement.ANYWHERE: [], Placement.APART: _on(-1), Placement.TOGETHER: _on(0)}[self]


def _on(core: int) -> list[str]:
    return ["taskset", "--cpu-list", str(sorted(os.sched_getaffinity(0))[core])]
