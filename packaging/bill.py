"""Prints a software bill of materials, in CycloneDX's JSON: what a library or a program is made of.

    python3 packaging/bill.py NAME PACKAGE TARGET

NAME is what it is called, and PACKAGE the one of the workspace that is in it. The environment's
SOURCE_DATE_EPOCH is its time, so that the same commit has the same bill.
"""

from __future__ import annotations

import json
import os
import re
import sys
import uuid
from datetime import datetime, timezone
from pathlib import Path
from typing import Any
from urllib.parse import quote

from linked import RUNTIMES, Crate, Key, Runtime, crates, rustc

Part = dict[str, Any]


def checksums() -> dict[Key, str]:
    """The SHA-256 of each crate's archive, by its name and version."""
    lock = Path(__file__).parents[1].joinpath("Cargo.lock").read_text("utf-8")
    entry = re.compile(r'name = "(.+)"\nversion = "(.+)"\nsource = ".+"\nchecksum = "(.+)"')
    return {(name, version): checksum for name, version, checksum in entry.findall(lock)}


def part(kind: str, purl: str, name: str, version: str, license_expression: str) -> Part:
    """What is told of every part."""
    told = {"type": kind, "bom-ref": purl, "name": name, "version": version}
    licenses = [{"expression": license_expression}]
    return {key: value for key, value in told.items() if value} | {
        "licenses": licenses,
        "purl": purl,
    }


def part_of_crate(crate: Crate, sums: dict[Key, str]) -> Part:
    """A crate, which is no part of what runs if only the compiler used it."""
    kind = "generic" if crate.own else "cargo"
    purl = f"pkg:{kind}/{crate.name}@{quote(crate.version, safe='')}"
    made = part("library", purl, crate.name, crate.version, crate.license)
    made["scope"] = "required" if crate.linked else "excluded"
    if not crate.own:
        made["hashes"] = [{"alg": "SHA-256", "content": sums[crate.name, crate.version]}]
    return made


def part_of_runtime(runtime: Runtime) -> Part:
    """What a compiler links in; only rustc tells its version."""
    version = rustc("--version").split()[1] if "Rust" in runtime.name else ""
    name = re.sub("^The ", "", runtime.name)
    purl = f"pkg:generic/{quote(name.lower().replace(' ', '-'), safe='')}"
    made = part("library", f"{purl}@{version}" if version else purl, name, version, runtime.license)
    return made | {
        "scope": "required",
        "externalReferences": [{"type": "license", "url": runtime.url}],
    }


def bill(name: str, package: str, target: str) -> Part:
    """The whole bill."""
    sums = checksums()
    found = crates(package, target)
    parts = {(crate.name, crate.version): part_of_crate(crate, sums) for crate in found}
    (main,) = (crate for crate in found if crate.own and crate.name == package)
    kind = "library" if name.startswith("lib") else "application"
    subject = part(
        kind, f"pkg:generic/{name}@{main.version}?target={target}", name, main.version, main.license
    )
    runtimes = [part_of_runtime(runtime) for runtime in RUNTIMES if runtime.target in target]
    references = [runtime["bom-ref"] for runtime in runtimes]
    dependencies = {subject["bom-ref"]: [parts[main.name, main.version]["bom-ref"], *references]}
    for crate in found:
        uses = sorted(parts[one]["bom-ref"] for one in crate.needs)
        dependencies[parts[crate.name, crate.version]["bom-ref"]] = uses
    time = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), timezone.utc)
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ"), "component": subject},
        "components": [*parts.values(), *runtimes],
        "dependencies": [{"ref": ref, "dependsOn": uses} for ref, uses in dependencies.items()],
    }


def main() -> None:
    """Prints the bill that the command line names; its serial number is that of its content."""
    made = bill(*sys.argv[1:])
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(made, sort_keys=True))
    print(json.dumps({"serialNumber": f"urn:uuid:{serial}", **made}, indent=2, ensure_ascii=False))


main()
