"""An engine in a process of its own, behind a real socket."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from servers.waiting import block_until

SERVE = """
import json, socket, sys
from pathlib import Path
from engine.cli.logs import configure_logs
from engine.cli.serving import run
from engine.settings import Settings
configure_logs(sys.argv[4], times=False)
listener = socket.socket(fileno=int(sys.argv[2]))
chosen = json.loads(sys.argv[3])
run(Settings(data_dir=Path(sys.argv[1]), pipelines_dir=None, **chosen), listener)
"""


@dataclass
class Server:
    """An engine in a process of its own."""

    port: int
    pid: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        """Whether its stores can be used: new ones cannot at once."""
        return httpx.get(f"{self.url}/readyz", timeout=60).is_success

    def blobs(self) -> list[Path]:
        return [p for p in (self.folder / "blobs").rglob("*") if p.is_file()]

    def empty(self) -> bool:
        tasks = httpx.get(f"{self.url}/tasks").json()["items"]
        return not tasks and not self.blobs()


@contextmanager
def serving(
    folder: Path, *, log: Path | None = None, **settings: int | list[str]
) -> Iterator[Server]:
    """A server that runs as long as the block; `log` gets all that it can log."""
    with ExitStack() as open_:
        listener = open_.enter_context(socket.create_server(("127.0.0.1", 0)))
        level, lines = "warning", None
        if log is not None:
            level, lines = "debug", open_.enter_context(log.open("wb"))
        descriptor = listener.fileno()
        port = listener.getsockname()[1]
        # Its pipelines call each other there.
        own = {"public_url": f"http://127.0.0.1:{port}"}
        chosen = json.dumps(own | settings)
        arguments = [folder, str(descriptor), chosen, level]
        command = [sys.executable, "-c", SERVE, *arguments]

        with subprocess.Popen(command, pass_fds=[descriptor], stderr=lines) as process:
            server = Server(port=port, pid=process.pid, folder=folder)
            try:
                # The socket listens already, so this waits until the engine answers.
                block_until(server.is_ready, look_seconds=0.1)
                yield server
            finally:
                process.send_signal(signal.SIGTERM)
