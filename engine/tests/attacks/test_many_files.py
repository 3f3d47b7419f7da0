"""Small files by the hundred: few bytes, and many calls of a store."""

from pathlib import Path

import httpx
from attacks.goals import sized
from attacks.people import flood, stranger, told
from attacks.services import taking_anything
from attacks.victim import on_all_stores, victim
from chaos.cluster import Kind
from documents import Document, end, entry, pipeline, service

FILES = sized(90, 10)
"""Of one request: nearly as many as it may have parts (MAX_PARTS)."""
NAMES = [f"file{number}" for number in range(FILES)]
PARTS = {name: ("a.png", b"x" * 1000, "image/png") for name in NAMES}

CALLS = sized(50, 5)
"""Services of one task that get all of its files."""


def many(*nodes: Document) -> Document:
    """A pipeline that takes the files, and gives all of them to each of the nodes."""
    names = [one["id"] for one in nodes] or ["end"]
    types = [["image/png"]] * FILES
    start = entry(*names, id_="start", route="many", body=NAMES, bodyType=types)
    return pipeline(start, *nodes, end())


async def started(client: httpx.AsyncClient) -> httpx.Response:
    return await client.post("/services/many", files=PARTS)


@on_all_stores
async def test_tasks_that_bring_many_files(tmp_path: Path, kind: Kind) -> None:
    async with victim(tmp_path, kind) as engine, stranger(engine) as client:
        await engine.publish(many())

        async with engine.under_attack(3, f"tasks that bring {FILES} files") as row:
            statuses = await flood(lambda _: started(client))
            row.append(told(statuses))

        assert set(statuses) <= {202, 503}
        assert 202 in statuses


@on_all_stores
async def test_a_task_of_many_files_is_continued_again_and_again(
    tmp_path: Path, kind: Kind
) -> None:
    async with victim(tmp_path, kind) as engine, stranger(engine) as client:
        await engine.publish(many())
        first = await started(client)
        task = first.json()["jobId"]
        await engine.ended(task)

        attack = f"tasks that take over {FILES} files of another"
        async with engine.under_attack(3, attack) as row:
            statuses = await flood(
                lambda _: client.post(f"/services/many?continues={task}")
            )
            row.append(told(statuses))

        assert set(statuses) <= {202, 503}
        assert 202 in statuses
        await engine.erased(task)


@on_all_stores
async def test_many_services_get_the_same_many_files(
    tmp_path: Path, kind: Kind
) -> None:
    async with (
        taking_anything() as url,
        victim(tmp_path, kind) as engine,
        stranger(engine) as client,
    ):
        calls = [
            service(f"call{number}", "end", service=None, url=url)
            for number in range(CALLS)
        ]
        await engine.publish(many(*calls))

        attack = f"{CALLS} calls with {FILES} files each, at once"
        async with engine.under_attack(3, attack) as row:
            statuses = await flood(lambda _: started(client), at_once=4)
            row.append(told(statuses))

        assert set(statuses) <= {202, 503}
        last = await started(client)
        await engine.erased(last.json()["jobId"])
