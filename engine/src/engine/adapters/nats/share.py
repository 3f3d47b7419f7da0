"""Taking part in the work of all replicas: signs of life, and a share of the events."""

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress

from nats.aio.msg import Msg

from engine.adapters.nats.broker import Broker
from engine.adapters.nats.connection import Listener
from engine.adapters.nats.members import BEAT, LISTEN, Members
from engine.domain.errors import Unavailable

log = logging.getLogger(__name__)

LOOK_AFTER = 5.0  # seconds between two looks at what was claimed


class Share:
    """This replica's part of the work, as long as `hold` runs."""

    def __init__(self, broker: Broker, name: str, circle: str, own: str) -> None:
        self._broker, self._name = broker, name
        self._circle, self._own = circle, own
        self.members = Members(name)
        self.ready = False
        """Whether all events of our share come here."""
        self.left = False
        self._claimed: frozenset[int] = frozenset()
        self._looked_at = 0.0
        self._connection = 0
        self._news = asyncio.Event()

    async def hold(self, listeners: Mapping[str, Listener]) -> None:
        """Until it `left`, or is cancelled; whatever fails is tried again."""
        self.members.join()
        listeners = {self._circle: self._hear, **listeners}
        said = ""
        while not self.left:
            try:
                await self._broker.connection.open(listeners, self._news.set)
                await self._show()
                await self._claim()
                said = ""
            except Unavailable as error:
                if said != (said := str(error)):
                    log.warning("no part in the work of other replicas now: %s", error)
            except Exception:
                log.exception("taking part in the work of other replicas failed")
            await self._pause(LISTEN if self.members.listening else BEAT)

    async def leave(self) -> None:
        """Say goodbye, behind the last claim: nothing may be claimed after it."""
        self.left = True
        try:
            await self._broker.connection.say(self._circle, b"-" + self._name.encode())
        except Unavailable as error:
            log.info("the others will miss this replica: %s", error)

    async def _show(self) -> None:
        """Say that we live; a new connection begins with nothing claimed."""
        if self._connection != self._broker.connection.count:
            self._connection = self._broker.connection.count
            self._claimed, self.ready = frozenset(), False
        self.members.speak()
        await self._broker.connection.say(self._circle, self._name.encode())

    async def _claim(self) -> None:
        if self.members.listening:
            return
        owned = self.members.divide()
        if (now := time.monotonic()) - self._looked_at > LOOK_AFTER:
            self._claimed &= await self._broker.claimed(self._own)
            self._looked_at = now
        self._claimed &= owned
        for number in owned - self._claimed:
            await self._broker.claim(number, self._own)
            self._claimed |= {number}
        self.ready = True

    async def _pause(self, seconds: float) -> None:
        """Until it is time for the next sign of life, or others came or went."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)
        self._news.clear()

    async def _hear(self, message: Msg) -> None:
        name = message.data.decode()
        news = (
            self.members.forget(name[1:])
            if name.startswith("-")
            else self.members.hear(name)
        )
        if news:
            self._news.set()  # a newcomer hears of us at once
            if not self.members.listening:
                self.members.divide()  # before anybody is asked who is gone
