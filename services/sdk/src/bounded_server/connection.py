"""One connection of the server: counts what comes, ends what is too much or too slow.

                  head complete            body complete
    ┌─► waiting ───────────────► receiving ──────────────► answering ─┐
    └───────────────────────────── answer complete ───────────────────┘

Sizes are counted as bytes arrive, before the parser can collect them: it has no limit
of its own. Times are not measured by timers, which would cost each request a little,
but by a sweep over all connections every second.
"""

import asyncio
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import (
    HttpToolsProtocol,
    RequestResponseCycle,
)
from uvicorn.server import ServerState

from bounded_server.answering import Answering
from bounded_server.config import BoundedConfig
from bounded_server.connections import Peer, peer_of
from bounded_server.limits import (
    HEAD_PIECE_BYTES,
    MAX_HEAD_BYTES,
    MAX_HEADERS,
    MAX_PIPELINED,
    MAX_UNWANTED_BYTES,
)
from bounded_server.refusals import (
    ANSWER_TOO_SLOW,
    BODY_TOO_SLOW,
    BODY_UNWANTED,
    CLOSE_TOO_SLOW,
    HEAD_TOO_LARGE,
    HEAD_TOO_SLOW,
    NOT_HTTP,
    TOO_MANY_CONNECTIONS,
    TOO_MANY_HEADERS,
    TOO_MANY_PIPELINED,
    URL_TOO_LONG,
    Refusal,
    Refused,
)


