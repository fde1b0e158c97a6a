"""Makes the NuGet package, which is an archive with a layout of its own.

    python3 pack.py ASSEMBLIES NATIVE LICENSES PACKAGE

ASSEMBLIES has Verigator.dll and Verigator.xml; NATIVE a folder for each platform by NuGet's name of
it (RID), such as linux-x64, with the native library; LICENSES the licences of what is in that. The
same files give the same bytes.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Iterable

PACKAGE = Path(__file__).resolve().parent
BINDING = PACKAGE.parent

CONTENT_TYPES = """<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
{types}
</Types>
"""

RELATIONS = """<?xml version="1.0" encoding="utf-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
  <Relationship Type="http://schemas.microsoft.com/packaging/2010/07/manifest"
    Target="/Verigator.nuspec" Id="R1" />
</Relationships>
"""

CONTENT = r"""    <Content Include="$(MSBuildThisFileDirectory)..\..\{file}">
      <Link>{file}</Link>
      <CopyToOutputDirectory>PreserveNewest</CopyToOutputDirectory>
      <Visible>false</Visible>
    </Content>"""


def version() -> str:
    """The version that the assembly has."""
    source = (BINDING / "src/PackageVersion.cs").read_text("utf-8")
    found = re.search(r'Value = "([^"]+)"', source)
    if not found:
        sys.exit("pack: src/PackageVersion.cs names no version")
    return found[1]


def content_types(names: list[str]) -> str:
    """What each file is, by the ending of its name or by the name."""
    suffixes = {Path(name).suffix[1:] for name in names if name != "_rels/.rels"} - {""}
    kinds = {f'Default Extension="{suffix}"': "application/octet" for suffix in suffixes}
    kinds['Default Extension="rels"'] = "application/vnd.openxmlformats-package.relationships+xml"
    for name in names:
        if not Path(name).suffix and name != "_rels/.rels":
            kinds[f'Override PartName="/{name}"'] = "application/octet"
    lines = [f'  <{what} ContentType="{kind}" />' for what, kind in sorted(kinds.items())]
    return CONTENT_TYPES.format(types="\n".join(lines))


def targets(libraries: Iterable[str]) -> bytes:
    """What a project for .NET Framework or Mono is told of these native libraries."""
    items = [CONTENT.format(file=name.replace("/", "\\")) for name in libraries]
    text = (PACKAGE / "Verigator.targets").read_text("utf-8")
    return text.replace("LIBRARIES", "\n".join(items)).encode()


def contents(assemblies: Path, native: Path, licenses: Path) -> dict[str, bytes]:
    """What is in the package, by its name there."""
    libraries = {
        f"runtimes/{library.parent.name}/native/{library.name}": library.read_bytes()
        for library in sorted(native.glob("*/*verigator.*"))
    }
    if not libraries:
        sys.exit(f"pack: {native} has no folder of a platform with a native library")
    nuspec = (PACKAGE / "Verigator.nuspec").read_text("utf-8").replace("VERSION", version())
    files = {
        "Verigator.nuspec": nuspec.encode(),
        "_rels/.rels": RELATIONS.encode(),
        "README.md": (BINDING / "README.md").read_bytes(),
        "build/net461/Verigator.targets": targets(libraries),
        "buildTransitive/net461/Verigator.targets": targets(libraries),
        **libraries,
    }
    for name in ("Verigator.dll", "Verigator.xml"):
        files[f"lib/netstandard2.0/{name}"] = (assemblies / name).read_bytes()
    for license_ in sorted(licenses.glob("LICENSE*")):
        files[f"licenses/{license_.name}"] = license_.read_bytes()
    files["[Content_Types].xml"] = content_types(list(files)).encode()
    return files


def main(assemblies: str, native: str, licenses: str, package: str) -> None:
    """Packs it."""
    files = contents(Path(assemblies), Path(native), Path(licenses))
    with ZipFile(package, "w") as archive:
        for name in sorted(files):
            entry = ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])


if __name__ == "__main__":
    main(*sys.argv[1:])
