"""The challenge of a check: left out, lost or there."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING

from verigator._raw import VERIGATOR_INVALID_ARGUMENT
from verigator._results import method_in
from verigator._text import NOT_SENT, text_in
from verigator.errors import InvalidArgumentError

if TYPE_CHECKING:
    from verigator.models import Challenge


class LeftOut(enum.Enum):
    """What stands for a challenge that was left out.

    It is not None, which is one that got lost on the way, and must not be the weaker check.
    """

    LEFT_OUT = enum.auto()

    def __repr__(self) -> str:
        return "<left out>"


LEFT_OUT = LeftOut.LEFT_OUT


def parts_in(challenge: Challenge | None) -> tuple[int, bytes | None]:
    """The parts of a challenge as C reads them."""
    if challenge is None:
        why = "challenge is None; pass what initiate returned, or leave it out to check token alone"
        raise InvalidArgumentError(why, status=VERIGATOR_INVALID_ARGUMENT, **NOT_SENT)
    return method_in(challenge.method), text_in("auth_id", challenge.auth_id)
