"""HEAD wherever there is GET: the same answer, but for its content."""

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WITHOUT_CONTENT = "engine.without_content"
"""The key of a scope whose answer has a head only: a file need not be read for it."""


class _HeadSent(OSError):
    """As if the client had left: what comes behind the head is not wanted."""


class Heads:
    """ASGI middleware that answers HEAD with the head of what GET would give."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        begun = False

        async def send_head(message: Message) -> None:
            nonlocal begun
            # A stream of events would go on for ever.
            if begun:
                raise _HeadSent
            begun = True
            await send(message)
            await send({"type": "http.response.body", "body": b""})

        asked = {**scope, "method": "GET", WITHOUT_CONTENT: True}
        try:
            await self._app(asked, receive, send_head)
        except (_HeadSent, ClientDisconnect):
            return
