"""A login from end to end: register a service and a user, send a PIN, and check what was typed.

VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom.
"""

from verigator import Client, ConflictError, VerigatorError


def log_in(client: Client, service_id: str, user_id: str) -> bool:
    """Sends this user a PIN and gives them three attempts at typing it."""
    challenge = client.initiate(service_id, user_id)
    for _ in range(3):
        answer = client.verify(service_id, user_id, input(f"{challenge.method} PIN: "), challenge)
        if answer:
            return True
        print(f"That is not it ({answer.result}).")
    return False


def main() -> None:
    """Registers Jane and logs her in."""
    try:
        with Client.from_env(timeout=10) as client:
            service = client.create_service("shop.example.com", "Example shop")
            user = client.create_user(service.id, "+3725555555", "jane@example.com")
            print("Welcome!" if log_in(client, service.id, user.id) else "Go away!")
            client.delete_service(service.id)
    except ConflictError as error:
        raise SystemExit(f"delete what an earlier run left behind: {error}") from error
    except VerigatorError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    main()
