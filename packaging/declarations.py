"""Prints the C API, as include/verigator.json describes it, in the form that something needs.

    python3 packaging/declarations.py cdef|python|csharp    what that language declares
    python3 packaging/declarations.py names|constants|since    lists, for scripts

A form is one function here, which `FORMS` lists.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

DESCRIPTION = Path(__file__).parent.parent / "include/verigator.json"

#: A part of the description: its fields are told at the types of build/description.rs.
Part = dict[str, Any]

ORIGIN = "Generated from include/verigator.json by `make header`; do not edit."


def description() -> Part:
    """The description of the C API."""
    api: Part = json.loads(DESCRIPTION.read_text("utf-8"))
    return api


def declared(c_type: str, name: str) -> str:
    """A declaration of C."""
    return f"{c_type}{'' if c_type.endswith('*') else ' '}{name}"


def parameters_of(function: Part) -> str:
    """What stands in the parentheses of a declaration of C."""
    return ", ".join(declared(one["type"], one["name"]) for one in function["parameters"]) or "void"


def cdef(api: Part) -> str:
    """Declarations of C without a preprocessor line: for PHP's FFI, LuaJIT and cffi."""
    constants = ",\n".join(f"    {one['name']} = {one['value']}" for one in api["constants"])
    lines = [
        f"/* {ORIGIN}",
        " * The C API for what reads declarations but no preprocessor lines: PHP's FFI, LuaJIT, cffi.",
        " * Their comments are in verigator.h. */",
        "",
        *(f"typedef struct {one['name']} {one['name']};" for one in api["handles"]),
        "",
        *(f"typedef {one['type']} {one['name']};" for one in api["numbers"]),
        "",
        *(f"typedef void (*{one['name']})({parameters_of(one)});" for one in api["callbacks"]),
        "",
        f"enum {{\n{constants}\n}};",
        "",
        *(
            f"{declared(one['returns']['type'], one['name'])}({parameters_of(one)});"
            for one in api["functions"]
        ),
    ]
    return "\n".join(lines)


def python(api: Part) -> str:
    """The prototypes for ctypes."""
    numbers = {one["name"]: f"c_{one['type'][:-2]}" for one in api["numbers"]}
    plain = {"int32_t": "c_int32", "int64_t": "c_int64", "uint64_t": "c_uint64", **numbers}
    plain["size_t"] = "c_size_t"

    def ctype(value: Part, *, returned: bool = False) -> str:
        kinds = {
            "nothing": "None",
            "handle": "c_void_p",
            "user_data": "c_void_p",
            "string": "c_char_p",
            "path": "c_char_p",
            # Not NUL-terminated, so that what is returned is an address.
            "bytes": "c_void_p" if returned else "c_char_p",
            "callback": value.get("of"),
        }
        target = value["type"].removesuffix("*").rstrip() if value.get("out") else value["type"]
        inner = kinds.get(value["kind"]) or plain[target]
        return f"POINTER({inner})" if value.get("out") else inner

    def types(parameters: list[Part]) -> str:
        inner = ", ".join(map(ctype, parameters))
        return f"({inner},)" if len(parameters) == 1 else f"({inner})"

    def prototype(function: Part) -> str:
        name, result = function["name"], ctype(function["returns"], returned=True)
        parameters = types(function["parameters"])
        line = f'    "{name}": ({result}, {parameters}),'
        if len(line) <= 100:
            return line
        return f'    "{name}": (\n        {result},\n        {parameters},\n    ),'

    lines = [
        f"# {ORIGIN}",
        '"""The C API for ctypes: its constants, callbacks and functions."""',
        "",
        "from __future__ import annotations",
        "",
        "from ctypes import (",
        "    CFUNCTYPE,",
        "    POINTER,",
        "    c_char_p,",
        "    c_int32,",
        "    c_int64,",
        "    c_size_t,",
        "    c_uint64,",
        "    c_void_p,",
        ")",
        "from typing import Any",
        "",
        *(f"{one['name']} = {one['value']}" for one in api["constants"]),
        "",
        *(
            f"{one['name']} = CFUNCTYPE{types([{'kind': 'nothing', 'type': 'void'}, *one['parameters']])}"
            for one in api["callbacks"]
        ),
        "",
        "#: Name of a function -> its result and its parameters.",
        "PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {",
        *map(prototype, api["functions"]),
        "}",
    ]
    return "\n".join(lines)


def csharp(api: Part) -> str:
    """The functions for C#, with handles and texts as they are: `IntPtr`, and bytes with their NUL."""
    plain = {
        "int32_t": "int",
        "int64_t": "long",
        "uint64_t": "ulong",
        "size_t": "UIntPtr",
        **{one["name"]: "int" for one in api["numbers"]},
    }
    kinds = {"nothing": "void", "handle": "IntPtr", "user_data": "IntPtr"}
    texts = ("string", "path", "bytes")

    def cstype(value: Part, text: str) -> str:
        target = value["type"].removesuffix("*").rstrip() if value.get("out") else value["type"]
        if value["kind"] in texts:
            return text
        return kinds.get(value["kind"]) or value.get("of", "") * (
            value["kind"] == "callback"
        ) or plain[target]

    def parameters(function: Part, text: str) -> str:
        return ", ".join(
            f"{'out ' if one.get('out') else ''}{cstype(one, text)} {one['name']}"
            for one in function["parameters"]
        )

    cdecl = "CallingConvention.Cdecl"
    lines = [
        f"// {ORIGIN}",
        "#nullable enable",
        "using System;",
        "using System.Runtime.InteropServices;",
        "",
        "namespace Verigator",
        "{",
        "    internal static class Raw",
        "    {",
        *(f"        internal const int {one['name']} = {one['value']};" for one in api["constants"]),
    ]
    for one in api["callbacks"]:
        lines += [
            "",
            f"        [UnmanagedFunctionPointer({cdecl})]",
            f"        internal delegate void {one['name']}({parameters(one, 'IntPtr')});",
        ]
    for one in api["functions"]:
        result = cstype(one["returns"], "IntPtr")
        lines += [
            "",
            f'        [DllImport("verigator", CallingConvention = {cdecl})]',
            f"        internal static extern {result} {one['name']}({parameters(one, 'byte[]?')});",
        ]
    return "\n".join([*lines, "    }", "}"])


def names(api: Part) -> str:
    """The names of the functions."""
    return "\n".join(sorted(one["name"] for one in api["functions"]))


def constants(api: Part) -> str:
    """The constants that a later version may not change, with their values."""
    lasting = [one for one in api["constants"] if "_VERSION_" not in one["name"]]
    return "\n".join(sorted(f"{one['name']} {one['value']}" for one in lasting))


def since(api: Part) -> str:
    """The functions and constants of which it is said, each with the version since which it is there."""
    dated = [one for one in api["functions"] + api["constants"] if "since" in one]
    return "\n".join(sorted(f"{one['name']} {one['since']}" for one in dated))


FORMS = {form.__name__: form for form in (cdef, python, csharp, names, constants, since)}


def main(form: str) -> None:
    """Prints the API in a form."""
    print(FORMS[form](description()))


if __name__ == "__main__":
    main(sys.argv[1])
