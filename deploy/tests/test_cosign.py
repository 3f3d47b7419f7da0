"""cosign verifies what was signed here, by the command of the page “Deploy it”."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from deploy import attestation
from deploy.commands import ROOT
from servers.server import PROGRAMS_FOLDER

PAGE = ROOT / "docs" / "how-to" / "deploy.md"
COMMAND = re.compile(r"^cosign verify-blob-attestation(?:.*\\\n)*.*$", re.MULTILINE)

DIGEST = "a1" * 32
OTHER_DIGEST = "b2" * 32
CLAIM = attestation.statement("marketplace/engine:abc", DIGEST, {"components": []})

NOT_SIGNED = "accepted signatures do not match threshold"


class Verifier:
    """A folder as `make images` leaves it, and the command in it."""

    def __init__(self, folder: Path, keys: tuple[Path, Path]) -> None:
        self.folder = folder
        self.key, public = keys
        (folder / "key.pub").write_bytes(public.read_bytes())
        self.file = attestation.file_of(folder / "out" / "sbom", "engine")
        self.file.parent.mkdir(parents=True)
        self.file.write_text(attestation.signed(CLAIM, self.key), "utf-8")

    def refusal(self, digest: str = DIGEST) -> str:
        """Why it does not hold; nothing where it does."""
        done = self.run(digest)
        return done.stderr if done.returncode else ""

    def run(self, digest: str = DIGEST) -> subprocess.CompletedProcess[str]:
        """What the page says; the digest is that of the image there."""
        (command,) = COMMAND.findall(PAGE.read_text("utf-8"))
        path = f"{PROGRAMS_FOLDER}{os.pathsep}{os.environ['PATH']}"
        return subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder,
            # It keeps nothing in the home of whoever runs the tests.
            env={"PATH": path, "HOME": str(self.folder), "digest": digest},
            capture_output=True,
            text=True,
        )


@pytest.fixture
def verifier(tmp_path: Path, keys: tuple[Path, Path]) -> Verifier:
    return Verifier(tmp_path, keys)


def test_it_verifies_what_was_signed(verifier: Verifier) -> None:
    done = verifier.run()

    assert done.returncode == 0, done.stderr
    assert "Verified OK" in done.stderr


def test_it_refuses_another_image(verifier: Verifier) -> None:
    refusal = verifier.refusal(digest=OTHER_DIGEST)

    assert "does not match any digest in statement" in refusal


def test_it_refuses_what_somebody_has_changed(verifier: Verifier) -> None:
    other = attestation.statement("marketplace/engine:abc", OTHER_DIGEST, {})
    of_another = json.loads(attestation.signed(other, verifier.key))
    bundle = json.loads(verifier.file.read_text("utf-8"))
    bundle["dsseEnvelope"]["payload"] = of_another["dsseEnvelope"]["payload"]
    verifier.file.write_text(json.dumps(bundle), "utf-8")

    assert NOT_SIGNED in verifier.refusal(digest=OTHER_DIGEST)


def test_it_refuses_what_is_said_of_something_else(verifier: Verifier) -> None:
    claim = {**CLAIM, "predicateType": "https://slsa.dev/provenance/v1"}
    verifier.file.write_text(attestation.signed(claim, verifier.key), "utf-8")

    assert "invalid predicate type" in verifier.refusal()


def test_it_refuses_what_another_key_has_signed(
    verifier: Verifier, tmp_path: Path
) -> None:
    key = tmp_path / "other.pem"
    words = ("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", str(key))
    subprocess.run(("openssl", *words), check=True)
    verifier.file.write_text(attestation.signed(CLAIM, key), "utf-8")

    assert NOT_SIGNED in verifier.refusal()
