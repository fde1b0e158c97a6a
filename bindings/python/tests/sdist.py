"""What is made for an sdist on the way; `check` runs this where hatchling is installed."""

from __future__ import annotations

import os
import tarfile
import tempfile

import hatchling.build
import pytest
from conftest import REPOSITORY


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    monkeypatch.chdir(REPOSITORY / "bindings/python")
    return folder


def test_the_core_is_a_workspace_of_its_own(temporary, tmp_path):
    name = hatchling.build.build_sdist(str(tmp_path))
    with tarfile.open(tmp_path / name) as sdist:
        manifest = sdist.extractfile(f"{name[: -len('.tar.gz')]}/core/Cargo.toml")
        assert b'members = ["."]' in manifest.read()
    assert not list(temporary.iterdir())


def test_a_folder_that_another_user_made_is_not_taken(temporary, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (temporary / f"libverigator-{os.getpid()}").symlink_to(elsewhere)
    hatchling.build.build_sdist(str(tmp_path))
    assert not list(elsewhere.iterdir())
