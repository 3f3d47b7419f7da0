"""Sends requests that wait at the same time as one batch; each has its own outcome."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")
Send = Callable[[Sequence[Q]], Awaitable[Sequence[A | Exception]]]
"""Returns one answer or error for each request, in the same order."""


class Batcher(Generic[Q, A]):
    """Collects requests while other batches are on their way.

    At most `max_concurrent` batches of at most `max_batch` requests are on their way.
    A request that finds room leaves at once, alone. A request whose caller was
    cancelled before it left is not sent.
    """

    def __init__(
        self, send: Send[Q, A], *, max_batch: int, max_concurrent: int
    ) -> None:
        self._send = send
        self._max_batch = max_batch
        self._max_concurrent = max_concurrent
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._active_senders = 0

        # The event loop keeps only weak references to tasks: without this set a
        # sender could be garbage collected before it has sent anything.
        self._senders: set[asyncio.Task[None]] = set()

    async def ask(self, request: Q) -> A:
        """Its answer; raises the error of this request, or what `send` raised."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[A] = loop.create_future()
        self._waiting.append((request, outcome))

        if self._active_senders < self._max_concurrent:
            self._active_senders += 1
            sender = loop.create_task(self._send_waiting())
            self._senders.add(sender)
            sender.add_done_callback(self._senders.discard)

        return await outcome

    async def _send_waiting(self) -> None:
        try:
            while self._waiting:
                taken = self._waiting[: self._max_batch]
                self._waiting = self._waiting[self._max_batch :]

                # Done already: its caller was cancelled while it waited.
                batch = [
                    (request, outcome)
                    for request, outcome in taken
                    if not outcome.done()
                ]
                if batch:
                    await self._send_batch(batch)
        finally:
            # Counted here and not when the task is done, which the event loop tells
            # a moment later: a request that comes in between would rely on this
            # sender, which takes no more, and would wait for ever.
            self._active_senders -= 1

    async def _send_batch(self, batch: Sequence[tuple[Q, asyncio.Future[A]]]) -> None:
        answers: Sequence[A | Exception]
        try:
            answers = await self._send([request for request, _ in batch])
        except Exception as error:
            answers = [error] * len(batch)

        for (_, outcome), answer in zip(batch, answers, strict=True):
            # The caller was cancelled while its request was on its way.
            if outcome.done():
                continue

            if isinstance(answer, Exception):
                outcome.set_exception(answer)
            else:
                outcome.set_result(answer)