class Connection(HttpToolsProtocol):
    """uvicorn's protocol for HTTP/1.1, with bounds."""

    def __init__(
        self,
        config: BoundedConfig,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        # uvicorn asks for handlers alone, and others may have added theirs.
        self.access_log = self.access_log and config.access_log
        self._connections = config.connections
        self._limits = config.connections.limits
        self._peer = Peer("")
        self._running: RequestResponseCycle | None = None

        # Bytes that came since a head, or a piece of a body, was last complete.
        self._unparsed_bytes = 0
        self._body_bytes = 0
        self._unwanted_bytes = 0

        # When the present step began to be timed.
        self._since = self._connections.now
        self._paused_since: float | None = None
        self._paused_bytes = 0
        self._closing_since: float | None = None

    # What the event loop calls.

    def connection_made(  # type: ignore[override]  # the parent narrows it too
        self, transport: asyncio.Transport
    ) -> None:
        """Take a place, or refuse the connection."""
        super().connection_made(transport)
        # A local socket has no address.
        name = peer_of(self.client[0]) if self.client else "a local socket"
        peer = self._connections.admit(self, name)
        # One that has no place counts nowhere, but has a name for the log.
        self._peer = peer or Peer(name)
        if peer is None:
            self.refuse(TOO_MANY_CONNECTIONS)

    def connection_lost(self, exc: Exception | None) -> None:
        """Give the place back, and tell the application."""
        self._connections.left(self)
        super().connection_lost(exc)

        # The parent tells the last request only; the one that is being answered may be
        # another, if the client did not wait for its answer.
        if self._running and not self._running.response_complete:
            self._running.disconnected = True
            self._running.message_event.set()

    def data_received(self, data: bytes) -> None:
        """Parse what came, and end the connection if it is too much."""
        self._unset_keepalive_if_required()
        self._unparsed_bytes += len(data)
        if self._unparsed_bytes <= HEAD_PIECE_BYTES:
            self._parse(data)
        else:
            self._unparsed_bytes -= len(data)
            self._parse_in_pieces(data)

    def pause_writing(self) -> None:
        """The client does not read as fast as the application answers."""
        super().pause_writing()
        self._peer.stalled[self] = None

    def resume_writing(self) -> None:
        """The client has read most of what waited for it."""
        super().resume_writing()
        self._peer.stalled.pop(self, None)
        self._paused_since = None

    # What the parser calls.

    def on_headers_complete(self) -> None:
        """Begin with the request; its body is still to come."""
        if len(self.headers) > MAX_HEADERS:
            raise Refused(TOO_MANY_HEADERS)
        if len(self.pipeline) >= MAX_PIPELINED:
            raise Refused(TOO_MANY_PIPELINED)
        super().on_headers_complete()

        # It may have begun since the bytes came in which this head was.
        if self.timeout_keep_alive_task:
            self._unset_keepalive_if_required()
        self._unparsed_bytes = 0
        self._body_bytes = 0
        self._unwanted_bytes = 0
        self._since = self._connections.now
        self._peer.waiting.pop(self, None)
        self._peer.receiving[self] = None

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body."""
        self._unparsed_bytes = 0
        self._body_bytes += len(body)
        super().on_body(body)

        if self.cycle.response_complete:
            self._unwanted_bytes += len(body)
            if self._unwanted_bytes > MAX_UNWANTED_BYTES:
                raise Refused(BODY_UNWANTED)

    def on_message_complete(self) -> None:
        """The body is complete."""
        self._unparsed_bytes = 0
        super().on_message_complete()

        self._peer.receiving.pop(self, None)
        # Some requests are answered before they have come wholly: what came behind the
        # answer has stopped the timer that the answer had started.
        if self.cycle.response_complete:
            self._wait()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    # What a request's cycle calls.

    def on_response_complete(self) -> None:
        """Wait for the next request, unless this one is still coming."""
        super().on_response_complete()
        if self.cycle.response_complete and self not in self._peer.receiving:
            self._wait()

    # What the server calls.

    def check(self, now: float) -> None:
        """End the connection if the client is too slow."""
        if self.transport.is_closing():
            self._check_close(now)
        elif self.flow.write_paused:
            self._check_answer(now)
        elif self in self._peer.receiving:
            self._check_body(now)
        elif self in self._peer.waiting:
            self._check_head(now)

    def refuse(self, refusal: Refusal) -> None:
        """Answer if no other answer has begun, and close."""
        can_answer = self._can_answer()
        self._give_place_up(refusal)
        if can_answer:
            self.transport.write(refusal.answer())
        self._disconnect_application()
        self.transport.close()

    def drop(self, refusal: Refusal) -> None:
        """Close at once, without an answer and without sending what waits."""
        self._give_place_up(refusal)
        self.transport.abort()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        answering: Any = Answering(app, cycle)
        super()._start_asgi_task(cycle, answering)

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing: the parent would log a line for each such request."""

    def _parse(self, data: bytes | memoryview) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            # Answered like any request: no other protocol is spoken here.
            return
        except httptools.HttpParserError as error:
            cause = error.__context__
            self.refuse(cause.refusal if isinstance(cause, Refused) else NOT_HTTP)
            return

        # A head that is not complete, or headers behind a body. Counting each header
        # as it comes would cost more.
        if self._unparsed_bytes and self.headers and len(self.headers) > MAX_HEADERS:
            self.refuse(TOO_MANY_HEADERS)

    def _parse_in_pieces(self, data: bytes) -> None:
        """Parse a head piece by piece, and see each time whether it is too much."""
        rest = memoryview(data)
        while rest and not self.transport.is_closing():
            size = MAX_HEAD_BYTES + 1 - self._unparsed_bytes
            if self not in self._peer.receiving:
                size = min(size, HEAD_PIECE_BYTES)
            piece, rest = rest[:size], rest[size:]
            self._unparsed_bytes += len(piece)
            self._parse(piece)

            if (
                self._unparsed_bytes > MAX_HEAD_BYTES
                and not self.transport.is_closing()
            ):
                # Not even the first header is complete: it is the URL that is so long.
                in_url = self in self._peer.waiting and not self.headers
                self.refuse(URL_TOO_LONG if in_url else HEAD_TOO_LARGE)

    def _wait(self) -> None:
        self._since = self._connections.now
        if not self.transport.is_closing():
            self._peer.waiting[self] = None

    def _give_place_up(self, refusal: Refusal) -> None:
        """Let another connection have the place before this one is closed wholly."""
        self._connections.refused(self, refusal, self._peer.name)
        self._peer = Peer(self._peer.name)

    def _check_head(self, now: float) -> None:
        # Its client may take its time before the next request: uvicorn's own timer
        # runs, until a byte comes.
        if self.timeout_keep_alive_task:
            self._since = now
            return
        if now - self._since < self._limits.head_seconds:
            return
        if self._unparsed_bytes:
            self.refuse(HEAD_TOO_SLOW)
        else:
            # Nothing was asked, so nothing is answered.
            self.drop(HEAD_TOO_SLOW)

    def _check_body(self, now: float) -> None:
        # If the application does not read, the client is not to blame.
        if self.flow.read_paused or self.cycle.waiting_for_100_continue:
            self._measure_body_from(now)
            return

        elapsed = now - self._since
        if elapsed < self._limits.body_seconds:
            return
        if self._body_bytes < self._limits.min_rate * elapsed:
            self.refuse(BODY_TOO_SLOW)
        else:
            self._measure_body_from(now)

    def _measure_body_from(self, now: float) -> None:
        self._since = now
        self._body_bytes = 0

    def _check_answer(self, now: float) -> None:
        # Nothing is added while it is paused: the difference is what was read.
        left = self.transport.get_write_buffer_size()
        if self._paused_since is None:
            self._measure_answer_from(now, left)
            return

        elapsed = now - self._paused_since
        if elapsed < self._limits.answer_seconds:
            return
        if self._paused_bytes - left < self._limits.min_rate * elapsed:
            self.drop(ANSWER_TOO_SLOW)
        else:
            self._measure_answer_from(now, left)

    def _measure_answer_from(self, now: float, left: int) -> None:
        self._paused_since = now
        self._paused_bytes = left

    def _check_close(self, now: float) -> None:
        if self._closing_since is None:
            self._closing_since = now
        elif now - self._closing_since >= self._limits.close_seconds:
            self.drop(CLOSE_TOO_SLOW)

    def _can_answer(self) -> bool:
        if self.pipeline or self.transport.is_closing():
            return False
        if self.cycle is None or not self.cycle.response_started:
            return True
        # A request that is still coming has had its answer.
        return self.cycle.response_complete and self not in self._peer.receiving

    def _disconnect_application(self) -> None:
        """Nothing that it says may follow the answer that was given in its place."""
        for cycle in (self.cycle, self._running):
            if cycle is not None and not cycle.response_complete:
                cycle.disconnected = True
                cycle.message_event.set()
