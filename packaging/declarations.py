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

LONGEST_LINE = 100

ORIGIN = "Generated from include/verigator.json by `make header`; do not edit it."


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
        " * The C API without a preprocessor line, for the FFI of PHP and LuaJIT and for cffi. Its",
        " * comments are in verigator.h. */",
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


def named(api: Part, types: dict[str, str]) -> dict[str, str]:
    """A language's types for those of C, also for those that are numbers by another name."""
    return {**types, **{one["name"]: types[one["type"]] for one in api["numbers"]}}


def spelled(value: Part, kinds: dict[str, str], types: dict[str, str]) -> str:
    """The type of what goes in or comes out: by its kind, or else by its type in C."""
    c_type = value["type"].removesuffix("*").rstrip() if value.get("out") else value["type"]
    return kinds.get(value["kind"]) or types.get(c_type) or value["of"]


def python(api: Part) -> str:
    """The constants, callbacks and prototypes for ctypes."""
    plain = {"int32_t": "c_int32", "int64_t": "c_int64", "size_t": "c_size_t"}
    types = named(api, {**plain, "uint64_t": "c_uint64"})
    taken = {
        "handle": "c_void_p",
        "user_data": "c_void_p",
        **dict.fromkeys(("string", "path", "bytes"), "c_char_p"),
    }
    # Bytes have no NUL at their end, which ctypes would look for.
    returned = {**taken, "bytes": "c_void_p", "nothing": "None"}

    def parameter(one: Part) -> str:
        ctype = spelled(one, taken, types)
        return f"POINTER({ctype})" if one.get("out") else ctype

    def prototype(function: Part) -> str:
        result = spelled(function["returns"], returned, types)
        parameters = ", ".join(map(parameter, function["parameters"]))
        comma = "," * (len(function["parameters"]) == 1)
        line = f'    "{function["name"]}": ({result}, ({parameters}{comma})),'
        if len(line) <= LONGEST_LINE:
            return line
        return (
            f'    "{function["name"]}": (\n'
            f"        {result},\n        ({parameters}{comma}),\n    ),"
        )

    def callback(one: Part) -> str:
        parameters = ", ".join(["None", *map(parameter, one["parameters"])])
        return f"{one['name']} = CFUNCTYPE({parameters})"

    imported = ["CFUNCTYPE", "POINTER", "c_char_p", "c_void_p", *{*types.values()}]
    lines = [
        f"# {ORIGIN}",
        '"""The C API as ctypes calls it."""',
        "",
        "from __future__ import annotations",
        "",
        "from ctypes import (",
        *(f"    {name}," for name in sorted(imported)),
        ")",
        "from typing import Any",
        "",
        *(f"{one['name']} = {one['value']}" for one in api["constants"]),
        "",
        *map(callback, api["callbacks"]),
        "",
        "#: Name of a function -> its result and its parameters.",
        "PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {",
        *map(prototype, api["functions"]),
        "}",
    ]
    return "\n".join(lines)


def csharp(api: Part) -> str:
    """The constants, callbacks and functions for C#: a handle is an `IntPtr`, a text its bytes."""
    plain = {"int32_t": "int", "int64_t": "long", "size_t": "UIntPtr", "uint64_t": "ulong"}
    types = named(api, plain)
    returned = dict.fromkeys(("handle", "user_data", "string", "path", "bytes"), "IntPtr")
    returned["nothing"] = "void"
    # With the NUL, where it ends in one.
    taken = {**returned, **dict.fromkeys(("string", "path", "bytes"), "byte[]?")}

    def parameters(function: Part, kinds: dict[str, str]) -> str:
        return ", ".join(
            f"{'out ' if one.get('out') else ''}{spelled(one, kinds, types)} {one['name']}"
            for one in function["parameters"]
        )

    def callback(one: Part) -> str:
        return (
            "        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]\n"
            f"        internal delegate void {one['name']}({parameters(one, returned)});\n"
        )

    def function(one: Part) -> str:
        result = spelled(one["returns"], returned, types)
        return (
            '        [DllImport("verigator", CallingConvention = CallingConvention.Cdecl)]\n'
            f"        internal static extern {result} {one['name']}({parameters(one, taken)});\n"
        )

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
        *(
            f"        internal const int {one['name']} = {one['value']};"
            for one in api["constants"]
        ),
        "",
        *map(callback, api["callbacks"]),
        *map(function, api["functions"]),
    ]
    return "\n".join(lines).rstrip() + "\n    }\n}"


def names(api: Part) -> str:
    """The names of the functions."""
    return "\n".join(sorted(one["name"] for one in api["functions"]))


def constants(api: Part) -> str:
    """The constants that a later version may not change, with their values."""
    lasting = [one for one in api["constants"] if "_VERSION_" not in one["name"]]
    return "\n".join(sorted(f"{one['name']} {one['value']}" for one in lasting))


def since(api: Part) -> str:
    """Since which version each function is there, and each constant that says so."""
    dated = [one for one in api["functions"] + api["constants"] if "since" in one]
    return "\n".join(sorted(f"{one['name']} {one['since']}" for one in dated))


FORMS = {form.__name__: form for form in (cdef, python, csharp, names, constants, since)}


def main(form: str) -> None:
    """Prints the API in a form."""
    print(FORMS[form](description()))


if __name__ == "__main__":
    main(sys.argv[1])
