"""Sends an answer whose length is known in one piece, and with little work.

uvicorn writes the head first, and then the body. Each write is a system call and wakes
the client: for a small answer that is a third of what uvicorn does. And it checks and
writes each header of each answer anew, though they are nearly all the same ones.

All other answers (streams, large files, answers to HEAD) are uvicorn's to send.
"""

import re
from functools import lru_cache
from itertools import chain
from typing import cast

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

MAX_REMEMBERED_HEADERS = 1_024
MAX_REMEMBERED_BYTES = 256
"""Of a name or a text in them: strangers choose some, such as the name of a file."""

MAX_JOINED_BYTES = 64 * 1024
"""A larger body is not copied to stand behind its head."""

CONTENT_LENGTH = b"content-length"
# What changes how an answer is sent, or how its connection goes on.
SPECIAL_HEADERS = frozenset({b"connection", b"transfer-encoding"})

# RFC 9110, sections 5.1 and 5.5; names as ASGI wants them, in lower case.
_NAME = re.compile(rb"[a-z0-9!#$%&'*+.^_`|~-]+")
_TEXT = re.compile(rb"[^\x00-\x08\x0a-\x1f\x7f]*")

_CLOSE = b"connection: close\r\n"
_END_OF_HEAD = b"\r\n"


class Answering:
    """An application for one request: the given one, with another way to answer."""

    __slots__ = ("_announced", "_app", "_cycle", "_send_by_uvicorn", "_start")

    def __init__(self, app: ASGIApp, cycle: RequestResponseCycle) -> None:
        self._app = app
        self._cycle = cycle
        # uvicorn has types of its own for what Starlette calls a message.
        self._send_by_uvicorn = cast(Send, cycle.send)
        self._start: Message | None = None
        """The start of the answer, if it waits for the body."""
        self._announced = b""
        """How long that is, as its head says."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, self.send)

    async def send(self, message: Message) -> None:
        """Take a message of the application, as ASGI defines them."""
        start = self._start
        if start is None:
            if self._may_wait(message):
                self._start = message
            else:
                await self._send_by_uvicorn(message)
            return

        self._start = None
        if self._is_whole(message):
            self._write(start, message.get("body", b""))
            return

        await self._send_by_uvicorn(start)
        await self._send_by_uvicorn(message)

    def _may_wait(self, message: Message) -> bool:
        """Whether this is the start of an answer whose body follows at once."""
        cycle = self._cycle
        if message["type"] != "http.response.start" or cycle.response_started:
            return False
        if cycle.access_log or cycle.scope["method"] == "HEAD":
            return False
        headers = message.get("headers")
        # Anything that can be gone through once only is left for uvicorn.
        if not isinstance(headers, list | tuple):
            return False
        names = dict(headers)
        if CONTENT_LENGTH not in names or not SPECIAL_HEADERS.isdisjoint(names):
            return False
        self._announced = names[CONTENT_LENGTH]
        # What is longer is left for uvicorn too: its line would be remembered here.
        return max(map(len, chain.from_iterable(headers))) <= MAX_REMEMBERED_BYTES

    def _is_whole(self, message: Message) -> bool:
        """Whether a message is the body that was announced, and can leave now."""
        cycle = self._cycle
        if message["type"] != "http.response.body" or message.get("more_body"):
            return False
        if cycle.disconnected or cycle.flow.write_paused:
            return False
        size = len(message.get("body", b""))
        return size <= MAX_JOINED_BYTES and self._announced == b"%d" % size

    def _write(self, start: Message, body: bytes) -> None:
        """What `RequestResponseCycle.send` does, for a whole answer."""
        cycle = self._cycle
        lines = map(_line, chain(cycle.default_headers, start["headers"]))
        head = STATUS_LINE[start["status"]] + b"".join(lines)
        if not cycle.keep_alive:
            head += _CLOSE

        cycle.response_started = True
        cycle.waiting_for_100_continue = False
        cycle.transport.write(head + _END_OF_HEAD + body)

        cycle.response_complete = True
        cycle.message_event.set()
        if not cycle.keep_alive:
            cycle.transport.close()
        cycle.on_response()


@lru_cache(maxsize=MAX_REMEMBERED_HEADERS)
def _line(header: tuple[bytes, bytes]) -> bytes:
    """A line of a head; raises `RuntimeError` for what no head can have, as uvicorn."""
    name, text = header
    if not _NAME.fullmatch(name) or not _TEXT.fullmatch(text):
        raise RuntimeError(f"no header of an answer: {name!r}")
    return b"%b: %b\r\n" % (name, text)
