"""Changes of a task as server-sent events."""

import asyncio
from collections.abc import AsyncIterator

import orjson

from engine.usecases.changes import Change

KEEP_ALIVE = b": alive\n\n"
"""A comment: clients ignore it, and proxies see that the connection is in use."""


async def event_stream(
    changes: AsyncIterator[Change], keep_alive_seconds: float
) -> AsyncIterator[bytes]:
    """Each change as it comes, and a comment when none does for a while."""
    # First of all, so that the client learns at once that the stream is open.
    yield KEEP_ALIVE

    next_change: asyncio.Future[Change | None] | None = None
    try:
        while True:
            # A future that is not done is waited for again: cancelling it at a timeout
            # would end `changes`.
            if next_change is None:
                next_change = asyncio.ensure_future(_next(changes))
            await asyncio.wait({next_change}, timeout=keep_alive_seconds)
            if not next_change.done():
                yield KEEP_ALIVE
                continue

            change = next_change.result()
            next_change = None
            if change is None:
                return
            yield _event(change)
    finally:
        # The client has disconnected, and nothing waits for its changes any more.
        if next_change:
            next_change.cancel()


async def _next(changes: AsyncIterator[Change]) -> Change | None:
    return await anext(changes, None)


def _event(change: Change) -> bytes:
    head = f"id: {change.id}\nevent: {change.name}\ndata: ".encode()
    return head + orjson.dumps(change.data) + b"\n\n"
