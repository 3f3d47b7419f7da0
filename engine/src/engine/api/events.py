"""Changes of a task as server-sent events."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Sequence,
)

from engine.domain.errors import Unavailable, Unknown
from engine.usecases.changes import Change

KEEP_ALIVE = b": alive\n\n"
"""A comment: clients ignore it, and proxies see that the connection is in use."""


MayGoOn = Callable[[], Awaitable[bool]]
"""Whether who reads a stream may still do so."""


async def event_stream(
    changes: AsyncGenerator[Sequence[Change], None],
    keep_alive_seconds: float,
    may_go_on: MayGoOn | None = None,
) -> AsyncGenerator[bytes, None]:
    """The changes as they come, and a comment when none does for a while.

    It ends when its reader may not go on; None: nobody has to be asked.
    """
    loop = asyncio.get_running_loop()
    asked_at = loop.time()

    # First of all, so that the client learns at once that the stream is open.
    yield KEEP_ALIVE

    next_changes: asyncio.Future[Sequence[Change] | None] | None = None
    try:
        while True:
            # A future that is not done is waited for again: cancelling it at a timeout
            # would end `changes`.
            if next_changes is None:
                next_changes = asyncio.ensure_future(_next(changes))
            await asyncio.wait({next_changes}, timeout=keep_alive_seconds)

            # Asked now and then, and before anything is told: what came meanwhile is
            # for those who may still read it.
            if may_go_on is not None and loop.time() - asked_at >= keep_alive_seconds:
                if not await may_go_on():
                    return
                asked_at = loop.time()

            if not next_changes.done():
                yield KEEP_ALIVE
                continue

            news = next_changes.result()
            next_changes = None
            if news is None:
                return
            yield b"".join([_event(change) for change in news])
    finally:
        # The client has disconnected, and nothing waits for its changes any more.
        if next_changes:
            next_changes.cancel()
        else:
            await changes.aclose()


async def _next(
    changes: AsyncGenerator[Sequence[Change], None],
) -> Sequence[Change] | None:
    """The next changes; None: there are no more, or they cannot be told any more.

    Then the client connects again, and is told why.
    """
    try:
        return await anext(changes, None)
    except (Unknown, Unavailable):
        return None


def _event(change: Change) -> bytes:
    head = f"id: {change.id}\nevent: {change.name}\ndata: ".encode()
    return head + change.text + b"\n\n"
