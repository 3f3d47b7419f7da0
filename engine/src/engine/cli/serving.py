"""Serves the engine: one process, one port."""

import gc
import logging
import os
import socket
from pathlib import Path

import uvicorn

from engine.adapters.choice import Adapters
from engine.bootstrap import create
from engine.cli.trouble import Trouble
from engine.settings import BadSettings, Settings

BACKLOG = 2048  # connections that wait to be accepted
GRACE = 3  # seconds for open requests at the end; streams of events would never end


def serve(
    port: int | None, host: str | None, data: Path | None, level: str, times: bool
) -> None:
    """Run until a signal stops it."""
    configure_logs(level, times)
    given = {"port": port, "host": host, "data_dir": data}
    chosen = {key: value for key, value in given.items() if value is not None}
    try:
        settings = Settings.from_environment(os.environ, **chosen)
    except BadSettings as error:
        raise Trouble(f"the settings cannot be used: {error}") from None
    with listen(settings.host, settings.port, settings.reuse_port) as listener:
        # services are told the port that it became
        port = listener.getsockname()[1]
        run(settings.model_copy(update={"port": port}), listener)


class Server(uvicorn.Server):
    """Says when it can be called."""

    def __init__(self, config: uvicorn.Config, settings: Settings) -> None:
        super().__init__(config)
        self._settings = settings

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell where."""
        await super().startup(sockets)
        if self.started:
            where = self._settings.url, self._settings.kept_in
            logging.getLogger("engine").info("listening at %s, data in %s", *where)


def run(
    settings: Settings, listener: socket.socket, adapters: Adapters | None = None
) -> None:
    """Serve until a signal comes; raises `Trouble` if that cannot be."""
    try:
        app = create(settings, adapters)
    except BadSettings as error:
        raise Trouble(f"the settings cannot be used: {error}") from None
    except OSError as error:
        raise Trouble(
            f"the data folder {settings.data_dir} cannot be used: {error.strerror}",
            "choose another: --data DIR or DATA_DIR",
        ) from None
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE,
        backlog=BACKLOG,
    )
    server = Server(config, settings)
    gc.freeze()  # what is there now stays: look for garbage among the rest, and
    gc.set_threshold(10_000, 20, 50)  # less often, as frames hold no cycles
    try:
        server.run(sockets=[listener])
    except KeyboardInterrupt:
        return  # Ctrl-C has stopped it already, and all is closed
    if not server.started:
        raise Trouble("the engine could not start; the lines above say why")


def configure_logs(level: str, times: bool) -> None:
    """One line an event, errors with their trace."""
    number = logging.getLevelNamesMapping().get(level.upper())
    if number is None:
        raise Trouble(f"“{level}” is no level of logs", "debug, info, warning or error")
    form = "%(levelname)-7s %(name)s: %(message)s"
    logging.basicConfig(level=number, format=f"%(asctime)s {form}" if times else form)
    for name in ("uvicorn", "httpx"):
        logging.getLogger(name).setLevel(max(number, logging.WARNING))


def listen(host: str, port: int, shared: bool = False) -> socket.socket:
    """A socket that listens there; port 0 is any free one.

    One that replicas share begins to listen when it is served: until then its part of
    the connections would wait, while others could take them.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        if not shared:
            return socket.create_server((host, port), family=family, backlog=BACKLOG)
        place = socket.socket(family)
        for option in (socket.SO_REUSEADDR, socket.SO_REUSEPORT):
            place.setsockopt(socket.SOL_SOCKET, option, 1)
        place.bind((host, port))
        return place
    except OSError as error:
        raise Trouble(
            f"port {port} at {host} cannot be used: {error.strerror}",
            "end what listens there, or choose another: --port NUMBER or PORT",
        ) from None
