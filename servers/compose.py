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
from servers.server import DidNotStart, block_until_started

COMPOSE_FILE = Path(__file__).with_name("compose.yaml")


def runs() -> bool:
    """Whether there is a Docker engine, and Compose."""
    question = "docker info && docker compose version"
    answer = subprocess.run(  # nosec B603 # words of this file
        ["/bin/sh", "-c", question], capture_output=True
    )
    return answer.returncode == 0


@contextmanager
def containers(folder: Path) -> Iterator[Mapping[str, str]]:
    """The settings for servers that answer; at the end they are removed entirely."""
    # They choose the ports and keys, and know how to ask whether a server answers.
    # Their own processes are not started.
    mongo = Mongo(folder / "mongo")
    s3 = S3(folder / "s3")
    nats = Nats(folder / "nats")
    (node,) = mongo.nodes

    variables = {
        "MONGO_PORT": str(node.port),
        "S3_PORT": str(s3.port),
        "NATS_PORT": str(nats.port),
        **s3.environment,
    }

    # Several sets may run at once. The port is one that no other set has.
    project = f"marketplace-servers-{nats.port}"
    try:
        _compose(project, variables, "up", "--detach")

        for server in (node, s3, nats):
            try:
                block_until_started(server.answers, server.program, server.log)
            except DidNotStart:
                _compose(project, variables, "logs", "--tail", "10")
                raise
        mongo.unite()

        yield {"MONGO_URL": mongo.url, "S3_URL": s3.url, "NATS_URL": nats.url}
    finally:
        _compose(project, variables, "down", "--volumes")


def _compose(project: str, variables: Mapping[str, str], *words: str) -> None:
    command = ["docker", "compose", "--file", COMPOSE_FILE, "--project-name", project]
    subprocess.run(  # nosec B603 # words of this file
        [*command, *words],
        env={**os.environ, **variables},
        # Standard output is for the settings.
        stdout=sys.stderr,
        check=True,
        # Ctrl-C goes to the process that waits for it, which then removes everything.
        start_new_session=True,
    )
