"""How a payload travels: as JSON, or as multipart when there are blobs in it."""

import re
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any
from uuid import uuid4

import orjson
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload
from multidict import CIMultiDict

from engine.domain import values
from engine.domain.errors import EngineError
from engine.domain.media_types import (
    JSON,
    MULTIPART_FORM,
    OCTET_STREAM,
    is_media_type,
)
from engine.domain.values import BLOB_KEY, Blob, Json, is_blob
from engine.ports import BlobStore

FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
FIELD_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]*")
OURS = frozenset(
    "host content-length transfer-encoding connection keep-alive proxy-connection"
    " upgrade te trailer expect".split()
)
"""Headers of the connection; an author cannot set them."""
PIECE = 64 * 1024
_QUOTED_BLOB_KEY = f'"{BLOB_KEY}"'.encode()


class CannotTravel(EngineError):
    """Something that no request can carry; trying again does not help."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(what, reason)
        self.what, self.reason = what, reason

    def __str__(self) -> str:
        return f"{self.what} cannot be sent: {self.reason}"


class Body(Payload):
    """A request body of known length, streamed, sent again from its start."""

    def __init__(
        self, parts: Sequence[bytes | Blob], type: str, blobs: BlobStore
    ) -> None:
        super().__init__(None, content_type=type)
        self._parts, self._blobs = parts, blobs
        self._size = sum(
            part.size if isinstance(part, Blob) else len(part) for part in parts
        )
        self.sent = False

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        raise TypeError("a streamed body is not text")

    async def write(self, writer: AbstractStreamWriter) -> None:
        self.sent = False
        for part in self._parts:
            if isinstance(part, Blob):
                await self._copy(part, writer)
            else:
                for start in range(0, len(part), PIECE):
                    await writer.write(part[start : start + PIECE])
        self.sent = True

    async def _copy(self, blob: Blob, writer: AbstractStreamWriter) -> None:
        left = blob.size
        content: Any = self._blobs.read(blob.key)
        async with aclosing(content):
            async for piece in content:
                left -= len(piece)
                if left < 0:
                    break
                await writer.write(piece)
        if left:
            raise CannotTravel(f"the blob {blob.key}", f"it is not {blob.size} bytes")


def encode(payload: Json, blobs: BlobStore) -> tuple[bytes | Body, str]:
    """The body of a request and its media type."""
    if isinstance(payload, dict) and any(map(is_blob, payload.values())):
        return multipart(payload, blobs)
    text = dumps(payload)
    return (text if len(text) <= PIECE else Body([text], JSON, blobs)), JSON


def multipart(payload: Mapping[str, Json], blobs: BlobStore) -> tuple[Body, str]:
    """One part a blob, named after its key; the other keys in the part `data`."""
    boundary = uuid4().hex
    typed = {key: value for key, value in payload.items() if not is_blob(value)}
    parts: list[bytes | Blob] = []
    if typed:
        parts = [head(boundary, "data", JSON), dumps(typed), b"\r\n"]
    for key, value in payload.items():
        if is_blob(value):
            blob = reference(key, value)
            parts += [head(boundary, key, blob.type, blob.name or key), blob, b"\r\n"]
    parts.append(f"--{boundary}--\r\n".encode())
    type = f"{MULTIPART_FORM}; boundary={boundary}"
    return Body(parts, type, blobs), type


def head(boundary: str, name: str, type: str, file: str | None = None) -> bytes:
    """What stands before a part's content.

    >>> head("b", 'a"b', "text/plain").decode().split("\\r\\n")[1]
    'Content-Disposition: form-data; name="a\\\\"b"'
    """
    file_name = f'; filename="{quoted(file)}"' if file else ""
    type = type if is_media_type(type) else OCTET_STREAM
    text = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data; name="{quoted(name)}"{file_name}\r\n'
        f"Content-Type: {type}\r\n\r\n"
    )
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise CannotTravel(f"the part “{name!a}”", "its name is no text") from None


def quoted(text: str) -> str:
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(c if c >= " " and c != "\x7f" else f"%{ord(c):02X}" for c in text)


def reference(key: str, value: Json) -> Blob:
    """The blob under a key of the payload."""
    match value:
        case {values.BLOB_KEY: str(), "type": str(), "size": int(size)} if size >= 0:
            return Blob.from_json(value)
    raise CannotTravel(f"“{key}”", "it is no whole reference of a blob")


def dumps(value: Json) -> bytes:
    """Typed data as JSON; a blob in the middle of it cannot travel."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATACLASS)
    except TypeError as error:
        raise CannotTravel("the data", f"it is no JSON: {error}") from None
    place = place_of_blob(value) if _QUOTED_BLOB_KEY in text else None
    if place is not None:
        raise CannotTravel(
            f"the blob in “{place}”",
            "a blob travels only under a key of its own, not inside other data",
        )
    return text


def place_of_blob(value: Json, place: str = "") -> str | None:
    """Where the first blob reference inside value is.

    >>> place_of_blob({"a": [1, {"b": {"$blob": "t/1"}}]})
    'a.1.b'
    """
    if is_blob(value):
        return place
    items = value.items() if isinstance(value, dict) else ()
    for key, item in enumerate(value) if isinstance(value, list) else items:
        found = place_of_blob(item, f"{place}.{key}" if place else str(key))
        if found is not None:
            return found
    return None


def as_query(payload: Json) -> dict[str, str | list[str]]:
    """A payload as query parameters: lists repeat, objects are JSON text.

    >>> as_query({"size": 3, "tags": ["a", "b"], "box": {"x": 1}})
    {'size': '3', 'tags': ['a', 'b'], 'box': '{"x":1}'}
    """
    if not isinstance(payload, dict):
        raise CannotTravel("the input", "a query needs an object, with names")
    if (place := place_of_blob(payload)) is not None:
        raise CannotTravel(f"the blob “{place}”", "a query carries only text")
    dumps(payload)  # raises what is no JSON; a URL would leave it out silently
    return {
        key: [_text(item) for item in value]
        if isinstance(value, list)
        else _text(value)
        for key, value in payload.items()
    }


def _text(value: Json) -> str:
    return value if isinstance(value, str) else dumps(value).decode()


def checked_headers(headers: Mapping[str, str]) -> CIMultiDict[str]:
    """An author's headers, none of which can break out of its line."""
    for name, value in headers.items():
        if not FIELD_NAME.fullmatch(name) or not FIELD_VALUE.fullmatch(value):
            raise CannotTravel(f"the header {name!a}", "it has forbidden characters")
        if name.lower() in OURS:
            raise CannotTravel(f"the header {name}", "the engine sets it itself")
    return CIMultiDict(headers)
