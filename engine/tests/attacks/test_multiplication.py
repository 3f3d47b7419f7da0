"""Loops in loops, and pipelines that call pipelines: little that asks for much."""

from pathlib import Path

from attacks.goals import only_full, sized
from attacks.people import flood, stranger, told
from attacks.services import taking_anything
from attacks.victim import Victim, on_all_stores, victim
from chaos.cluster import Kind
from documents import (
    Document,
    end,
    entry,
    loop,
    node,
    pipeline,
    service,
    starting_with,
)

from servers.waiting import until

LEVELS = 8
"""Loops within each other: as many as a pipeline may have."""

ITEMS = 100

# By default a task may make 300,000 frames. It would take many minutes to make them.
MAX_FRAMES = sized("5000", "1000")

DEPTH = sized("16", "6")

CALLS = 900
"""Of one task, at once: nearly as many as a pipeline may have nodes."""


def nested(route: str, body: Document) -> Document:
    """Loops within each other over the same items; the innermost one has this body."""
    items = "start.out.items"
    for level in range(LEVELS, 0, -1):
        then = "done" if level == 1 else "loopEnd"
        body = loop(f"loop{level}", [body], then, items=items, concurrency=1000)
    return starting_with(body, end("done"), route=route, body={"items": [1]})


def calls_itself(times: int) -> Document:
    """A pipeline that calls itself, so many times at once."""
    names = [f"again{n}" for n in range(times)]
    calls = [service(name, "done", service="itself") for name in names]
    document = starting_with(*calls, end("done"), route="itself")
    document["nodes"][0]["next"] = names
    return document


async def running(engine: Victim, route: str) -> int:
    """How many tasks of a route still run."""
    answer = await engine.client.get(
        "/tasks", params={"route": route, "status": "running", "limit": 200}
    )
    assert answer.is_success, answer.text
    return len(answer.json()["items"])


@on_all_stores
async def test_eight_loops_within_each_other(tmp_path: Path, kind: Kind) -> None:
    async with victim(tmp_path, kind, MAX_FRAMES=MAX_FRAMES) as engine:
        await engine.publish(nested("nested", node("nothing", "loopEnd")))

        async with engine.under_attack(3, f"{LEVELS} loops within each other") as row:
            task = await engine.start("nested", items=[*range(ITEMS)])
            status = await engine.ended(task)
            row.append("the task fails: MAX_FRAMES")

        assert "(MAX_FRAMES)" in status["message"]
        await engine.restart()
        assert await engine.status(task) == status
        await engine.erased(task)


@on_all_stores
async def test_a_pipeline_that_calls_itself_twice(tmp_path: Path, kind: Kind) -> None:
    async with victim(tmp_path, kind, MAX_CALL_DEPTH=DEPTH) as engine:
        await engine.publish(calls_itself(2))

        async with engine.under_attack(3, "a pipeline that calls itself twice") as row:
            task = await engine.start("itself")
            status = await engine.ended(task)

            # What it called ends with it.
            async def none_runs() -> bool:
                return await running(engine, "itself") == 0

            await until(none_runs, look_seconds=0.1)
            row.append("the task fails: MAX_CALL_DEPTH")

        assert "(MAX_CALL_DEPTH)" in status["message"]


async def test_a_cancelled_task_ends_all_that_it_called(tmp_path: Path) -> None:
    # As deep as it likes, so that nothing ends it but the cancelling.
    async with victim(tmp_path, MAX_CALL_DEPTH="100") as engine:
        await engine.publish(calls_itself(3))

        async with engine.under_attack(3, "a pipeline that calls itself thrice") as row:
            task = await engine.start("itself")

            async def many_run() -> bool:
                return await running(engine, "itself") >= sized(150, 50)

            await until(many_run, look_seconds=0.05)
            await engine.client.post(f"/tasks/{task}/cancel")

            async def none_runs() -> bool:
                return await running(engine, "itself") == 0

            await until(none_runs, look_seconds=0.1)
            row.append("cancelled: all that it called ended")


@only_full
@on_all_stores
async def test_very_many_calls_at_once(tmp_path: Path, kind: Kind) -> None:
    async with (
        taking_anything() as url,
        victim(tmp_path, kind) as engine,
        stranger(engine) as client,
    ):
        names = [f"call{number}" for number in range(CALLS)]
        calls = [service(name, "done", service=None, url=url) for name in names]
        start = entry(*names, id_="start", route="calls", body={})
        published = await engine.publish(pipeline(start, *calls, end("done")))
        assert published.is_success, published.text

        async with engine.under_attack(3, f"tasks of {CALLS} calls at once") as row:
            statuses = await flood(
                lambda _: client.post("/services/calls", json={}), at_once=4
            )
            row.append(told(statuses))

        assert set(statuses) <= {202, 503}
