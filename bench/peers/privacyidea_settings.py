"""Where privacyIDEA keeps everything: in a folder of the bench's."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(os.environ["BENCH_FOLDER"])


def settings_file() -> Path:
    """Writes the settings, if they are not there, and says where."""
    file = FOLDER / "pi.cfg"
    if not file.exists():
        settings = {
            "SECRET_KEY": "bench-secret-key",
            "PI_PEPPER": "bench-pepper",
            "PI_ENCFILE": f"{FOLDER}/enckey",
            "PI_AUDIT_KEY_PRIVATE": f"{FOLDER}/private.pem",
            "PI_AUDIT_KEY_PUBLIC": f"{FOLDER}/public.pem",
            "SQLALCHEMY_DATABASE_URI": f"sqlite:///{FOLDER}/privacyidea.db",
            "PI_LOGLEVEL": 40,
        }
        lines = (f"{name} = {value!r}\n" for name, value in settings.items())
        file.write_text("".join(lines), "utf-8")
    return file
