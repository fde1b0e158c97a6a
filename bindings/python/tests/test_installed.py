"""What was installed: that copy is what these tests test."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
from conftest import REPOSITORY

import verigator
from messente.verigator import api
from verigator import _library

PACKAGE = Path(verigator.__file__).parent


def test_the_installed_copy_is_tested():
    purelib = Path(sysconfig.get_paths()["platlib"])
    for module in (verigator, api):
        assert purelib in Path(module.__file__).parents
        assert REPOSITORY / "bindings" not in Path(module.__file__).parents


def test_the_wheel():
    distribution = importlib.metadata.distribution("libverigator")
    assert distribution.version == verigator.__version__
    wheel = distribution.read_text("WHEEL").splitlines()
    native = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    platform = os.environ.get("VERIGATOR_WHEEL_PLATFORM", native)
    assert f"Tag: py3-none-{platform}" in wheel
    assert "Root-Is-Purelib: false" in wheel
    files = {str(file) for file in distribution.files}
    name = _library.file_name()
    assert {f"verigator/{name}", "verigator/py.typed", "messente/verigator/py.typed"} <= files
    assert [file for file in files if file.endswith("dist-info/licenses/LICENSE-MIT")]
    digest = hashlib.sha256((PACKAGE / name).read_bytes()).hexdigest()
    assert distribution.read_text("BUILD-INFO").endswith(f", SHA-256 {digest}\n")
    # Other distributions may put modules into this namespace too.
    assert "messente/__init__.py" not in files
    assert not [file for file in files if "test" in file]
    assert not distribution.requires or all("extra" in line for line in distribution.requires)


@pytest.fixture
def copy(tmp_path):
    """The installed package in another place, without its native library."""
    shutil.copytree(PACKAGE, tmp_path / "verigator", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "verigator" / _library.file_name()).unlink()
    return tmp_path


def importing(folder: Path, before: str = "") -> str:
    """What Python says when the package in `folder` is imported, after something else."""
    ended = subprocess.run(
        [sys.executable, "-c", f"{before}\nimport verigator"],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    return ended.stderr.splitlines()[-1]


def test_the_error_has_a_public_name():
    assert issubclass(verigator.LibraryLoadError, ImportError)
    assert "LibraryLoadError" in verigator.__all__


def assert_tells_all(message: str, folder: Path) -> None:
    assert "LibraryLoadError: libverigator cannot be loaded on " in message
    assert sys.platform in message
    assert _library.file_name() in message
    assert str(folder / "verigator") in message
    # What to do: with this Python, and so for its platform.
    assert f"run {sys.executable} -m pip install --force-reinstall" in message


def test_a_library_that_is_not_there(copy):
    message = importing(copy)
    assert_tells_all(message, copy)
    assert "there is no such file" in message


def test_a_frozen_program_without_the_library(copy):
    message = importing(copy, "import sys; sys.frozen = True")
    assert "there is no such file" in message
    assert "Freeze the program with it" in message
    # That would run the program itself.
    assert sys.executable not in message


def test_a_program_can_go_on_without_the_library(copy):
    program = (
        "try: import verigator",
        "except ImportError as error: raise SystemExit(f'without {error.name}')",
    )
    assert importing(copy, "\n".join(program)) == "without verigator"


def test_a_library_that_is_none(copy):
    (copy / "verigator" / _library.file_name()).write_bytes(b"of another platform")
    assert_tells_all(importing(copy), copy)


@pytest.mark.skipif(sys.platform != "linux", reason="it is made from a header of Linux")
def test_a_library_for_another_machine(copy):
    library = bytearray((PACKAGE / _library.file_name()).read_bytes())
    # The machine: of IBM's mainframes.
    library[18] = 22
    (copy / "verigator" / _library.file_name()).write_bytes(library)
    message = importing(copy)
    assert_tells_all(message, copy)
    # That is all that the system says, of a file that is there.
    assert "No such file" in message
    assert "the file is there, but not for this system and machine" in message


def test_a_library_that_lacks_a_function(copy, tmp_path):
    # Any other library will do.
    other = next(
        Path(path) for path in loaded_libraries() if "libcrypto" in path or "libc." in path
    )
    shutil.copy(other, copy / "verigator" / _library.file_name())
    message = importing(copy)
    assert_tells_all(message, copy)
    assert "undefined symbol: verigator_" in message


def loaded_libraries() -> list[str]:
    with open("/proc/self/maps") as maps:
        return [line.split()[-1] for line in maps if ".so" in line]
