"""The hot path of deliveries: small bodies, plain HTTP, an IP address for a host.

It costs a third of what aiohttp does. Names, TLS and blobs stay there.
"""

import asyncio
from collections.abc import Mapping
from contextlib import nullcontext, suppress
from functools import lru_cache
from ipaddress import ip_address
from urllib.parse import quote
from weakref import WeakValueDictionary

from aiohttp import ClientOSError, ConnectionTimeoutError
from yarl import URL

from engine.adapters.http.line import Answer, Line, Stale
from engine.adapters.http.sessions import PLAIN, Limits

USUAL = [(name, f"{name}: {text}\r\n") for name, text in PLAIN.items()]
quoted = lru_cache(maxsize=1024)(quote)
Address = tuple[str, int]


class NotConnected(ClientOSError):
    """There is no connection, for the reason that the system gives."""


def composed(
    url: URL, query: Mapping[str, str], headers: Mapping[str, str], body: bytes
) -> bytes:
    """The bytes of a POST; the headers have been checked."""
    path = url.raw_path
    if url.raw_query_string:
        path = url.update_query(query).raw_path_qs
    elif query:
        pairs = [f"{quoted(key)}={quoted(text)}" for key, text in query.items()]
        path = f"{path}?{'&'.join(pairs)}"
    lines = [f"{name}: {text}\r\n" for name, text in headers.items()]
    lines += [line for name, line in USUAL if name not in headers]
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {url.host_port_subcomponent}\r\n"
        f"{''.join(lines)}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Host:
    """An address, and the connections there that are free to be used again."""

    def __init__(self, lines: "Lines", address: Address) -> None:
        self._lines, self._address, self._free = lines, address, list[Line]()
        self._slots = asyncio.Semaphore(lines.limits.connections_per_host)

    async def post(self, url: URL, request: bytes, seconds: float) -> Answer:
        """Use a connection when there is one; once more if it had been closed."""
        until = self._lines.loop.time() + seconds
        waits = not self._free or self._slots.locked() or self._lines.slots.locked()
        # a line has a timer of its own, which costs less
        async with asyncio.timeout_at(until) if waits else nullcontext():
            with suppress(Stale):
                return await self._post(url, request, until)
        async with asyncio.timeout_at(until):
            return await self._post(url, request, until, afresh=True)

    async def _post(
        self, url: URL, request: bytes, until: float, afresh: bool = False
    ) -> Answer:
        async with self._slots, self._lines.slots:
            kept = self._free.pop() if self._free and not afresh else None
            line = kept or await self._connected()
            try:
                return await line.ask(url, request, until)
            finally:
                self._lines.release(line)

    async def _connected(self) -> Line:
        lines = self._lines
        try:
            async with asyncio.timeout(lines.limits.connect.total_seconds()):
                _, line = await lines.loop.create_connection(
                    lambda: Line(lines.limits, lines.open, self._free), *self._address
                )
        except TimeoutError:
            raise ConnectionTimeoutError from None
        except OSError as error:
            raise NotConnected(error.errno, error.strerror) from None
        if lines.closed:
            line.transport.abort()
        return line


class Lines:
    """All connections, as many as the limits allow."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.loop = limits, asyncio.get_running_loop()
        self.slots = asyncio.Semaphore(limits.connections)
        self.open, self.closed = set[Line](), False
        self._hosts = WeakValueDictionary[Address, Host]()

    def host(self, url: URL) -> Host | None:
        """Where this URL leads without a look-up; None: it needs one, or TLS."""
        name, port = url.raw_host or "", url.port or 0
        with suppress(ValueError):
            plain = url.scheme == "http" and "%" not in name
            if plain and str(ip_address(name)) == name:
                return self._hosts.setdefault((name, port), Host(self, (name, port)))
        return None

    def release(self, line: Line) -> None:
        if self.closed or len(self.open) > self.limits.connections:
            line.transport.abort()
        else:
            line.keep()

    async def close(self) -> None:
        self.closed, lost = True, [line.lost for line in self.open]
        for line in tuple(self.open):
            line.transport.abort()
        if lost:
            await asyncio.wait(lost)
