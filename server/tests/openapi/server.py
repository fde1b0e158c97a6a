"""Holds a development server against the description, by schemathesis: see schemathesis.toml."""

import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path

from running import DESCRIPTION, REPOSITORY, running

FOLDER = Path(__file__).resolve().parent
# A rule of misbehaviour would disturb all that comes after it.
CHAOS = ["chaos", "set-chaos", "clear-chaos"]


def post(url: str, body: dict[str, str]) -> str:
    """Makes something and gives its id."""
    headers = {"X-Service-Auth": "demo:demo-password"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as response:
        made: dict[str, str] = json.load(response)
    return made["id"]


def hold(url: str, *options: str, **environment: str) -> bool:
    """Whether schemathesis found nothing at a server."""
    tool = Path(sys.executable).with_name("schemathesis")
    configuration = FOLDER / "schemathesis.toml"
    command = [str(part) for part in (tool, "--config-file", configuration, "run", DESCRIPTION)]
    environment = {**os.environ, "PYTHONPATH": str(FOLDER), **environment}
    # It keeps files in the folder that it runs in.
    work = REPOSITORY / "target" / "openapi"
    held = subprocess.run(
        [*command, "--url", url, *options], cwd=work, env=environment, check=False
    )
    return held.returncode == 0


def main() -> int:
    """Holds all operations, and those of chaos by themselves."""
    development = ["--dev", "--database", ":memory:", "--listen", "127.0.0.1:0"]
    with running("verigator-server", *development) as url:
        services = f"{url}/v1/service/service"
        service = post(services, {"fqdn": "held.example.com", "name": "Held"})
        user = {"phone_number": "+3725555555", "id_in_service": "held@example.com"}
        ids = {"KNOWN_SERVICE": service, "KNOWN_USER": post(f"{services}/{service}/users", user)}
        others = [option for name in CHAOS for option in ("--exclude-operation-id", name)]
        held = hold(url, *others, **ids)
    with running("verigator-server", *development, "--chaos") as url:
        chaos = [option for name in CHAOS for option in ("--include-operation-id", name)]
        held &= hold(url, *chaos, **ids)
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
