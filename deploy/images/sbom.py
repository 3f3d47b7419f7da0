"""Writes what is in an image as one CycloneDX document; the builds of images call it.

    python sbom.py NAME ENVIRONMENT [FILE …]   to standard output

The packages of Python are told by cyclonedx-py, those of the web app by npm (a FILE);
the packages of Debian stand in the list of dpkg. The document has no time and no number
of its own, so that the same packages give the same document, and builds keep layers.
"""

import json
import platform
import subprocess  # nosec B404 # cyclonedx-py, beside this Python
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from cyclonedx.model.bom import Bom, BomMetaData
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

VERSION = SchemaVersion.V1_6
DEVELOPMENT = "cdx:npm:package:development"
DPKG = Path("/var/lib/dpkg/status")


def of_python(environment: str) -> Bom:
    """What cyclonedx-py finds in an environment of Python."""
    tool = Path(sys.executable).with_name("cyclonedx-py")
    words = ("environment", "--output-reproducible", "--no-validate", environment)
    found = subprocess.run(  # nosec B603 # no shell, and no input of others
        [tool, *words], check=True, capture_output=True
    )
    return read(found.stdout)


def read(text: str | bytes) -> Bom:
    """A document that a tool has written, without what only development needs.

    npm marks that. Asked to omit it, npm also leaves out what both need, such as react.
    """
    told = json.loads(text)
    told["components"] = [
        one for one in told["components"] if not _is_for_development(one)
    ]
    made: Bom = Bom.from_json(told)
    return made


def _is_for_development(component: Any) -> bool:
    properties = component.get("properties", ())
    return any(one["name"] == DEVELOPMENT for one in properties)


def of_debian(status: Path = DPKG) -> Iterator[Component]:
    """The packages that dpkg has installed; none where there is no dpkg."""
    for entry in status.read_text("utf-8").split("\n\n") if status.exists() else ():
        # Lines that begin with a space go on with the field before.
        fields = dict(
            line.split(": ", 1)
            for line in entry.splitlines()
            if ": " in line and not line.startswith(" ")
        )
        if fields.get("Status", "").endswith(" installed"):
            yield _debian(fields["Package"], fields["Version"], fields["Architecture"])


def _debian(name: str, version: str, architecture: str) -> Component:
    purl = PackageURL("deb", "debian", name, version, {"arch": architecture})
    return Component(name=name, version=version, purl=purl, bom_ref=str(purl))


def interpreter() -> Component:
    """Python itself, which is in the image whether Debian brought it or not."""
    version = platform.python_version()
    purl = PackageURL("generic", None, "python", version)
    return Component(
        name="python",
        version=version,
        purl=purl,
        bom_ref=str(purl),
        type=ComponentType.PLATFORM,
    )


def together(name: str, parts: Sequence[Bom], more: Sequence[Component]) -> Bom:
    """One document for an image, with what its parts tell."""
    image = Component(name=name, type=ComponentType.CONTAINER, bom_ref=f"image:{name}")
    metadata = BomMetaData(component=image)
    for part in parts:
        metadata.tools.components.update(part.metadata.tools.components)
        metadata.tools.tools.update(part.metadata.tools.tools)

    found = [component for part in parts for component in part.components]
    whole = Bom(components=[*found, *more], metadata=metadata)
    for part in parts:
        whole.dependencies.update(_known(part))
    whole.register_dependency(image, whole.components)
    return whole


def _known(part: Bom) -> Iterator[object]:
    """What depends on what, without the root: npm's is the web app, no component."""
    there = {component.bom_ref for component in part.components}
    return (one for one in part.dependencies if one.ref in there)


def written(whole: Bom) -> str:
    """Its text, without what would differ each time it is made."""
    made = json.loads(
        make_outputter(whole, OutputFormat.JSON, VERSION).output_as_string()
    )
    made.pop("serialNumber", None)
    made["metadata"].pop("timestamp", None)
    return json.dumps(made, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main(name: str, environment: str, *files: str) -> None:
    """Write what the image of this name has in it."""
    parts = [of_python(environment), *(read(Path(f).read_bytes()) for f in files)]
    print(written(together(name, parts, [interpreter(), *of_debian()])), end="")


if __name__ == "__main__":
    main(*sys.argv[1:])
