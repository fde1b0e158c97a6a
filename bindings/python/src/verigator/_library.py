"""Loads the native library that lies beside this file, and nothing else."""

from __future__ import annotations

import ctypes
import os
import platform
import sys

from verigator._raw import PROTOTYPES


class LibraryLoadError(ImportError):
    """The native library of this package could not be loaded, so `import verigator` failed.

    A program that goes on without it catches ImportError, whose `name` is `"verigator"`: this name
    cannot be imported then. The message names the platform, the file that was looked for, where,
    what was wrong, and what to do.
    """


def load() -> ctypes.CDLL:
    """Loads the native library and declares its functions.

    Raises:
        LibraryLoadError: it is not there, is for another platform, or lacks a function.
    """
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), file_name())
    if not os.path.exists(path):
        raise _refusal(path, "there is no such file")
    try:
        library = ctypes.CDLL(path)
        _declare(library)
    except OSError as error:
        # Of one for another machine Linux says that there is none.
        why = f"the file is there, but not for this system and machine, or damaged ({error})"
        raise _refusal(path, why) from error
    except AttributeError as error:
        raise _refusal(path, f"it is of another version ({error})") from error
    return library


def _declare(library: ctypes.CDLL) -> None:
    for name, (result, parameters) in PROTOTYPES.items():
        function = getattr(library, name)
        function.restype = result
        function.argtypes = parameters


def file_name() -> str:
    """What the native library is called on this platform."""
    if sys.platform == "win32":
        return "verigator.dll"
    return "libverigator.dylib" if sys.platform == "darwin" else "libverigator.so"


def _refusal(path: str, why: str) -> LibraryLoadError:
    directory, name = os.path.split(path)
    return LibraryLoadError(
        f"libverigator cannot be loaded on {_platform()}: looked for {name} in {directory}: {why}. "
        f"{_advice()}",
        name="verigator",
        path=path,
    )


def _advice() -> str:
    if getattr(sys, "frozen", False):
        return "Freeze the program with it; the README tells how under Frozen programs"
    return (
        f"To mend it, run {sys.executable} -m pip install --force-reinstall libverigator, or with "
        "its wheel for this platform or its source in place of the name"
    )


def _platform() -> str:
    # The C library decides which Linux wheels run; Python knows glibc only.
    libc = "-".join(filter(None, platform.libc_ver())) or "unknown C library"
    linux = f" ({libc})" if sys.platform.startswith("linux") else ""
    bits = ctypes.sizeof(ctypes.c_void_p) * 8
    return (
        f"{sys.platform} {platform.machine()}{linux}, {bits}-bit Python {platform.python_version()}"
    )


#: The loaded library. A call releases the GIL while it waits, since this is a `CDLL`.
library = load()
