"""Sends the head of an answer and the first piece of its body in one write."""

import asyncio


class Answering:
    """What one answer is written to.

    uvicorn writes the head first, and then the body. Each write is a system call and
    wakes the client: for a small answer that is a third of what uvicorn does. So the
    head waits for what is written next. If nothing is, as in a stream whose first piece
    is still to come, it leaves in the next round of the event loop.
    """

    __slots__ = ("_head", "_leaving", "_loop", "_transport")

    def __init__(
        self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._transport = transport
        self._loop = loop
        self._head: bytes | None = None

        # Known from the first write on.
        self._leaving: asyncio.Handle | None = None

    def write(self, data: bytes) -> None:
        """Send this, together with the head if that still waits."""
        if self._leaving is None:
            self._head = data
            self._leaving = self._loop.call_soon(self._send_head)
        elif self._head is None:
            self._transport.write(data)
        else:
            self._leaving.cancel()
            head = self._head
            self._head = None
            self._transport.writelines((head, data))

    def close(self) -> None:
        """Close the connection as soon as all has been sent."""
        self._send_head()
        self._transport.close()

    def is_closing(self) -> bool:
        """Whether the connection is closing, or closed."""
        return self._transport.is_closing()

    def _send_head(self) -> None:
        head = self._head
        self._head = None
        if head is not None and not self._transport.is_closing():
            self._transport.write(head)
