"""Seals the values of secrets: AES-256-GCM, under keys derived from SECRET.

Each value is bound to its name: moved to another one in the store, it cannot be opened.
"""

import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from engine.ports import Opening

KEY_BYTES = 32
NONCE_BYTES = 12
# SECRET also signs the ids of callbacks: each use has a key of its own.
PURPOSE = b"marketplace: secrets at rest"
FORM = b"\x01"
"""The first byte of what is sealed: a later form can be told from this one."""


class AesSealer:
    """A `Sealer`. `old` opens what was sealed under keys that were in use before."""

    def __init__(self, key: bytes, old: Sequence[bytes] = ()) -> None:
        self._current = _cipher(key)
        self._old = [_cipher(one) for one in old]

    def seal(self, name: str, value: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return FORM + nonce + self._current.encrypt(nonce, value.encode(), _bound(name))

    def open(self, name: str, sealed: bytes) -> Opening | None:
        if sealed[:1] != FORM:
            return None

        begin = len(FORM) + NONCE_BYTES
        nonce = sealed[len(FORM) : begin]
        for cipher in (self._current, *self._old):
            try:
                value = cipher.decrypt(nonce, sealed[begin:], _bound(name))
            except (InvalidTag, ValueError):
                # Another key, or no longer what was stored.
                continue
            return Opening(value.decode(), is_current=cipher is self._current)
        return None


def _cipher(key: bytes) -> AESGCM:
    derived = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=PURPOSE)
    return AESGCM(derived.derive(key))


def _bound(name: str) -> bytes:
    return b"secret " + name.encode()
