"""Signs what was built here, and checks it.

An attestation of in-toto in an envelope of DSSE: which image (by its digest) has what
in it (a CycloneDX document). The envelope stands in a bundle of Sigstore, which cosign
verifies (tests/test_cosign.py). openssl signs, with a key of ECDSA P-256 in a file of
PEM: nothing has to be installed where images are built.
"""

import base64
import hashlib
import json
import os
import subprocess  # nosec B404 # openssl, with words of this file
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from deploy.commands import Failed

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://cyclonedx.org/bom"

BUNDLE_TYPE = "application/vnd.dev.sigstore.bundle.v0.3+json"

PASSWORD = "SIGNING_KEY_PASSWORD"  # nosec B105 # the name of a variable


ENDING = ".sigstore.json"
"""Of the names of files with attestations."""


class NotSigned(Exception):
    """An attestation does not hold; says why."""


def file_of(folder: Path, name: str) -> Path:
    """Where the attestation of an image is."""
    return folder / f"{name}{ENDING}"


def statement(image: str, digest: str, sbom: Any) -> Any:
    """What is claimed: the image of this digest has this in it."""
    return {
        "_type": STATEMENT_TYPE,
        "subject": [{"name": image, "digest": {"sha256": digest}}],
        "predicateType": PREDICATE_TYPE,
        "predicate": sbom,
    }


def pre_encoded(payload: bytes, kind: str = PAYLOAD_TYPE) -> bytes:
    """What is signed: the type too, so that nothing is taken for something else.

    >>> pre_encoded(b"hello world", "http://example.com/HelloWorld")
    b'DSSEv1 29 http://example.com/HelloWorld 11 hello world'
    """
    head = f"DSSEv1 {len(kind.encode())} {kind} {len(payload)} "
    return head.encode() + payload


def signed(claim: Any, key: Path) -> str:
    """The bundle around a statement; raises `Failed`."""
    payload = json.dumps(claim, ensure_ascii=False, sort_keys=True).encode()
    words = ("dgst", "-sha256", "-sign", str(key), *_password())
    signature = _openssl(*words, given=pre_encoded(payload))
    envelope = {
        "payloadType": PAYLOAD_TYPE,
        "payload": base64.b64encode(payload).decode(),
        "signatures": [{"sig": base64.b64encode(signature).decode()}],
    }
    bundle = {
        "mediaType": BUNDLE_TYPE,
        "verificationMaterial": {"publicKey": {"hint": _name_of_key(key)}},
        "dsseEnvelope": envelope,
    }
    return json.dumps(bundle) + "\n"


def opened(text: str, key: Path) -> Any:
    """The statement in a bundle that this public key belongs to.

    Raises `NotSigned`.
    """
    envelope = json.loads(text)["dsseEnvelope"]
    if envelope["payloadType"] != PAYLOAD_TYPE:
        raise NotSigned(f"it is no attestation but {envelope['payloadType']}")
    payload = base64.b64decode(envelope["payload"])

    with TemporaryDirectory() as folder:
        signature = Path(folder) / "signature"
        for one in envelope["signatures"]:
            signature.write_bytes(base64.b64decode(one["sig"]))
            words = ("-verify", str(key), "-signature", str(signature))
            try:
                _openssl("dgst", "-sha256", *words, given=pre_encoded(payload))
            except Failed:
                continue
            return json.loads(payload)
    raise NotSigned(f"nobody who has the other half of {key} signed it")


def check(text: str, key: Path, digest: str) -> Any:
    """The document of an image of this digest; raises `NotSigned`."""
    claim = opened(text, key)
    said = [one["digest"].get("sha256") for one in claim["subject"]]
    if digest not in said:
        raise NotSigned(f"it is about another image, sha256:{said[0]}")
    if claim["predicateType"] != PREDICATE_TYPE:
        raise NotSigned(f"it says something else: {claim['predicateType']}")
    return claim["predicate"]


def _name_of_key(key: Path) -> str:
    """By which a reader with many keys finds the right one: cosign makes it so."""
    words = ("pkey", "-in", str(key), *_password(), "-pubout", "-outform", "DER")
    return base64.b64encode(hashlib.sha256(_openssl(*words)).digest()).decode()


def _password() -> list[str]:
    return ["-passin", f"env:{PASSWORD}"] if PASSWORD in os.environ else []


def _openssl(*words: str, given: bytes = b"") -> bytes:
    done = subprocess.run(  # nosec B603 B607 # no shell; openssl is the one of PATH
        ["openssl", *words], input=given, capture_output=True
    )
    if done.returncode:
        said = (done.stdout + done.stderr).decode(errors="replace")
        raise Failed(("openssl", *words), said)
    return done.stdout
