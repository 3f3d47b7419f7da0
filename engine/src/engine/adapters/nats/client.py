"""A NATS client for one connection."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from nats.aio.client import Client
from nats.errors import Error as NatsError

log = logging.getLogger(__name__)

CONNECT_TIMEOUT_SECONDS = 2
"""For one server to accept us, and for a connection to close."""

PING_INTERVAL_SECONDS = 2
MAX_OUTSTANDING_PINGS = 2
"""A server that does not answer so many pings in a row counts as lost."""

CLIENT_ERRORS = (
    NatsError,
    OSError,
    TimeoutError,
    # uvloop raises it when something is written to a closed connection.
    RuntimeError,
)
"""All that a call of the client raises."""


class OneTimeClient(Client):
    """Connects once, never again, and is thrown away with its connection.

    nats-py would reconnect by itself, and that cannot always be stopped once it has
    begun. Instead `Connection` makes a new client for each connection.
    """

    def __init__(self, on_lost: Callable[[], None]) -> None:
        super().__init__()
        self.last_failure: Exception | None = None
        self._on_lost = on_lost
        self._lost = False

    @property
    def alive(self) -> bool:
        """Connected, and for the first time."""
        return self.is_connected and not self._lost

    async def begin(
        self,
        *,
        servers: list[str],
        name: str,
        answer_seconds: float,
    ) -> None:
        """Connect to any of the servers; each is tried twice."""
        await self.connect(
            servers=servers,
            name=name,
            max_reconnect_attempts=1,
            reconnect_time_wait=1,
            connect_timeout=CONNECT_TIMEOUT_SECONDS,
            ping_interval=PING_INTERVAL_SECONDS,
            max_outstanding_pings=MAX_OUTSTANDING_PINGS,
            # Without it a flush waits for ever when the connection is lost.
            flush_timeout=answer_seconds,
            error_cb=self._failed,
            disconnected_cb=self._disconnected,
        )

    async def end(self) -> None:
        """Leave nothing behind, whatever state it is in; takes two seconds at most."""
        if self._flush_queue is None:
            # It never began to connect, and there is nothing to close.
            return

        if not self.is_connected:
            # `close` does nothing for a client that counts as closed, and it gives up
            # early when it has to flush data that it cannot send. In both cases tasks
            # of the client would stay.
            self._status = Client.DISCONNECTED
            self._pending = []
            self._pending_data_size = 0

        with suppress(*CLIENT_ERRORS):
            await asyncio.wait_for(self.close(), CONNECT_TIMEOUT_SECONDS)

    async def _attempt_reconnect(self) -> None:
        """nats-py calls this when the connection is lost: say so, and nothing more."""
        await self._disconnected()

    async def _disconnected(self) -> None:
        self._lost = True
        self._on_lost()

    async def _failed(self, error: Exception) -> None:
        self.last_failure = error
        log.debug("NATS: %s", error or type(error).__name__)
