"""The library as a package of Conan 2, shared or static: conan create packaging/conan."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from conan import ConanFile
from conan.errors import ConanInvalidConfiguration
from conan.tools.build import cross_building
from conan.tools.files import rm, rmdir

required_conan_version = ">=2"


class Verigator(ConanFile):
    """Built by the project's own scripts, from the files that git knows."""

    name = "verigator"
    description = "Starts and verifies two-factor logins through the Verigator API"
    license = ("MIT", "Apache-2.0")
    topics = ("2fa", "authentication", "otp", "sms", "totp")
    package_type = "library"
    settings = ("os", "arch", "compiler", "build_type")
    options = {"shared": [True, False]}  # noqa: RUF012 # Conan's way to say it
    default_options = {"shared": False}  # noqa: RUF012

    @property
    def _repository(self) -> Path:
        return Path(self.recipe_folder, "..", "..").resolve()

    def set_version(self) -> None:
        """That of the workspace."""
        manifest = (self._repository / "Cargo.toml").read_text("utf-8")
        self.version = re.findall(r'^version = "(.*)"', manifest, flags=re.MULTILINE)[0]

    def export_sources(self) -> None:
        """All of the workspace, since cargo wants its members to be there."""
        listed = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607
            cwd=self._repository,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in listed.stdout.strip("\0").split("\0"):
            # Conan's own way to copy looks through the whole repository for each.
            exported = Path(self.export_sources_folder, name)
            exported.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(self._repository / name, exported, follow_symlinks=False)

    def validate(self) -> None:
        """Elsewhere nothing has been tried."""
        if self.settings.os != "Linux":
            raise ConanInvalidConfiguration("built by this recipe for Linux only; see make dist")

    def validate_build(self) -> None:
        """The project's script builds for the machine at hand."""
        if cross_building(self):
            raise ConanInvalidConfiguration("this recipe builds for its own machine; see make dist")

    def build(self) -> None:
        """Both libraries, since one is made of the other."""
        self.run("scripts/build-release library", cwd=self.source_folder)

    def package_id(self) -> None:
        """It is always optimised, and what it exports is C."""
        del self.info.settings.compiler
        del self.info.settings.build_type

    def package(self) -> None:
        """The one of both that was asked for; Conan itself tells build systems of it."""
        folders = f"PREFIX='{self.package_folder}' LICENSEDIR='{self.package_folder}/licenses'"
        self.run(f"{folders} scripts/install target/library", cwd=self.source_folder)
        libraries = Path(self.package_folder, "lib")
        rm(self, "*.a" if self.options.shared else "*.so*", libraries)
        for folder in (libraries / "cmake", libraries / "pkgconfig"):
            rmdir(self, folder)

    def package_info(self) -> None:
        """What to link with."""
        self.cpp_info.libs = ["verigator"]
        self.cpp_info.set_property("pkg_config_name", "verigator")
        if not self.options.shared:
            self.cpp_info.defines = ["VERIGATOR_STATIC"]
            self.cpp_info.system_libs = ["util", "rt", "pthread", "m", "dl"]
