"""One person's thousands of tasks beside the ten of somebody else.

Not in the table of attacks: what is measured is not the delay of ordinary users, who
have no accounts, but that of one person beside another.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import external
import httpx
import pytest
from aiohttp import ClientError, ClientSession, web
from api.access.conftest import PASSWORD
from api.access.test_replicas import add_people
from api.serving import serving
from attacks.goals import sized
from attacks.priority import giving_way
from documents import end, entry, node, pipeline, service

from servers.ports import free_port

MANY = sized(5_000, 300)
FEW = 10
ROUNDS = 5

MAX_FACTOR = sized(2.0, 4.0)
"""How many times as long the few may take as alone. In a short run the machine is busy
with other tests: then four times still means that nobody waits for 300 others, which
would be 30 times."""

WORKERS = 2
WORK_SECONDS = 0.05
STARTED_AT_ONCE = 20
RETRY_SECONDS = 0.1
TOKEN = "the token of all services of this test"

PIPELINE = pipeline(
    entry("shade", id_="start", route="shaded", body={"number": 1}),
    service("shade", "count", service="shade"),
    node("count", "end", after="node.out = {'number': node.input.number + 1}"),
    end(),
)


class Shade:
    """A service with few workers, which takes its time."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(WORKERS)
        self._jobs = set[asyncio.Task[None]]()
        self.is_open = asyncio.Event()
        """Until then it works on nothing, so that all may be there first."""
        self.is_open.set()

    @asynccontextmanager
    async def running(self, engine: str) -> AsyncIterator[None]:
        port = free_port()
        app = web.Application()
        app.router.add_post("/shade", self._take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            async with ClientSession() as self._client:
                announced = {
                    "type": "service",
                    "url": f"http://127.0.0.1:{port}/shade",
                    "workers": WORKERS,
                    "api": {"route": "shade", "body": {"number": 1}},
                }
                headers = {"authorization": f"Bearer {TOKEN}"}
                answer = await self._client.post(
                    f"{engine}/services", json=announced, headers=headers
                )
                assert answer.ok, await answer.text()
                yield
                for job in self._jobs:
                    job.cancel()
        finally:
            await runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        body = await request.json()
        job = asyncio.create_task(self._work(query.pop("callback_url"), query, body))
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)
        return web.json_response({}, status=202)

    async def _work(self, url: str, query: dict[str, str], body: Any) -> None:
        async with self._free:
            await self.is_open.wait()
            await asyncio.sleep(WORK_SECONDS)
        # As every service: until the engine has the result.
        while not await self._is_taken(url, query, body):
            await asyncio.sleep(RETRY_SECONDS)

    async def _is_taken(self, url: str, query: dict[str, str], body: Any) -> bool:
        try:
            async with self._client.post(url, params=query, json=body) as answer:
                return answer.ok
        except (ClientError, TimeoutError):
            return False


@asynccontextmanager
async def signed_in(url: str, name: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        body = {"name": name, "password": PASSWORD}
        assert (await client.post("/sessions", json=body)).status_code == 201
        yield client


async def seconds_of_few(person: Sequence[httpx.AsyncClient]) -> float:
    """How long some tasks take that are started together, at each replica in turn.

    As a load balancer spreads them. Who asks one of two replicas alone has half of the
    service: the other one gives its half to those who wait there.
    """
    began = time.monotonic()
    answers = await asyncio.gather(
        *(
            person[number % len(person)].post(
                "/services/shaded?wait=60", json={"number": number}
            )
            for number in range(FEW)
        )
    )
    assert {answer.status_code for answer in answers} == {200}, answers[0].text
    return time.monotonic() - began


async def start_many(person: httpx.AsyncClient, count: int, place: int) -> None:
    """Start so many, some at a time; `place` is which of the replicas is asked."""
    numbers = iter(range(place * count, (place + 1) * count))
    cookies = dict(person.cookies)

    async with ClientSession(str(person.base_url), cookies=cookies) as client:

        async def start() -> None:
            for number in numbers:
                while not await is_started(client, number):
                    await asyncio.sleep(RETRY_SECONDS)

        async with asyncio.TaskGroup() as group:
            for _ in range(STARTED_AT_ONCE):
                group.create_task(start())


async def is_started(client: ClientSession, number: int) -> bool:
    # One that is sent again must not start a second task.
    key = {"idempotency-key": str(number)}
    body = {"number": number}
    try:
        async with client.post("/services/shaded", json=body, headers=key) as answer:
            return answer.status == 202
    except (ClientError, TimeoutError):
        return False


async def running(person: httpx.AsyncClient) -> int:
    stats = await person.get("/stats")
    return int(stats.json()["jobs"]["running"])


def on_cluster() -> dict[str, str]:
    return external.cluster()


@asynccontextmanager
async def engines(
    folder: Path, shared: dict[str, str], count: int
) -> AsyncIterator[list[str]]:
    """The addresses of engines that share their stores, or of one with its own."""
    # One engine alone has its people in its own folder.
    await asyncio.to_thread(add_people, folder / "0", **shared)
    settings: dict[str, Any] = {"auth": "accounts", "service_token": TOKEN, **shared}
    with ExitStack() as open_:
        yield [
            open_.enter_context(serving(folder / str(number), **settings)).url
            for number in range(count)
        ]


@pytest.mark.parametrize(
    ("stores", "count"),
    [
        pytest.param(dict, 1, id="embedded"),
        pytest.param(on_cluster, 1, id="MongoDB", marks=pytest.mark.external),
        pytest.param(on_cluster, 2, id="two replicas", marks=pytest.mark.external),
    ],
)
async def test_thousands_of_one_person_leave_ten_of_another_half_their_speed(
    tmp_path: Path, stores: Callable[[], dict[str, str]], count: int
) -> None:
    async with AsyncExitStack() as open_:
        urls = await open_.enter_async_context(engines(tmp_path, stores(), count))
        author = await open_.enter_async_context(signed_in(urls[0], "author"))
        few, greedy = [
            [await open_.enter_async_context(signed_in(url, name)) for url in urls]
            for name in ("reader", "owner")
        ]
        many = greedy[0]
        shade = Shade()
        await open_.enter_async_context(shade.running(urls[0]))
        published = await author.post("/services", json=PIPELINE)
        assert published.status_code == 201, published.text
        await seconds_of_few(few)

        alone = [await seconds_of_few(few) for _ in range(ROUNDS)]
        shade.is_open.clear()
        with giving_way():
            await asyncio.gather(
                *(
                    start_many(one, MANY // count, place)
                    for place, one in enumerate(greedy)
                )
            )
        shade.is_open.set()
        before = await running(many)
        beside = [await seconds_of_few(few) for _ in range(ROUNDS)]
        left = await running(many)

    factor = statistics.median(beside) / statistics.median(alone)
    print(f"alone {alone}, beside {before} to {left} tasks {beside}: {factor:.2f}")
    # They were there all the time.
    assert left > FEW
    assert factor <= MAX_FACTOR, (alone, beside)
