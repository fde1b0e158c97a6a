"""A program that finds the package by CMake, and logs a user in.

The environment has VERIGATOR_BASE_URL, where a `verigator-server --dev` is.
"""

from __future__ import annotations

import os
from pathlib import Path

from conan import ConanFile
from conan.tools.build import can_run
from conan.tools.cmake import CMake, cmake_layout


class Consumer(ConanFile):
    """Built against the package alone."""

    settings = ("os", "arch", "compiler", "build_type")
    generators = ("CMakeDeps", "CMakeToolchain")
    test_type = "explicit"

    def requirements(self) -> None:
        """The package that was just made."""
        self.requires(self.tested_reference_str)

    def layout(self) -> None:
        """Where CMake leaves the program."""
        cmake_layout(self)

    def build(self) -> None:
        """As any project does."""
        cmake = CMake(self)
        cmake.configure()
        cmake.build()

    def test(self) -> None:
        """Runs it where it can be run."""
        if can_run(self):
            program = Path(self.build_folder, self.cpp.build.bindir, "demo")
            self.run(f"{program} {os.environ['VERIGATOR_BASE_URL']}", env="conanrun")
