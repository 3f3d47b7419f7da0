"""Lean connections: small bodies over plain HTTP, at a third of what aiohttp costs.

TLS, large bodies and blobs stay with aiohttp.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from ipaddress import ip_address
from typing import TypeVar
from weakref import WeakValueDictionary

from aiohttp import (
    ClientOSError,
    ConnectionTimeoutError,
    ServerDisconnectedError,
    ThreadedResolver,
)
from aiohttp.abc import AbstractResolver
from yarl import URL

from engine.adapters.http.exchange import Exchange, Stale
from engine.adapters.http.limits import Limits
from engine.adapters.http.line import Line
from engine.adapters.http.rules import (
    AddressRules,
    GuardedResolver,
    is_host_name,
    shown,
)
from engine.adapters.http.slots import Share, Slots
from engine.domain.errors import AddressRefused

T = TypeVar("T")
Read = Callable[[Exchange], Awaitable[T]]
"""What is made of an answer while its connection is held."""
FindHost = Callable[[URL], "Host | None"]
"""Where a URL leads over lean connections; None: aiohttp must go there."""


class NotConnected(ClientOSError):
    """There is no connection, for the reason that the system gives."""


class NameNotFound(ClientOSError):
    """A host name has no address."""


class Host:
    """A host and a port, and the connections there that are free to be used again.

    `name` is empty where the URL has an address instead: rules that allow a name
    allow the addresses found under it, not the same addresses without it.
    """

    def __init__(
        self, *, pool: "Pool", host: str, port: int, name: str, share: Share
    ) -> None:
        self._pool = pool
        self._port = port
        self._name = name
        self._free: list[Line] = []
        self._share = share

        self._addresses: Sequence[str] = () if name else (host,)
        self._known_until = 0.0
        self._lookup = asyncio.Lock()

    async def post(self, *, url: URL, request: bytes, deadline: float) -> Exchange:
        """Send a request that may come twice, and whose answer's status decides."""

        def exchange() -> Exchange:
            return Exchange(
                url=url, request=request, deadline=deadline, reads_body=False
            )

        return await self._send(exchange, deadline, _as_it_is)

    async def ask(
        self,
        *,
        url: URL,
        request: bytes,
        deadline: float,
        repeatable: bool,
        read: Read[T],
    ) -> T:
        """Send a request, and give what `read` makes of its answer."""

        def exchange() -> Exchange:
            return Exchange(
                url=url, request=request, deadline=deadline, reads_body=True
            )

        if repeatable:
            return await self._send(exchange, deadline, read)

        # Such a request never uses a kept connection. Its own is not kept either:
        # where nothing but such requests come, unused connections would pile up.
        async with asyncio.timeout_at(deadline):
            return await self._send_once(exchange(), read, afresh=True, keep=False)

    async def _send(
        self, make: Callable[[], Exchange], deadline: float, read: Read[T]
    ) -> T:
        try:
            if self._free and self._share.begin_now():
                # Nothing waits: the line has a timer of its own, which costs less.
                try:
                    return await self._exchange(self._free.pop(), make(), read)
                finally:
                    self._share.end()
            async with asyncio.timeout_at(deadline):
                return await self._send_once(make(), read)
        except Stale:
            # The kept connection had been closed, so the request was not seen.
            async with asyncio.timeout_at(deadline):
                return await self._send_once(make(), read, afresh=True)

    async def _send_once(
        self,
        exchange: Exchange,
        read: Read[T],
        *,
        afresh: bool = False,
        keep: bool = True,
    ) -> T:
        async with self._share:
            kept = self._free.pop() if self._free and not afresh else None
            line = kept or await self._connected()
            return await self._exchange(line, exchange, read, keep)

    async def _exchange(
        self, line: Line, exchange: Exchange, read: Read[T], keep: bool = True
    ) -> T:
        try:
            line.ask(exchange)
            await exchange.answered
            return await read(exchange)
        finally:
            self._pool.release(line, keep)

    async def _connected(self) -> Line:
        if self._name:
            await self._look_up()

        # Together they take no longer than one: the next may be tried in vain too.
        patience = self._pool.limits.connect / len(self._addresses)
        failure: Exception = NotConnected(None, "it has no address")
        for address in self._addresses:
            try:
                return await self._connected_to(address, patience)
            except (NotConnected, ConnectionTimeoutError) as error:
                failure = error
        raise failure

    async def _look_up(self) -> None:
        """Know the name's addresses that the rules allow, for a short while."""
        loop = asyncio.get_running_loop()

        # The lock: many calls at once ask one time, and the others take its answer.
        async with self._lookup:
            if loop.time() < self._known_until:
                return

            resolver = self._pool.resolver()
            try:
                found = await resolver.resolve(self._name, self._port, socket.AF_UNSPEC)
            except OSError as error:
                raise NameNotFound(error.errno, error.strerror) from None

            self._addresses = [one["host"] for one in found]
            seconds = self._pool.limits.names.total_seconds()
            self._known_until = loop.time() + seconds

    async def _connected_to(self, address: str, patience: timedelta) -> Line:
        pool = self._pool
        loop = asyncio.get_running_loop()

        def made() -> Line:
            return Line(limits=pool.limits, opened=pool.opened, free=self._free)

        try:
            async with asyncio.timeout(patience.total_seconds()):
                # AI_NUMERICHOST: a text that is no address is not looked up.
                _, line = await loop.create_connection(
                    made, address, self._port, flags=socket.AI_NUMERICHOST
                )
        except TimeoutError:
            raise ConnectionTimeoutError from None
        except OSError as error:
            raise NotConnected(error.errno, error.strerror) from None

        # The pool may have been closed meanwhile, and has not seen this line then.
        if pool.closed:
            line.close()
        self._check(line)
        return line

    def _check(self, line: Line) -> None:
        """The rules hold for where the connection leads, whatever was asked for."""
        peer = line.transport.get_extra_info("peername")
        if peer is None:
            line.close()
            raise ServerDisconnectedError

        fault = self._pool.rules.fault(ip_address(peer[0]), self._name)
        if fault is not None:
            line.close()
            raise AddressRefused(shown(self._name or peer[0]), fault)


