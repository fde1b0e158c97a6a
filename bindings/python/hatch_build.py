"""Builds the native library with cargo for the wheel, and puts its source into the sdist."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# What lies beside the Cargo.toml of the library and is packed too; the latter is what cargo needs.
LICENSES = ("LICENSE-APACHE", "LICENSE-MIT")
CORE_FILES = ("Cargo.lock", "build.rs", "cbindgen.toml", "src", *LICENSES)


class CoreBuildHook(BuildHookInterface[Any]):
    """Adds the native library (wheel) or the Rust core (sdist) to what is packed."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Runs before the files are collected."""
        if version == "editable":
            raise SystemExit("libverigator: an editable install has no library in it; install it")
        if self.target_name == "sdist":
            build_data["force_include"].update(self._core_source())
            return
        library = _prebuilt() or _build(self._core())
        build_data["force_include"][str(library)] = f"verigator/{library.name}"
        licenses = f"libverigator-{self.metadata.version}.dist-info/licenses"
        for name in LICENSES:
            build_data["force_include"][str(self._core() / name)] = f"{licenses}/{name}"
        build_data["pure_python"] = False
        # Any Python 3, since nothing in it is compiled against Python.
        platform = re.sub(r"[-.]", "_", sysconfig.get_platform())
        build_data["tag"] = f"py3-none-{platform}"

    def finalize(self, _version: str, _build_data: dict[str, Any], _artifact: str) -> None:
        """Runs after the artifact was written."""
        shutil.rmtree(self._scratch(), ignore_errors=True)

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

    def _core_source(self) -> dict[str, str]:
        core = self._core()
        manifest = self._scratch() / "Cargo.toml"
        manifest.parent.mkdir(exist_ok=True)
        # The other members of the workspace stay behind.
        text = (core / "Cargo.toml").read_text("utf-8")
        text = re.sub(r"^(members|default-members) = \[.*\]$", r'\1 = ["."]', text, flags=re.M)
        manifest.write_text(text, "utf-8")
        source = {str(core / name): f"core/{name}" for name in CORE_FILES}
        return {**source, str(manifest): "core/Cargo.toml"}

    def _scratch(self) -> Path:
        return Path(tempfile.gettempdir(), f"libverigator-sdist-{os.getpid()}")


def _prebuilt() -> Path | None:
    """The library that VERIGATOR_LIBRARY names, for those who build it otherwise."""
    named = os.environ.get("VERIGATOR_LIBRARY")
    if not named:
        return None
    library = Path(named).resolve()
    if library.name != _file_name() or not library.is_file():
        raise SystemExit(f"libverigator: VERIGATOR_LIBRARY is {named}, not a file {_file_name()}")
    return library


def _build(core: Path) -> Path:
    cargo = shutil.which("cargo")
    if cargo is None:
        raise SystemExit(
            "libverigator: cargo is not on the PATH, and the library inside the wheel is built "
            "with it; install Rust 1.89 or later, or set VERIGATOR_LIBRARY to one built before"
        )
    # The shared library alone: only then does link-time optimisation apply to it.
    command = [cargo, "rustc", "--release", "--package", "verigator", "--lib"]
    command += ["--crate-type", "cdylib", "--message-format", "json-render-diagnostics"]
    built = subprocess.run(command, cwd=core, stdout=subprocess.PIPE, text=True, check=False)
    if built.returncode != 0:
        raise SystemExit(
            f"libverigator: {' '.join(command)} in {core} failed; see its output above"
        )
    for line in built.stdout.splitlines():
        for name in json.loads(line).get("filenames", ()):
            if Path(name).name == _file_name():
                return Path(name)
    raise SystemExit(f"libverigator: cargo made no {_file_name()}")


def _file_name() -> str:
    if sys.platform == "win32":
        return "verigator.dll"
    return "libverigator.dylib" if sys.platform == "darwin" else "libverigator.so"
