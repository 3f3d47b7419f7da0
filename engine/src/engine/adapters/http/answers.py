"""What other machines answer, read with bounds."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from email.message import Message
from pathlib import PurePath
from typing import Protocol

import orjson
from aiohttp import ClientError
from yarl import URL

from engine.adapters.http.limits import Limits
from engine.domain.errors import EngineError, ReservedKey, TooMuch
from engine.domain.gate import Admitted, admit
from engine.domain.media_types import JSON, media_type_or_bytes
from engine.domain.values import Json

MAX_PRINTED_CHARACTERS = 200
"""Of words of another machine, in a message."""

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


def parsed(text: bytes, limits: Limits) -> Json:
    """The JSON of an answer; raises `Unusable` for what data may not contain.

    Raises `TooMuch` for too many values.
    """
    try:
        value = orjson.loads(text)
    except ValueError as error:
        raise Unusable(f"its body is not valid JSON: {error}") from None

    # Level by level instead of recursion: an answer of brackets alone would use up the
    # stack before it is found to be too deep.
    level = [value]
    seen = 0
    for _ in range(limits.json_depth):
        if not level:
            return value

        seen += len(level)
        if seen > limits.json_values:
            raise TooMuch(
                "the answer", limits.json_values, "values", setting="MAX_VALUES"
            )
        level = _children(level)

    if level:
        raise Unusable(
            f"it is nested deeper than {limits.json_depth} levels (MAX_DEPTH)"
        )
    return value


def admitted(value: Json) -> Admitted:
    """The JSON of an answer as a result; raises `Unusable` for a reserved key."""
    try:
        return admit(value if isinstance(value, dict) else {"body": value})
    except ReservedKey as error:
        raise Unusable(str(error)) from None


def _children(level: list[Json]) -> list[Json]:
    children: list[Json] = []
    for item in level:
        if isinstance(item, dict):
            children += item.values()
        elif isinstance(item, list):
            children += item
    return children


def is_json(answer: Head) -> bool:
    kind = answer.content_type.lower()
    return kind == JSON or kind.endswith("+json")


def media_type(answer: Head) -> str:
    return media_type_or_bytes(answer.content_type)


def file_name(answer: Head) -> str | None:
    """The name the other side gives its file, without a path."""
    message = Message()
    message["Content-Disposition"] = answer.headers.get("Content-Disposition", "")

    given = message.get_filename("")
    name = printable(PurePath(given.replace("\\", "/")).name)
    return None if name in ("", "..") else name


def printable(text: str) -> str:
    """The first 200 characters that can be shown, in one line.

    >>> printable("no\\n\\x1b[31mspace ")
    'no [31mspace'
    """
    # The first thousand are enough to fill the line, however many are not shown.
    visible = (
        character if character.isprintable() else " " for character in text[:1000]
    )
    return " ".join("".join(visible).split())[:MAX_PRINTED_CHARACTERS]
