"""A program that PyInstaller froze has the native library with it."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig

import pytest

# The exact version, so that a check does not change with its tools.
PYINSTALLER = "pyinstaller==6.22.3"

PROGRAM = """
import messente.verigator.api
import verigator

client = verigator.Client("user", "password", base_url="http://127.0.0.1:1", max_retries=0)
try:
    client.get_service("s1")
except verigator.ConnectError as error:
    print("refused,", error.status)
"""


def run(*command: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.fixture
def pyinstaller(tmp_path):
    """PyInstaller in a folder of its own, beside what is installed here."""
    if not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        pytest.skip(
            "NO FROZEN PROGRAM WAS TRIED, this Python has no libpython, which it would hold"
        )
    folder = str(tmp_path / "pyinstaller")
    installed = run(sys.executable, "-m", "pip", "install", "--target", folder, PYINSTALLER)
    if installed.returncode != 0:
        pytest.skip(
            f"NO FROZEN PROGRAM WAS TRIED, pip cannot install PyInstaller: {installed.stdout}"
        )
    return folder


def test_a_frozen_program_makes_a_call(tmp_path, pyinstaller):
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    folders = [f"--{kind}path={tmp_path / kind}" for kind in ("dist", "work", "spec")]
    frozen = run(
        *(sys.executable, "-m", "PyInstaller", *folders, str(tmp_path / "program.py")),
        PYTHONPATH=pyinstaller,
        PYINSTALLER_CONFIG_DIR=str(tmp_path / "config"),
        # It looks for what a library needs with the system's programs.
        PATH=os.pathsep.join((os.environ["PATH"], os.defpath)),
    )
    assert frozen.returncode == 0, frozen.stdout
    ran = run(str(tmp_path / "dist/program/program"))
    assert ran.stdout == "refused, -11\n"
