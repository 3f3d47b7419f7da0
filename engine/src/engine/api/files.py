"""One blob as the answer to a download, whole or a range of it."""

import hashlib
import mimetypes
import re
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import Response

from engine.api.answers import Answers, Streamed
from engine.api.problems import refusal
from engine.domain.media_types import JSON, OCTET_STREAM, media_type_or_bytes
from engine.domain.values import Blob
from engine.usecases.tasks import Tasks

GENERAL = frozenset({OCTET_STREAM, "application/zip", "application/xml", "text/xml"})
"""Types of which many kinds of files are: a document of Word is a ZIP file too."""
TEXTS = frozenset({JSON, "application/xml", "application/javascript"})
ENDINGS = {
    "audio/wav": ".wav",
    "audio/webm": ".weba",
    "application/x-ndjson": ".ndjson",
    "application/yaml": ".yaml",
}
"""Of types that services and browsers use, and Python does not know."""
UNNAMED = "output"
TAG_CHARACTERS = 32
"""Of the hash that is the ETag: 128 bits, so that no two files have the same."""
# At most 18 digits a number: larger than any file, and quick to turn into an integer.
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
SAFETY_HEADERS = {
    # The content comes from other people: a browser must never run it as a page of
    # the engine.
    "content-security-policy": "default-src 'none'; sandbox",
    # A blob never changes, but who may see it does: a browser keeps it, and asks each
    # time. Else the next person at the same computer would see it after signing out,
    # and everybody one that was erased.
    "cache-control": "private, no-cache",
    "accept-ranges": "bytes",
}


FILE_ANSWERS: Answers = {
    200: {"description": "The content", "content": {"*/*": {}}},
    206: {"description": "The range that was asked for", "content": {"*/*": {}}},
    304: {"description": "The content that the caller has is the current one"},
}


class Range(NamedTuple):
    """What is sent of a file: the first byte, and the one after the last."""

    start: int
    end: int


async def file_answer(
    *,
    tasks: Tasks,
    task: str,
    blob: Blob,
    name: str,
    request_headers: Headers,
    without_content: bool,
) -> Response:
    """The content of a blob, or the range of it that was asked for."""
    tag = _tag(blob)
    headers = _headers(blob, name, tag)
    if tag in request_headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)

    asked = asked_range(request_headers, tag, blob.size)
    sent = asked or Range(0, blob.size)

    if asked and asked.start >= asked.end:
        content_range = {"content-range": f"bytes */{blob.size}"}
        detail = f"the file has only {blob.size} bytes: ask for a range inside of it"
        return refusal(416, detail, content_range)

    status = 200
    if asked:
        status = 206
        headers["content-range"] = f"bytes {sent.start}-{sent.end - 1}/{blob.size}"
    headers["content-length"] = str(sent.end - sent.start)

    if without_content:
        return Response(status_code=status, headers=headers)

    # Begun before the answer: an error can still be told with its own status.
    content = tasks.read(task, blob, sent.start)
    first = await anext(content, b"")
    pieces = _cut(first, content, sent.end - sent.start)
    return Streamed(pieces, status, headers)


def asked_range(request_headers: Headers, tag: str, size: int) -> Range | None:
    """The range that was asked for; None: the whole file. Empty: there is no such.

    >>> asked_range(Headers({"range": "bytes=-3"}), "", 10)
    Range(start=7, end=10)
    """
    found = _RANGE.fullmatch(request_headers.get("range", "").strip())
    if not found or not any(found.groups()):
        return None
    # The range is of a version that the caller has a part of, and it is not this one.
    if request_headers.get("if-range", tag) != tag:
        return None

    first, last = found.groups()
    if not first:
        return Range(max(size - int(last), 0), size)
    if not last:
        return Range(int(first), size)
    # RFC 9110, section 14.1.1: a range whose end is before its start is ignored.
    if int(last) < int(first):
        return None
    return Range(int(first), min(int(last) + 1, size))


async def _cut(
    first: bytes, content: AsyncIterator[bytes], length: int
) -> AsyncGenerator[bytes, None]:
    """As many bytes as the range has: a store reads to the end of the blob."""
    left = length
    piece = first
    while piece and left > 0:
        yield piece[:left]
        left -= len(piece)
        piece = await anext(content, b"") if left > 0 else b""


def _tag(blob: Blob) -> str:
    """The ETag. A key is never used for two contents, so its hash is enough."""
    digest = hashlib.sha256(blob.key.encode()).hexdigest()
    return f'"{digest[:TAG_CHARACTERS]}"'


def _headers(blob: Blob, name: str, tag: str) -> dict[str, str]:
    media_type = media_type_or_bytes(blob.type)
    return SAFETY_HEADERS | {
        "etag": tag,
        "content-type": replace(blob, type=media_type).content_type,
        "content-disposition": disposition(download_name(name, media_type)),
    }


def download_name(name: str, media_type: str) -> str:
    """A file name that ends as its type says.

    >>> download_name("result", "image/png"), download_name("a.jpeg", "image/jpeg")
    ('result.png', 'a.jpeg')
    >>> download_name("blurred.jpg", "image/png"), download_name("v1.2", "text/html")
    ('blurred.png', 'v1.2.html')
    """
    last = name.replace("\\", "/").rpartition("/")[2] or UNNAMED
    stem, dot, extension = last.rpartition(".")
    right = ENDINGS.get(media_type) or mimetypes.guess_extension(
        media_type, strict=False
    )

    of_type = mimetypes.guess_all_extensions(media_type, strict=False)
    if right is None or f".{extension.lower()}" in of_type:
        return last

    named, packed = mimetypes.guess_type(last, strict=False)
    if named is None and packed is None:
        return last + right
    if packed or _says_no_more(media_type, named or ""):
        return last
    # It names another type, for which programs would take it.
    return f"{stem}{right}" if stem and dot else last + right


def _says_no_more(media_type: str, named: str) -> bool:
    """Whether a type is so general that what a name says may be true as well.

    >>> _says_no_more("text/plain", "text/csv"), _says_no_more("text/csv", "text/html")
    (True, False)
    """
    if media_type == "text/plain":
        return named.startswith("text/") or named in TEXTS
    return media_type in GENERAL


def disposition(name: str) -> str:
    """How a file is to be saved, its name twice (RFC 6266): in ASCII for old clients,
    and whole."""
    plain = re.sub(r"[^\w.() -]", "_", name, flags=re.ASCII)
    encoded = quote(name, safe="")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"
