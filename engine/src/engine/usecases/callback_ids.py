"""The ids under which services return results: addresses of attempts, signed.

An id needs no table: it says which attempt it is for, and only the engine can sign it
(docs/decisions/0003).
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence

import orjson
from msgspec import Struct

from engine.domain.errors import Unknown
from engine.domain.frame import FramePath
from engine.usecases.recent import Recent

MAC_BYTES = 16
"""How much of the HMAC-SHA256 is kept: 128 bits (RFC 2104, section 5)."""
MAC_CHARACTERS = 22
"""The same in base64, without what fills it up."""

_URL_SAFE = bytes.maketrans(b"+/", b"-_")

MAX_REMEMBERED = 4_096
"""Ids that were signed here last, about 500 bytes each. Most come back within a moment,
to the engine that signed them: then no signature has to be made to compare."""

SHOWN_CHARACTERS = 20
"""How much of a wrong id an error shows: where it is a right one it is a secret."""


class Callback(Struct, frozen=True):
    """An attempt that a result is for; `repeated`: its result was taken before."""

    path: FramePath
    node: str
    attempt: int
    repeated: bool = False
    service: str = ""
    """The route that was called, whose contract the result keeps to; empty: none."""
    trace: str = ""
    """The id of the trace of the frame; empty: it has none, or it is not known here."""

    @property
    def task(self) -> str:
        return self.path.partition("/")[0]


class CallbackIds:
    """Makes and reads ids that cannot be made without the secret.

    Those that were made with an `old` one are read as well.
    """

    def __init__(self, secret: bytes, old: Sequence[bytes] = ()) -> None:
        # The keys are set up once; each id copies one.
        self._keyed = hmac.new(secret, digestmod=hashlib.sha256)
        self._old = [hmac.new(one, digestmod=hashlib.sha256) for one in old]
        self._signed_here: Recent[str, Callback] = Recent(MAX_REMEMBERED)

    def sign(self, path: FramePath, node: str, attempt: int, service: str = "") -> str:
        """The id of an attempt, safe in URLs.

        >>> ids = CallbackIds(b"secret")
        >>> ids.read(ids.sign(FramePath("t/faces[2]"), "blur", 1)).node
        'blur'
        """
        called = [service] if service else []
        address = orjson.dumps([path, node, attempt, *called])
        id_ = _id(address, self._keyed).decode()
        self._signed_here.put(id_, Callback(path, node, attempt, service=service))
        return id_

    def read(self, id_: str) -> Callback:
        """The attempt that was signed; raises `Unknown` for anything else."""
        found = self.find(id_)
        if found is None:
            raise Unknown("attempt", id_[:SHOWN_CHARACTERS])
        return found

    def find(self, id_: str) -> Callback | None:
        """The attempt that was signed; None for anything else."""
        signed_here = self._signed_here.get(id_)
        if signed_here is not None:
            return signed_here

        text, _, mac = id_.partition(".")
        # Callers of tasks give ids of their own, which are asked about too.
        if len(mac) != MAC_CHARACTERS:
            return None
        try:
            address = _bytes(text)
        except ValueError:
            return None

        if not self._is_signed(id_.encode(), address):
            return None

        path, node, attempt, *called = orjson.loads(address)
        service = called[0] if called else ""
        return Callback(FramePath(path), node, attempt, service=service)

    def _is_signed(self, id_: bytes, address: bytes) -> bool:
        """Whether this is the id of an address, under the secret or an old one."""
        # The texts are compared, not the bytes in them: base64 has several spellings
        # of the same bytes, and an id must have one. The comparison takes the same
        # time wherever the first difference is.
        if hmac.compare_digest(id_, _id(address, self._keyed)):
            return True
        return any(hmac.compare_digest(id_, _id(address, old)) for old in self._old)


def _id(address: bytes, keyed: hmac.HMAC) -> bytes:
    mac = keyed.copy()
    mac.update(address)
    return b"%b.%b" % (_text(address), _text(mac.digest()[:MAC_BYTES]))


def _text(content: bytes) -> bytes:
    text = binascii.b2a_base64(content, newline=False)
    return text.translate(_URL_SAFE).rstrip(b"=")


def _bytes(text: str) -> bytes:
    """Raises `ValueError` for what is not base64."""
    if not text.isascii():
        raise ValueError(text)
    padded = text.encode() + b"=" * (-len(text) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)
