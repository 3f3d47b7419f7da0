"""Whether images are those that were signed: `make images-verify key=FILE`."""

import sys
from pathlib import Path

from deploy import attestation
from deploy.attestation import ENDING, NotSigned
from deploy.commands import Failed
from deploy.images import builder, chosen_images
from deploy.sbom import FOLDER, digest


def main(key: str, *names: str) -> None:
    """Check the images of these names, or all that have an attestation."""
    found = sorted(FOLDER.glob(f"*{ENDING}"))
    chosen = names or [path.name.removesuffix(ENDING) for path in found]
    if not chosen:
        sys.exit(f"there is no attestation in {FOLDER}: make images with SIGNING_KEY")

    try:
        program = builder()
        for image in chosen_images(chosen):
            tag = image.tags("latest")[-1]
            text = attestation.file_of(FOLDER, image.name).read_text("utf-8")
            document = attestation.check(text, Path(key), digest(tag, program))
            print(f"{tag}: signed, with {len(document['components'])} components")
    except (Failed, NotSigned, OSError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main(*sys.argv[1:])
