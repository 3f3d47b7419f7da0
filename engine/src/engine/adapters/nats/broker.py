"""The stream of events: keeps them, and sends those of a partition to its owner."""

from contextlib import suppress

from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import NotFoundError

from engine.adapters.nats.connection import Connection
from engine.adapters.nats.streams import Streams

ACK_WAIT_SECONDS = 30.0
"""An event that is not acknowledged in this time comes again. It has to be longer than
an event waits for its turn here, or that event gets a second one meanwhile."""

STREAM_REPLIES = "$JS.ACK."
"""The subjects on which JetStream expects its acknowledgements begin with it."""


class Broker:
    """What fails is `Unavailable`."""

    def __init__(
        self,
        connection: Connection,
        streams: Streams,
        *,
        pending_events: int,
    ) -> None:
        self._connection = connection
        self._streams = streams
        self._pending_events = pending_events

    async def publish(
        self,
        partition: int,
        content: bytes,
        id_: str | None,
    ) -> None:
        """Returns when the stream has it on disk; the same id is taken once."""
        headers = {"Nats-Msg-Id": id_} if id_ else None

        async with self._streams.open() as jetstream:
            await jetstream.publish(
                self._streams.events_subject(partition),
                content,
                timeout=self._connection.answer_seconds,
                stream=self._streams.events,
                headers=headers,
            )

    async def claim(self, partition: int, subject: str) -> None:
        """Have the events of a partition sent to a subject, and to no other.

        The consumer is made anew: events that the last owner had and did not
        acknowledge come at once, instead of when their time is over.
        """
        name = _consumer_name(partition)
        config = ConsumerConfig(
            durable_name=name,
            deliver_subject=subject,
            filter_subject=self._streams.events_subject(partition),
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=ACK_WAIT_SECONDS,
            max_ack_pending=self._pending_events,
            # Nothing is lost with it: the stream itself deletes what was acknowledged.
            mem_storage=True,
        )

        async with self._streams.open() as jetstream:
            with suppress(NotFoundError):
                await jetstream.delete_consumer(self._streams.events, name)
            await jetstream.add_consumer(self._streams.events, config)

    async def claimed(self, subject: str) -> frozenset[int]:
        """The partitions whose events are sent to this subject."""
        async with self._streams.open() as jetstream:
            consumers = await jetstream.consumers_info(self._streams.events)

        return frozenset(
            _partition_of(consumer.name)
            for consumer in consumers
            if consumer.config.deliver_subject == subject
        )

    async def acknowledge(self, message: Msg) -> None:
        """The stream may delete it; if that does not arrive, it comes again."""
        await self._connection.answer(message, b"+ACK")

    async def redeliver(self, message: Msg, after_seconds: float) -> None:
        """Have it sent again."""
        nanoseconds = int(after_seconds * 1e9)
        await self._connection.answer(message, b'-NAK {"delay": %d}' % nanoseconds)

    async def check(self) -> None:
        """Raises `Unavailable` unless the stream answers."""
        async with self._streams.open() as jetstream:
            await jetstream.stream_info(self._streams.events)


def is_from_stream(message: Msg) -> bool:
    """Anybody may publish to a replica's subject; such a message has no place here."""
    return message.reply.startswith(STREAM_REPLIES)


def _consumer_name(partition: int) -> str:
    return f"p{partition}"


def _partition_of(consumer_name: str) -> int:
    """The partition that a consumer is for.

    >>> _partition_of(_consumer_name(7))
    7
    """
    return int(consumer_name.removeprefix("p"))
