"""An amount that requests share, in which the slow ones make room for others.

A request that waits for its client holds what it has taken only as long as nobody else
needs it. So clients that begin many requests and do not go on with them keep nobody
out: the request whose body has been coming longest is refused in favour of a new one.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self, TypeVar

from starlette.types import Message, Receive, Send

T = TypeVar("T")

PATIENCE_SECONDS = 5.0
"""How long a request waits for its share before it is refused."""

UNDISTURBED_SECONDS = 1.0
"""How long a body may be coming before its request can be refused in favour of another.
On a fast network it has come by then: only slow ones are refused."""


@dataclass(eq=False, slots=True)
class _Waiting:
    """A request that waits until so much is free."""

    share: "Share"
    amount: int
    granted: asyncio.Future[None]


class Shares:
    """What all requests together may hold.

    `exhausted` makes the error of a request that gets no share, or loses it.
    """

    def __init__(self, capacity: int, exhausted: Callable[[], Exception]) -> None:
        self.capacity = capacity
        self.exhausted = exhausted
        self.free = capacity
        self._waiting: deque[_Waiting] = deque()
        # An ordered set of those whose body is still coming: the first began first.
        self._coming: dict[Share, None] = {}

    def share(self) -> "Share":
        """The share of one request, empty at first; to be used in a `with` block."""
        return Share(self)

    def begin(self, share: "Share") -> None:
        """The body of a request begins to come."""
        self._coming[share] = None

    def settle(self, share: "Share") -> None:
        """The body has come: the request keeps its share until it ends."""
        self._coming.pop(share, None)

    def give_back(self, share: "Share") -> None:
        """All that the request holds is free again."""
        self._coming.pop(share, None)
        self.free += share.amount
        share.amount = 0
        self._grant()

    def take_now(self, share: "Share", amount: int) -> bool:
        """Take so much if it is free, or can be made free at once."""
        if not self._waiting and self.free >= amount:
            self._give(share, amount)
            return True

        self._make_room(share, amount)
        if self._waiting or self.free < amount:
            return False
        self._give(share, amount)
        return True

    async def wait(self, share: "Share", amount: int) -> None:
        """Take so much as soon as it is free; raises `exhausted` after a while."""
        granted = asyncio.get_running_loop().create_future()
        waiting = _Waiting(share, amount, granted)
        self._waiting.append(waiting)
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        try:
            while not granted.done():
                if time.monotonic() >= give_up_at:
                    raise self.exhausted()
                await asyncio.wait({granted}, timeout=UNDISTURBED_SECONDS)
                self._make_room(share, amount)
        finally:
            if not granted.done():
                self._waiting.remove(waiting)
                # Others behind it may have waited for less.
                self._grant()

    def _give(self, share: "Share", amount: int) -> None:
        self.free -= amount
        share.amount += amount

    def _grant(self) -> None:
        """Give to those who wait, in their order."""
        while self._waiting and self._waiting[0].amount <= self.free:
            first = self._waiting.popleft()
            self._give(first.share, first.amount)
            first.granted.set_result(None)

    def _make_room(self, asking: "Share", amount: int) -> None:
        """Refuse the requests whose body has been coming longest, as many as needed."""
        began_before = time.monotonic() - UNDISTURBED_SECONDS
        for share in list(self._coming):
            if self.free >= amount or share.began_at > began_before:
                return
            if share is not asking and share.can_be_lost:
                share.lose()


class Share:
    """What one request holds. The end of its `with` block gives it back."""

    __slots__ = ("_lost", "_shares", "_waiter", "amount", "began_at")

    def __init__(self, shares: Shares) -> None:
        self._shares = shares
        self._lost = False
        # The task of the request, while it waits for the client or for more.
        self._waiter: asyncio.Task[object] | None = None
        self.amount = 0
        self.began_at = 0.0

    def __enter__(self) -> Self:
        self.begin()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def begin(self) -> None:
        """From now on the body is coming."""
        self.began_at = time.monotonic()
        self._shares.begin(self)

    def end(self) -> None:
        """Give all back."""
        self._shares.give_back(self)

    @property
    def can_be_lost(self) -> bool:
        """Whether the request waits. One that works would go on, share or not."""
        return self._waiter is not None and self.amount > 0

    def take_now(self, amount: int) -> None:
        """Take so much of what is free; raises `exhausted`, without waiting."""
        if not self._shares.take_now(self, amount):
            raise self._shares.exhausted()

    async def take(self, amount: int) -> None:
        """Take so much, and wait a while for it; raises `exhausted`.

        One request gets no more than there is at all: a larger one goes alone.
        """
        wanted = min(amount, self._shares.capacity - self.amount)
        if not self._shares.take_now(self, wanted):
            await self._waiting_for(lambda: self._shares.wait(self, wanted))

    def keep(self) -> None:
        """The body has come: nobody takes the share away any more."""
        self._shares.settle(self)

    def lose(self) -> None:
        """Give the share to another request; the own one is refused."""
        self._lost = True
        self._shares.give_back(self)
        if self._waiter:
            self._waiter.cancel()

    def receiving(self, receive: Receive) -> Receive:
        """`receive` that raises `exhausted` when the share is lost meanwhile."""

        async def receive_or_lose() -> Message:
            return await self._waiting_for(receive)

        return receive_or_lose

    def sending(self, send: Send) -> Send:
        """`send` that raises `exhausted` when the share is lost meanwhile."""

        async def send_or_lose(message: Message) -> None:
            await self._waiting_for(lambda: send(message))

        return send_or_lose

    async def _waiting_for(self, call: Callable[[], Awaitable[T]]) -> T:
        waiter = self._waiter = asyncio.current_task()
        try:
            return await call()
        except asyncio.CancelledError:
            # Cancelled by `lose` alone, or at the same time by somebody else too.
            if self._lost and waiter and not waiter.uncancel():
                raise self._shares.exhausted() from None
            raise
        finally:
            self._waiter = None
