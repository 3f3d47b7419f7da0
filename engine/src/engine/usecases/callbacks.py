"""The ids under which services return results: addresses of attempts, signed.

An id needs no table: it says which attempt it is for, and only the engine can sign it
(docs/decisions/0003).
"""

import base64
import hashlib
import hmac

import orjson
from msgspec import Struct

from engine.domain.errors import Unknown
from engine.domain.frame import FramePath

MAC_BYTES = 16
"""How much of the HMAC-SHA256 is kept: 128 bits (RFC 2104, section 5)."""

SHOWN_CHARACTERS = 20
"""How much of a wrong id an error shows: it may be anything, of any length."""


class Callback(Struct, frozen=True):
    """An attempt that a result is for; `repeated`: its result was taken before."""

    path: FramePath
    node: str
    attempt: int
    repeated: bool = False

    @property
    def task(self) -> str:
        return self.path.partition("/")[0]


class CallbackIds:
    """Makes and reads ids that cannot be made without the secret."""

    def __init__(self, secret: bytes) -> None:
        # The key is set up once; each id copies it.
        self._keyed = hmac.new(secret, digestmod=hashlib.sha256)

    def sign(self, path: FramePath, node: str, attempt: int) -> str:
        """The id of an attempt, safe in URLs.

        >>> ids = CallbackIds(b"secret")
        >>> ids.read(ids.sign(FramePath("t/faces[2]"), "blur", 1)).node
        'blur'
        """
        return self._id(orjson.dumps([path, node, attempt]))

    def read(self, id_: str) -> Callback:
        """The attempt that was signed; raises `Unknown` for anything else."""
        try:
            address = _bytes(id_.partition(".")[0])
        except ValueError:
            raise Unknown("attempt", id_[:SHOWN_CHARACTERS]) from None

        # The texts are compared, not the bytes in them: base64 has several spellings
        # of the same bytes, and an id must have one. The comparison takes the same
        # time wherever the first difference is.
        if not hmac.compare_digest(id_.encode(), self._id(address).encode()):
            raise Unknown("attempt", id_[:SHOWN_CHARACTERS])

        path, node, attempt = orjson.loads(address)
        return Callback(FramePath(path), node, attempt)

    def _id(self, address: bytes) -> str:
        mac = self._keyed.copy()
        mac.update(address)
        return f"{_text(address)}.{_text(mac.digest()[:MAC_BYTES])}"


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    """Raises `ValueError` for what is not base64."""
    if not text.isascii():
        raise ValueError(text)
    padded = text.encode() + b"=" * (-len(text) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)
