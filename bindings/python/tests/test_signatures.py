"""The prototypes in Python are those of the header."""

from __future__ import annotations

import ctypes
import re

import pytest
from conftest import REPOSITORY

import verigator
from verigator import VerigatorError, _failures, _signatures
from verigator._library import library

HEADER = (REPOSITORY / "include/verigator.h").read_text("utf-8")
# Without comments, and without how functions are called, which is not a part of their types.
CODE = re.sub(r"/\*.*?\*/|//[^\n]*|VERIGATOR_CALL ", " ", HEADER, flags=re.S)

PLAIN = {
    "void": None,
    "int32_t": ctypes.c_int32,
    "int64_t": ctypes.c_int64,
    "size_t": ctypes.c_size_t,
    "uint32_t": ctypes.c_uint32,
    "uint64_t": ctypes.c_uint64,
    "void *": ctypes.c_void_p,
    "const char *": ctypes.c_char_p,
    "verigator_log_callback": _signatures.LOG_CALLBACK,
    "verigator_destroy_callback": _signatures.DESTROY_CALLBACK,
    "verigator_wake_callback": _signatures.WAKE_CALLBACK,
}
PLAIN.update(
    {alias: PLAIN[what] for what, alias in re.findall(r"typedef (\w+) (verigator_\w+);", CODE)}
)
OPAQUE = set(re.findall(r"typedef struct (verigator_\w+) \1;", CODE))

PROTOTYPE = re.compile(
    r"^(?:VERIGATOR_(?:API|MUST_USE)\s+)*([\w ]+?[ *]+)(verigator_\w+)\(([^)]*)\);", re.M
)
PROTOTYPES = {name: (result, parameters) for result, name, parameters in PROTOTYPE.findall(CODE)}

# Bytes with a length instead of a NUL at the end: ctypes must not look for one.
ADDRESSES = {"verigator_error_body"}


def ctype(declaration: str) -> object:
    """The type in ctypes of a C type, without the name of a parameter."""
    declaration = " ".join(declaration.replace("*", " * ").split()).replace("* *", "**")
    if declaration in PLAIN:
        return PLAIN[declaration]
    base, _, stars = re.sub("^const ", "", declaration).partition(" ")
    if base in OPAQUE:
        return {"*": ctypes.c_void_p, "**": ctypes.POINTER(ctypes.c_void_p)}[stars]
    assert stars == "*", declaration
    return ctypes.POINTER(PLAIN[base])


def parameter_types(parameters: str) -> list[object]:
    if parameters.strip() == "void":
        return []
    return [ctype(re.sub(r"\w+\s*$", "", parameter)) for parameter in parameters.split(",")]


def test_the_header_was_understood():
    assert len(PROTOTYPES) == len(re.findall(r"\bverigator_\w+\(", CODE)) > 60
    assert {"verigator_ctx", "verigator_config", "verigator_error"} <= OPAQUE


def test_every_function_is_declared_and_no_other():
    assert set(_signatures.PROTOTYPES) == set(PROTOTYPES)


@pytest.mark.parametrize("name", sorted(PROTOTYPES))
def test_prototype(name):
    result, parameters = PROTOTYPES[name]
    expected = ctypes.c_void_p if name in ADDRESSES else ctype(result)
    function = getattr(library, name)
    assert function.restype is expected
    assert list(function.argtypes) == parameter_types(parameters)


@pytest.mark.parametrize("what", ["log", "destroy", "wake"])
def test_a_callback_is_that_of_the_header(what):
    name = f"verigator_{what}_callback"
    parameters = re.search(rf"void\s*\(\s*\*{name}\)\(([^)]*)\)", CODE).group(1)
    assert PLAIN[name]._restype_ is None
    assert list(PLAIN[name]._argtypes_) == parameter_types(parameters)


def constants(pattern: str) -> dict[str, int]:
    return {
        name: int(value)
        for name, value in re.findall(r"#define VERIGATOR_(\w+) (-?\d+)$", CODE, flags=re.M)
        if re.fullmatch(pattern, name)
    }


def test_every_kind_has_its_exception():
    kinds = constants("KIND_.*")
    assert {name: _failures._BY_KIND[number].kind for name, number in kinds.items()} == {
        name: name[len("KIND_") :].lower() for name in kinds
    }
    assert len(kinds) == len(_failures._BY_KIND)


def test_every_status_has_an_exception_of_its_kind():
    statuses = constants(r"(?!KIND_|METHOD_|LOG_|TLS_|VERSION_|OK$).*")
    assert statuses["NOT_FOUND"] == 404
    for name, status in statuses.items():
        assert library.verigator_status_name(status).decode() == name
        assert issubclass(_failures._error_type(status, 0), VerigatorError)
    assert set(_failures._BY_STATUS) <= set(statuses.values())


def test_the_version_is_that_of_the_header():
    version = constants("VERSION_.*")
    assert verigator.__version__ == "{VERSION_MAJOR}.{VERSION_MINOR}.{VERSION_PATCH}".format(
        **version
    )
    assert library.verigator_version().decode() == verigator.__version__
