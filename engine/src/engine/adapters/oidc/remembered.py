"""What the provider tells: asked for when it is needed, and kept for a while.

Strangers can name keys that there are not, and a provider that is away would keep each
request waiting. So it is asked at most once in a while, however many requests come.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from engine.adapters.oidc.fetching import WHO
from engine.domain.errors import Unavailable
from engine.ports import Clock

T = TypeVar("T")

ASKED_AGAIN_AFTER = timedelta(seconds=20)
"""At the earliest: for what was not told the last time, and after a failure."""


class Remembered(Generic[T]):
    """One document of the provider."""

    def __init__(
        self, fetch: Callable[[], Awaitable[T]], *, kept: timedelta, clock: Clock
    ) -> None:
        self._fetch = fetch
        self._kept = kept
        self._clock = clock
        self._fetched: tuple[datetime, T] | None = None
        self._asked_at: datetime | None = None
        self._turn = asyncio.Lock()

    async def get(self, has: Callable[[T], bool] = lambda _: True) -> T:
        """The document, a new one if it is old or has not what is wanted.

        If it was asked for a moment ago it may still lack it. Raises `Unavailable`.
        """
        known = self._known(has)
        if known is not None:
            return known

        async with self._turn:
            # Somebody else has asked meanwhile, for the same or for something else.
            known = self._known(has)
            if known is not None:
                return known
            if not self._may_ask():
                raise Unavailable(WHO, "it could not be reached a moment ago")

            self._asked_at = self._clock()
            found = await self._fetch()
            self._fetched = (self._clock(), found)
            return found

    def _known(self, has: Callable[[T], bool]) -> T | None:
        """What was told, if it will do; None: ask."""
        if self._fetched is None:
            return None
        fetched_at, known = self._fetched
        is_fresh = self._clock() - fetched_at < self._kept
        return known if is_fresh and (has(known) or not self._may_ask()) else None

    def _may_ask(self) -> bool:
        asked_at = self._asked_at
        return asked_at is None or self._clock() - asked_at >= ASKED_AGAIN_AFTER
