"""One connection to another machine, which carries one request at a time."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import ServerDisconnectedError
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser
from multidict import CIMultiDict
from yarl import URL

from engine.adapters.http.sessions import Limits


class Stale(ServerDisconnectedError):
    """A kept connection had been closed, and nothing of an answer came."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, to be read like an answer of aiohttp."""

    url: URL
    status: int
    fields: list[tuple[bytes, bytes]]
    body: bytes

    @property
    def headers(self) -> CIMultiDict[str]:
        return CIMultiDict(
            (name.decode("latin-1"), text.decode("utf-8", "surrogateescape"))
            for name, text in self.fields
        )

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


class Line(asyncio.Protocol):
    """A connection; it is in `open` while it is, and leaves `free` when it is lost."""

    transport: asyncio.Transport
    reusable = False
    _asked: asyncio.Future[Answer] | None = None
    _timer: asyncio.TimerHandle | None = None
    _rings_at = 0.0

    def __init__(self, limits: Limits, open: set["Line"], free: list["Line"]) -> None:
        self._limits, self._open, self._free = limits, open, free
        self._loop = asyncio.get_running_loop()
        self._parser = HttpResponseParser(self)
        self.lost = self._loop.create_future()

    def ask(self, url: URL, request: bytes, until: float) -> asyncio.Future[Answer]:
        """The answer, with what soon comes of its body."""
        self._url, self._kept, self.reusable = url, self.reusable, False
        self._came, self._head_size, self._status = 0, 0, 0
        self._fields, self._body = list[tuple[bytes, bytes]](), bytearray()
        self._lingers = False
        if self.transport.is_closing():
            raise self._hung_up()
        self._asked = self._loop.create_future()
        self._wake(until)
        self.transport.write(request)
        return self._asked

    def keep(self) -> None:
        """Wait for the next request, but not for long."""
        if self.reusable and not self.transport.is_closing():
            self._wake(self._loop.time() + self._limits.keep_alive.total_seconds())
            self._free.append(self)
        else:
            self.transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment] # that of TCP
        self._open.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        self._end(self._hung_up() if self._asked else None)
        if self._timer:
            self._timer.cancel()
        self._open.discard(self)
        with suppress(ValueError):
            self._free.remove(self)
        self.lost.set_result(None)

    def data_received(self, data: bytes) -> None:
        if self._asked is None:  # nobody asked for it
            self.transport.abort()
            return
        self._came += len(data)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._end(error)
        if self._asked:
            self._await_more()

    def on_message_begin(self) -> None:
        self.reusable = False  # what follows the answer, nobody asked for

    def on_header(self, name: bytes, text: bytes) -> None:
        self._head_size += len(name) + len(text)
        if self._head_size > self._limits.header_bytes:
            raise HttpParserError("its head is too long")
        if not self._status:
            self._fields.append((name, text))

    def on_headers_complete(self) -> None:
        status = self._parser.get_status_code()
        if status < 100:
            raise HttpParserError("it has no status")
        if status < 200 and status != 101:
            self._fields.clear()
        else:
            self._status = status

    def on_body(self, piece: bytes) -> None:
        self._body += piece

    def on_message_complete(self) -> None:
        if self._status:
            whole = self._status >= 200 and self._parser.should_keep_alive()
            self._end(whole=whole and not self.transport.get_write_buffer_size())

    def _await_more(self) -> None:
        limits, most = self._limits, self._limits.header_bytes
        if self._status:
            success = 200 <= self._status < 300
            most += limits.acknowledgement_bytes if success else limits.detail_bytes
        if self._came > most:
            self._end(HttpParserError("it is too long"))
        elif self._status and not self._lingers:
            self._lingers = True
            patience = self._loop.time() + limits.linger.total_seconds()
            self._wake(min(self._due, patience))

    def _end(self, error: Exception | None = None, whole: bool = False) -> None:
        """The status decides as soon as it is known; without one, the error."""
        asked, self._asked = self._asked, None
        self.reusable = whole and asked is not None
        if asked is None or asked.done():
            return
        if self._status or error is None:
            body = bytes(self._body)
            asked.set_result(Answer(self._url, self._status, self._fields, body))
        else:
            asked.set_exception(error)

    def _hung_up(self) -> ServerDisconnectedError:
        return Stale() if self._kept and not self._came else ServerDisconnectedError()

    def _wake(self, due: float) -> None:
        """One timer serves for all: it may come too early, never too late."""
        self._due = due
        if self._timer is None or self._rings_at > due:
            if self._timer:
                self._timer.cancel()
            self._timer, self._rings_at = self._loop.call_at(due, self._ring), due

    def _ring(self) -> None:
        self._timer = None
        if self._loop.time() < self._due:
            self._wake(self._due)
        elif self._asked:
            self._end(TimeoutError())
        else:
            self.transport.abort()
