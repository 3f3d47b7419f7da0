"""Serves the app of a service in this process, until it is told to stop."""

import logging
import os
import signal
import socket
import sys
from contextlib import suppress
from types import FrameType

import uvicorn
from bounded_server.descriptors import raise_descriptor_limit
from bounded_server.serving import bounded_config
from json_lines import are_written

from service_sdk.app import ServiceApp
from service_sdk.log import write_log
from service_sdk.settings import Settings
from service_sdk.workers import worker_threads_remain

# How long a stop waits for requests whose body or answer is under way. Work in hand
# has its own time: the setting SHUTDOWN_SECONDS.
OPEN_REQUESTS_SECONDS = 5

START_FAILED = 3
"""The exit code that uvicorn's own command has when an app does not start."""


class _Server(uvicorn.Server):
    """Ends at once when it is told to before it has started.

    Nothing is lost: no work is taken yet. What loads ahead may take long.
    """

    def __init__(self, config: uvicorn.Config, app: ServiceApp) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # While it still listens: no call of the engine meets a closed door.
        try:
            await self._app.leave()
        finally:
            await super().shutdown(sockets)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if not self.started:
            signal.signal(sig, signal.SIG_DFL)
            signal.raise_signal(sig)
        super().handle_exit(sig, frame)


def run(app: ServiceApp) -> None:
    """Serve until told to stop; settings come from the environment."""
    write_log()
    settings = Settings.from_environment(os.environ)

    # First of all, while nothing runs beside.
    workers = app.workers(settings)
    workers.fork_ahead()

    config = bounded_config(
        app.with_settings(settings, workers),
        settings.server_limits.within(raise_descriptor_limit()),
        host=settings.host,
        port=settings.port,
        # Its lines are like all others then.
        **({"log_config": None} if are_written() else {}),
        access_log=False,
        timeout_graceful_shutdown=OPEN_REQUESTS_SECONDS,
    )
    app.add_figures(config.connections)
    server = _Server(config, app)

    # Listening comes first: the app announces itself when it starts, and what is
    # announced can be called.
    listener = config.bind_socket()
    listener.listen()
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])

    if not server.started:
        sys.exit(START_FAILED)

    # The interpreter would wait for these threads, whose work was given back to
    # the engine. It may never end.
    if worker_threads_remain():
        logging.shutdown()
        os._exit(0)
