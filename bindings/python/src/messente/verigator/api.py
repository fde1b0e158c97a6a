"""The entry point: `Api`."""

from __future__ import annotations

from messente.verigator import client, controllers, routes
from verigator._typing import Unpack
from verigator.options import Options


class Api:
    """The Verigator API of one account.

    Attributes:
        services: What can be done with services (`controllers.Services`).
        users: What can be done with the users of a service (`controllers.Users`).
        auth: Starts and verifies authentications (`controllers.Auth`).
    """

    def __init__(
        self,
        username: str,
        password: str,
        endpoint: str = routes.URL,
        **options: Unpack[Options],
    ) -> None:
        """Prepares calls; nothing is sent and nothing is judged before the first of them.

        Args:
            username: The API username.
            password: The API password.
            endpoint: Where the service is. Plain http is for loopback only, unless
                `allow_plain_http=True` is among the options.
            **options: More than the official client has; see `verigator.Options`.
        """
        rest_client = client.RestClient(endpoint, username, password, **options)
        self.services = controllers.Services(rest_client)
        self.users = controllers.Users(rest_client)
        self.auth = controllers.Auth(rest_client)
