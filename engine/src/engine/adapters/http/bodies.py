"""Request bodies: JSON, or multipart when there are blobs in the payload."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import aclosing
from typing import Any
from uuid import uuid4

from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload
from body_parts.media_types import is_media_type

from engine.adapters.http.fields import Headers, checked_headers
from engine.adapters.http.limits import SMALL_BODY_BYTES
from engine.adapters.http.payloads import CannotTravel, as_form, as_query, dumps
from engine.domain import values
from engine.domain.media_types import JSON, MULTIPART_FORM, OCTET_STREAM
from engine.domain.protocol import TYPED_DATA_PART
from engine.domain.values import Blob, Json, is_sent_as_parts
from engine.ports import BlobStore

FORM = "application/x-www-form-urlencoded"

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
    payload: Json,
    headers: Mapping[str, str],
    blobs: BlobStore,
    send: str | None = None,
) -> tuple[bytes | Body, Headers]:
    """The body that carries a payload, and the headers of its request.

    `send` is how it travels; None: as JSON, or as parts if there are blobs in it.
    """
    body, media_type = _encoded(payload, blobs, send)
    ready = checked_headers(headers)

    # An author may give JSON a name of its own, but has no boundary of a multipart.
    if media_type != JSON or "Content-Type" not in ready:
        ready["Content-Type"] = media_type
    return body, ready


def _encoded(
    payload: Json, blobs: BlobStore, send: str | None
) -> tuple[bytes | Body, str]:
    match send:
        case "json":
            return _whole(dumps(payload), JSON, blobs)
        case "form":
            return _whole(as_form(payload), FORM, blobs)
        case "multipart":
            return fields(payload, blobs)
        case _:
            return encode(payload, blobs)


def encode(payload: Json, blobs: BlobStore) -> tuple[bytes | Body, str]:
    """The body of a request and its media type."""
    if isinstance(payload, dict) and any(map(is_sent_as_parts, payload.values())):
        return multipart(payload, blobs)
    return _whole(dumps(payload), JSON, blobs)


def _whole(text: bytes, media_type: str, blobs: BlobStore) -> tuple[bytes | Body, str]:
    """A body that is there already; a large one is sent piece by piece."""
    if len(text) <= SMALL_BODY_BYTES:
        return text, media_type
    return Body(pieces=[text], media_type=media_type, blobs=blobs), media_type


def multipart(payload: Mapping[str, Json], blobs: BlobStore) -> tuple[Body, str]:
    """One part a blob, named after its key; the other keys in the part `data`.

    A list of blobs is sent as several parts of one name, as browsers send one.
    """
    boundary = uuid4().hex
    typed = {
        key: value for key, value in payload.items() if not is_sent_as_parts(value)
    }

    pieces: list[bytes | Blob] = []
    if typed:
        pieces += [part_head(boundary, TYPED_DATA_PART, JSON), dumps(typed), b"\r\n"]
    for key, value in payload.items():
        if key not in typed:
            pieces += _parts_of_blobs(boundary, key, value)
    pieces.append(f"--{boundary}--\r\n".encode())

    media_type = f"{MULTIPART_FORM}; boundary={boundary}"
    return Body(pieces=pieces, media_type=media_type, blobs=blobs), media_type


def fields(payload: Json, blobs: BlobStore) -> tuple[Body, str]:
    """One part for each key, as a browser sends a form; a list is several parts.

    Typed values are texts, as in a query.
    """
    if not isinstance(payload, dict):
        raise CannotTravel("the input", "a form needs an object, with names")

    typed = {
        key: value for key, value in payload.items() if not is_sent_as_parts(value)
    }
    texts = as_query(typed, "a field of a form")
    boundary = uuid4().hex
    pieces: list[bytes | Blob] = []

    for key, value in payload.items():
        if key not in texts:
            pieces += _parts_of_blobs(boundary, key, value)
            continue
        text = texts[key]
        for one in text if isinstance(text, list) else [text]:
            pieces += [part_head(boundary, key), one.encode(), b"\r\n"]
    pieces.append(f"--{boundary}--\r\n".encode())

    media_type = f"{MULTIPART_FORM}; boundary={boundary}"
    return Body(pieces=pieces, media_type=media_type, blobs=blobs), media_type


def _parts_of_blobs(boundary: str, key: str, value: Json) -> Iterator[bytes | Blob]:
    """The parts of a blob, or of each blob in a list."""
    for one in value if isinstance(value, list) else [value]:
        blob = reference(key, one)
        yield part_head(boundary, key, blob.content_type, blob.name or key)
        yield blob
        yield b"\r\n"


def part_head(
    boundary: str,
    name: str,
    media_type: str | None = None,
    file: str | None = None,
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
    type_line = ""
    if media_type:
        safe_type = media_type if is_media_type(media_type) else OCTET_STREAM
        type_line = f"Content-Type: {safe_type}\r\n"
    text = (
        f"--{boundary}\r\n"
        f'Content-Disposition: form-data{file_name}; name="{quoted(name)}"\r\n'
        f"{type_line}\r\n"
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
