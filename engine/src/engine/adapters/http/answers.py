"""What other machines answer, read with bounds."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import PurePath
from typing import Protocol

from aiohttp import ClientError
from body_parts.disposition import parameters
from yarl import URL

from engine.adapters.http.limits import Limits
from engine.domain.errors import EngineError, TooMuch, Unreadable
from engine.domain.gate import Admitted, admit
from engine.domain.media_types import JSON, charset_of, media_type_or_bytes
from engine.domain.strict_json import parse
from engine.domain.values import Json

MAX_LOOKED_AT_CHARACTERS = 5_000
"""Ten times the longest line that is asked for: enough to fill it, however many of them
are not shown."""

MAX_HEADERS = 100
"""Of an answer, in a result; how many bytes all of them have is bounded before."""

MAX_PRINTED_CHARACTERS = 200
"""Of words of another machine, in a message."""

Told = dict[str, Json]
"""The status and the headers of an answer, as parts of a result."""

Read = Callable[[], Awaitable[bytes]]
"""Gives what has come of a body since the last time; empty: that was all."""


class Head(Protocol):
    """What an answer says before its body, whichever client brought it."""

    @property
    def url(self) -> URL: ...
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def content_type(self) -> str: ...
    @property
    def content_length(self) -> int | None: ...


class Unusable(EngineError):
    """An answer that cannot become a result."""

    def __str__(self) -> str:
        return f"the answer cannot be used: {self.args[0]}"


async def glance(read: Read, limit: int, patience: timedelta) -> bytes:
    """What soon comes of a body; read to its end, its connection can be kept."""
    came = bytearray()

    with suppress(TimeoutError, ClientError):
        async with asyncio.timeout(patience.total_seconds()):
            while len(came) < limit:
                piece = await read()
                if not piece:
                    break
                came += piece

    return bytes(came)


async def pieces(read: Read, size: int | None, limit: int) -> AsyncGenerator[bytes]:
    """The body as it comes, `size` bytes if told; raises `TooMuch` beyond the limit."""
    if size is not None and size > limit:
        raise TooMuch("the answer", limit)

    total = 0
    while True:
        piece = await read()
        if not piece:
            return

        total += len(piece)
        if total > limit:
            raise TooMuch("the answer", limit)
        yield piece


async def joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def result(
    text: bytes, limits: Limits, charset: str, head: Told | None = None
) -> Admitted:
    """The JSON of an answer as a result; raises `Unusable` if it cannot be one."""
    try:
        value = parse(text, limits, charset)
    except (Unreadable, TooMuch) as error:
        raise Unusable(str(error)) from None
    if head is not None:
        return admit(head | {"body": value})
    return admit(value if isinstance(value, dict) else {"body": value})


def told(answer: Head) -> Told:
    """Status and headers; several headers of one name are one, as HTTP joins them."""
    headers: dict[str, str] = {}
    for name, text in list(answer.headers.items())[:MAX_HEADERS]:
        # Bytes that were no UTF-8 are surrogates here.
        readable = text.encode(errors="surrogateescape").decode(errors="replace")
        key = name.lower()
        headers[key] = f"{headers[key]}, {readable}" if key in headers else readable
    return {"status": answer.status, "headers": headers}


def is_json(answer: Head) -> bool:
    kind = answer.content_type.lower()
    return kind == JSON or kind.endswith("+json")


def charset(answer: Head) -> str:
    return charset_of(answer.headers.get("Content-Type", ""))


def media_type(answer: Head) -> str:
    return media_type_or_bytes(answer.content_type)


def file_name(answer: Head) -> str | None:
    """The name the other side gives its file, without a path."""
    disposition = answer.headers.get("Content-Disposition", "")
    given = _parameters(disposition).get("filename", "")
    name = printable(PurePath(given.replace("\\", "/")).name)
    return None if name in ("", "..") else name


def _parameters(disposition: str) -> dict[str, str]:
    raw = disposition.encode(errors="surrogateescape")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        # Servers that know nothing of UTF-8 in headers.
        text = raw.decode("latin-1")
    return parameters(text)


def printable(text: str, limit: int = MAX_PRINTED_CHARACTERS) -> str:
    """The first characters that can be shown, in one line.

    >>> printable("no\\n\\x1b[31mspace "), printable("and more", 6)
    ('no [31mspace', 'and m…')
    """
    looked_at = text[:MAX_LOOKED_AT_CHARACTERS]
    visible = (character if character.isprintable() else " " for character in looked_at)
    line = " ".join("".join(visible).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
