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


@pytest.fixture
def handles():
    """A live handle of each kind that functions other than readers take, for one test."""
    made = {kind: ctypes.c_void_p() for kind in ("config", "ctx", "challenge", "call", "queue")}
    out = {kind: ctypes.byref(handle) for kind, handle in made.items()}
    ok = _raw.VERIGATOR_OK
    assert library.verigator_config_new(b"user", b"password", out["config"]) == ok
    # Nothing listens there.
    assert library.verigator_config_set_base_url(made["config"], b"http://127.0.0.1:1") == ok
    assert library.verigator_config_set_max_retries(made["config"], 0) == ok
    assert library.verigator_ctx_new(made["config"], out["ctx"]) == ok
    assert library.verigator_challenge_new(1, None, out["challenge"]) == ok
    assert library.verigator_call_service_get(made["ctx"], b"id", out["call"]) == ok
    assert library.verigator_queue_new(made["ctx"], out["queue"]) == ok
    yield {f"verigator_{kind}": handle for kind, handle in made.items()}
    for kind, handle in made.items():
        getattr(library, f"verigator_{kind}_free")(handle)


def argument(parameter, ctype, handles):
    """One that may be passed, and is NULL where that may be."""
    if parameter.get("nullable"):
        return ctype() if parameter["kind"] == "callback" else None
    if parameter.get("out"):
        return ctypes.byref(ctype._type_())
    if parameter["kind"] == "handle":
        return handles[parameter["of"]]
    if parameter["kind"] == "callback":
        return ctype(lambda *_: None)
    if parameter["kind"] in ("string", "path", "bytes"):
        return b"x"
    # The shortest life of a link; a page may be as long.
    return 60 if parameter["type"] == "int64_t" else 1


def is_tried(function) -> bool:
    """Whether it says what is wrong: no reader of a status, and nothing that frees."""
    is_other = function["name"].endswith(("_free", "_status", "_status_name"))
    return function["returns"]["kind"] == "status" and not is_other


@pytest.mark.parametrize("name", [name for name, one in FUNCTIONS.items() if is_tried(one)])
def test_null_is_refused_where_the_description_says_so(name, handles):
    function = getattr(library, name)
    parameters = FUNCTIONS[name]["parameters"]
    good = [argument(*both, handles) for both in zip(parameters, function.argtypes)]
    for number, parameter in enumerate(parameters):
        if parameter.get("nullable") is False and parameter["kind"] != "bytes":
            bad = list(good)
            bad[number] = function.argtypes[number]() if parameter["kind"] == "callback" else None
            is_handle = parameter["kind"] == "handle" and not parameter.get("out")
            refusal = "INVALID_HANDLE" if is_handle else "INVALID_ARGUMENT"
            assert function(*bad) == getattr(_raw, f"VERIGATOR_{refusal}"), parameter["name"]
    pointers = [parameter for parameter in parameters if "nullable" in parameter]
    if len(pointers) > 1:
        assert function(*good) != _raw.VERIGATOR_INVALID_ARGUMENT, "NULL where it may be"
