"""A connection to NATS that heals itself, and the streams of the marketplace."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any
from urllib.parse import parse_qs, urlsplit

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
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

from engine.domain.errors import Unavailable, Unknown

log = logging.getLogger(__name__)

PATIENCE = 3.0  # seconds for an answer
ACK_WAIT = 30.0  # seconds after which an event that got no turn comes again
PENDING = 128  # events of a partition that one replica has at once
MAX_BYTES = 256 << 20
MAX_EVENTS = 1_000_000
DUPLICATES = 120.0  # seconds in which a message id is taken once
DEAD_FOR = 30 * 86_400.0  # seconds that dead letters are kept
REASON = "Reason"  # header of a dead letter
DIFFERENT_CONFIG = 10058  # JetStream's error code

ERRORS = (NatsError, asyncio.TimeoutError, OSError)

Listener = Callable[[Msg], Awaitable[None]]


class Broker:
    """Publishes, subscribes and claims; whatever fails is `Unavailable`."""

    def __init__(self, url: str, name: str, stream: str) -> None:
        self._servers, self._replicas = read_url(url)
        self._name, self._stream, self._dead = name, stream, f"{stream}-dead"
        self._client = Client()
        self._jetstream = self._client.jetstream(timeout=PATIENCE)
        self._prepared = False
        self.connections = 0
        """How often it was connected: what was claimed before may be lost."""

    @property
    def connected(self) -> bool:
        return self._client.is_connected

    async def connect(self, listeners: Mapping[str, Listener]) -> None:
        """Returns when it is connected for the first time, and stays so by itself."""
        await self._client.connect(
            servers=list(self._servers),
            name=self._name,
            allow_reconnect=True,
            max_reconnect_attempts=-1,
            reconnect_time_wait=1,
            connect_timeout=2,
            ping_interval=2,
            max_outstanding_pings=2,
            error_cb=_failed,
            reconnected_cb=self._reconnected,
        )
        for subject, listener in listeners.items():
            await self._client.subscribe(subject, cb=listener)
        await self._reconnected()

    async def close(self) -> None:
        with suppress(*ERRORS):
            await self._client.close()

    async def _reconnected(self) -> None:
        self._prepared = False  # it may be another server, with other streams
        self.connections += 1

    async def say(self, subject: str, content: bytes) -> None:
        """Tell whoever listens now."""
        async with self._reaching():
            await self._client.publish(subject, content)

    async def request(self, subject: str, content: bytes) -> bytes:
        """What somebody who listens there answers."""
        async with self._reaching():
            return (await self._client.request(subject, content, PATIENCE)).data

    async def publish(self, partition: int, content: bytes, id_: str | None) -> None:
        """Returns when the stream has it on disk; the same id is taken once."""
        headers = {"Nats-Msg-Id": id_} if id_ else {}
        subject = f"{self._stream}.frames.{partition}"
        await self._store(self._stream, subject, content, headers)

    async def _store(
        self, stream: str, subject: str, content: bytes, headers: dict[str, str]
    ) -> None:
        async with self._reaching() as jetstream:
            await self._prepare(jetstream)
            try:
                await jetstream.publish(
                    subject, content, PATIENCE, stream, headers or None
                )
            except NoStreamResponseError:
                self._prepared = False  # somebody removed it
                raise

    async def claim(self, partition: int, subject: str) -> None:
        """Have the events of a partition sent to a subject, and to no other.

        The consumer is made anew: what the last owner did not settle comes at once.
        """
        name = _consumer(partition)
        async with self._reaching() as jetstream:
            await self._prepare(jetstream)
            with suppress(NotFoundError):
                await jetstream.delete_consumer(self._stream, name)
            config = ConsumerConfig(
                durable_name=name,
                deliver_subject=subject,
                filter_subject=f"{self._stream}.frames.{partition}",
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=ACK_WAIT,
                max_ack_pending=PENDING,
                mem_storage=True,  # the stream itself forgets what was settled
            )
            await jetstream.add_consumer(self._stream, config)

    async def claimed(self, subject: str) -> frozenset[int]:
        """The partitions whose events are sent to this subject."""
        async with self._reaching() as jetstream:
            await self._prepare(jetstream)
            consumers = await jetstream.consumers_info(self._stream)
        mine = (c.name for c in consumers if c.config.deliver_subject == subject)
        return frozenset(int(name[1:]) for name in mine)

    async def settle(self, message: Msg, word: bytes) -> None:
        """Acknowledge a message, or want it again."""
        with suppress(Unavailable):  # then it comes again
            await self.say(message.reply, word)

    async def bury(self, content: bytes, reason: str) -> None:
        """Keep a message that no turn could take."""
        words = " ".join(reason.encode("ascii", "replace").decode().split())[:500]
        subject = f"{self._stream}.dead"
        await self._store(self._dead, subject, content, {REASON: words})

    async def dead(self, limit: int) -> Sequence[RawStreamMsg]:
        """What was kept so, oldest first."""
        found: list[RawStreamMsg] = []
        async with self._reaching() as jetstream:
            await self._prepare(jetstream)
            with suppress(NotFoundError):
                while len(found) < limit:
                    first = (found[-1].seq or 0) + 1 if found else 1
                    message = await jetstream.get_msg(
                        self._dead, first, f"{self._stream}.dead", next=True
                    )
                    found.append(message)
        return found

    async def dead_letter(self, seq: int) -> RawStreamMsg:
        """One message that was kept; raises `Unknown`."""
        async with self._reaching() as jetstream:
            await self._prepare(jetstream)
            try:
                return await jetstream.get_msg(self._dead, seq)
            except NotFoundError:
                raise Unknown("dead letter", str(seq)) from None

    async def remove(self, seq: int) -> None:
        """Keep one no longer; raises `Unknown`."""
        await self.dead_letter(seq)
        async with self._reaching() as jetstream:
            await jetstream.delete_msg(self._dead, seq)

    async def check(self) -> None:
        """Raises `Unavailable` unless the stream answers."""
        async with self._reaching() as jetstream:
            await jetstream.stream_info(self._stream)

    async def _prepare(self, jetstream: JetStreamContext) -> None:
        """Make the streams, unless that was done on this connection."""
        if self._prepared:
            return
        events = StreamConfig(
            name=self._stream,
            subjects=[f"{self._stream}.frames.*"],
            retention=RetentionPolicy.WORK_QUEUE,
            discard=DiscardPolicy.NEW,  # full is said, nothing is dropped
            max_bytes=MAX_BYTES,
            max_msgs=MAX_EVENTS,
            duplicate_window=DUPLICATES,
            num_replicas=self._replicas,
        )
        dead = StreamConfig(
            name=self._dead,
            subjects=[f"{self._stream}.dead"],
            max_bytes=MAX_BYTES,
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
        self._prepared = True

    @asynccontextmanager
    async def _reaching(self) -> AsyncIterator[JetStreamContext]:
        if not self.connected:
            raise Unavailable("NATS", "it cannot be reached")
        try:
            yield self._jetstream
        except APIError as error:
            raise Unavailable("NATS", error.description or str(error)) from error
        except ERRORS as error:
            reason = str(error) or type(error).__name__
            raise Unavailable("NATS", reason.removeprefix("nats: ")) from error


def read_url(url: str) -> tuple[Sequence[str], int]:
    """The servers, and on how many of them a stream is kept.

    >>> read_url("nats://a:4222,nats://b:4222?replicas=3")
    (['nats://a:4222', 'nats://b:4222'], 3)
    """
    addresses, _, query = url.partition("?")
    servers = [address.strip() for address in addresses.split(",")]
    for server in servers:
        if (
            urlsplit(server).scheme not in ("nats", "tls")
            or not urlsplit(server).netloc
        ):
            raise ValueError("write nats://HOST:PORT, several with commas between them")
    [replicas] = parse_qs(query).get("replicas", ["1"])
    return servers, int(replicas)


def _consumer(partition: int) -> str:
    return f"p{partition}"


async def _failed(error: Exception) -> Any:
    log.debug("NATS: %s", error or type(error).__name__)
