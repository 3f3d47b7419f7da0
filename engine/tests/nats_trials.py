"""Replicas that share an inbox over a real NATS, and what can be seen of it there."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Self
from uuid import uuid4

import external
from engine.adapters.disk.blobs import DiskBlobStore
from engine.adapters.nats import letters
from engine.adapters.nats.broker import Limits
from engine.adapters.nats.connection import Connection
from engine.adapters.nats.inbox import NatsInbox
from engine.adapters.nats.members import PARTITIONS, partition
from engine.domain.errors import Unavailable
from engine.domain.frame import FramePath
from engine.domain.messages import Event, NodeAcknowledged, NodeFinished
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import StreamState

T = FramePath("t")
EVERYWHERE = {partition(p): p for p in (FramePath(f"task{n}") for n in range(1000))}
"""A task in every partition."""


def event(number: int) -> NodeFinished:
    """One that was promised."""
    return NodeFinished("node", number, out=None)


def ack(number: int) -> NodeAcknowledged:
    """One that was not."""
    return NodeAcknowledged("node", number, "http://localhost/")


async def until(holds: Callable[[], bool | Awaitable[bool]]) -> None:
    """Come back when something holds; while it cannot be asked, it does not."""
    async with asyncio.timeout(60):
        while True:
            with suppress(Unavailable, NatsError):
                answer = holds()
                if answer if isinstance(answer, bool) else await answer:
                    return
            await asyncio.sleep(0.01)


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
            if error := self.failing.get(one):
                raise error
        self.taken += [(path, one) for one in events]
        return [True] * len(events)


class Replica:
    """An inbox at work."""

    def __init__(self, inbox: NatsInbox, turns: Turns) -> None:
        self.inbox, self.turns = inbox, turns
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

    def __init__(self, url: str, folder: Path, **limits: int) -> None:
        self.url, self.stream = url, f"trial-{uuid4().hex}"
        self.blobs = DiskBlobStore(folder / "blobs")
        self._limits = Limits(**limits)
        self._replicas: list[Replica] = []

    async def __aenter__(self) -> Self:
        await self.blobs.__aenter__()
        self._look = Connection([self.url], "look")
        return self

    async def __aexit__(self, *reason: object) -> None:
        for replica in self._replicas:
            await replica.stop()
        await self._look.close()
        await self.blobs.__aexit__(None, None, None)

    def replica(self, url: str | None = None) -> Replica:
        """One more; it has yet to find the others."""
        inbox = NatsInbox(url or self.url, self.blobs, self.stream, self._limits)
        self._replicas.append(Replica(inbox, Turns()))
        return self._replicas[-1]

    async def replicas(self, count: int) -> list[Replica]:
        """So many, each with its share."""
        these = [self.replica() for _ in range(count)]
        await until(lambda: self.shared_by(count))
        return these

    async def jetstream(self) -> JetStreamContext:
        await self._look.open({}, lambda: None)
        async with self._look.reaching() as client:
            return client.jetstream()

    async def owners(self) -> dict[int, str]:
        """To whom the events of each partition go."""
        consumers = await (await self.jetstream()).consumers_info(self.stream)
        return {int(c.name[1:]): c.config.deliver_subject for c in consumers}

    async def shared_by(self, count: int) -> bool:
        """Whether all partitions are claimed, by so many replicas alike."""
        owners = await self.owners()
        shares = Counter(owners.values()).values()
        fair = len(shares) == min(count, PARTITIONS) and max(shares) - min(shares) <= 1
        return len(owners) == PARTITIONS and fair

    async def keep(self, path: FramePath, one: Event) -> None:
        """An event gets into the stream."""
        await self.put(partition(path), letters.encode(letters.Letter(path, one)))

    async def put(self, number: int, content: bytes) -> None:
        """Anything gets into a partition of the stream."""
        subject = f"{self.stream}.frames.{number}"
        await (await self.jetstream()).publish(subject, content)

    async def state(self, stream: str = "") -> StreamState:
        info = await (await self.jetstream()).stream_info(stream or self.stream)
        return info.state

    async def holds(self, count: int) -> bool:
        """Whether so many events are in the stream."""
        return (await self.state()).messages == count


@asynccontextmanager
async def scene(folder: Path, **limits: int) -> AsyncIterator[Scene]:
    """At the server that all tests share."""
    async with Scene(external.nats().url, folder, **limits) as one:
        yield one


class Wire:
    """A way to a server that can be cut, and on which others can speak."""

    def __init__(self, url: str) -> None:
        self._host, _, self._port = url.removeprefix("nats://").partition(":")
        self._writers: list[asyncio.StreamWriter] = []

    async def __aenter__(self) -> Self:
        self._group = await asyncio.TaskGroup().__aenter__()
        self._server = await asyncio.start_server(self._pass_on, "127.0.0.1")
        port = self._server.sockets[0].getsockname()[1]
        self.url = f"nats://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *reason: object) -> None:
        self._server.close()
        self.cut()
        await self._group.__aexit__(None, None, None)

    def cut(self) -> None:
        """The connections break; new ones can be made."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def say(self, line: bytes) -> None:
        """The server seems to say this."""
        for writer in self._writers[::2]:
            writer.write(line)

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        there, back = await asyncio.open_connection(self._host, int(self._port))
        self._writers += [writer, back]
        self._group.create_task(_copy(reader, back))
        self._group.create_task(_copy(there, writer))


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while piece := await reader.read(1 << 16):
            writer.write(piece)
            await writer.drain()
    writer.close()
