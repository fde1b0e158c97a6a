"""Prints the C API, as include/verigator.json describes it, in the form that something needs.

    python3 packaging/declarations.py FORM

is cdef, python or csharp for what these declare, version_script for the linker, debian_symbols for
dpkg; and names, exports, constants or since, which are lists for scripts.

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


#: What gives a handle that its caller has already: not one more that is to be freed.
GIVEN_BACK = ("verigator_queue_next",)


def csharp(api: Part) -> str:
    """The constants, functions and handles for C#: a handle is a `SafeHandle`, a text its bytes.

    What takes a callback is left out: no thread that is not .NET's own ever runs code of C#.
    """
    plain = {"int32_t": "int", "int64_t": "long", "size_t": "UIntPtr", "uint64_t": "ulong"}
    types = named(api, plain)
    freeing = {one["free"] for one in api["handles"]}
    returned = dict.fromkeys(("string", "path", "bytes"), "IntPtr")
    returned["nothing"] = "void"
    # With the NUL, where it ends in one.
    taken = dict.fromkeys(("string", "path", "bytes"), "byte[]")

    def handle(name: str) -> str:
        words = name.removeprefix("verigator_").split("_")
        return "".join(map(str.capitalize, words)) + "Handle"

    def cs_type(one: Part, kinds: dict[str, str], is_number: bool) -> str:
        if one["kind"] != "handle":
            return spelled(one, kinds, types)
        return "IntPtr" if is_number else handle(one["of"])

    def declaration(function: Part) -> str:
        name = function["name"]
        parameters = ", ".join(
            ("out " if one.get("out") else "")
            + cs_type(one, taken, name in freeing or (name in GIVEN_BACK and bool(one.get("out"))))
            + f" {one['name']}"
            for one in function["parameters"]
        )
        result = cs_type(function["returns"], returned, False)
        lines = [
            "        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]",
            f"        internal static extern {result} {name}(",
            f"            {parameters});",
            "",
        ]
        return "\n".join(lines)

    def handle_class(one: Part) -> str:
        return (
            f"    internal sealed class {handle(one['name'])} : SafeHandleZeroOrMinusOneIsInvalid\n"
            "    {\n"
            f"        public {handle(one['name'])}()\n"
            "            : base(true)\n"
            "        {\n"
            "        }\n\n"
            "        protected override bool ReleaseHandle()\n"
            "        {\n"
            f"            return Raw.{one['free']}(handle) == Raw.VERIGATOR_OK;\n"
            "        }\n"
            "    }\n"
        )

    called_back = (
        one["name"]
        for one in api["functions"]
        if any(parameter["kind"] == "callback" for parameter in one["parameters"])
    )
    left_out = set(called_back)
    constants = (f"internal const int {one['name']} = {one['value']};" for one in api["constants"])
    lines = [
        f"// <auto-generated>{ORIGIN}</auto-generated>",
        "using System;",
        "using System.Runtime.InteropServices;",
        "using Microsoft.Win32.SafeHandles;",
        "",
        "namespace Verigator",
        "{",
        "    // The C API, but what takes a callback.",
        "    internal static class Raw",
        "    {",
        '        internal const string Library = "verigator";',
        *(f"        {constant}" for constant in constants),
        "",
        *(declaration(one) for one in api["functions"] if one["name"] not in left_out),
    ]
    handles = "\n".join(map(handle_class, api["handles"]))
    return "\n".join(lines).rstrip() + "\n    }\n\n" + handles + "}"


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


def node(api: Part, function: Part) -> str:
    """The version of this major one that the shared library exports a function under."""
    major = api["version"].split(".")[0]
    begun: str = function["since"]
    return f"VERIGATOR_{begun if begun.split('.')[0] == major else f'{major}.0'}"


def exports(api: Part) -> str:
    """The functions as the shared library shows them."""
    return "\n".join(sorted(f"{one['name']}@@{node(api, one)}" for one in api["functions"]))


def version_script(api: Part) -> str:
    """What the shared library exports, for the linker.

    The functions of each minor version are in a node of its own, so that a program which needs one
    of a later version does not start with an earlier library.
    """
    nodes: dict[str, list[str]] = {}
    for function in api["functions"]:
        nodes.setdefault(node(api, function), []).append(function["name"])
    lines = [f"# {ORIGIN}"]
    before = ""
    for name in sorted(nodes, key=lambda name: int(name.split(".")[1])):
        names = [f"        {function};" for function in sorted(nodes[name])]
        rest = [] if before else ["    local:", "        *;"]
        lines += [f"{name} {{", "    global:", *names, *rest, f"}}{before};"]
        before = f" {name}"
    return "\n".join(lines)


def debian_symbols(api: Part) -> str:
    """From which version of Debian's package on there is each function, for dpkg-gensymbols."""
    major = api["version"].split(".")[0]
    first = {node(api, one): one["since"] for one in api["functions"]}
    first.update((one["name"], one["since"]) for one in api["functions"])
    versions = {one["name"]: node(api, one) for one in api["functions"]}
    lines = [
        f"# {ORIGIN}",
        f"libverigator.so.{major} libverigator{major} #MINVER#",
        "* Build-Depends-Package: libverigator-dev",
        *(f" {name}@{versions.get(name, name)} {since}" for name, since in sorted(first.items())),
    ]
    return "\n".join(lines)


FORMS = {
    form.__name__: form
    for form in (
        cdef,
        python,
        csharp,
        version_script,
        names,
        exports,
        constants,
        since,
        debian_symbols,
    )
}


def main(form: str) -> None:
    """Prints the API in a form."""
    print(FORMS[form](description()))


if __name__ == "__main__":
    main(sys.argv[1])
