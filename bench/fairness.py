"""How long ten tasks of one person take beside thousands of another.

    python -m bench.fairness

Embedded, and on MongoDB, S3 and NATS with one and with two replicas. The service has
two workers, which take 50 ms for each call, and tells so.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import cycle
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import orjson
import uvloop

from bench.load import Load
from bench.processes import ENGINE, Process, engine, stopping
from bench.service import bring
from bench.tokens import ACCOUNTS, add_person, token_of
from bench.wire import Client, listen
from servers.mongo import Mongo
from servers.nats import Nats
from servers.ports import free_port
from servers.s3 import S3

WORKERS = 2
WORK_SECONDS = 0.05
FEW = 10
MANY = 1_000
ROUNDS = 5
SETTLED_SECONDS = 2.0
"""Until the tasks of others wait, and between two rounds."""
DOCUMENT = {
    "type": "pipeline",
    "nodes": [
        {
            "id": "start",
            "type": "entry",
            "api": {"route": "one-call", "body": {"value": 1}},
            "next": ["call"],
        },
        {"id": "call", "type": "service", "service": "slow", "next": ["result"]},
        {"id": "result", "type": "end"},
    ],
}


class Replicas(NamedTuple):
    """Engines on the same stores, and the tokens of two people."""

    urls: Sequence[str]
    few: str
    many: str


@contextmanager
def replicas(folder: Path, told: Mapping[str, str], count: int) -> Iterator[Replicas]:
    """So many engines with accounts."""
    settings = {**ENGINE, **ACCOUNTS, "MAX_PERSON_RUNNING": "100000", **told}
    for name in ("few", "many"):
        add_person(folder, settings, name)
    engines = [
        Process(engine(folder), port=free_port(), environment=settings)
        for _ in range(count)
    ]
    with stopping(*engines):
        urls = [one.url for one in engines]
        time.sleep(SETTLED_SECONDS)
        few, many = (token_of(urls[0], name) for name in ("few", "many"))
        yield Replicas(urls, few, many)


@contextmanager
def cluster(folder: Path) -> Iterator[Mapping[str, str]]:
    """The settings of engines that share stores."""
    with ExitStack() as stack:
        mongo = stack.enter_context(Mongo(folder / "mongo"))
        s3 = stack.enter_context(S3(folder / "s3"))
        nats = stack.enter_context(Nats(folder / "nats"))
        yield {
            "MONGO_URL": mongo.url,
            "S3_URL": s3.url,
            "NATS_URL": nats.url,
            "SECRET": "bench" * 8,
        }


async def serve_slowly() -> str:
    """The address of a service that has two workers."""
    client = Client()
    waiting: asyncio.Queue[tuple[str, str]] = asyncio.Queue()

    def take(target: bytes, body: bytes) -> None:
        query = parse_qs(urlsplit(target.decode()).query)
        waiting.put_nowait((query["callback_url"][0], query["task_id"][0]))

    async def work() -> None:
        while True:
            url, task = await waiting.get()
            await asyncio.sleep(WORK_SECONDS)
            # The next one is begun while the result is on its way.
            tasks.append(asyncio.ensure_future(bring(client, url, task)))

    tasks: list[asyncio.Future[None]] = []
    port = await listen(take)
    tasks += [asyncio.ensure_future(work()) for _ in range(WORKERS)]
    return f"http://127.0.0.1:{port}/work"


async def seconds_of_few(load: Load, there: Replicas, urls: Sequence[str]) -> float:
    """How long ten tasks take that are started at once, at these replicas."""
    began = time.perf_counter()
    starts = [
        load.run(
            url=f"{url}/services/one-call",
            data={"value": 1},
            tasks=1,
            at_once=1,
            pushed=True,
            token=there.few,
        )
        for url, _ in zip(cycle(urls), range(FEW), strict=False)
    ]
    await asyncio.gather(*starts)
    return time.perf_counter() - began


async def measure(name: str, there: Replicas, interface: str) -> None:
    load = Load()
    await load.open()
    api = {"route": "slow", "summary": "Takes its time", "body": {}}
    slow = {"type": "service", "url": interface, "workers": WORKERS, "api": api}
    first = f"{there.urls[0]}/services"
    await load.post(first, orjson.dumps(slow), token=there.many)
    await load.post(first, orjson.dumps(DOCUMENT), token=there.many)
    await asyncio.sleep(SETTLED_SECONDS)

    asked = {"": there.urls}
    if len(there.urls) > 1:
        asked = {", both asked": there.urls, ", one asked": there.urls[:1]}
    alone = {}
    for how, urls in asked.items():
        found = [await seconds_of_few(load, there, urls) for _ in range(ROUNDS)]
        alone[how] = median(found)

    body = orjson.dumps({"value": 1})
    for url, _ in zip(cycle(there.urls), range(MANY), strict=False):
        await load.post(f"{url}/services/one-call", body, token=there.many)
    await asyncio.sleep(SETTLED_SECONDS)
    for how, urls in asked.items():
        found = []
        for _ in range(ROUNDS):
            await load.post(first, orjson.dumps(slow), token=there.many)
            found.append(await seconds_of_few(load, there, urls))
            await asyncio.sleep(SETTLED_SECONDS)
        beside = median(found)
        print(
            f"{name}{how}: alone {alone[how]:.2f} s, beside {MANY:,} {beside:.2f} s, "
            f"{beside / alone[how]:.2f} times",
            flush=True,
        )


async def main() -> None:
    interface = await serve_slowly()
    with TemporaryDirectory(prefix="bench-") as temporary, ExitStack() as stack:
        folder = Path(temporary)
        told = stack.enter_context(cluster(folder))
        sides: list[tuple[str, Mapping[str, str], int]] = [
            ("embedded", {}, 1),
            ("one replica", told, 1),
            ("two replicas", told, 2),
        ]
        for number, (name, settings, count) in enumerate(sides):
            if settings:
                database = told["MONGO_URL"].replace("/marketplace", f"/fair{number}")
                settings = {**settings, "MONGO_URL": database}
            with replicas(folder / name, settings, count) as there:
                await measure(name, there, interface)


if __name__ == "__main__":
    uvloop.run(main())
