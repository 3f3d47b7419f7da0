"""The ids under which services return results: addresses of attempts, signed."""

import base64
import hashlib
import hmac

import orjson
from msgspec import Struct

from engine.domain.errors import Unknown
from engine.domain.frame import FramePath

MAC = 16  # bytes of the HMAC-SHA256 kept: 128 bits (RFC 2104 section 5)


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
    """Makes and reads ids that nobody without the secret can make."""

    def __init__(self, secret: bytes) -> None:
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
            raise Unknown("attempt", id_[:20]) from None
        # the text, not the bytes: those have more spellings than one
        if not hmac.compare_digest(id_.encode(), self._id(address).encode()):
            raise Unknown("attempt", id_[:20])
        path, node, attempt = orjson.loads(address)
        return Callback(FramePath(path), node, attempt)

    def _id(self, address: bytes) -> str:
        mac = self._keyed.copy()
        mac.update(address)
        return f"{_text(address)}.{_text(mac.digest()[:MAC])}"


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    if not text.isascii():
        raise ValueError(text)
    padded = text.encode() + b"=" * (-len(text) % 4)
    return base64.b64decode(padded, altchars=b"-_", validate=True)
