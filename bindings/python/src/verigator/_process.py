"""Which process this is, as a forked child must tell itself from its parent.

The process id alone does not: in a PID namespace of its own, a child may have that of its parent.
"""

from __future__ import annotations

import os

_forks = 0


def identity() -> tuple[int, int]:
    """Differs from that of every process that this one was forked from."""
    return os.getpid(), _forks


def _count() -> None:
    global _forks  # noqa: PLW0603 it is the process's
    _forks += 1


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_count)
