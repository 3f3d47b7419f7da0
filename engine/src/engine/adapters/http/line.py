"""A connection that carries one request at a time: HTTP/1.1 on the parser of llhttp.

                  ask           bytes         final status
      ┌──> idle ──────> asked ────────> head ──────┬──────> body ───────┐
      │     │             │               │        └──────> lingering ──┤
      │     │ idle too    │ deadline      │ deadline                    │
      │     │ long, bytes │               │ no HTTP, too long           │
      │     v             v               v                             │
      │   closed <────────┴───────────────┴─────────────────────────────┤
      │                                                                 │
      └─── keep: complete, and both sides may use the connection again ─┘

Asked and head are told apart because of kept connections. The other side may close one
just when it is used again; it has not seen the request then. So a connection that is
lost in *asked*, and had been kept, is no failure of the request, which is sent once
more. One that is lost in *head* is: a part of an answer shows that the request came.

In *body* the asker reads the answer to its end. In *lingering* the status has decided
already: work is taken or refused. The rest is waited for only because a connection can
be kept if it has been read to its end, so for a short time and few bytes. Whatever goes
wrong then changes nothing.

Whatever comes in *idle*, or after the end of an answer, was not asked for. It must not
be taken for the answer to the next request, so it closes the connection.
"""

import asyncio
from contextlib import suppress
from enum import Enum, auto

from aiohttp import ServerDisconnectedError
from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

from engine.adapters.http.exchange import Exchange, Stale, broken_off
from engine.adapters.http.limits import Limits


class State(Enum):
    """Where a line is, see the picture above."""

    IDLE = auto()
    ASKED = auto()
    HEAD = auto()
    BODY = auto()
    LINGERING = auto()
    CLOSED = auto()


