"""An app on a free port of this machine, for tests."""

import socket
import threading
from contextlib import suppress
from typing import Self

import uvicorn
from bounded_server.limits import ServerLimits
from bounded_server.serving import bounded_config
from starlette.types import ASGIApp

HOST = "127.0.0.1"


def listen_on_free_port() -> socket.socket:
    """A socket that listens already: the system chose its port."""
    return socket.create_server((HOST, 0))


class Loopback:
    """Serves an app in a thread while the `with` block lasts."""

    def __init__(
        self,
        app: ASGIApp,
        listener: socket.socket | None = None,
        limits: ServerLimits | None = None,
    ) -> None:
        self._socket = listener or listen_on_free_port()
        self.port = self._socket.getsockname()[1]
        self.url = f"http://{HOST}:{self.port}"

        config = bounded_config(
            app,
            limits or ServerLimits(),
            log_config=None,
            access_log=False,
            lifespan="on",
        )
        self.connections = config.connections
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        # The socket listens already: requests wait until the thread serves them.
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    def _serve(self) -> None:
        # The app did not start, and has logged why. Its socket is closed, so clients
        # learn of it.
        with self._socket, suppress(SystemExit):
            self._server.run(sockets=[self._socket])
