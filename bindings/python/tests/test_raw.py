"""The binding goes by the description of the C API, and knows all of its numbers."""

from __future__ import annotations

import ctypes
import json

import pytest
from conftest import REPOSITORY

import verigator
from verigator import TLSVersion, VerigatorError, _failures, _logging, _raw, _results
from verigator._library import library

API = json.loads((REPOSITORY / "include/verigator.json").read_text("utf-8"))
FUNCTIONS = {function["name"]: function for function in API["functions"]}
CONSTANTS = {constant["name"]: constant for constant in API["constants"]}

# As wide as in C, and a pointer where C has one.
SIZES = {"int32_t": 4, "int64_t": 8, "uint64_t": 8, "size_t": ctypes.sizeof(ctypes.c_size_t)}
SIZES.update({number["name"]: SIZES[number["type"]] for number in API["numbers"]})
POINTER = ctypes.sizeof(ctypes.c_void_p)


def is_as_wide(ctype, value) -> bool:
    """Whether a type of ctypes takes as much room as what C has."""
    c_type = value["type"]
    if value.get("out"):
        return SIZES.get(c_type[: -len(" *")], POINTER) == ctypes.sizeof(ctype._type_)
    return SIZES.get(c_type, POINTER) == ctypes.sizeof(ctype)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_prototype(name):
    function = getattr(library, name)
    parameters = FUNCTIONS[name]["parameters"]
    assert len(function.argtypes) == len(parameters)
    assert all(map(is_as_wide, function.argtypes, parameters))
    if FUNCTIONS[name]["returns"]["type"] == "void":
        assert function.restype is None
    else:
        assert is_as_wide(function.restype, FUNCTIONS[name]["returns"])


def numbers(of: str) -> dict[str, int]:
    """The constants of a type, without what their names begin with."""
    found = {name: one["value"] for name, one in CONSTANTS.items() if one["type"] == of}
    assert all(getattr(_raw, name) == value for name, value in found.items())
    return {name[len("VERIGATOR_") :]: value for name, value in found.items()}


def test_every_kind_has_its_exception():
    kinds = numbers("verigator_kind")
    assert {name: _failures._BY_KIND[number].kind for name, number in kinds.items()} == {
        name: name[len("KIND_") :].lower() for name in kinds
    }
    assert len(kinds) == len(_failures._BY_KIND)


def test_every_status_has_an_exception_of_its_kind():
    statuses = numbers("verigator_status")
    assert statuses["NOT_FOUND"] == 404
    for name, status in statuses.items():
        assert library.verigator_status_name(status).decode() == name
        assert issubclass(_failures._error_type(status, 0), VerigatorError)
    assert set(_failures._BY_STATUS) <= set(statuses.values())


def test_every_method_level_and_version_is_known():
    methods = numbers("verigator_method")
    known = {f"METHOD_{method.name}": number for number, method in _results._METHODS.items()}
    assert known == methods
    assert set(_logging._LEVELS) == set(numbers("verigator_log_level").values())
    assert {version.name: version.value for version in TLSVersion} == numbers(
        "verigator_tls_version"
    )


def test_the_version_is_that_of_the_description():
    assert verigator.__version__ == API["version"]
    assert library.verigator_version().decode() == verigator.__version__
