"""What the controllers make their calls with."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from messente.verigator import exceptions
from verigator import Client, VerigatorError
from verigator.options import Options

if sys.version_info >= (3, 11):
    from typing import Unpack
elif TYPE_CHECKING:
    from typing_extensions import Unpack


class RestClient:
    """The account and the address that calls are made with.

    Attributes:
        endpoint: Where the service is.
    """

    def __init__(
        self, endpoint: str, username: str, password: str, **options: Unpack[Options]
    ) -> None:
        """Prepares calls; nothing is sent and nothing is judged before the first of them."""
        if not isinstance(username, str) or not isinstance(password, str):
            raise TypeError("username and password should be string")
        self.endpoint = endpoint
        self._credentials = username, password
        self._options = options
        self._client: Client | None = None

    def connect(self) -> Client:
        """The client that makes the calls, made for the first of them.

        Not before, because programs make an `Api` at import, before they know that they will need
        it, with credentials that may be empty.
        """
        # Two threads may both make one here; without a lock, so that fork() can do no harm.
        if self._client is None:
            options: Options = {**self._options, "base_url": self.endpoint}
            try:
                self._client = Client(*self._credentials, **options)
            except VerigatorError as error:
                raise exceptions.translated(error) from error
        return self._client
