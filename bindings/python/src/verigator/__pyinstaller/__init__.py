"""Tells PyInstaller what a frozen program needs beside Python code: the native library."""

from __future__ import annotations

from pathlib import Path


def hook_dirs() -> list[str]:
    """Where the hooks are; PyInstaller finds this by the package's entry point."""
    return [str(Path(__file__).parent)]
