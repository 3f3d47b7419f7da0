"""A connection to NATS: a new one is made whenever it is lost."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.errors import APIError

from engine.adapters.nats.client import (
    CLIENT_ERRORS,
    CONNECT_TIMEOUT_SECONDS,
    OneTimeClient,
)
from engine.adapters.nats.timings import NatsTimings
from engine.domain.errors import Unavailable

Listener = Callable[[Msg], Awaitable[None]]


class Connection:
    """What fails is `Unavailable`; while there is no connection, all fails at once."""

    def __init__(
        self,
        *,
        servers: Sequence[str],
        name: str,
        timings: NatsTimings,
    ) -> None:
        self.answer_seconds = timings.answer_seconds
        self.count = 0
        """How many there were. What was agreed over earlier ones may be lost."""

        self._servers = list(servers)
        self._name = name
        self._client: OneTimeClient | None = None

    @property
    def connected(self) -> bool:
        return self._client is not None and self._client.alive

    async def open(
        self, listeners: Mapping[str, Listener], on_lost: Callable[[], None]
    ) -> None:
        """Connect unless that is done; `on_lost` is called when it is lost again."""
        if self.connected:
            return

        # The last client was lost, but its tasks may still run.
        await self.close()
        client = OneTimeClient(on_lost)
        try:
            async with asyncio.timeout(self._open_timeout):
                await client.begin(
                    servers=self._servers,
                    name=self._name,
                    answer_seconds=self.answer_seconds,
                )
            for subject, listener in listeners.items():
                await client.subscribe(subject, cb=listener)
        except BaseException as error:
            await client.end()
            if isinstance(error, CLIENT_ERRORS):
                # What the client saw last says more than its timeout.
                raise _unavailable(client.last_failure or error) from error
            raise

        self._client = client
        self.count += 1

    async def close(self) -> None:
        """Disconnect; `open` may follow."""
        client = self._client
        if client is None:
            return

        # First: no other task may use it while it ends.
        self._client = None
        await client.end()

    async def publish(self, subject: str, content: bytes) -> None:
        """Send to all that listen now; no answer says whether it arrived."""
        async with self.client() as client:
            await client.publish(subject, content)

    async def request(self, subject: str, content: bytes) -> bytes:
        """The answer of the replica that listens there."""
        async with self.client() as client:
            answer = await client.request(subject, content, self.answer_seconds)
            return answer.data

    async def answer(self, message: Msg, content: bytes) -> None:
        """Answer a message; if that fails, its sender gives up, or sends it again."""
        with suppress(Unavailable):
            await self.publish(message.reply, content)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """The client; what fails with it is `Unavailable`."""
        if self._client is None or not self._client.alive:
            raise Unavailable("NATS", "it cannot be reached")

        try:
            yield self._client
        except CLIENT_ERRORS as error:
            raise _unavailable(error) from error

    @property
    def _open_timeout(self) -> float:
        """Each server gets its time once, and one second is for the pause between."""
        return CONNECT_TIMEOUT_SECONDS * len(self._servers) + 1


def _unavailable(error: BaseException) -> Unavailable:
    if isinstance(error, APIError) and error.description:
        return Unavailable("NATS", error.description)

    reason = str(error).removeprefix("nats: ")
    return Unavailable("NATS", reason or "it does not answer")
