"""The same login with asyncio: the event loop runs on while a call waits.

VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom.
"""

import asyncio

from verigator import AsyncClient, ConflictError, VerigatorError


async def log_in(client: AsyncClient, service_id: str, user_id: str) -> bool:
    """Sends this user a PIN and gives them three attempts at typing it."""
    challenge = await client.initiate(service_id, user_id)
    for _ in range(3):
        # Only the keyboard needs a thread.
        token = await asyncio.to_thread(input, f"{challenge.method} PIN: ")
        answer = await client.verify(service_id, user_id, token, challenge)
        if answer:
            return True
        print(f"That is not it ({answer.result}).")
    return False


async def main() -> None:
    """Registers two users at once, and logs one of them in."""
    try:
        async with AsyncClient.from_env(timeout=10) as client:
            service = await client.create_service("shop.example.com", "Example shop")
            jane, _ = await asyncio.gather(
                client.create_user(service.id, "+3725555555", "jane@example.com"),
                client.create_user(service.id, "+3725555556", "joe@example.com"),
            )
            print("Welcome!" if await log_in(client, service.id, jane.id) else "Go away!")
            await client.delete_service(service.id)
    except ConflictError as error:
        raise SystemExit(f"delete what an earlier run left behind: {error}") from error
    except VerigatorError as error:
        raise SystemExit(str(error)) from error


if __name__ == "__main__":
    asyncio.run(main())
