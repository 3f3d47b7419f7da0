"""The two streams of a marketplace: events that wait for a turn, and dead letters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StreamConfig
from nats.js.errors import APIError, NoStreamResponseError

from engine.adapters.nats.connection import Connection
from engine.adapters.nats.limits import NatsLimits

DUPLICATE_WINDOW_SECONDS = 120.0
"""A message id is taken once in this time. It bounds what the server remembers; a later
repetition is refused by the frame itself."""

DEAD_LETTERS_KEPT_SECONDS = 30 * 86_400.0
"""After a month the server deletes a dead letter."""

# JetStream's error codes.
STREAM_NOT_FOUND = 10059
STREAM_HAS_OTHER_CONFIG = 10058


class Streams:
    """Makes the streams when they are first needed on a connection."""

    def __init__(
        self,
        connection: Connection,
        *,
        name: str,
        replicas: int,
        limits: NatsLimits,
    ) -> None:
        self.events = name
        self.dead_letters = f"{name}-dead"
        self.dead_letters_subject = f"{name}.dead"

        self._connection = connection
        self._replicas = replicas
        self._limits = limits
        self._prepared_on = 0
        """The number of the connection on which the streams were made."""

    def events_subject(self, partition: int | str) -> str:
        """Where the events of a partition are published."""
        return f"{self.events}.frames.{partition}"

    @asynccontextmanager
    async def open(self) -> AsyncIterator[JetStreamContext]:
        """JetStream, with both streams; what fails is `Unavailable`.

        If somebody removes a stream, the call that notices it fails, and the next one
        makes the stream again.
        """
        async with self._connection.client() as client:
            jetstream = client.jetstream(timeout=self._connection.answer_seconds)

            try:
                await self._prepare_once(jetstream)
                yield jetstream
            except NoStreamResponseError:
                self._prepared_on = 0
                raise
            except APIError as error:
                if error.err_code == STREAM_NOT_FOUND:
                    self._prepared_on = 0
                raise

    async def _prepare_once(self, jetstream: JetStreamContext) -> None:
        """On each new connection: the server may have lost its disk meanwhile."""
        # Read before the wait: a connection that comes meanwhile is another one.
        connection = self._connection.count
        if self._prepared_on == connection:
            return

        await _make(jetstream, self._events_config())
        await _make(jetstream, self._dead_letters_config())
        self._prepared_on = connection

    def _events_config(self) -> StreamConfig:
        return StreamConfig(
            name=self.events,
            subjects=[self.events_subject("*")],
            # An event that was acknowledged is deleted.
            retention=RetentionPolicy.WORK_QUEUE,
            # A full stream refuses what comes: what it has was promised.
            discard=DiscardPolicy.NEW,
            max_bytes=self._limits.waiting_bytes,
            max_msgs=self._limits.waiting_events,
            duplicate_window=DUPLICATE_WINDOW_SECONDS,
            num_replicas=self._replicas,
        )

    def _dead_letters_config(self) -> StreamConfig:
        return StreamConfig(
            name=self.dead_letters,
            subjects=[self.dead_letters_subject],
            max_bytes=self._limits.waiting_bytes,
            max_age=DEAD_LETTERS_KEPT_SECONDS,
            num_replicas=self._replicas,
        )


async def _make(jetstream: JetStreamContext, config: StreamConfig) -> None:
    """Make a stream; one that an older version made is changed."""
    try:
        await jetstream.add_stream(config)
    except APIError as error:
        if error.err_code != STREAM_HAS_OTHER_CONFIG:
            raise
        await jetstream.update_stream(config)
