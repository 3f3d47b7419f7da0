"""The inbox of many replicas: each task has one owner, and the others ask it.

Replicas tell each other every second that they live, and divide the partitions of the
task ids among themselves. So each of them knows the owner of every task: the replica
that gives its frames their turns. A replica that starts a task makes its id so that it
owns the task itself. A callback may reach any replica:

    service       replica A                       replica B, the owner
       |             |                                |
       |  callback   |  question (core NATS)          |
       |------------>|------------------------------->|  turn, save
       |     2xx     |  reply: what came of the turn  |
       |<------------|<-------------------------------|

If that cannot be now (the store is away, the owner is dying, its lanes are full) the
stream keeps what was promised, on disk, and sends it to the owner:

    service       replica A         stream        owner of the partition
       |             |                |               |
       |  callback   |  publish       |  deliver      |
       |------------>|--------------->|-------------->|  turn, save
       |     2xx     |  stored        |  +ACK         |
       |<------------|<---------------|<--------------|

Ownership is only a hint for speed. The store decides between revisions: two owners of a
task cost a conflict, and none costs time. Without NATS every replica takes the turns of
every frame, which is slower and still right. See docs/decisions/0009.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Sequence
from datetime import timedelta
from typing import Self

from nats.aio.msg import Msg

from engine.adapters.lanes import Lanes
from engine.adapters.nats import letters
from engine.adapters.nats.address import NatsAddress
from engine.adapters.nats.arrivals import Arrivals
from engine.adapters.nats.broker import Broker
from engine.adapters.nats.connection import Connection
from engine.adapters.nats.dead_letters import DeadLetters
from engine.adapters.nats.limits import NatsLimits
from engine.adapters.nats.members import Members
from engine.adapters.nats.packing import Packing, fingerprint
from engine.adapters.nats.promises import comes_once, is_promised
from engine.adapters.nats.questions import Questions
from engine.adapters.nats.share import Share
from engine.adapters.nats.streams import Streams
from engine.adapters.nats.subjects import Subjects
from engine.adapters.nats.timings import NatsTimings
from engine.domain.errors import Fault, InvalidInput, Unavailable, Unknown
from engine.domain.frame import FramePath
from engine.domain.messages import Event, TimeElapsed
from engine.ports import BlobStore, DeadLetter, TakeNews, Turn

log = logging.getLogger(__name__)

DEFAULT_LIMITS = NatsLimits()
DEFAULT_TIMINGS = NatsTimings()

GOODBYE_AFTER_SECONDS = 1.0
"""At most, for what was under way when this replica was told to leave."""


class NatsInbox:
    """An `Inbox` that any number of replicas share. A bad URL is a ValueError."""

    def __init__(
        self,
        url: str,
        *,
        blobs: BlobStore,
        stream: str | None = None,
        limits: NatsLimits = DEFAULT_LIMITS,
        timings: NatsTimings = DEFAULT_TIMINGS,
    ) -> None:
        address = NatsAddress.parse(url)
        stream = stream or address.stream
        self._limits = limits

        # What speaks with the server.
        self._name = _new_name()
        self._subjects = Subjects(stream=stream, replica=self._name)
        self._connection = Connection(
            servers=address.servers, name=self._name, timings=timings
        )
        streams = Streams(
            self._connection, name=stream, replicas=address.replicas, limits=limits
        )
        self._broker = Broker(
            self._connection, streams, pending_events=limits.pending_events
        )
        self._dead_letters = DeadLetters(self._connection, streams)

        # What knows the other replicas.
        self._members = Members(
            self._name, timings=timings, partitions=limits.partitions
        )
        self._share = Share(
            connection=self._connection,
            broker=self._broker,
            members=self._members,
            subjects=self._subjects,
            timings=timings,
        )
        self._questions = Questions(self._connection, self._subjects)

        # What gives turns here.
        self._packing = Packing(blobs)
        self._lanes = Lanes()
        self._listener: TakeNews | None = None
        self._holding: asyncio.Task[None] | None = None
        """While `run` runs: this replica takes part in the work."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self._connection.close()

    async def run(self, turn: Turn) -> None:
        async with asyncio.TaskGroup() as group:
            arrivals = Arrivals(
                group,
                connection=self._connection,
                broker=self._broker,
                dead_letters=self._dead_letters,
                lanes=self._lanes,
                packing=self._packing,
                max_failed_turns=self._limits.failed_turns,
            )
            listeners = {
                self._subjects.deliveries: arrivals.from_stream,
                self._subjects.questions: arrivals.from_replica,
                self._subjects.news: self._hear,
            }
            taking = group.create_task(self._lanes.run(turn))
            self._holding = group.create_task(self._share.hold(listeners))

            try:
                await asyncio.Event().wait()
            finally:
                # In this order: no new work, then the turns under way, then their
                # answers, which need the connection.
                self._share.stop()
                taking.cancel()
                await asyncio.wait([taking])
                await arrivals.finish()

    async def post(self, path: FramePath, event: Event) -> bool | None:
        try:
            if self.owns(path):
                return await self._lanes.post(path, event)
            return await self._ask(path, event)
        except Unavailable as error:
            # The timers repeat what was not promised; its sender hears of the failure.
            if not is_promised(event):
                raise
            log.info(
                "an event of %s has to wait: %s", path, error, extra={"frame": path}
            )

        await self._keep(path, event)
        return None

    def post_later(
        self,
        path: FramePath,
        event: Event,
        delay: timedelta,
    ) -> None:
        self._lanes.post_later(path, event, delay)

    def owns(self, path: FramePath) -> bool:
        # Alone, this replica cannot know who lives: it takes every turn, and the
        # store decides.
        if not self._connection.connected:
            return True
        return self._members.owner(path) == self._name

    async def leave(self) -> None:
        # Before the goodbye: it must not claim anything afterwards, nor say once more
        # that it is there. Stopped, too: where `asyncio.wait_for` has a result at the
        # same moment, Python 3.11 forgets that a task was cancelled.
        self._share.stop()
        if self._holding:
            self._holding.cancel()
            await asyncio.wait([self._holding], timeout=GOODBYE_AFTER_SECONDS)

        await self._share.leave()

    async def tell(self, news: bytes) -> None:
        content = b"%b %b" % (self._name.encode(), news)
        await self._connection.publish(self._subjects.news, content)

    def listen(self, take: TakeNews) -> None:
        self._listener = take

    async def _hear(self, message: Msg) -> None:
        name, _, news = message.data.partition(b" ")
        # Our own come back too.
        if self._listener is not None and name != self._name.encode():
            self._listener(name.decode(), news)

    async def hand_over(self, path: FramePath) -> None:
        await self._keep(path, TimeElapsed(restarted=True))

    async def check(self) -> None:
        await self._broker.check()

        if not self._share.ready:
            raise Unavailable("the inbox", "this replica has no share of the work yet")

    async def dead(self, limit: int) -> Sequence[DeadLetter]:
        return await self._dead_letters.oldest(limit)

    async def dead_count(self) -> int:
        return await self._dead_letters.count()

    async def revive(self, id: str) -> None:
        content = await self._dead_letters.content(id)

        try:
            path = letters.decode_letter(content).path
        except letters.Unreadable as error:
            fault = Fault("unreadable-letter", str(error), "bury it", field="id")
            raise InvalidInput([fault]) from None

        # No id: the stream could take it for a repetition, and drop it. Removed last:
        # if this replica dies in between, the event is there twice, and not lost.
        await self._broker.publish(self._members.partition(path), content, id_=None)
        await self._dead_letters.remove(id)

    async def bury(self, id: str) -> None:
        await self._dead_letters.remove(id)

    async def _ask(self, path: FramePath, event: Event) -> bool:
        """What the owner's turn says; raises what it raised, or `Unavailable`."""
        owner = self._members.owner(path)
        letter = await self._packing.pack(path, event)

        try:
            reply = await self._questions.ask(owner, letter)
        except Unavailable:
            # The owner may be dead, and the others have not missed it yet: this
            # replica can take the turn as well as any.
            return await self._lanes.post(path, event)

        if reply.unknown:
            raise Unknown(reply.unknown, path)
        if reply.failed:
            raise Unavailable("the frame's owner", reply.failed)
        return reply.taken

    async def _keep(self, path: FramePath, event: Event) -> None:
        """Returns when the stream has the event: its turn will come."""
        letter = letters.encode(await self._packing.pack(path, event))
        id_ = fingerprint(letter) if comes_once(event) else None
        await self._broker.publish(self._members.partition(path), letter, id_)


def _new_name() -> str:
    """A name that no other replica has, and that tells people where it runs."""
    # A dot would be a separator in the subjects of NATS.
    host = socket.gethostname().partition(".")[0]
    return f"{host}-{os.getpid()}-{secrets.token_hex(4)}"
