"""Signs with Ed25519, under a key derived from SECRET: all replicas have the same."""

from collections.abc import Mapping, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from joserfc import jwt
from joserfc.jwk import OKPKey

from engine.domain.values import Json

ALGORITHM = "Ed25519"
SEED_BYTES = 32
# SECRET also signs the ids of callbacks: each use has a key of its own.
PURPOSE = b"marketplace: whom services work for"


class Ed25519Signer:
    """A `Signer`. What was signed under `old` keys is still believed."""

    def __init__(self, secret: bytes, old: Sequence[bytes] = ()) -> None:
        self._keys = [_key(one) for one in (secret, *old)]

    def sign(self, claims: Mapping[str, Json]) -> str:
        key = self._keys[0]
        head = {"alg": ALGORITHM, "kid": key.kid}
        return jwt.encode(head, dict(claims), key, algorithms=[ALGORITHM])

    def public_keys(self) -> Json:
        told = {"use": "sig", "alg": ALGORITHM}
        return {"keys": [{**key.as_dict(private=False), **told} for key in self._keys]}


def _key(secret: bytes) -> OKPKey:
    derived = HKDF(algorithm=SHA256(), length=SEED_BYTES, salt=None, info=PURPOSE)
    private = Ed25519PrivateKey.from_private_bytes(derived.derive(secret))
    written = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    key = OKPKey.import_key(written)
    # Named by what it is (RFC 7638): the same name at all replicas.
    key.ensure_kid()
    return key
