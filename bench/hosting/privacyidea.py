"""What privacyIDEA is asked: HOTP tokens, since its PINs by SMS need a gateway."""

from __future__ import annotations

import hmac
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: How many there are, all with the key of RFC 4226, appendix D.
TOKENS = 300
KEY = b"12345678901234567890"

#: Of the next plan: a code is good once.
_counters = count()


def serial(number: int) -> str:
    """How a token is called."""
    return f"BENCH{number:04}"


def verifications(numbers: range) -> Iterator[str]:
    """A plan in which these tokens are verified, with a code that was not used before."""
    code = hotp(next(_counters))
    for number in numbers:
        body = f'{{"serial":"{serial(number)}","pass":"{code}"}}'
        yield f'POST\t/validate/check\t\t"value": true\t{body}'


def hotp(counter: int) -> str:
    """The code of RFC 4226."""
    digest = hmac.digest(KEY, counter.to_bytes(8, "big"), "sha1")
    offset = digest[19] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"
