"""Packs the native library into the wheel, built if need be, and its source into the sdist."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

try:
    import tomllib
except ModuleNotFoundError:
    # Before Python 3.11 hatchling itself asks for it.
    import tomli as tomllib

# What lies beside the Cargo.toml of the library and is packed too; the latter is what cargo needs.
LICENSES = ("LICENSE-APACHE", "LICENSE-MIT")
CORE_FILES = ("Cargo.lock", "build", "cbindgen.toml", "src", *LICENSES)

# A library for musl, unlike a program, does not bring the libc: rustup's targets have no shared
# one otherwise. What is in RUSTFLAGS takes the place of this.
MUSL = "target.'cfg(target_env = \"musl\")'.rustflags = ['-C', 'target-feature=-crt-static']"

# What the library is called on each system that names it in its own way.
FILE_NAMES = {
    "linux": "libverigator.so",
    "darwin": "libverigator.dylib",
    "win32": "verigator.dll",
}
# The machines that a library's header names, as a wheel's tag does.
ELF_PLATFORMS = {0x3E: "linux_x86_64", 0xB7: "linux_aarch64"}
PE_PLATFORMS = {0x8664: "win_amd64", 0xAA64: "win_arm64"}


class CoreBuildHook(BuildHookInterface[Any]):
    """Adds the native library (wheel) or the Rust core (sdist) to what is packed."""

    _scratch: Path | None = None

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Runs before the files are collected."""
        if version == "editable":
            raise SystemExit("libverigator: an editable install has no library in it; install it")
        if self.target_name == "sdist":
            build_data["force_include"].update(self._core_source())
            return
        library = _prebuilt()
        platform = _platform_of(library) if library else _platform()
        origin = "built before" if library else "built by cargo for this wheel"
        library = library or _build(self._core())
        build_data["force_include"][str(library)] = f"verigator/{library.name}"
        folder = f"libverigator-{self.metadata.version}.dist-info"
        for file in self._licenses():
            build_data["force_include"][str(file)] = f"{folder}/licenses/{file.name}"
        build_info = self._temporary("BUILD-INFO", f"Library: {origin}, {_hash(library)}\n")
        build_data["force_include"][str(build_info)] = f"{folder}/{build_info.name}"
        build_data["pure_python"] = False
        # Any Python 3, since nothing in it is compiled against Python.
        build_data["tag"] = f"py3-none-{platform}"

    def finalize(self, _version: str, _build_data: dict[str, Any], _artifact: str) -> None:
        """Runs after the artifact was written."""
        if self._scratch:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _core(self) -> Path:
        """The folder of the Rust core: within an sdist, or the repository that this is in."""
        for folder in (Path(self.root, "core"), Path(self.root, "..", "..").resolve()):
            manifest = folder / "Cargo.toml"
            if manifest.exists() and 'name = "verigator"' in manifest.read_text("utf-8"):
                return folder
        raise SystemExit(
            "libverigator: the Rust core is neither in core/ (as in an sdist) nor two "
            "folders up (as in the repository); set VERIGATOR_LIBRARY to one built before"
        )

    def _licenses(self) -> list[Path]:
        """What is in the folder that VERIGATOR_LICENSES names, or the library's own licences."""
        folder = os.environ.get("VERIGATOR_LICENSES")
        return sorted(Path(folder).iterdir()) if folder else [self._core() / n for n in LICENSES]

    def _core_source(self) -> dict[str, str]:
        core = self._core()
        manifest = self._temporary("Cargo.toml", _alone(core / "Cargo.toml"))
        source = {str(core / name): f"core/{name}" for name in CORE_FILES}
        return {**source, str(manifest): "core/Cargo.toml"}

    def _temporary(self, name: str, text: str) -> Path:
        """A file that is there until the artifact is written."""
        self._scratch = Path(tempfile.mkdtemp(prefix="libverigator-"))
        file = self._scratch / name
        file.write_text(text, "utf-8")
        return file


def _alone(manifest: Path) -> str:
    """The library's Cargo.toml, as it is but without the other members of the workspace."""
    text = manifest.read_text("utf-8")
    meant = tomllib.loads(text)
    meant["workspace"] |= {"members": ["."], "default-members": ["."]}
    lists = re.compile(r"^(members|default-members) = \[.*?\]$", re.M | re.S)
    text = lists.sub(r'\1 = ["."]', text)
    if tomllib.loads(text) != meant:
        raise SystemExit(
            f"libverigator: {manifest} cannot be cut down to the library: `members` and "
            "`default-members` have to be lists that begin and end a line"
        )
    return text


def _prebuilt() -> Path | None:
    """The library that VERIGATOR_LIBRARY names, for those who build it otherwise."""
    named = os.environ.get("VERIGATOR_LIBRARY")
    if not named:
        return None
    library = Path(named).absolute()
    if library.name not in FILE_NAMES.values() or not library.is_file():
        names = ", ".join(FILE_NAMES.values())
        raise SystemExit(f"libverigator: VERIGATOR_LIBRARY is {named}, not a file named {names}")
    return library


def _hash(library: Path) -> str:
    return f"SHA-256 {hashlib.sha256(library.read_bytes()).hexdigest()}"


def _build(core: Path) -> Path:
    cargo = shutil.which("cargo")
    if cargo is None:
        raise SystemExit(
            "libverigator: cargo is not on the PATH, and the library inside the wheel is built "
            "with it; install Rust 1.89 or later, or set VERIGATOR_LIBRARY to one built before"
        )
    # The shared library alone: only then does link-time optimisation apply to it.
    command = [cargo, "rustc", "--release", "--package", "verigator", "--features", "capi"]
    command += ["--lib", "--crate-type", "cdylib", "--message-format", "json-render-diagnostics"]
    command += ["--config", MUSL]
    built = subprocess.run(command, cwd=core, stdout=subprocess.PIPE, text=True, check=False)
    if built.returncode != 0:
        raise SystemExit(
            f"libverigator: {shlex.join(command)} in {core} failed; see its output above"
        )
    for line in built.stdout.splitlines():
        for name in json.loads(line).get("filenames", ()):
            if Path(name).name == _file_name():
                return Path(name)
    raise SystemExit(f"libverigator: cargo made no {_file_name()}")


def _platform() -> str:
    """What a wheel's tag calls the platform that this runs on."""
    return re.sub(r"[-.]", "_", sysconfig.get_platform())


def _platform_of(library: Path) -> str:
    """What a wheel's tag calls the platform that a library is for, as its header has it.

    The header does not tell the C library: for which Linux a `linux_*` is, auditwheel finds out.
    """
    with library.open("rb") as file:
        header = file.read(1024)
    if header.startswith(b"\x7fELF"):
        machine = _number(header, 18)
        platform = ELF_PLATFORMS.get(machine)
    elif header.startswith(b"MZ"):
        # Behind the signature of the image's own header, whose place stands in that of MS-DOS.
        machine = _number(header, _number(header, 60) + 4)
        platform = PE_PLATFORMS.get(machine)
    else:
        return _platform()
    if platform is None:
        raise SystemExit(f"libverigator: {library} is for a machine unknown here, {machine:#x}")
    return platform


def _number(header: bytes, offset: int) -> int:
    return int.from_bytes(header[offset : offset + 2], "little")


def _file_name() -> str:
    return FILE_NAMES.get(sys.platform, FILE_NAMES["linux"])
