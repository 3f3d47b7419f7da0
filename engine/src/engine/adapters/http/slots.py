"""How many calls are under way at once, in all and to each host.

A host that does not answer holds its calls until they time out. If each could hold a
fixed number, a few such hosts would together hold them all, and every other call would
wait for theirs. So a host may never hold more slots than are left free. `n` hosts that
do not answer then hold 1/(n + 1) of all slots each, and as many stay free for others.
The source of the rule: Choudhury and Hahne, Dynamic queue length thresholds for
shared-memory packet switches, 1998.
"""

import asyncio
from collections import deque
from contextlib import suppress
from types import TracebackType
from weakref import WeakValueDictionary

from yarl import URL

Origin = tuple[str, int]
"""A host and a port."""


class Slots:
    """The slots of all hosts under one set of rules."""

    def __init__(self, total: int, per_host: int) -> None:
        self.free = total
        self.per_host = per_host

        # In the order in which they began to wait.
        self.waiting: dict[Share, None] = {}
        # Weak: a share lives while a call or a host uses it.
        self._shares: WeakValueDictionary[Origin, Share] = WeakValueDictionary()

    def share(self, url: URL) -> "Share":
        """What the host of a URL has of them: a context manager, open for a call."""
        origin = (url.raw_host or "", url.port or 0)

        found = self._shares.get(origin)
        if found is None:
            found = Share(self)
            self._shares[origin] = found
        return found

    def give(self) -> None:
        """Let the first host go on that may: a slot has become free."""
        for share in tuple(self.waiting):
            if share.may_begin and share.admit_next():
                return


class Share:
    """What one host has: a context manager that waits until its call may begin."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._held = 0
        self._queue: deque[asyncio.Future[None]] = deque()

    @property
    def may_begin(self) -> bool:
        """Whether one call more may be under way now."""
        slots = self._slots
        return self._held < min(slots.free, slots.per_host)

    def begin_now(self) -> bool:
        """Begin a call if none has to wait; who began calls `end`."""
        if self._queue or not self.may_begin:
            return False
        self._take()
        return True

    def end(self) -> None:
        """Give back what a call held."""
        self._held -= 1
        self._slots.free += 1
        # Most calls end when none waits.
        if self._slots.waiting:
            self._slots.give()

    async def __aenter__(self) -> None:
        if self.begin_now():
            return

        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        self._wait_in_line()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                self._leave_queue(turn)
            else:
                # The slot was given to this call just before it was cancelled.
                self.end()
            raise

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.end()

    def admit_next(self) -> bool:
        """Give a slot to the call that waits longest; False: none waits any more."""
        # It waits behind the others from now on, so that each host has its turn.
        del self._slots.waiting[self]

        while self._queue:
            turn = self._queue.popleft()
            # A call that was cancelled is still here if it has not run since.
            if not turn.cancelled():
                self._wait_in_line()
                self._take()
                turn.set_result(None)
                return True
        return False

    def _wait_in_line(self) -> None:
        if self._queue:
            self._slots.waiting.setdefault(self)

    def _take(self) -> None:
        self._held += 1
        self._slots.free -= 1

    def _leave_queue(self, turn: asyncio.Future[None]) -> None:
        with suppress(ValueError):
            self._queue.remove(turn)
        if not self._queue:
            self._slots.waiting.pop(self, None)
