"""Asks the provider over HTTP: little time, little memory, and nobody else."""

import asyncio
import base64
from collections.abc import Mapping
from datetime import timedelta
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote_plus

import orjson
from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    DummyCookieJar,
    TCPConnector,
)

from engine.domain.errors import Unavailable

WHO = "the provider of OpenID Connect"
ANSWER_WITHIN = timedelta(seconds=10)
MAX_ANSWER_BYTES = 1 << 20
MAX_HEADER_BYTES = 16_384
MAX_CONNECTIONS = 8
"""At the same time: others wait, within the same seconds."""


class Fetching:
    """An async context manager, whose end closes connections."""

    def __init__(self) -> None:
        self._session: ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = ClientSession(
            connector=TCPConnector(limit=MAX_CONNECTIONS),
            timeout=ClientTimeout(total=ANSWER_WITHIN.total_seconds()),
            cookie_jar=DummyCookieJar(),
            headers={"accept": "application/json", "accept-encoding": "identity"},
            auto_decompress=False,
            max_line_size=MAX_HEADER_BYTES,
            max_field_size=MAX_HEADER_BYTES,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def get(self, url: str) -> dict[str, Any]:
        """The object at a URL; raises `Unavailable`."""
        status, body = await self._ask("GET", url)
        if status != 200:
            raise Unavailable(WHO, f"{url} answered with the status {status}")
        return body

    async def post(
        self, url: str, fields: Mapping[str, str], login: tuple[str, str] | None
    ) -> tuple[int, dict[str, Any]]:
        """Status and object of an answer below 500; raises `Unavailable`."""
        headers = {"authorization": _basic(*login)} if login else {}
        status, body = await self._ask("POST", url, data=dict(fields), headers=headers)
        if status >= 500:
            raise Unavailable(WHO, f"{url} answered with the status {status}")
        return status, body

    async def _ask(
        self, method: str, url: str, **options: Any
    ) -> tuple[int, dict[str, Any]]:
        if self._session is None:
            raise Unavailable(WHO, "the connection is closed")
        try:
            # A redirect could lead anywhere: to a machine that only the engine reaches.
            async with self._session.request(
                method, url, allow_redirects=False, **options
            ) as answer:
                return answer.status, await _object(answer, url)
        except (ClientError, TimeoutError, asyncio.IncompleteReadError) as error:
            reason = str(error) or "it did not answer in time"
            raise Unavailable(WHO, reason) from error


def _basic(name: str, secret: str) -> str:
    """Name and secret of a client in a header (RFC 6749, 2.3.1).

    >>> _basic("a", "b:c")
    'Basic YTpiJTNBYw=='
    """
    pair = f"{quote_plus(name)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


async def _object(answer: ClientResponse, url: str) -> dict[str, Any]:
    """The object in the body; raises `Unavailable` for anything else."""
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > MAX_ANSWER_BYTES:
            reason = f"{url} answered with more than {MAX_ANSWER_BYTES} bytes"
            raise Unavailable(WHO, reason)

    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        status = answer.status
        raise Unavailable(WHO, f"{url} answered {status}, and not with a JSON object")
    return found
