"""Request bodies: JSON, or multipart when there are blobs in the payload."""

import re
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from typing import Any
from uuid import uuid4

from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload

from engine.adapters.http.fields import Headers, checked_headers
from engine.adapters.http.limits import SMALL_BODY_BYTES
from engine.adapters.http.payloads import CannotTravel, dumps
from engine.domain import values
from engine.domain.media_types import (
    JSON,
    MULTIPART_FORM,
    OCTET_STREAM,
    is_media_type,
)
from engine.domain.protocol import TYPED_DATA_PART
from engine.domain.values import Blob, Json, is_blob
from engine.ports import BlobStore

LAST_BACKSLASHES = re.compile(r"\\+\Z")

WRITTEN_AT_ONCE_BYTES = 64 * 1024
"""Between two of these the event loop gets its turn, and a slow peer its time."""


class Body(Payload):
    """A request body of known length, streamed, sent again from its start."""

    def __init__(
        self, *, pieces: Sequence[bytes | Blob], media_type: str, blobs: BlobStore
    ) -> None:
        super().__init__(None, content_type=media_type)
        self._pieces = pieces
        self._blobs = blobs
        self._size = sum(map(_size_of, pieces))
        self.sent = False

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        raise TypeError("a streamed body is not text")

    async def write(self, writer: AbstractStreamWriter) -> None:
        self.sent = False

        for piece in self._pieces:
            if isinstance(piece, Blob):
                await self._copy(piece, writer)
            else:
                for start in range(0, len(piece), WRITTEN_AT_ONCE_BYTES):
                    await writer.write(piece[start : start + WRITTEN_AT_ONCE_BYTES])

        self.sent = True

    async def _copy(self, blob: Blob, writer: AbstractStreamWriter) -> None:
        missing = blob.size
        content: Any = self._blobs.read(blob.key)

        async with aclosing(content):
            async for read in content:
                missing -= len(read)
                # More bytes than announced would be read as the next request.
                if missing < 0:
                    break
                await writer.write(read)

        if missing:
            raise CannotTravel(f"the blob {blob.key}", f"it is not {blob.size} bytes")


def _size_of(piece: bytes | Blob) -> int:
    return piece.size if isinstance(piece, Blob) else len(piece)


Content = bytes | Body | None
"""What is sent: bytes that are there, a stream, or no body at all."""


def request_body(
    payload: Json, headers: Mapping[str, str], blobs: BlobStore
) -> tuple[bytes | Body, Headers]:
    """The body that carries a payload, and the headers of its request."""
    body, media_type = encode(payload, blobs)
    ready = checked_headers(headers)

    # An author may give JSON a name of its own, but has no boundary of a multipart.
    if media_type != JSON or "Content-Type" not in ready:
        ready["Content-Type"] = media_type
    return body, ready


def encode(payload: Json, blobs: BlobStore) -> tuple[bytes | Body, str]:
    """The body of a request and its media type."""
    if isinstance(payload, dict) and any(map(is_blob, payload.values())):
        return multipart(payload, blobs)

    text = dumps(payload)
    if len(text) <= SMALL_BODY_BYTES:
        return text, JSON
    return Body(pieces=[text], media_type=JSON, blobs=blobs), JSON


def multipart(payload: Mapping[str, Json], blobs: BlobStore) -> tuple[Body, str]:
    """One part a blob, named after its key; the other keys in the part `data`."""
    boundary = uuid4().hex
    typed = {key: value for key, value in payload.items() if not is_blob(value)}

    pieces: list[bytes | Blob] = []
    if typed:
        pieces += [part_head(boundary, TYPED_DATA_PART, JSON), dumps(typed), b"\r\n"]
    for key, value in payload.items():
        if is_blob(value):
            blob = reference(key, value)
            head = part_head(boundary, key, blob.type, blob.name or key)
            pieces += [head, blob, b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())

    media_type = f"{MULTIPART_FORM}; boundary={boundary}"
    return Body(pieces=pieces, media_type=media_type, blobs=blobs), media_type


def part_head(
    boundary: str, name: str, media_type: str, file: str | None = None
) -> bytes:
    """What stands before a part's content.

    >>> part_head("b", 'a"b', "text/plain").decode().split("\\r\\n")[1]
    'Content-Disposition: form-data; name="a\\\\"b"'
    """
    # Many readers take the quotation mark behind a last backslash for a part of the
    # text, escaped or not, and then what follows too. So the name, which must arrive
    # as it is, comes last, and no file name ends in a backslash.
    file_name = ""
    if file:
        file_name = f'; filename="{quoted(LAST_BACKSLASHES.sub("_", file))}"'
    # The type of a blob comes from strangers, and could bring a line of its own.
    safe_type = media_type if is_media_type(media_type) else OCTET_STREAM
    text = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data{file_name}; name="{quoted(name)}"\r\n'
        f"Content-Type: {safe_type}\r\n\r\n"
    )

    try:
        return text.encode()
    except UnicodeEncodeError:
        raise CannotTravel(f"the part “{name!a}”", "its name is not text") from None


def quoted(text: str) -> str:
    """A text between quotation marks, as browsers write it in a part's head."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return "".join(
        character
        if character >= " " and character != "\x7f"
        else f"%{ord(character):02X}"
        for character in escaped
    )


def reference(key: str, value: Json) -> Blob:
    """The blob under a key of the payload."""
    match value:
        case {values.BLOB_KEY: str(), "type": str(), "size": int(size)} if size >= 0:
            return Blob.from_json(value)
    raise CannotTravel(f"“{key}”", "it is not a complete reference to a blob")
