"""Changes of a task as server-sent events."""

import asyncio
from collections.abc import AsyncIterator

import orjson

from engine.usecases.changes import Change

ALIVE = b": alive\n\n"


async def event_stream(
    changes: AsyncIterator[Change], seconds: float
) -> AsyncIterator[bytes]:
    """Each change as it comes, and a sign of life when none does for a while."""
    coming: asyncio.Future[Change | None] | None = None
    yield ALIVE
    try:
        while True:
            coming = coming or asyncio.ensure_future(_next(changes))
            await asyncio.wait({coming}, timeout=seconds)
            if not coming.done():
                yield ALIVE
                continue
            change, coming = coming.result(), None
            if change is None:
                return
            yield _event(change)
    finally:
        if coming:
            coming.cancel()


async def _next(changes: AsyncIterator[Change]) -> Change | None:
    return await anext(changes, None)


def _event(change: Change) -> bytes:
    head = f"id: {change.id}\nevent: {change.name}\ndata: ".encode()
    return head + orjson.dumps(change.data) + b"\n\n"