class Line(asyncio.Protocol):
    """A connection; it is in `opened` while it is, and leaves `free` when it is lost.

    What lives as long as a request is in its `Exchange`.
    """

    transport: asyncio.Transport
    """Given by the event loop, right after the line is made."""

    def __init__(
        self, *, limits: Limits, opened: set["Line"], free: list["Line"]
    ) -> None:
        self._limits = limits
        self._opened = opened
        self._free = free

        self._loop = asyncio.get_running_loop()
        self._parser = HttpResponseParser(self)
        self._state = State.IDLE
        self._exchange: Exchange | None = None
        self._kept = False
        self._reusable = False

        self._timer: asyncio.TimerHandle | None = None
        self._rings_at = 0.0
        self._due = 0.0

        self.lost: asyncio.Future[None] = self._loop.create_future()

    # What the pool does

    def ask(self, exchange: Exchange) -> None:
        """Send the request; its exchange is answered later."""
        if self.transport.is_closing():
            raise Stale() if self._kept else ServerDisconnectedError()

        self._state = State.ASKED
        self._exchange = exchange
        self._reusable = False
        self._wake_at(exchange.deadline)
        self.transport.write(exchange.request)

    def release(self) -> None:
        """The exchange is over: wait for the next one, if the connection allows it."""
        if not self._reusable or self.transport.is_closing():
            self.close()
            return

        self._kept = True
        self._wake_at(self._loop.time() + self._limits.keep_alive.total_seconds())
        self._free.append(self)

    def close(self) -> None:
        self.transport.abort()

    # What the event loop tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment] # that of TCP
        self._opened.add(self)

    def data_received(self, data: bytes) -> None:
        exchange = self._exchange
        if exchange is None:
            self.close()
            return

        if self._state is State.ASKED:
            self._state = State.HEAD
        exchange.received_bytes += len(data)

        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade) as error:
            self._break_off(error)

        # The answer may have come to its end meanwhile.
        if self._exchange is exchange:
            self._await_more(exchange)

    def eof_received(self) -> None:
        exchange = self._exchange
        if exchange is None or self._state is not State.BODY:
            return

        if exchange.ends_with_connection:
            self._finish(exchange)

    def connection_lost(self, error: Exception | None) -> None:
        self._break_off(error)
        self._state = State.CLOSED

        if self._timer is not None:
            self._timer.cancel()
        self._opened.discard(self)
        with suppress(ValueError):
            self._free.remove(self)
        self.lost.set_result(None)

    # What the parser tells

    def on_message_begin(self) -> None:
        # Bytes behind the end of an answer begin another, which was not asked for.
        self._reusable = False

    def on_header(self, name: bytes, text: bytes) -> None:
        exchange = self._exchange
        if exchange is None:
            return

        exchange.head_bytes += len(name) + len(text)
        if exchange.head_bytes > self._limits.header_bytes:
            raise HttpParserError("its head is too long")

        # With a status these are trailers, which nothing here reads.
        if not exchange.status:
            exchange.fields.append((name, text))

    def on_headers_complete(self) -> None:
        exchange = self._exchange
        if exchange is None:
            return

        status = self._parser.get_status_code()
        if status < 100:
            raise HttpParserError("it has no status")
        # 1xx only informs, the answer follows; 101 ends HTTP on this connection.
        if status < 200 and status != 101:
            exchange.fields.clear()
            return

        exchange.status = status
        if exchange.reads_body:
            self._state = State.BODY
            exchange.head_came()
        else:
            self._linger(exchange)

    def on_body(self, piece: bytes) -> None:
        if self._exchange is not None:
            self._exchange.body += piece

    def on_message_complete(self) -> None:
        exchange = self._exchange
        if exchange is None or not exchange.status:
            return

        # An answer that came before the whole request was sent: the rest of the
        # request would follow it on this connection.
        sent = not self.transport.get_write_buffer_size()
        alive = exchange.status >= 200 and self._parser.should_keep_alive()
        self._reusable = sent and alive
        self._finish(exchange)

    # Inside

    def _linger(self, exchange: Exchange) -> None:
        self._state = State.LINGERING
        patience = self._loop.time() + self._limits.linger.total_seconds()
        self._wake_at(min(exchange.deadline, patience))

    def _await_more(self, exchange: Exchange) -> None:
        if self._state is State.BODY:
            transport = self.transport
            exchange.body_came(transport.pause_reading, transport.resume_reading)
        elif exchange.received_bytes > self._most(exchange):
            self._break_off(HttpParserError("it is too long"))

    def _most(self, exchange: Exchange) -> int:
        """How many bytes may come, of heads and of a body that decides nothing."""
        limits = self._limits
        if self._state is State.HEAD:
            return limits.header_bytes
        if 200 <= exchange.status < 300:
            return limits.header_bytes + limits.acknowledgement_bytes
        return limits.header_bytes + limits.detail_bytes

    def _finish(self, exchange: Exchange) -> None:
        self._state = State.IDLE
        self._exchange = None
        exchange.finish()

    def _break_off(self, error: Exception | None) -> None:
        """The exchange, if there is one, ends here, and so does the connection."""
        exchange = self._exchange
        state = self._state
        self._state = State.IDLE
        self._exchange = None
        self._reusable = False
        if exchange is None:
            return

        if isinstance(error, TimeoutError):
            exchange.fail(error)
        elif state is State.BODY:
            exchange.fail(broken_off(error))
        elif isinstance(error, HttpParserError | HttpParserUpgrade):
            exchange.fail(error)
        elif state is State.ASKED and self._kept:
            exchange.fail(Stale())
        else:
            exchange.fail(ServerDisconnectedError())

    def _wake_at(self, due: float) -> None:
        """One timer serves for everything: it may ring too early, never too late.

        A new timer for each request would cost more than the rings in between.
        """
        self._due = due
        if self._timer is not None and self._rings_at <= due:
            return

        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(due, self._ring)
        self._rings_at = due

    def _ring(self) -> None:
        self._timer = None
        if self._loop.time() < self._due:
            self._wake_at(self._due)
        elif self._exchange is not None:
            self._break_off(TimeoutError())
        else:
            self.close()
