"""Taking part in the work of all replicas: heartbeats, and a share of the events."""

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress

from nats.aio.msg import Msg

from engine.adapters.nats.broker import Broker
from engine.adapters.nats.connection import Connection, Listener
from engine.adapters.nats.members import Members
from engine.adapters.nats.subjects import Subjects
from engine.adapters.nats.timings import NatsTimings
from engine.domain.errors import Unavailable

log = logging.getLogger(__name__)

GOODBYE = "-"
"""A replica that leaves sends its name with this in front."""


class Share:
    """This replica's part of the work, as long as `hold` runs."""

    def __init__(
        self,
        *,
        connection: Connection,
        broker: Broker,
        members: Members,
        subjects: Subjects,
        timings: NatsTimings,
    ) -> None:
        self.ready = False
        """Whether all events of our share come here."""

        self._connection = connection
        self._broker = broker
        self._members = members
        self._subjects = subjects
        self._timings = timings

        self._stopped = False
        self._claimed: frozenset[int] = frozenset()
        self._looked_at = 0.0
        self._claimed_on = 0
        """The number of the connection on which we claimed."""
        self._news = asyncio.Event()

    async def hold(self, listeners: Mapping[str, Listener]) -> None:
        """Until `stop`, or until it is cancelled; what fails is tried again."""
        self._members.join()
        listeners = {self._subjects.heartbeats: self._hear, **listeners}
        last_reason = ""

        while not self._stopped:
            try:
                await self._connection.open(listeners, self._news.set)
                self._begin_anew_on_a_new_connection()
                await self._beat()
                await self._claim()
                last_reason = ""
            except Unavailable as error:
                # Once for each reason, not in each round.
                if str(error) != last_reason:
                    log.warning("this replica works alone for now: %s", error)
                last_reason = str(error)
            except Exception:
                log.exception("a round of sharing the work failed")

            if self._members.listening:
                await self._pause(self._timings.listen_seconds)
            else:
                await self._pause(self._timings.heartbeat_seconds)

    def stop(self) -> None:
        """Send no more heartbeats, claim nothing more."""
        self._stopped = True

    async def leave(self) -> None:
        """Say goodbye, after `hold` was stopped and cancelled.

        A claim behind the goodbye would take a partition from its next owner.
        """
        goodbye = f"{GOODBYE}{self._subjects.replica}".encode()
        try:
            await self._connection.publish(self._subjects.heartbeats, goodbye)
        except Unavailable as error:
            log.info("the other replicas notice later that this one left: %s", error)

    def _begin_anew_on_a_new_connection(self) -> None:
        """Forget the claims: the server may have forgotten them while it was away."""
        if self._claimed_on == self._connection.count:
            return

        self._claimed_on = self._connection.count
        self._claimed = frozenset()
        self.ready = False

    async def _beat(self) -> None:
        """Tell the others that this replica lives."""
        if self._stopped:
            return
        self._members.beat()
        heartbeat = self._subjects.replica.encode()
        await self._connection.publish(self._subjects.heartbeats, heartbeat)

    async def _claim(self) -> None:
        """Have the events of our partitions sent here."""
        if self._members.listening:
            return

        owned = self._members.divide()
        await self._look()
        self._claimed &= owned

        for partition in owned - self._claimed:
            if self._stopped:
                return
            await self._broker.claim(partition, self._subjects.deliveries)
            # One by one: if the next claim fails, this one holds.
            self._claimed |= {partition}

        self.ready = True

    async def _look(self) -> None:
        """From time to time, forget claims that another replica has taken since."""
        now = time.monotonic()
        if now - self._looked_at <= self._timings.look_seconds:
            return

        self._claimed &= await self._broker.claimed(self._subjects.deliveries)
        self._looked_at = now

    async def _pause(self, seconds: float) -> None:
        """Until it is time for the next heartbeat, or others came or left."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), seconds)
        self._news.clear()

    async def _hear(self, message: Msg) -> None:
        """A replica sent its heartbeat or its goodbye; our own come back too."""
        name = message.data.decode()

        if name.startswith(GOODBYE):
            changed = self._members.left(name.removeprefix(GOODBYE))
        else:
            changed = self._members.heard(name)

        if not changed:
            return

        # At once: a newcomer has to hear of us before it stops listening.
        self._news.set()

        # Here, and not in the next round: until then events would be sent to a
        # replica that has left.
        if not self._members.listening:
            self._members.divide()
