"""`python -m servers`: one of each until Ctrl-C, fresh and empty.

Standard output is what a shell can take: `export MONGO_URL=…` and so on.
"""

import shlex
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from subprocess import CalledProcessError  # nosec B404 # of docker
from tempfile import TemporaryDirectory
from typing import NoReturn

from servers import compose
from servers.binaries import PROGRAMS, NotFetched, fetch, tell
from servers.mongo import Mongo, Node
from servers.nats import Nats
from servers.s3 import S3
from servers.server import DidNotStart


@contextmanager
def processes(folder: Path) -> Iterator[Mapping[str, str]]:
    """The settings for servers that answer; at the end they are removed entirely."""
    fetch({kind.program: PROGRAMS[kind.program] for kind in (Node, S3, Nats)})

    tell("starting MongoDB, S3 and NATS …")
    with (
        Mongo(folder / "mongo") as mongo,
        S3(folder / "s3") as s3,
        Nats(folder / "nats") as nats,
    ):
        yield {"MONGO_URL": mongo.url, "S3_URL": s3.url, "NATS_URL": nats.url}


def leave(*_: object) -> NoReturn:
    """Stop everything. A second signal must not interrupt the stop."""
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, signal.SIG_IGN)

    tell("stopping …")
    sys.exit()


def main() -> None:
    for sign in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sign, leave)

    servers = compose.containers if compose.runs() else processes
    try:
        with TemporaryDirectory(prefix="servers-") as folder:
            with servers(Path(folder)) as settings:
                for name, value in settings.items():
                    print(f"export {name}={shlex.quote(value)}", flush=True)

                tell("Ctrl-C stops the servers and removes their data")
                signal.pause()
    except (DidNotStart, NotFetched, CalledProcessError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
