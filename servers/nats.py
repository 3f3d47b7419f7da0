"""A NATS server whose JetStream has written to disk what it acknowledges."""

import json
import socket
from pathlib import Path

from servers.ports import HOST
from servers.server import ANSWER_SECONDS, Server


class Nats(Server):
    """`nats-server` with JetStream."""

    program = "nats-server"

    @property
    def url(self) -> str:
        return f"nats://{HOST}:{self.port}"

    def arguments(self) -> list[str]:
        listening = ["--addr", HOST, "--port", str(self.port)]
        configuration = Path(__file__).with_name("nats.conf")
        storage = ["--config", str(configuration), "--store_dir", str(self.folder)]
        return [*listening, *storage]

    def is_usable(self) -> bool:
        # The server speaks first: INFO, with its features as JSON.
        with socket.create_connection((HOST, self.port), ANSWER_SECONDS) as connection:
            line = connection.makefile("rb").readline()

        verb, _, features = line.partition(b" ")
        return verb == b"INFO" and bool(json.loads(features).get("jetstream"))
