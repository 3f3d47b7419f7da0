"""Commits what waits in groups, in a thread of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from engine.adapters.sqlite.file import Operation
from engine.domain.batches import Batches

T = TypeVar("T")
CarryOut = Callable[[Sequence[Operation[Any]]], Sequence[Any]]
"""Commits operations in the writer's thread; the result or the error of each."""

Waiting = tuple[Operation[Any], asyncio.Future[Any]]

MAX_BATCH = 256
"""Operations in one commit: bounds how long the first of them waits for the last."""


class GroupWriter:
    """Gathers operations while others are being committed.

    A commit costs one sync of the disk, however many operations are in it. So those
    that wait share the next one; an operation alone does not wait for company.
    """

    def __init__(
        self,
        carry_out: CarryOut,
        loop: asyncio.AbstractEventLoop,
        batches: Batches | None = None,
    ) -> None:
        self._carry_out = carry_out
        self._loop = loop
        self._sizes = batches or Batches()
        self._waiting: list[Waiting] = []
        self._batches: SimpleQueue[list[Waiting]] = SimpleQueue()
        self._idle = asyncio.Event()
        self._idle.set()

    def add(self, operation: Operation[T]) -> asyncio.Future[T]:
        """Its outcome, once it is on the disk."""
        outcome: asyncio.Future[T] = self._loop.create_future()
        self._waiting.append((operation, outcome))

        # Sent a moment later: what else is added in this round of the event loop, such
        # as the saves of results that arrived together, shares the commit.
        if self._idle.is_set():
            self._idle.clear()
            self._loop.call_soon(self._send_batch)

        return outcome

    async def drained(self) -> None:
        """Return when everything that was added is on the disk."""
        await self._idle.wait()

    def end(self) -> None:
        """Let `commit_batches` return after the batches that it has."""
        self._batches.put([])

    def _send_batch(self) -> None:
        batch = self._waiting[:MAX_BATCH]
        self._waiting = self._waiting[MAX_BATCH:]
        self._sizes.add(len(batch))
        self._batches.put(batch)

    def _tell(self, batch: Sequence[Waiting], outcomes: Sequence[Any]) -> None:
        for (_, future), outcome in zip(batch, outcomes, strict=True):
            # Its caller was cancelled meanwhile.
            if future.done():
                continue

            if isinstance(outcome, Exception):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

        if self._waiting:
            self._send_batch()
        else:
            self._idle.set()

    # From here on in the writer's thread.

    def commit_batches(self) -> None:
        """Commit batch after batch until `end` is called."""
        while True:
            batch = self._batches.get()
            if not batch:
                return

            outcomes = self._carry_out([operation for operation, _ in batch])
            self._loop.call_soon_threadsafe(self._tell, batch, outcomes)


@asynccontextmanager
async def open_writer(
    carry_out: CarryOut, batches: Batches | None = None
) -> AsyncIterator[GroupWriter]:
    """A writer at work; afterwards all that was added is committed.

    It counts the size of each commit in `batches`.
    """
    writer = GroupWriter(carry_out, asyncio.get_running_loop(), batches)

    # A bare thread instead of an executor, whose queues and futures every commit would
    # pay for. A daemon, so that a process that ends without closing does end.
    thread = Thread(target=writer.commit_batches, name="sqlite-writer", daemon=True)
    thread.start()

    try:
        yield writer
        await writer.drained()
    finally:
        writer.end()
        await asyncio.to_thread(thread.join)
