"""The streams of the marketplace: events that wait for a turn, and those that died."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DiscardPolicy,
    RawStreamMsg,
    RetentionPolicy,
    StreamConfig,
)
from nats.js.errors import APIError, NoStreamResponseError, NotFoundError

from engine.adapters.nats.connection import PATIENCE, Connection
from engine.adapters.nats.letters import REASON
from engine.domain.errors import Unavailable, Unknown

ACK_WAIT = 30.0  # seconds after which an event that got no turn comes again
DUPLICATES = 120.0  # seconds in which a message id is taken once
DEAD_FOR = 30 * 86_400.0  # seconds that dead letters are kept
USUAL = "marketplace"
STREAM = re.compile(r"[A-Za-z0-9_-]{1,32}")
NO_STREAM, DIFFERENT_CONFIG = 10059, 10058  # JetStream's error codes


@dataclass(frozen=True, slots=True)
class Limits:
    """How much waits: then posting is `Unavailable`, and nothing is dropped."""

    events: int = 1_000_000
    bytes: int = 256 << 20
    pending: int = 64
    """Events of a partition that one replica has at once."""


class Broker:
    """Keeps events and sends them to whoever claimed them; failing: `Unavailable`."""

    def __init__(self, url: str, name: str, stream: str, limits: Limits) -> None:
        address = Address.parse(url)
        self._replicas, self._limits = address.replicas, limits
        self._stream, self._dead = stream, f"{stream}-dead"
        self.connection = Connection(address.servers, name)
        self._prepared = 0
        """The connection on which the streams were made."""

    async def publish(self, partition: int, content: bytes, id_: str | None) -> None:
        """Returns when the stream has it on disk; the same id is taken once."""
        headers = {"Nats-Msg-Id": id_} if id_ else None
        async with self._streams() as jetstream:
            await jetstream.publish(
                self._subject(partition), content, PATIENCE, self._stream, headers
            )

    async def claim(self, partition: int, subject: str) -> None:
        """Have the events of a partition sent to a subject, and to no other.

        The consumer is made anew: what the last owner did not settle comes at once.
        """
        name = f"p{partition}"
        config = ConsumerConfig(
            durable_name=name,
            deliver_subject=subject,
            filter_subject=self._subject(partition),
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT,
            max_ack_pending=self._limits.pending,
            mem_storage=True,  # the stream itself forgets what was settled
        )
        async with self._streams() as jetstream:
            with suppress(NotFoundError):
                await jetstream.delete_consumer(self._stream, name)
            await jetstream.add_consumer(self._stream, config)

    async def claimed(self, subject: str) -> frozenset[int]:
        """The partitions whose events are sent to this subject."""
        async with self._streams() as jetstream:
            consumers = await jetstream.consumers_info(self._stream)
        mine = (c.name for c in consumers if c.config.deliver_subject == subject)
        return frozenset(int(name[1:]) for name in mine)

    async def settle(self, message: Msg, word: bytes) -> None:
        """Answer a message: acknowledge it, or want it again."""
        with suppress(Unavailable):  # then it comes again
            await self.connection.say(message.reply, word)

    async def check(self) -> None:
        """Raises `Unavailable` unless the stream answers."""
        async with self._streams() as jetstream:
            await jetstream.stream_info(self._stream)

    async def bury(self, content: bytes, reason: str) -> None:
        """Keep a message that no turn could take."""
        words = " ".join(reason.encode("ascii", "replace").decode().split())[:500]
        async with self._streams() as jetstream:
            await jetstream.publish(
                self._dead_subject, content, PATIENCE, self._dead, {REASON: words}
            )

    async def dead(self, limit: int) -> Sequence[RawStreamMsg]:
        """What was kept so, oldest first."""
        found: list[RawStreamMsg] = []
        async with self._streams() as jetstream:
            with suppress(NotFoundError):
                while len(found) < limit:
                    first = (found[-1].seq or 0) + 1 if found else 1
                    message = await jetstream.get_msg(
                        self._dead, first, self._dead_subject, next=True
                    )
                    found.append(message)
        return found

    async def dead_count(self) -> int:
        """How many there are."""
        async with self._streams() as jetstream:
            return (await jetstream.stream_info(self._dead)).state.messages

    async def dead_letter(self, seq: int) -> RawStreamMsg:
        """One message that was kept; raises `Unknown`."""
        async with self._streams() as jetstream:
            try:
                return await jetstream.get_msg(self._dead, seq)
            except NotFoundError:
                raise Unknown("dead letter", str(seq)) from None

    async def remove(self, seq: int) -> None:
        """Keep one no longer; raises `Unknown`."""
        await self.dead_letter(seq)
        async with self._streams() as jetstream:
            await jetstream.delete_msg(self._dead, seq)

    def _subject(self, partition: int) -> str:
        return f"{self._stream}.frames.{partition}"

    @property
    def _dead_subject(self) -> str:
        return f"{self._stream}.dead"

    @asynccontextmanager
    async def _streams(self) -> AsyncIterator[JetStreamContext]:
        """They are there; if somebody removes them they are made again next time."""
        async with self.connection.reaching() as client:
            jetstream = client.jetstream(timeout=PATIENCE)
            try:
                if self._prepared != (count := self.connection.count):
                    await self._prepare(jetstream)
                    self._prepared = count
                yield jetstream
            except NoStreamResponseError:
                self._prepared = 0
                raise
            except APIError as error:
                if error.err_code == NO_STREAM:
                    self._prepared = 0
                raise

    async def _prepare(self, jetstream: JetStreamContext) -> None:
        events = StreamConfig(
            name=self._stream,
            subjects=[f"{self._stream}.frames.*"],
            retention=RetentionPolicy.WORK_QUEUE,
            discard=DiscardPolicy.NEW,  # full is said, nothing is dropped
            max_bytes=self._limits.bytes,
            max_msgs=self._limits.events,
            duplicate_window=DUPLICATES,
            num_replicas=self._replicas,
        )
        dead = StreamConfig(
            name=self._dead,
            subjects=[self._dead_subject],
            max_bytes=self._limits.bytes,
            max_age=DEAD_FOR,
            num_replicas=self._replicas,
        )
        for config in (events, dead):
            try:
                await jetstream.add_stream(config)
            except APIError as error:
                if error.err_code != DIFFERENT_CONFIG:
                    raise
                await jetstream.update_stream(config)


@dataclass(frozen=True, slots=True)
class Address:
    """What NATS_URL says."""

    servers: Sequence[str]
    replicas: int = 1
    """On how many of the servers a stream is kept."""
    stream: str = USUAL

    @classmethod
    def parse(cls, url: str) -> "Address":
        """Raises ValueError.

        >>> Address.parse("nats://a:4222,nats://b:4222?replicas=3").replicas
        3
        """
        addresses, _, query = url.partition("?")
        servers = [address.strip() for address in addresses.split(",")]
        for server in servers:
            parts = urlsplit(server)
            if parts.scheme not in ("nats", "tls") or not parts.hostname:
                raise ValueError("write nats://HOST:PORT, several with commas between")
        said = dict(parse_qsl(query))
        stream = said.pop("stream", USUAL)
        replicas = said.pop("replicas", "1")
        if said or not STREAM.fullmatch(stream) or replicas not in ("1", "3", "5"):
            raise ValueError("behind ? stands stream=NAME or replicas=1, 3 or 5")
        return cls(servers, int(replicas), stream)
