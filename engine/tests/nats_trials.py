"""Replicas that share an inbox over a real NATS, and what can be seen of it there."""

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self
from uuid import uuid4

import external
from engine.adapters.disk.blobs import DiskBlobStore
from engine.adapters.nats import letters
from engine.adapters.nats.broker import Broker
from engine.adapters.nats.connection import Connection
from engine.adapters.nats.inbox import NatsInbox
from engine.adapters.nats.limits import PARTITIONS, NatsLimits
from engine.adapters.nats.members import partition
from engine.adapters.nats.streams import Streams
from engine.adapters.nats.timings import NatsTimings
from engine.domain.errors import Unavailable
from engine.domain.frame import FramePath
from engine.domain.messages import Event
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import StreamState

from servers.waiting import until

MANY_TASKS = [FramePath(f"task{number}") for number in range(1000)]
EVERYWHERE = {partition(path): path for path in MANY_TASKS}
"""A task in every partition."""

PIECE_BYTES = 1 << 16
AGES_SECONDS = 3600.0
"""No test waits for it."""
STEADY = NatsTimings(
    answer_seconds=AGES_SECONDS,
    absent_after_seconds=AGES_SECONDS,
    look_seconds=AGES_SECONDS,
)
"""No replica is missed, and none looks whether others claimed."""


class Turns:
    """What turns were given; they can be held up, and made to fail."""

    def __init__(self) -> None:
        self.taken: list[tuple[FramePath, Event]] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.failing: dict[Event, Exception] = {}
        self.tries: Counter[Event] = Counter()

    def has(self, *events: Event) -> bool:
        """Whether turns were given all these, and ended well."""
        return set(events) <= {event for _, event in self.taken}

    async def __call__(self, path: FramePath, events: Sequence[Event]) -> list[bool]:
        self.tries.update(events)
        await self.gate.wait()

        for one in events:
            if one in self.failing:
                raise self.failing[one]

        self.taken += [(path, one) for one in events]
        return [True] * len(events)


class Replica:
    """An inbox at work."""

    def __init__(self, inbox: NatsInbox, turns: Turns) -> None:
        self.inbox = inbox
        self.turns = turns
        self._work = asyncio.ensure_future(inbox.run(turns))

    async def takes_part(self) -> bool:
        with suppress(Unavailable):
            await self.inbox.check()
            return True
        return False

    async def stop(self) -> None:
        """As if it had crashed: it says no goodbye."""
        self._work.cancel()
        with suppress(asyncio.CancelledError):
            await self._work

        await self.inbox.__aexit__()


class Scene:
    """A stream of its own, its replicas, and a look at it from outside."""

    def __init__(
        self,
        url: str,
        folder: Path,
        *,
        limits: NatsLimits | None = None,
        timings: NatsTimings | None = None,
    ) -> None:
        self.url = url
        self.stream = f"trial-{uuid4().hex}"
        self.blobs = DiskBlobStore(folder / "blobs")
        self._limits = limits or NatsLimits()
        self._timings = timings or NatsTimings()

        self._connection = Connection(servers=[url], name="look", timings=self._timings)
        self._replicas: list[Replica] = []

    async def __aenter__(self) -> Self:
        await self.blobs.__aenter__()
        return self

    async def __aexit__(self, *reason: object) -> None:
        for replica in self._replicas:
            await replica.stop()

        await self._connection.close()
        await self.blobs.__aexit__(None, None, None)

    def replica(self, url: str | None = None) -> Replica:
        """One more; it has yet to find the others."""
        inbox = NatsInbox(
            url or self.url,
            blobs=self.blobs,
            stream=self.stream,
            limits=self._limits,
            timings=self._timings,
        )

        replica = Replica(inbox, Turns())
        self._replicas.append(replica)
        return replica

    async def replicas(self, count: int) -> list[Replica]:
        """So many, each with its share."""
        these = [self.replica() for _ in range(count)]
        await until(lambda: self.shared_by(count))
        return these

    async def client(self) -> Client:
        """To speak as anybody can who reaches the server."""
        await self._connection.open({}, lambda: None)
        async with self._connection.client() as client:
            return client

    async def jetstream(self) -> JetStreamContext:
        client = await self.client()
        return client.jetstream()

    async def claim(self, number: int, subject: str) -> None:
        """Claim a partition, as another replica would."""
        streams = Streams(
            self._connection, name=self.stream, replicas=1, limits=self._limits
        )
        broker = Broker(self._connection, streams, pending_events=1)
        await broker.claim(number, subject)

    async def owners(self) -> dict[int, str]:
        """To which subject the events of each partition are sent.

        None, while NATS cannot be asked.
        """
        with suppress(Unavailable, NatsError):
            jetstream = await self.jetstream()
            consumers = await jetstream.consumers_info(self.stream)
            return {int(c.name[1:]): c.config.deliver_subject for c in consumers}
        return {}

    async def shared_by(self, count: int) -> bool:
        """Whether all partitions are claimed, by so many replicas alike."""
        owners = await self.owners()
        shares = Counter(owners.values()).values()

        expected = min(count, PARTITIONS)
        fair = len(shares) == expected and max(shares) - min(shares) <= 1
        return len(owners) == PARTITIONS and fair

    async def keep(self, path: FramePath, one: Event) -> None:
        """An event gets into the stream."""
        await self.put(partition(path), letters.encode(letters.Letter(path, one)))

    async def put(self, number: int, content: bytes) -> None:
        """Anything gets into a partition of the stream."""
        jetstream = await self.jetstream()
        await jetstream.publish(f"{self.stream}.frames.{number}", content)

    async def state(self, stream: str = "") -> StreamState:
        jetstream = await self.jetstream()
        info = await jetstream.stream_info(stream or self.stream)
        return info.state

    async def holds(self, count: int) -> bool:
        """Whether so many events are in the stream; not while NATS cannot be asked."""
        with suppress(Unavailable, NatsError):
            state = await self.state()
            return state.messages == count
        return False


