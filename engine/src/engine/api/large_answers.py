"""Answers that may be large: made in slices, and kept in bounded memory until sent.

While one is being made nothing else can be answered, so others get their turn between
two slices. While one is being sent it stays in memory: a client that does not read
loses its answer as soon as the memory is needed for others.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, cast

import orjson
from bounded_server.shares import Shares
from fastapi import Depends
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from engine.api.answers import ReadyAnswer
from engine.domain.errors import EngineError
from engine.domain.media_types import JSON
from engine.domain.values import Json
from engine.usecases.call_time import pause

MADE_AT_ONCE = 2
"""Their values and their JSON are in memory, beside those that are being sent."""

FREE_ANSWER_BYTES = 64 << 10
"""Up to this size an answer takes nothing of the memory: the server keeps as much for
each client anyway."""

SENT_AT_ONCE_BYTES = 64 << 10
"""The server lets no more wait for a client."""

ITEMS_OF_SLICE = 5
"""Of a long list, written without a pause: of what is shown of a task each may have a
megabyte at most, but all together have four."""

PAUSES_ITSELF = "pauses"
"""In a part of a body: who sends it waits for the turn of the next one."""

Make = Callable[[], Awaitable[Json]]


class LargeAnswers:
    """What all large answers share: places to make them, and memory."""

    def __init__(self, memory: Shares) -> None:
        self.memory = memory
        self.making = asyncio.Semaphore(MADE_AT_ONCE)

    def answer(self, make: Make, *headers: tuple[bytes, bytes]) -> Response:
        """The answer with what `make` gives, whose errors become problems."""
        return LargeAnswer(self, make, headers)


class LargeAnswer(Response):
    """One of them; it is made when it is its turn."""

    media_type = JSON

    def __init__(
        self, shared: LargeAnswers, make: Make, more: Sequence[tuple[bytes, bytes]]
    ) -> None:
        super().__init__()
        self._shared = shared
        self._make = make
        self._more = more

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with self._shared.memory.share() as share:
            # Until its memory is taken it is one of the few that are being made.
            async with self._shared.making:
                body = await written(await self._make())
                if len(body) > FREE_ANSWER_BYTES:
                    await share.take(len(body))

            if len(body) <= FREE_ANSWER_BYTES:
                await ReadyAnswer(200, body, *self._more)(scope, receive, send)
                return
            # From now on it waits for its client, and not for its turn.
            share.begin()
            await _send_in_pieces(body, self._more, share.sending(send))


async def _send_in_pieces(
    body: bytes, more: Sequence[tuple[bytes, bytes]], send: Send
) -> None:
    headers = [
        (b"content-length", b"%d" % len(body)),
        (b"content-type", JSON.encode()),
        *more,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})

    content = memoryview(body)
    try:
        for begin in range(0, len(body), SENT_AT_ONCE_BYTES):
            # Between two pieces, and not while one is sent: whoever waits then is taken
            # for a client that does not read.
            if begin:
                await pause()
            end = begin + SENT_AT_ONCE_BYTES
            await send(
                {
                    "type": "http.response.body",
                    "body": bytes(content[begin:end]),
                    "more_body": end < len(body),
                    PAUSES_ITSELF: True,
                }
            )
    except EngineError:
        # The client did not read, and others needed the memory. Nothing can be told any
        # more: the server ends the connection, since the answer is not complete.
        return


async def written(value: Json) -> bytes:
    """The JSON of a value. What is in it is written in slices, two levels deep."""
    if not isinstance(value, dict):
        return await _written_list(value)

    parts = {}
    for key, item in value.items():
        parts[key] = orjson.Fragment(await _written_list(item))
    return orjson.dumps(parts)


async def _written_list(value: Json) -> bytes:
    if not isinstance(value, list):
        content = orjson.dumps(value)
        await pause()
        return content

    slices = []
    for begin in range(0, len(value), ITEMS_OF_SLICE):
        slices.append(orjson.dumps(value[begin : begin + ITEMS_OF_SLICE])[1:-1])
        await pause()
    return b"[%s]" % b",".join(slices)


def _large_answers_of(request: Request) -> LargeAnswers:
    return cast(LargeAnswers, request.app.state.large_answers)


def _large_lists_of(request: Request) -> LargeAnswers:
    return cast(LargeAnswers, request.app.state.large_lists)


LargeDep = Annotated[LargeAnswers, Depends(_large_answers_of)]
"""For what is shown of one task."""
ListsDep = Annotated[LargeAnswers, Depends(_large_lists_of)]
"""For lists of routes: they do not wait for those who look at tasks."""
