"""What waits at the same moment is sent together; each has its own outcome."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Q = TypeVar("Q")
A = TypeVar("A")
Send = Callable[[Sequence[Q]], Awaitable[Sequence[A | Exception]]]
"""Gives as many outcomes as it takes questions, in their order."""


class Together(Generic[Q, A]):
    """Gathers questions while others are under way.

    A question alone leaves at once. Who gave up waiting is left out.
    """

    def __init__(self, send: Send[Q, A], at_once: int, side_by_side: int) -> None:
        self._send, self._at_once, self._side_by_side = send, at_once, side_by_side
        self._waiting: list[tuple[Q, asyncio.Future[A]]] = []
        self._sending = 0
        self._senders: set[asyncio.Task[None]] = set()  # so that they are not lost

    async def ask(self, question: Q) -> A:
        """Its own outcome; raises that of its own, or what the sending raised."""
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[A] = loop.create_future()
        self._waiting.append((question, outcome))
        if self._sending < self._side_by_side:
            self._sending += 1
            sender = loop.create_task(self._send_waiting())
            self._senders.add(sender)
            sender.add_done_callback(self._senders.discard)
        return await outcome

    async def _send_waiting(self) -> None:
        try:
            while self._waiting:
                taken = self._waiting[: self._at_once]
                self._waiting = self._waiting[self._at_once :]
                if batch := [waiting for waiting in taken if not waiting[1].done()]:
                    await self._settle(batch)
        finally:
            self._sending -= 1  # at once: who asks next must not count on this one

    async def _settle(self, batch: Sequence[tuple[Q, asyncio.Future[A]]]) -> None:
        answers: Sequence[A | Exception]
        try:
            answers = await self._send([question for question, _ in batch])
        except Exception as error:
            answers = [error] * len(batch)
        for (_, outcome), answer in zip(batch, answers, strict=True):
            if outcome.done():
                continue
            if isinstance(answer, Exception):
                outcome.set_exception(answer)
            else:
                outcome.set_result(answer)
