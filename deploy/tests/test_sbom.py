"""What is in an image is written down, in the way of CycloneDX, and can be signed."""

import base64
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from deploy import attestation, sbom
from deploy.attestation import NotSigned
from deploy.commands import LAB, ROOT, run
from deploy.images import all_images, revision
from deploy.tests.containers import LOCKED, Images

TOOLS = LAB / "sbom"
NAMES = [image.name for image in all_images()]

LIST_PACKAGES = (
    "import importlib.metadata as m; print(*{d.name + ' ' + d.version "
    "for d in m.distributions()}, sep='\\n')"
)


def validator() -> Any:
    """The schema of CycloneDX 1.6, with those that it refers to."""
    (folder,) = TOOLS.glob("lib/python*/site-packages/cyclonedx/schema/_res")

    def read(address: str) -> Any:
        return json.loads((folder / address.rpartition("/")[2]).read_text("utf-8"))

    schema = read("bom-1.6.SNAPSHOT.schema.json")
    return jsonschema_rs.validator_for(schema, retriever=read)


@pytest.fixture(scope="session")
def documents(images: Images) -> dict[str, Any]:
    """By the name of the image, as `make images` keeps it."""
    found = {}
    for name in NAMES:
        path = sbom.keep(images[name], name=name, revision="r1", program="docker")
        found[name] = json.loads(path.read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_each_image_has_one_that_its_schema_accepts(
    documents: dict[str, Any], name: str
) -> None:
    faults = [str(fault) for fault in validator().iter_errors(documents[name])]

    assert faults == []
    about = documents[name]["metadata"]["component"]
    assert (about["type"], about["name"], about["version"]) == ("container", name, "r1")


@pytest.mark.parametrize("name", ["engine", "face-detection"])
def test_all_packages_of_python_and_debian_are_in_it(
    images: Images, documents: dict[str, Any], name: str
) -> None:
    image = images[name]
    asked = ("--entrypoint=python", image, "-c", LIST_PACKAGES)
    python = run("docker", "run", "--rm", *LOCKED, *asked).splitlines()
    query = ("--entrypoint=dpkg-query", image, "-W", "-f", "${Package} ${Version}\\n")
    debian = run("docker", "run", "--rm", *LOCKED, *query).splitlines()

    listed = documents[name]["components"]
    there = {f"{one['name']} {one['version']}" for one in listed}
    assert len(python) > 20 and len(debian) > 20
    assert {*python, *debian} - there == set()


def test_what_the_web_app_is_made_of_is_in_that_of_the_engine(
    documents: dict[str, Any],
) -> None:
    lock = json.loads((ROOT / "webapp" / "package-lock.json").read_text("utf-8"))
    used = lock["packages"][""]["dependencies"]

    there = {one.get("purl", "") for one in documents["engine"]["components"]}

    wanted = {f"pkg:npm/{n.replace('@', '%40')}@{v}" for n, v in used.items()}
    assert wanted <= there
    assert not any(purl.startswith("pkg:npm/eslint@") for purl in there)


CLAIM = attestation.statement("marketplace/engine:abc", "a1" * 32, {"components": []})


def test_what_was_signed_is_read_by_whoever_has_the_public_key(
    keys: tuple[Path, Path],
) -> None:
    key, public = keys

    bundle = attestation.signed(CLAIM, key)

    found = attestation.check(bundle, public, "a1" * 32)
    assert found == {"components": []}


def test_another_library_verifies_the_signature_as_the_standard_says(
    keys: tuple[Path, Path],
) -> None:
    key, public = keys

    envelope = json.loads(attestation.signed(CLAIM, key))["dsseEnvelope"]

    payload = base64.b64decode(envelope["payload"])
    kind = b"application/vnd.in-toto+json"
    text = b" ".join((b"DSSEv1 28", kind, str(len(payload)).encode(), payload))
    signature = base64.b64decode(envelope["signatures"][0]["sig"])
    loaded = serialization.load_pem_public_key(public.read_bytes())
    assert isinstance(loaded, ec.EllipticCurvePublicKey)
    loaded.verify(signature, text, ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        loaded.verify(signature, text + b" ", ec.ECDSA(hashes.SHA256()))


def test_what_somebody_has_changed_is_refused(keys: tuple[Path, Path]) -> None:
    key, public = keys
    bundle = json.loads(attestation.signed(CLAIM, key))
    other = attestation.statement("marketplace/engine:abc", "b2" * 32, {})
    payload = base64.b64encode(json.dumps(other).encode()).decode()
    bundle["dsseEnvelope"]["payload"] = payload

    with pytest.raises(NotSigned, match="nobody who has the other half"):
        attestation.check(json.dumps(bundle), public, "b2" * 32)


def test_a_signature_of_another_image_is_refused(keys: tuple[Path, Path]) -> None:
    key, public = keys

    with pytest.raises(NotSigned, match="about another image"):
        attestation.check(attestation.signed(CLAIM, key), public, "b2" * 32)


def test_an_image_is_signed_as_it_is_built(
    images: Images, keys: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    key, public = keys
    monkeypatch.setenv("SIGNING_KEY", str(key))
    image = images["engine"]

    sbom.keep(image, name="engine", revision=revision(), program="docker")

    bundle = attestation.file_of(sbom.FOLDER, "engine").read_text("utf-8")
    identity = run("docker", "image", "inspect", "--format", "{{.Id}}", image).strip()
    document = attestation.check(bundle, public, identity.partition(":")[2])
    assert document["metadata"]["component"]["version"] == revision()