@asynccontextmanager
async def scene(
    folder: Path,
    *,
    limits: NatsLimits | None = None,
    timings: NatsTimings | None = None,
) -> AsyncIterator[Scene]:
    """At the server that all tests share."""
    url = external.nats().url
    async with Scene(url, folder, limits=limits, timings=timings) as one:
        yield one


def owned_by(replica: Replica) -> list[FramePath]:
    """The tasks whose turns a replica takes."""
    return [path for path in EVERYWHERE.values() if replica.inbox.owns(path)]


async def shared(*replicas: Replica) -> None:
    """Returns when they agree on the owner of every task."""

    def agreed() -> bool:
        owned = [path for one in replicas for path in owned_by(one)]
        return sorted(owned) == sorted(EVERYWHERE.values())

    await until(agreed)


class Wire:
    """A way to a server that can be cut, and on which others can speak."""

    def __init__(
        self, *, url: str, host: str, port: int, group: asyncio.TaskGroup
    ) -> None:
        self.url = url
        self.connections = 0
        """How many there were."""

        self._host = host
        self._port = port
        self._group = group
        self._to_clients: list[asyncio.StreamWriter] = []
        self._to_server: list[asyncio.StreamWriter] = []

    def cut(self) -> None:
        """The connections break; new ones can be made."""
        for writer in self._to_clients + self._to_server:
            writer.transport.abort()

        self._to_clients.clear()
        self._to_server.clear()

    def say(self, line: bytes) -> None:
        """The server seems to say this."""
        for writer in self._to_clients:
            writer.write(line)

    async def pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Serve a client that connected."""
        there, back = await asyncio.open_connection(self._host, self._port)
        self.connections += 1
        self._to_clients.append(writer)
        self._to_server.append(back)

        self._group.create_task(_copy(reader, back))
        self._group.create_task(_copy(there, writer))


@asynccontextmanager
async def open_wire(url: str) -> AsyncIterator[Wire]:
    """A wire to the server at `url`, with an address of its own."""
    host, _, port = url.removeprefix("nats://").partition(":")
    listener = socket.create_server(("127.0.0.1", 0))
    own_url = f"nats://127.0.0.1:{listener.getsockname()[1]}"

    async with asyncio.TaskGroup() as group:
        wire = Wire(url=own_url, host=host, port=int(port), group=group)
        server = await asyncio.start_server(wire.pass_on, sock=listener)
        try:
            yield wire
        finally:
            # No new connection first: then none is left when the others are cut.
            server.close()
            wire.cut()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        piece = await reader.read(PIECE_BYTES)
        while piece:
            writer.write(piece)
            await writer.drain()
            piece = await reader.read(PIECE_BYTES)
    writer.close()
