"""Outputs of a task: blobs under names, and one blob as an answer, range by range."""

import hashlib
import mimetypes
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import Response, StreamingResponse

from engine.api.problems import refusal
from engine.domain.media_types import media_type_or_bytes
from engine.domain.values import Blob, Json, is_blob
from engine.usecases.tasks import Tasks

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
SAFETY = {
    # the content is somebody's: it must never act as a page of ours
    "content-security-policy": "default-src 'none'; sandbox",
    "cache-control": "private, max-age=3600",
    "accept-ranges": "bytes",
}


def named_blobs(outputs: dict[str, Json]) -> dict[str, Blob]:
    """Every blob of the outputs under a name of its own: `result`, `zones.0.image`.

    >>> blob = {"$blob": "t/a", "type": "image/png", "size": 1}
    >>> list(named_blobs({"a.0": blob, "a": [blob]}))
    ['a.0', 'a.0~2']
    """
    named: dict[str, Blob] = {}
    for path, blob in _walk(outputs, ()):
        wish = ".".join(path)
        if not wish.strip("./"):
            wish = "output"  # “..” would be taken for a way through folders
        name, number = wish, 2
        while name in named:
            name, number = f"{wish}~{number}", number + 1
        named[name] = blob
    return named


def with_urls(outputs: dict[str, Json], base: str) -> Json:
    """The outputs with the address of its content in the place of every blob."""
    urls = (base + quote(name, safe="") for name in named_blobs(outputs))
    return _replace(outputs, urls)


def _walk(value: Json, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Blob]]:
    if is_blob(value):
        yield path, Blob.from_json(value)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _walk(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(item, (*path, str(index)))


def _replace(value: Json, urls: Iterator[str]) -> Json:
    if is_blob(value):
        return next(urls)
    if isinstance(value, dict):
        return {key: _replace(item, urls) for key, item in value.items()}
    if isinstance(value, list):
        return [_replace(item, urls) for item in value]
    return value


def download_name(name: str, type: str) -> str:
    """A file name with an extension that fits.

    >>> download_name("result", "image/png"), download_name("a.jpg", "image/jpeg")
    ('result.png', 'a.jpg')
    """
    last = name.replace("\\", "/").rpartition("/")[2] or "output"
    if mimetypes.guess_type(last, strict=False)[0]:
        return last
    return last + (mimetypes.guess_extension(type, strict=False) or "")


async def file_answer(
    tasks: Tasks, blob: Blob, name: str, asked: Headers, head: bool
) -> Response:
    """The content of a blob, or the part of it that was asked for."""
    tag = f'"{hashlib.sha256(blob.key.encode()).hexdigest()[:32]}"'
    kind = media_type_or_bytes(blob.type)
    headers = SAFETY | {
        "etag": tag,
        "content-type": kind,
        "content-disposition": _disposition(download_name(name, kind)),
    }
    if tag in asked.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    status, start, end = _range(asked, tag, blob.size)
    if status == 416:
        detail = f"the file has {blob.size} bytes"
        return refusal(416, detail, {"content-range": f"bytes */{blob.size}"})
    if status == 206:
        headers["content-range"] = f"bytes {start}-{end - 1}/{blob.size}"
    headers["content-length"] = str(end - start)
    if head:
        return Response(status_code=status, headers=headers)
    return await _stream(tasks, blob, start, end, status, headers)


async def _stream(
    tasks: Tasks, blob: Blob, start: int, end: int, status: int, headers: dict[str, Any]
) -> Response:
    content = tasks.read(blob, start)
    first = await anext(content, b"")  # raises while a problem can still be answered
    pieces = _cut(first, content, end - start)
    return StreamingResponse(pieces, status, headers)


async def _cut(
    first: bytes, content: AsyncIterator[bytes], left: int
) -> AsyncIterator[bytes]:
    piece = first
    while piece and left > 0:
        yield piece[:left]
        left -= len(piece)
        piece = await anext(content, b"") if left > 0 else b""


def _range(asked: Headers, tag: str, size: int) -> tuple[int, int, int]:
    """The status, the first byte and the one after the last.

    >>> _range(Headers({"range": "bytes=-3"}), "", 10)
    (206, 7, 10)
    """
    found = _RANGE.fullmatch(asked.get("range", "").strip())
    if not found or not any(found.groups()) or asked.get("if-range", tag) != tag:
        return 200, 0, size
    first, last = found.groups()
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1 if last else size, size)
        if last and int(last) < start:
            return 200, 0, size  # means nothing: RFC 9110 has it ignored
    return (206, start, end) if start < end else (416, 0, 0)


def _disposition(name: str) -> str:
    plain = re.sub(r"[^\w.() -]", "_", name, flags=re.ASCII)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
