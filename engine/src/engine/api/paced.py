"""Lets calls come in as the event loop has time for them beside the tasks."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.api.access.shown import sender_of, site_in
from engine.api.large_answers import PAUSES_ITSELF
from engine.api.problems import problem
from engine.domain.errors import Unavailable
from engine.usecases.call_time import Spent
from engine.usecases.loop_time import LoopTime

ALIVE = "/healthz"
"""What it costs is what any answer costs; who asks would end an engine that is late."""


class Paced:
    """ASGI middleware in front of all calls but the two that every task needs."""

    def __init__(self, app: ASGIApp, time: LoopTime) -> None:
        self._app = app
        self._time = time

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] == ALIVE:
            await self._app(scope, receive, send)
            return

        # Strangers may show something else each time, so an address comes first.
        try:
            address, sender = site_in(scope), sender_of(scope)
            spent = await Spent.enter(self._time, address, sender)
        except Unavailable as error:
            await problem(error)(scope, receive, send)
            return

        async def send_settled(message: Message) -> None:
            if message["type"] == "http.response.start":
                spent.settle()
            await send(message)
            if message.get("more_body") and PAUSES_ITSELF not in message:
                await spent.pause()

        await spent.on(self._call(scope, receive, send_settled))

    async def _call(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._app(scope, receive, send)
