"""The wheel's tag is that of the library inside; `check` runs this where hatchling is installed."""

from __future__ import annotations

import hashlib
import os
import struct
import subprocess
import sys
import sysconfig
import zipfile

import pytest
from conftest import REPOSITORY

NATIVE = sysconfig.get_platform().replace("-", "_").replace(".", "_")


def elf(machine: int) -> bytes:
    """The start of a 64-bit shared object for Linux."""
    return b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + struct.pack("<HH", 3, machine) + bytes(64)


def pe(machine: int) -> bytes:
    """The start of a DLL, whose own header does not come first."""
    stub = b"MZ".ljust(60, b"\0") + struct.pack("<I", 0x80)
    return stub.ljust(0x80, b"\0") + b"PE\0\0" + struct.pack("<H", machine) + bytes(64)


def build(folder, library, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder],
        cwd=REPOSITORY / "bindings/python",
        env={**os.environ, "VERIGATOR_LIBRARY": str(library), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("name", "library", "platform"),
    [
        ("libverigator.so", elf(62), "linux_x86_64"),
        ("libverigator.so", elf(183), "linux_aarch64"),
        ("verigator.dll", pe(0x8664), "win_amd64"),
        ("verigator.dll", pe(0xAA64), "win_arm64"),
        ("libverigator.dylib", b"\xcf\xfa\xed\xfe" + bytes(64), NATIVE),
    ],
    ids=["x86_64", "aarch64", "amd64", "arm64", "of this machine"],
)
def test_the_tag_is_that_of_the_library(tmp_path, name, library, platform):
    (tmp_path / name).write_bytes(library)
    built = build(tmp_path / "dist", tmp_path / name)
    assert built.returncode == 0, built.stderr
    (wheel,) = (tmp_path / "dist").iterdir()
    assert wheel.name.endswith(f"-py3-none-{platform}.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert archive.read(f"verigator/{name}") == library
        assert [file for file in archive.namelist() if file.endswith("licenses/LICENSE-MIT")]


def build_info(wheel) -> str:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (file for file in archive.namelist() if file.endswith(".dist-info/BUILD-INFO"))
        return archive.read(name).decode()


def test_a_wheel_tells_that_its_library_was_built_before(tmp_path):
    (tmp_path / "libverigator.so").write_bytes(elf(62))
    build(tmp_path / "dist", tmp_path / "libverigator.so")
    (wheel,) = (tmp_path / "dist").iterdir()
    digest = hashlib.sha256(elf(62)).hexdigest()
    assert build_info(wheel) == f"Library: built before, SHA-256 {digest}\n"


def test_a_wheel_tells_that_its_library_was_built_for_it():
    # The one that `check` built.
    (wheel,) = (REPOSITORY / "target/python/dist").iterdir()
    assert build_info(wheel).startswith("Library: built by cargo for this wheel, SHA-256 ")


def test_a_link_to_the_library_will_do(tmp_path):
    (tmp_path / "libverigator.so.1.0.0").write_bytes(elf(62))
    (tmp_path / "libverigator.so").symlink_to("libverigator.so.1.0.0")
    assert build(tmp_path / "dist", tmp_path / "libverigator.so").returncode == 0
    assert len(list((tmp_path / "dist").iterdir())) == 1


def test_the_licences_that_go_with_the_library(tmp_path):
    (tmp_path / "libverigator.so").write_bytes(elf(62))
    (tmp_path / "licenses").mkdir()
    (tmp_path / "licenses/THIRD-PARTY").write_text("all of them", "utf-8")
    folder = str(tmp_path / "licenses")
    build(tmp_path / "dist", tmp_path / "libverigator.so", VERIGATOR_LICENSES=folder)
    (wheel,) = (tmp_path / "dist").iterdir()
    with zipfile.ZipFile(wheel) as archive:
        names = [file for file in archive.namelist() if "/licenses/" in file]
        assert [name.rpartition("/")[2] for name in names] == ["THIRD-PARTY"]


@pytest.mark.parametrize(
    ("name", "library", "told"),
    [
        ("libverigator.so", elf(243), "0xf3"),
        ("libverigator.so.1", elf(62), "not a file named"),
        ("libverigator.so", None, "not a file named"),
    ],
    ids=["another machine", "another name", "no file"],
)
def test_what_cannot_be_packed_is_told(tmp_path, name, library, told):
    if library:
        (tmp_path / name).write_bytes(library)
    built = build(tmp_path / "dist", tmp_path / name)
    assert built.returncode != 0
    assert f"{tmp_path / name}" in built.stderr
    assert told in built.stderr
