"""The same login with asyncio: the event loop runs on while a call waits.

VERIGATOR_USERNAME, VERIGATOR_PASSWORD and VERIGATOR_BASE_URL say where, and as whom.
"""

import asyncio

from verigator import AsyncClient


async def main() -> None:
    """Registers Jane and logs her in."""
    async with AsyncClient.from_env(timeout=10) as client:
        service = await client.create_service("shop.example.com", "Example shop")
        user = await client.create_user(service.id, "+3725555555", "jane@example.com")
        challenge = await client.initiate(service.id, user.id)
        while True:
            loop = asyncio.get_running_loop()
            token = await loop.run_in_executor(None, input, f"{challenge.method} PIN: ")
            if await client.verify(service.id, user.id, token, challenge):
                break
            print("That is not it.")
        print("Welcome!")
        await client.delete_service(service.id)


if __name__ == "__main__":
    asyncio.run(main())
