"""What the controllers make their calls with."""

from __future__ import annotations

from typing import Any

from messente.verigator import _operations, exceptions
from verigator import Client, VerigatorError
from verigator._typing import Unpack
from verigator.options import Options


class RestClient:
    """Makes the requests of the contract, with one account.

    A path is one of `routes`, with ids that are percent-encoded where they need be. The library
    sends the headers; what else it cannot send is refused: `exceptions.InvalidDataError`.

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

    @property
    def auth_header(self) -> dict[str, str]:
        """The header that every request is sent with. It holds the password."""
        return {"X-Service-Auth": ":".join(self._credentials)}

    def get(self, path: str, params: Any = None, headers: Any = None) -> dict[str, Any]:
        """Makes a GET request. Returns what the reply says."""
        return self._request("GET", path, None, params, headers)

    def post(self, path: str, headers: Any = None, json: Any = None) -> dict[str, Any]:
        """Makes a POST request with a body of JSON. Returns what the reply says."""
        return self._request("POST", path, json, headers)

    def put(self, path: str, headers: Any = None, json: Any = None) -> dict[str, Any]:
        """Makes a PUT request with a body of JSON. Returns what the reply says."""
        return self._request("PUT", path, json, headers)

    def delete(self, path: str, headers: Any = None) -> dict[str, Any]:
        """Makes a DELETE request. Returns an empty dict."""
        return self._request("DELETE", path, None, headers)

    def _request(self, verb: str, path: str, body: Any, *more: Any) -> dict[str, Any]:
        try:
            operation, arguments = _operations.found(verb, path, body, *more)
            return operation.reply(operation.call(self._connected(), *arguments))
        except VerigatorError as error:
            raise exceptions.translated(error) from error

    def _connected(self) -> Client:
        """The client that makes the calls, made for the first of them.

        Not before, because programs make an `Api` at import, before they know that they will need
        it, with credentials that may be empty.
        """
        # Two threads may both make one here; without a lock, so that fork() can do no harm.
        if self._client is None:
            options: Options = {**self._options, "base_url": self.endpoint}
            self._client = Client(*self._credentials, **options)
        return self._client
