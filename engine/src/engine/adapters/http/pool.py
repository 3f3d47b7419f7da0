"""Lean connections: small bodies over plain HTTP, at a third of what aiohttp costs.

TLS, large bodies and blobs stay with aiohttp.
"""

import asyncio
from collections.abc import Callable
from ipaddress import ip_address
from weakref import WeakValueDictionary

from aiohttp import ClientOSError, ConnectionTimeoutError
from yarl import URL

from engine.adapters.http.exchange import Exchange, Stale
from engine.adapters.http.limits import Limits
from engine.adapters.http.line import Line

Address = tuple[str, int]


class NotConnected(ClientOSError):
    """There is no connection, for the reason that the system gives."""


class Host:
    """An address, and the connections there that are free to be used again."""

    def __init__(self, pool: "Pool", address: Address) -> None:
        self._pool = pool
        self._address = address
        self._free: list[Line] = []
        self._slots = asyncio.Semaphore(pool.limits.connections_per_host)

    async def post(self, *, url: URL, request: bytes, deadline: float) -> Exchange:
        """Send a request that may come twice, and whose answer's status decides."""

        def exchange() -> Exchange:
            return Exchange(
                url=url, request=request, deadline=deadline, reads_body=False
            )

        return await self._send(exchange, deadline)

    async def _send(self, make: Callable[[], Exchange], deadline: float) -> Exchange:
        try:
            if self._starts_at_once():
                # The line has a timer of its own, which costs less.
                return await self._send_once(make())
            async with asyncio.timeout_at(deadline):
                return await self._send_once(make())
        except Stale:
            # The kept connection had been closed, so the request was not seen.
            async with asyncio.timeout_at(deadline):
                return await self._send_once(make(), afresh=True)

    def _starts_at_once(self) -> bool:
        waits = self._slots.locked() or self._pool.slots.locked()
        return bool(self._free) and not waits

    async def _send_once(self, exchange: Exchange, afresh: bool = False) -> Exchange:
        async with self._slots, self._pool.slots:
            kept = self._free.pop() if self._free and not afresh else None
            line = kept or await self._connected()
            try:
                line.ask(exchange)
                await exchange.answered
                return exchange
            finally:
                self._pool.release(line)

    async def _connected(self) -> Line:
        pool = self._pool
        loop = asyncio.get_running_loop()

        def made() -> Line:
            return Line(limits=pool.limits, opened=pool.opened, free=self._free)

        try:
            async with asyncio.timeout(pool.limits.connect.total_seconds()):
                _, line = await loop.create_connection(made, *self._address)
        except TimeoutError:
            raise ConnectionTimeoutError from None
        except OSError as error:
            raise NotConnected(error.errno, error.strerror) from None

        # The pool may have been closed meanwhile, and has not seen this line then.
        if pool.closed:
            line.close()
        return line


class Pool:
    """All lean connections under one set of rules, as many as the limits allow."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.slots = asyncio.Semaphore(limits.connections)
        self.opened: set[Line] = set()
        self.closed = False
        # Weak: a host lives while a call or a cached address uses it.
        self._hosts: WeakValueDictionary[Address, Host] = WeakValueDictionary()

    def host(self, url: URL) -> Host | None:
        """Where this URL leads without a look-up; None: it needs one, or TLS."""
        name = url.raw_host or ""
        if url.scheme != "http" or "%" in name:
            return None

        # Only the usual form of an address: what a system reads in another form may
        # be another address than the one that was checked.
        try:
            usual = str(ip_address(name)) == name
        except ValueError:
            return None
        if not usual:
            return None

        address = (name, url.port or 0)
        return self._hosts.setdefault(address, Host(self, address))

    def release(self, line: Line) -> None:
        # Kept lines count too: those of other hosts may fill the pool.
        if self.closed or len(self.opened) > self.limits.connections:
            line.close()
        else:
            line.release()

    async def close(self) -> None:
        self.closed = True
        lost = [line.lost for line in self.opened]
        for line in tuple(self.opened):
            line.close()

        if lost:
            await asyncio.wait(lost)
