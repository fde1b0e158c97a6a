"""Makes privacyIDEA's database, and tokens in it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from privacyidea.app import create_app
from privacyidea.lib.token import init_token
from privacyidea_settings import settings_file

#: As many as the bench asks about, all with the key of RFC 4226, appendix D.
TOKENS = int(os.environ["BENCH_TOKENS"])
KEY = b"12345678901234567890".hex()


def main() -> None:
    """Sets everything up."""
    settings = str(settings_file())
    environment = {**os.environ, "PRIVACYIDEA_CONFIGFILE": settings}
    manage = Path(sys.executable).with_name("pi-manage")
    for step in ("create_enckey", "create_audit_keys", "create_tables"):
        subprocess.run([manage, "setup", step], env=environment, check=True)
    app = create_app(config_name="production", config_file=settings, silent=True)
    with app.app_context():
        for number in range(TOKENS):
            serial = f"BENCH{number:04}"
            init_token({"serial": serial, "type": "hotp", "otpkey": KEY, "genkey": 0})


if __name__ == "__main__":
    main()
