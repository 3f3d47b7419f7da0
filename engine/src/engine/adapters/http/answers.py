"""What other machines answer: read with bounds, failures worded for people."""

import asyncio
import errno
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import parsedate_to_datetime
from pathlib import PurePath
from typing import Protocol

import aiohttp
import orjson
from aiohttp import ClientResponse
from httptools import HttpParserError
from yarl import URL

from engine.adapters.http.addresses import shown
from engine.adapters.http.payloads import CannotTravel
from engine.adapters.http.pool import NotConnected
from engine.domain.errors import (
    AddressRefused,
    EngineError,
    TooMuch,
    Unavailable,
    Unknown,
)
from engine.domain.media_types import JSON, media_type_or_bytes
from engine.domain.values import BLOB_KEY, LARGE_KEY, RESERVED_KEYS, Json
from engine.ports import Refused

BUSY = frozenset({429, 503})
WORDS: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.ClientConnectorDNSError, "nobody knows the name in {0}"),
    (aiohttp.ClientConnectorCertificateError, "the certificate of {0} is not valid"),
    (aiohttp.ClientSSLError, "{0} does not speak TLS as it should"),
    (aiohttp.ConnectionTimeoutError, "{0} does not take connections"),
    (aiohttp.ClientConnectorError, "{0} cannot be reached: {1}"),
    (NotConnected, "{0} cannot be reached: {1}"),
    (aiohttp.ServerDisconnectedError, "{0} hung up before it answered"),
    (aiohttp.ClientOSError, "{0} hung up before it answered"),
    (aiohttp.ClientPayloadError, "the answer of {0} broke off"),
    (aiohttp.ClientResponseError, "{0} does not speak HTTP as it should"),
    (HttpParserError, "{0} does not speak HTTP as it should"),
    (TimeoutError, "{0} did not answer within {2:g} s"),
)


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


class Unusable(EngineError):
    """An answer that cannot become a result."""

    def __str__(self) -> str:
        return f"the answer cannot be used: {self.args[0]}"


def refusal(error: Exception, url: str, timeout: timedelta) -> Refused:
    """What went wrong, and whether trying again can help."""
    origin = re.sub(r"(//[^/]*).*", r"\1", shown(url))
    if isinstance(error.__cause__, EngineError):  # the body that was being sent
        error = error.__cause__
    match error:
        case AddressRefused() | CannotTravel() | Unknown():
            return Refused(str(error), final=True)
        case Unavailable():
            return Refused(str(error), busy=True)
        case EngineError():
            return Refused(str(error))
        case aiohttp.ClientConnectorError() | NotConnected() if (
            error.errno == errno.ECONNREFUSED
        ):
            return Refused(f"nobody listens at {origin}")
    for kind, words in WORDS:
        if isinstance(error, kind):
            cause = getattr(error, "strerror", None)
            return Refused(words.format(origin, cause, timeout.total_seconds()))
    return Refused(f"the call of {origin} failed: {printable(str(error))}")


async def glance(answer: ClientResponse, limit: int, patience: timedelta) -> bytes:
    """What soon comes of a body; read to its end, its connection can be kept."""
    came = bytearray()
    with suppress(TimeoutError, aiohttp.ClientError):
        async with asyncio.timeout(patience.total_seconds()):
            while len(came) < limit and (piece := await answer.content.readany()):
                came += piece
    return bytes(came)


async def pieces(answer: ClientResponse, limit: int) -> AsyncGenerator[bytes]:
    """The body as it comes; raises `TooMuch` beyond the limit."""
    size = answer.content_length or 0
    if size <= limit:
        size = 0
        while piece := await answer.content.readany():
            if (size := size + len(piece)) > limit:
                break
            yield piece
    if size > limit:
        raise TooMuch("the answer", limit)


async def joined(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in rest:
        yield piece


def parsed(text: bytes, depth: int) -> Json:
    """The JSON of an answer; raises `Unusable` for what data may not contain."""
    try:
        value = orjson.loads(text)
    except ValueError as error:
        raise Unusable(f"it is not the JSON it says it is: {error}") from None
    level = [value]
    for _ in range(depth):
        maps = [item for item in level if isinstance(item, dict)]
        if any(RESERVED_KEYS & item.keys() for item in maps):
            raise Unusable(
                f"it contains a key that is reserved, {BLOB_KEY} or {LARGE_KEY}"
            )
        level = [child for item in maps for child in item.values()] + [
            child for item in level if isinstance(item, list) for child in item
        ]
    if level:
        raise Unusable(f"it is nested deeper than {depth} levels")
    return value


def is_json(answer: Head) -> bool:
    kind = answer.content_type.lower()
    return kind == JSON or kind.endswith("+json")


def media_type(answer: ClientResponse) -> str:
    return media_type_or_bytes(answer.content_type)


def file_name(answer: ClientResponse) -> str | None:
    """The name the other side gives its file, without a path."""
    message = Message()
    message["Content-Disposition"] = answer.headers.get("Content-Disposition", "")
    given = message.get_filename("")
    name = printable(PurePath(given.replace("\\", "/")).name)
    return None if name in ("", "..") else name


def refused(answer: Head, body: bytes, most: timedelta, busy: bool = False) -> Refused:
    """An answer that is no success, with the patience it asks for."""
    after = retry_after(answer, most) if answer.status in BUSY else None
    said = reason(answer, body)
    return Refused(said, busy=busy or after is not None, after=after)


def reason(answer: Head, body: bytes) -> str:
    """What an answer that is no success says."""
    said = f"{answer.url.origin()} answered {answer.status}"
    target = answer.headers.get("Location")
    if 300 <= answer.status < 400 and target:
        return f"{said} and pointed to {shown(target)}, which is not followed"
    detail = printable(_detail(answer, body))
    return f"{said}: {detail}" if detail else said


def _detail(answer: Head, body: bytes) -> str:
    """The words for people in a problem (RFC 9457), or plain text."""
    if answer.content_type == "text/plain":
        return body.decode(errors="replace")
    if is_json(answer):
        with suppress(ValueError):
            match orjson.loads(body):
                case {"detail": str(text)} | {"title": str(text)}:
                    return str(text)
    return ""


def printable(text: str) -> str:
    """The first 200 characters that can be shown, in one line.

    >>> printable("no\\n\\x1b[31mspace ")
    'no [31mspace'
    """
    visible = "".join(c if c.isprintable() else " " for c in text[:1000])
    return " ".join(visible.split())[:200]


def retry_after(answer: Head, most: timedelta) -> timedelta | None:
    """How long the other side wants to be left alone, within reason."""
    text = answer.headers.get("Retry-After", "").strip()
    wait = None
    if text.isascii() and text.isdigit():
        wait = timedelta(seconds=min(int(text[:9]), most.total_seconds()))
    else:
        with suppress(ValueError, OverflowError):
            at = parsedate_to_datetime(text)
            wait = (at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)
    return None if wait is None else min(max(wait, timedelta()), most)
