"""What the calls return."""

from __future__ import annotations


class Service:
    """A registered service.

    Attributes:
        id: For the other calls.
        creation_time: When it was made, an RFC 3339 timestamp.
        name: What users see.
    """

    def __init__(self, id: str, creation_time: str, name: str) -> None:
        self.id = id
        self.creation_time = creation_time
        self.name = name


class User:
    """A user of a service.

    Attributes:
        id: For the other calls.
        creation_time: When the user was registered, an RFC 3339 timestamp.
        username: The caller's own name for the user.
    """

    def __init__(self, id: str, creation_time: str, username: str) -> None:
        self.id = id
        self.creation_time = creation_time
        self.username = username
