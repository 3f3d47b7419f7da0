"""One request, and what has come of its answer."""

import asyncio
from collections.abc import Callable

from aiohttp import ClientPayloadError, ServerDisconnectedError
from multidict import CIMultiDict
from yarl import URL

from engine.adapters.http.limits import BUFFERED_BYTES


class Stale(ServerDisconnectedError):
    """A kept connection had been closed, and nothing of an answer came."""


class Exchange:
    """What belongs to one request; a line belongs to many, one after the other.

    It can be read like an answer of aiohttp once `answered` is done. With
    `reads_body` that is so when its head has come, and `read` gives the rest;
    without, when the line has seen as much of the body as it waits for.
    """

    __slots__ = (
        "answered",
        "body",
        "complete",
        "deadline",
        "fields",
        "head_bytes",
        "reads_body",
        "received_bytes",
        "request",
        "status",
        "url",
        "_error",
        "_headers",
        "_more",
        "_resume",
    )

    def __init__(
        self, *, url: URL, request: bytes, deadline: float, reads_body: bool
    ) -> None:
        self.url = url
        self.request = request
        self.deadline = deadline
        """An instant of the event loop's clock."""
        self.reads_body = reads_body

        self.answered: asyncio.Future[None]
        self.answered = asyncio.get_running_loop().create_future()
        self.status = 0
        """0 until the head of the final answer is complete."""
        self.fields: list[tuple[bytes, bytes]] = []
        self.body = bytearray()
        self.complete = False
        """The answer has come to its end."""
        self.received_bytes = 0
        self.head_bytes = 0

        self._headers: CIMultiDict[str] | None = None
        self._error: Exception | None = None
        self._more: asyncio.Future[None] | None = None
        self._resume: Callable[[], None] | None = None

    @property
    def headers(self) -> CIMultiDict[str]:
        if self._headers is None:
            self._headers = CIMultiDict(
                (name.decode("latin-1"), text.decode("utf-8", "surrogateescape"))
                for name, text in self.fields
            )
        return self._headers

    @property
    def content_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def content_length(self) -> int | None:
        """How long the answer says its body is; the parser has checked the digits."""
        text = self.headers.get("Content-Length")
        return None if text is None else int(text)

    @property
    def ends_with_connection(self) -> bool:
        """Nothing in its head says where its body ends."""
        headers = self.headers
        return "Content-Length" not in headers and "Transfer-Encoding" not in headers

    async def read(self) -> bytes:
        """What has come of the body since the last time; empty: that was all.

        Raises what kept the rest from coming.
        """
        while not self.body:
            if self.complete:
                return b""
            if self._error is not None:
                raise self._error

            self._more = asyncio.get_running_loop().create_future()
            if self._resume is not None:
                self._resume()
                self._resume = None
            await self._more

        piece = bytes(self.body)
        self.body.clear()
        return piece

    def head_came(self) -> None:
        if self.reads_body:
            self._answer()

    def body_came(self, pause: Callable[[], None], resume: Callable[[], None]) -> None:
        """Let the reader go on; while it does not, little waits in memory."""
        self._wake_reader()
        if len(self.body) > BUFFERED_BYTES and self._resume is None:
            self._resume = resume
            pause()

    def finish(self) -> None:
        """The answer is there, as much of it as is waited for."""
        self.complete = True
        self._answer()
        self._wake_reader()

    def fail(self, error: Exception) -> None:
        """The answer breaks off. Where the status decides alone, it decides now."""
        if not self.status:
            self._refuse(error)
        elif self.reads_body:
            self._error = error
            self._answer()
            self._wake_reader()
        else:
            self._answer()

    def _answer(self) -> None:
        # It is done already if the one who asked was cancelled.
        if not self.answered.done():
            self.answered.set_result(None)

    def _refuse(self, error: Exception) -> None:
        if not self.answered.done():
            self.answered.set_exception(error)

    def _wake_reader(self) -> None:
        if self._more is not None and not self._more.done():
            self._more.set_result(None)


def broken_off(cause: object) -> ClientPayloadError:
    """A body ended before the end that its head had told."""
    return ClientPayloadError(f"the body is incomplete: {cause}")
