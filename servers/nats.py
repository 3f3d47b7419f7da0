"""A NATS server whose JetStream has stored what it acknowledges."""

import json
import socket
from pathlib import Path

from servers.server import Server

# by default it syncs every two minutes, and loses what it acknowledged since
CONFIGURATION = """\
listen: "127.0.0.1:{port}"
jetstream {{ store_dir: "{store}", sync_interval: always }}
"""


class Nats(Server):
    """`nats-server` with JetStream."""

    program = "nats-server"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._file = folder / "nats.conf"
        text = CONFIGURATION.format(port=self.port, store=folder / "store")
        self._file.write_text(text)

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def arguments(self) -> list[str]:
        return ["--config", str(self._file)]

    def answers(self) -> bool:
        with socket.create_connection(("127.0.0.1", self.port), 1) as connection:
            verb, _, said = connection.makefile("rb").readline().partition(b" ")
            return verb == b"INFO" and bool(json.loads(said).get("jetstream"))
