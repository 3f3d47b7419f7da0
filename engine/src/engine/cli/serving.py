"""Serves the engine: one process, one port."""

import ctypes
import gc
import logging
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import uvicorn
from bounded_server.descriptors import raise_descriptor_limit
from bounded_server.serving import bounded_config

from engine.adapters.choice import Adapters
from engine.api.figures import DiskFigures
from engine.api.waiting import Waits
from engine.bootstrap import create
from engine.cli.logs import configure_logs
from engine.cli.trouble import Trouble
from engine.settings import BadSettings, Settings

MAX_WAITING_CONNECTIONS = 2048
"""Connections that the system keeps until the server accepts them."""
LARGE_BLOCK_BYTES = 264 << 10
"""Just above the pieces in which files are read and written: they stay cheap. Bodies
that wait for their rest come in larger ones."""
M_MMAP_THRESHOLD = -3
"""The name of the setting in glibc's malloc.h."""
SWITCH_SECONDS = 0.0005
"""How long a thread that computes keeps the interpreter when another one wants it. Each
time the event loop has waited for something it may have to wait so long once more; with
Python's 5 ms that made ordinary tasks five times as slow beside one busy thread."""
STOP_GRACE_SECONDS = 3
"""For open requests at the end. It is short, since streams of events never end."""


def serve(
    *,
    port: int | None,
    host: str | None,
    data: Path | None,
    log_level: str,
    log_times: bool,
    log_format: str,
) -> None:
    """Serve until a signal comes; arguments that are None come from settings."""
    configure_logs(log_level, times=log_times, form=log_format)
    given = {"port": port, "host": host, "data_dir": data}
    chosen = {name: value for name, value in given.items() if value is not None}
    try:
        settings = Settings.from_environment(os.environ, **chosen)
    except BadSettings as error:
        raise _unusable_settings(error) from None

    with listen(settings.host, settings.port, settings.reuse_port) as listener:
        # Port 0 has become a real one; services must be told that one.
        bound_port = listener.getsockname()[1]
        run(settings.model_copy(update={"port": bound_port}), listener)


class Server(uvicorn.Server):
    """Logs when it can be called, and where; at its end nobody waits for a task."""

    def __init__(
        self, config: uvicorn.Config, settings: Settings, waits: Waits
    ) -> None:
        super().__init__(config)
        self._settings = settings
        self._waits = waits

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then log the address."""
        await super().startup(sockets)
        if not self.started:
            return

        log = logging.getLogger("engine")
        url = self._settings.url
        log.info("listening at %s, data in %s", url, self._settings.kept_in)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer those that wait, then end all connections."""
        self._waits.stop()
        await super().shutdown(sockets)


def run(
    settings: Settings, listener: socket.socket, adapters: Adapters | None = None
) -> None:
    """Serve until a signal comes; raises `Trouble` if the engine cannot start."""
    try:
        app = create(settings, adapters)
    except BadSettings as error:
        raise _unusable_settings(error) from None
    except OSError as error:
        raise Trouble(
            f"the data folder {settings.data_dir} cannot be used: {error.strerror}",
            "choose another folder: --data DIR or DATA_DIR",
        ) from None

    config = bounded_config(
        app,
        settings.server_limits.within(raise_descriptor_limit()),
        loop="uvloop",
        lifespan="on",
        log_config=None,
        access_log=False,
        # uvicorn would believe whoever is on this machine; TRUSTED_PROXIES says who is
        # believed, and by the address that the connection comes from.
        proxy_headers=False,
        timeout_graceful_shutdown=STOP_GRACE_SECONDS,
        backlog=MAX_WAITING_CONNECTIONS,
    )
    app.state.metrics.include(config.connections)
    app.state.metrics.include(DiskFigures(settings.data_dir))
    server = Server(config, settings, app.state.waits)

    _collect_garbage_less_often()
    sys.setswitchinterval(SWITCH_SECONDS)
    _give_large_blocks_back()
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        # uvicorn has shut down already; it raises Ctrl-C again when all is closed.
        return
    if not server.started:
        raise Trouble("the engine could not start; the lines above give the reason")


def _collect_garbage_less_often() -> None:
    """Spend less time on looking for garbage (docs/decisions/0007).

    The modules loaded so far stay for ever, so they are not looked through again. Of
    the rest, little is in cycles: frames hold none, and what is not in a cycle is freed
    without the collector. So it may run after 10,000 new objects instead of Python's
    700, and the older generations more rarely still.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def _give_large_blocks_back() -> None:
    """Let large blocks of memory return to the system as soon as they are free.

    After the first ones, glibc would take such blocks from its heaps, which shrink only
    at their ends: half a gigabyte stayed that was in use for a moment. Setting the
    threshold keeps it from moving. Other C libraries do not have this.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK_BYTES)


def listen(host: str, port: int, shared: bool = False) -> socket.socket:
    """A socket at this address; port 0 is any free one.

    One that replicas share is only bound here, and begins to listen when it is served.
    The system spreads new connections over all sockets that listen: those for a replica
    that is still starting would wait, while others could serve them.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        if shared:
            return _bind_shared(host, port, family)
        return socket.create_server(
            (host, port), family=family, backlog=MAX_WAITING_CONNECTIONS
        )
    except OSError as error:
        raise Trouble(
            f"port {port} at {host} cannot be used: {error.strerror}",
            "stop the program that uses it, or choose another port: "
            "--port NUMBER or PORT",
        ) from None


def _bind_shared(host: str, port: int, family: int) -> socket.socket:
    bound = socket.socket(family)
    for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
        bound.setsockopt(socket.SOL_SOCKET, option, 1)
    bound.bind((host, port))
    return bound


def _unusable_settings(error: BadSettings) -> Trouble:
    return Trouble(f"the settings cannot be used: {error}")
