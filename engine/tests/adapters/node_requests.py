"""Requests of http nodes to played machines, with a store for what they answer."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from engine.adapters.http.outside import HttpOutside
from engine.domain.values import Blob, Json
from engine.ports import Request

from ..contracts.peers import OK, SOON, Way, outside_by

NOT_AT_ALL = timedelta()
JSON = OK + b"Content-Type: application/json\r\n"


class Store:
    """A blob store that keeps the last blob in memory, piece by piece."""

    def __init__(self, delay: timedelta = NOT_AT_ALL) -> None:
        self.kept = b""
        self._delay = delay.total_seconds()

    async def put(
        self, task: str, content: AsyncIterator[bytes], type: str, name: str | None
    ) -> Blob:
        pieces = []
        async for piece in content:
            pieces.append(piece)
            await asyncio.sleep(self._delay)

        self.kept = b"".join(pieces)
        return Blob(f"{task}/a", type, len(self.kept), name)


def reaching(way: Way, store: Any = None, **limits: Any) -> HttpOutside:
    return outside_by(way, store or Store(), **limits)


def asked(
    url: str, verb: str = "GET", payload: Json = None, timeout: timedelta = SOON
) -> Request:
    return Request("t1", verb, f"{url}/a", {}, {}, payload or {}, timeout)
