"""A login from end to end: register a service and a user, send a PIN, and check what was typed.

VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom. The exit code
is 0 for a yes, 1 for a no, and 2 when the service could not be asked.
"""

import sys

from verigator import Client, VerigatorError


def log_in(client: Client, service_id: str, user_id: str) -> bool:
    """Sends this user a PIN and gives them three attempts at typing it."""
    challenge = client.initiate(service_id, user_id)
    for _ in range(3):
        token = input(f"{challenge.method} PIN: ")
        if client.verify(service_id, user_id, token, challenge):
            return True
        print("That is not it.")
    return False


def main() -> int:
    """Registers Jane, logs her in, and takes everything back, also when that fails."""
    try:
        with Client.from_env() as client:
            service = client.create_service("shop.example.com", "Example shop")
            try:
                user = client.create_user(service.id, "+3725555555", "jane@example.com")
                verified = log_in(client, service.id, user.id)
            finally:
                client.delete_service(service.id)
    except VerigatorError as error:
        print(error, file=sys.stderr)
        return 2
    print("Welcome!" if verified else "Denied.")
    return 0 if verified else 1


if __name__ == "__main__":
    sys.exit(main())
