"""A NATS server whose JetStream has stored what it acknowledges."""

import json
import socket
from pathlib import Path

from servers.server import HOST, Server


class Nats(Server):
    """`nats-server` with JetStream."""

    program = "nats-server"

    @property
    def url(self) -> str:
        return f"nats://{HOST}:{self.port}"

    def arguments(self) -> list[str]:
        where = ["--addr", HOST, "--port", str(self.port)]
        configuration = Path(__file__).with_name("nats.conf")
        kept = ["--config", str(configuration), "--store_dir", str(self.folder)]
        return [*where, *kept]

    def ask(self) -> bool:
        with socket.create_connection((HOST, self.port), 1) as connection:
            verb, _, said = connection.makefile("rb").readline().partition(b" ")
            return verb == b"INFO" and bool(json.loads(said).get("jetstream"))
