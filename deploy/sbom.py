"""What is in the images that were built here: `make images` keeps it in out/sbom.

Each image has a CycloneDX document in it, which its build wrote with
deploy/images/sbom.py. It is taken out, and given the commit. With SIGNING_KEY it is
signed, together with the digest of the image: see deploy/attestation.py.
"""

import json
import os
from pathlib import Path
from typing import Any

from deploy import attestation
from deploy.commands import ROOT, run

FOLDER = ROOT / "out" / "sbom"
INSIDE = "/app/sbom.cdx.json"

READ_WITHOUT_RIGHTS = ("--rm", "--network=none", "--cap-drop=ALL", "--read-only")


def inside(image: str, program: str) -> str:
    """The document in an image, as it was built; raises `Failed`."""
    if program != "buildah":
        read = ("--entrypoint=cat", image, INSIDE)
        return run(program, "run", *READ_WITHOUT_RIGHTS, *read)

    container = run(program, "from", image).strip()
    try:
        return run(program, "run", container, "--", "cat", INSIDE)
    finally:
        run(program, "rm", container)


def digest(image: str, program: str) -> str:
    """The SHA-256 by which engines know an image: of its settings and its layers."""
    words = ["image", "inspect", "--format", "{{.Id}}", image]
    if program == "buildah":
        words = ["inspect", "--type", "image", "--format", "{{.FromImageID}}", image]
    return run(program, *words).strip().removeprefix("sha256:")


def keep(image: str, *, name: str, revision: str, program: str) -> Path:
    """Write the document of an image; the file. Raises `Failed`."""
    document: dict[str, Any] = json.loads(inside(image, program))
    document["metadata"]["component"]["version"] = revision

    FOLDER.mkdir(parents=True, exist_ok=True)
    path = FOLDER / f"{name}.cdx.json"
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")

    signed = attestation.file_of(FOLDER, name)
    # That of another build would say what is not so.
    signed.unlink(missing_ok=True)
    if key := os.environ.get("SIGNING_KEY"):
        told = attestation.statement(image, digest(image, program), document)
        signed.write_text(attestation.signed(told, Path(key)), "utf-8")
    return path
