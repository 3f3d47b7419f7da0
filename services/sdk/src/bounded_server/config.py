"""The configuration of a server, which also holds its connections."""

import time
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from bounded_server.connections import Connections
from bounded_server.limits import ServerLimits


class BoundedConfig(uvicorn.Config):
    """Of uvicorn, with connections that are looked at every second."""

    def __init__(self, app: ASGIApp, limits: ServerLimits, **options: Any) -> None:
        self.connections = Connections(limits)
        super().__init__(
            app,
            # uvicorn calls it when so many seconds have passed, and looks every second.
            callback_notify=self._sweep,
            timeout_notify=0,
            timeout_keep_alive=limits.idle_seconds,
            **options,
        )

    async def _sweep(self) -> None:
        self.connections.sweep(time.monotonic())
