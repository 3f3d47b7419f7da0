"""A connection to NATS: a new one is made whenever it is lost."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.errors import APIError

from engine.domain.errors import Unavailable

log = logging.getLogger(__name__)

PATIENCE = 3.0  # seconds for an answer
LETTING_IN = 2  # seconds that a server has to let us in
ERRORS = (NatsError, OSError, TimeoutError, RuntimeError)  # uvloop's: it is closed

Listener = Callable[[Msg], Awaitable[None]]


class Connection:
    """Whatever fails is `Unavailable`: at once while there is no connection."""

    def __init__(self, servers: Sequence[str], name: str) -> None:
        self._servers, self._name = list(servers), name
        self._client: OneTimeClient | None = None
        self.count = 0
        """How many there were: what came by those before may be lost."""

    @property
    def stands(self) -> bool:
        return self._client is not None and self._client.alive

    async def open(
        self, listeners: Mapping[str, Listener], lost: Callable[[], None]
    ) -> None:
        """Make it stand; `lost` is called when it does no more."""
        if self.stands:
            return
        await self.close()
        client = OneTimeClient(lost)
        try:
            async with asyncio.timeout(LETTING_IN * len(self._servers) + 1):
                await client.begin(self._servers, self._name)
            for subject, listener in listeners.items():
                await client.subscribe(subject, cb=listener)
        except BaseException as error:
            await client.end()
            if isinstance(error, ERRORS):
                raise _unavailable(client.trouble or error) from error
            raise
        self._client, self.count = client, self.count + 1

    async def close(self) -> None:
        if self._client:
            client, self._client = self._client, None
            await client.end()

    async def say(self, subject: str, content: bytes) -> None:
        """Tell whoever listens now."""
        async with self.reaching() as client:
            await client.publish(subject, content)

    async def request(self, subject: str, content: bytes) -> bytes:
        """What somebody who listens there answers."""
        async with self.reaching() as client:
            return (await client.request(subject, content, PATIENCE)).data

    @asynccontextmanager
    async def reaching(self) -> AsyncIterator[Client]:
        """The client; what fails with it is `Unavailable`."""
        if self._client is None or not self._client.alive:
            raise Unavailable("NATS", "it cannot be reached")
        try:
            yield self._client
        except ERRORS as error:
            raise _unavailable(error) from error


class OneTimeClient(Client):
    """Is thrown away with its connection, which is all that it could lose."""

    def __init__(self, lost: Callable[[], None]) -> None:
        super().__init__()
        self._tell_lost, self._lost = lost, False
        self.trouble: Exception | None = None
        """What went wrong last."""

    @property
    def alive(self) -> bool:
        """Connected, and for the first time."""
        return self.is_connected and not self._lost

    async def begin(self, servers: list[str], name: str) -> None:
        """Connect to any of the servers; each is tried twice."""
        await self.connect(
            servers=servers,
            name=name,
            max_reconnect_attempts=1,
            reconnect_time_wait=1,
            connect_timeout=LETTING_IN,
            ping_interval=2,
            max_outstanding_pings=2,
            flush_timeout=PATIENCE,  # else it waits for ever when the line is lost
            error_cb=self._failed,
            disconnected_cb=self._left,
        )

    async def _attempt_reconnect(self) -> None:
        """Leave that to others: once begun, it cannot always be stopped."""
        await self._left()

    async def _left(self) -> None:
        self._lost = True
        self._tell_lost()

    async def _failed(self, error: Exception) -> None:
        self.trouble = error
        log.debug("NATS: %s", error or type(error).__name__)

    async def end(self) -> None:
        """Leave nothing behind, whatever state it is in; takes two seconds at most."""
        if self._flush_queue is None:
            return  # it never began
        if not self.is_connected:
            # a second attempt to close would do nothing, and to flush would end it
            self._status = Client.DISCONNECTED
            self._pending, self._pending_data_size = [], 0
        with suppress(*ERRORS):
            await asyncio.wait_for(self.close(), LETTING_IN)


def _unavailable(error: BaseException) -> Unavailable:
    if isinstance(error, APIError) and error.description:
        return Unavailable("NATS", error.description)
    return Unavailable("NATS", str(error).removeprefix("nats: ") or "it is silent")
