"""The engine embedded, and on real MongoDB, S3 and NATS with one and two replicas."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.request import urlopen

from bench.measure import Side
from bench.processes import ENGINE, Process, engine, python, stopping
from servers.mongo import Mongo
from servers.nats import Nats
from servers.ports import free_port
from servers.s3 import S3
from servers.waiting import block_until

READY_SECONDS = 60.0
LOOK_SECONDS = 0.2


@contextmanager
def beside_clusters() -> Iterator[tuple[Sequence[Side], Process]]:
    """Three engines with stores of their own, on the same servers, and the service."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
        mongo = stack.enter_context(Mongo(folder / "mongo"))
        s3 = stack.enter_context(S3(folder / "s3"))
        service = Process(python("bench.service", "PORT"))
        sides = [Side("embedded", [_replica(folder / "embedded", free_port(), {})])]
        for count, name in ((1, "one replica"), (2, "two replicas")):
            nats = stack.enter_context(Nats(folder / f"nats{count}"))
            told = {
                "MONGO_URL": mongo.url.replace("/marketplace", f"/bench{count}"),
                "S3_URL": s3.url.replace("/marketplace", f"/bench{count}"),
                "NATS_URL": nats.url,
                "SECRET": "bench" * 8,
                "REUSE_PORT": "1",
            }
            port = free_port()
            where = folder / f"cluster{count}"
            sides.append(
                Side(name, [_replica(where, port, told) for _ in range(count)])
            )
        processes = [process for side in sides for process in side.processes]
        with stopping(service, *processes):
            for side in sides:
                _wait_until_ready(side)
            yield sides, service


def _replica(folder: Path, port: int, told: Mapping[str, str]) -> Process:
    environment = {**ENGINE, **told}
    return Process(engine(folder), port=port, environment=environment)


def _wait_until_ready(side: Side) -> None:
    """Each look is a new connection, which may reach any replica: all must be."""

    def all_ready() -> bool:
        try:
            for _ in range(10 * len(side.processes)):
                urlopen(f"{side.url}/readyz", timeout=5).close()  # nosec B310 # our own
        except OSError:
            return False
        return True

    block_until(
        all_ready,
        seconds=READY_SECONDS,
        look_seconds=LOOK_SECONDS,
        explain=lambda: f"{side.name} to be ready",
    )
