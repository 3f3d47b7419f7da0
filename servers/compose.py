"""The servers in containers, where a Docker engine runs."""

import os
import subprocess  # nosec B404 # docker, with words of this file
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from servers.mongo import Mongo
from servers.nats import Nats
from servers.s3 import S3
from servers.server import DidNotStart, until

FILE = Path(__file__).with_name("compose.yaml")


def runs() -> bool:
    """Whether there is an engine, and a Compose to tell it what to do."""
    asked = "docker info && docker compose version"
    shell = ["/bin/sh", "-c", asked]
    answer = subprocess.run(shell, capture_output=True)  # nosec B603 # own words
    return answer.returncode == 0


@contextmanager
def containers(folder: Path) -> Iterator[Mapping[str, str]]:
    """The settings of servers that answer; in the end nothing of them is left."""
    mongo, s3, nats = Mongo(folder / "mongo"), S3(folder / "s3"), Nats(folder / "nats")
    (node,) = mongo.nodes
    ports = {"MONGO_PORT": node.port, "S3_PORT": s3.port, "NATS_PORT": nats.port}
    chosen = {name: str(port) for name, port in ports.items()} | s3.environment
    try:
        _compose(nats.port, chosen, "up", "--detach")
        for server in (node, s3, nats):
            if not until(server.answers):
                _compose(nats.port, chosen, "logs", "--tail", "10")
                raise DidNotStart(server.program, server.log)
        mongo.unite()
        yield {"MONGO_URL": mongo.url, "S3_URL": s3.url, "NATS_URL": nats.url}
    finally:
        _compose(nats.port, chosen, "down", "--volumes")


def _compose(number: int, chosen: Mapping[str, str], *words: str) -> None:
    project = f"marketplace-servers-{number}"  # several may be there at once
    subprocess.run(  # nosec B603, B607 # words of this file
        ["docker", "compose", "--file", FILE, "--project-name", project, *words],
        env={**os.environ, **chosen},
        stdout=sys.stderr,  # standard output is for the settings
        check=True,
        start_new_session=True,  # Ctrl-C is for who waits for it
    )
