"""What is made for an sdist on the way; `check` runs this where hatchling is installed."""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import re
import subprocess
import tarfile
import tempfile

import hatchling.build
import pytest
from conftest import REPOSITORY


@pytest.fixture
def hook(monkeypatch):
    """What hatchling runs."""
    monkeypatch.syspath_prepend(REPOSITORY / "bindings/python")
    return importlib.import_module("hatch_build")


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.chdir(REPOSITORY / "bindings/python")
    return folder


def test_what_is_packed_is_a_workspace_of_its_own_to_cargo(temporary, tmp_path):
    name = hatchling.build.build_sdist(str(tmp_path))
    with tarfile.open(tmp_path / name) as sdist:
        sdist.extraction_filter = lambda member, _: member
        sdist.extractall(tmp_path)
    core = tmp_path / name[: -len(".tar.gz")] / "core"
    command = ["cargo", "metadata", "--offline", "--no-deps", "--format-version", "1"]
    asked = subprocess.run(command, cwd=core, capture_output=True, text=True, check=False)
    assert asked.returncode == 0, asked.stderr
    described = json.loads(asked.stdout)
    assert [package["name"] for package in described["packages"]] == ["verigator"]
    assert described["workspace_root"] == str(core)
    assert not list(temporary.iterdir())


@pytest.mark.parametrize(
    "members",
    ['members = [".", "cli"] # and a word on that', '"members" = [".", "cli"]'],
    ids=["a comment", "quotes"],
)
def test_a_workspace_that_cannot_be_cut_down_is_refused(hook, tmp_path, members):
    manifest = tmp_path / "Cargo.toml"
    manifest.write_text(f'[workspace]\n{members}\ndefault-members = ["."]\n', "utf-8")
    with pytest.raises(SystemExit, match=re.escape(f"{manifest} cannot be cut down")):
        hook._alone(manifest)


def test_a_library_for_musl_does_not_bring_the_libc(hook, monkeypatch, tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src/lib.rs").touch()
    (tmp_path / "Cargo.toml").write_text(
        'package.name = "verigator"\nfeatures.capi = []\n', "utf-8"
    )
    asked = tmp_path / "asked"
    wrapper = tmp_path / "wrapper"
    wrapper.write_text(f'#!/bin/sh\necho "$@" >> {asked}\nexec "$@"\n', "utf-8")
    wrapper.chmod(0o755)
    monkeypatch.setenv("CARGO_BUILD_TARGET", "x86_64-unknown-linux-musl")
    monkeypatch.setenv("RUSTC_WRAPPER", str(wrapper))
    monkeypatch.setenv("CARGO_TARGET_DIR", str(tmp_path / "target"))
    monkeypatch.setenv("CARGO_BUILD_BUILD_DIR", str(tmp_path / "target"))
    monkeypatch.delenv("RUSTFLAGS", raising=False)
    # How it ends depends on whether the standard library of that target is here.
    with contextlib.suppress(SystemExit):
        hook._build(tmp_path)
    (compiled,) = (line for line in asked.read_text("utf-8").splitlines() if " src/lib.rs " in line)
    assert " --crate-type cdylib " in compiled
    assert " target-feature=-crt-static" in compiled


def test_a_folder_that_another_user_made_is_not_taken(temporary, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (temporary / f"libverigator-{os.getpid()}").symlink_to(elsewhere)
    hatchling.build.build_sdist(str(tmp_path))
    assert not list(elsewhere.iterdir())