async def _as_it_is(exchange: Exchange) -> Exchange:
    return exchange


class Pool:
    """All lean connections under one set of rules, as many as the limits allow.

    Each set of rules has a pool of its own, so that no connection serves a request
    whose rules would not have allowed it.
    """

    def __init__(
        self,
        *,
        rules: AddressRules,
        resolver: AbstractResolver | None,
        limits: Limits,
    ) -> None:
        self.rules = rules
        self.limits = limits
        self.slots = Slots(limits.connections, limits.connections_per_host)
        self.opened: set[Line] = set()
        self.closed = False

        self._given_resolver = resolver
        self._resolver: GuardedResolver | None = None
        # Weak: a host lives while a call or a remembered URL uses it.
        self._hosts: WeakValueDictionary[tuple[str, int], Host]
        self._hosts = WeakValueDictionary()

    def host(self, url: URL) -> Host | None:
        """Where this URL leads; None: this way cannot go there."""
        host = url.raw_host or ""
        port = url.port or 0
        if url.scheme != "http":
            return None

        if is_usual_address(host):
            name = ""
        elif is_host_name(host) and not host.endswith("."):
            name = host
        else:
            return None

        found = self._hosts.get((host, port))
        if found is None:
            share = self.slots.share(url)
            found = Host(pool=self, host=host, port=port, name=name, share=share)
            self._hosts[host, port] = found
        return found

    def resolver(self) -> GuardedResolver:
        """Made at first use, since that of the system needs a running loop."""
        if self._resolver is None:
            resolver = self._given_resolver or ThreadedResolver()
            self._resolver = GuardedResolver(self.rules, resolver)
        return self._resolver

    def release(self, line: Line, keep: bool) -> None:
        # Kept lines count too: those of other hosts may fill the pool.
        crowded = len(self.opened) > self.limits.connections
        if self.closed or crowded or not keep:
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


def is_usual_address(host: str) -> bool:
    """Whether this is an IP address in its usual form, without a zone.

    What a system reads in another form may be another address than was checked.

    >>> is_usual_address("::1"), is_usual_address("0::1"), is_usual_address("127.1")
    (True, False, False)
    """
    try:
        return "%" not in host and str(ip_address(host)) == host
    except ValueError:
        return False
