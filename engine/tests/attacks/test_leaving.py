"""What people have and leave: trials, saved documents, exports, erasures, the audit."""

import asyncio
from pathlib import Path

import httpx
from attacks.goals import only_full, sized
from attacks.people import flood, person, signed_in, stranger, told
from attacks.victim import Victim, on_all_stores, victim
from chaos.cluster import Kind
from documents import end, node, starting_with

from servers.waiting import until

TASKS = sized(40, 6)
TEXT = "x" * sized(2 << 20, 200_000)
SMALL_TASKS = sized(400, 30)
SLOW = "n = 0\nwhile n < 150000:\n    n += 1"
DEEDS = sized(3_000, 100)

HOLDING = starting_with(
    node("copy", "end", input={"text": "start.out.text", "again": "start.out"}),
    end(input={"text": "copy.out.text"}),
    route="holding",
)


async def with_tasks(
    engine: Victim, client: httpx.AsyncClient, count: int, text: str
) -> list[str]:
    """Tasks of whoever the client is, that have ended."""
    tasks = []
    for _ in range(count):
        answer = await client.post("/services/holding", json={"text": text})
        assert answer.is_success, answer.text
        tasks.append(answer.json()["jobId"])
    for task in tasks:
        await engine.ended(task)
    return tasks


@only_full
async def test_code_that_many_try_in_a_large_task(tmp_path: Path) -> None:
    async with victim(tmp_path) as engine, stranger(engine) as client:
        await engine.publish(HOLDING)
        (task,) = await with_tasks(engine, client, 1, TEXT)
        trials = (
            {"kind": "statements", "code": SLOW},
            {"kind": "expression", "code": "copy.out.text + copy.out.text"},
            {"kind": "reference", "code": "copy.out"},
            {"kind": "expression", "code": "'x' * 10 ** 9"},
        )

        async with engine.under_attack(18, "trials of code") as outcome:
            statuses = await flood(
                lambda number: client.post(
                    f"/tasks/{task}/evaluate",
                    json={"node": "copy", **trials[number % len(trials)]},
                )
            )
            outcome.append(told(statuses))

        assert set(statuses) <= {200, 503}
        assert 200 in statuses
        await engine.erased(task)


@on_all_stores
async def test_documents_that_are_saved_without_end(tmp_path: Path, kind: Kind) -> None:
    large = {"type": "pipeline", "nodes": [], "note": "x" * 900_000}

    async with victim(tmp_path, kind) as engine, stranger(engine) as client:
        async with engine.under_attack(18, "saved documents") as outcome:
            statuses = await flood(
                lambda number: client.post(
                    f"/services/r{number % 500}/saved", json=large | {"n": number}
                ),
                at_once=4,
            )
            for number in range(10):
                listed = await client.get(f"/services/r{number}/saved")
                assert listed.is_success
            outcome.append(told(statuses))

        assert set(statuses) <= {201, 409, 413, 422, 503, 507}


@on_all_stores
async def test_exports_of_somebody_with_large_tasks(tmp_path: Path, kind: Kind) -> None:
    async with (
        victim(tmp_path, kind, AUTH="accounts") as engine,
        stranger(engine) as client,
    ):
        id = await person(engine, "ada")
        await engine.publish(HOLDING)
        await signed_in(client, "ada")
        tasks = await with_tasks(engine, client, TASKS, TEXT)
        tag = (await client.head(f"/people/{id}/export")).headers.get("etag", '""')
        rest = {"if-range": tag, "range": "bytes=1000-"}

        async with engine.under_attack(18, "exports of large tasks") as outcome:
            statuses = await flood(
                lambda number: client.get(
                    f"/people/{id}/export", headers=rest if number % 2 else {}
                ),
                at_once=6,
            )
            outcome.append(told(statuses))

        assert set(statuses) <= {200, 206, 503}
        assert 200 in statuses
        await engine.erased(tasks[0])


@only_full
@on_all_stores
async def test_somebody_with_very_many_tasks_is_erased(
    tmp_path: Path, kind: Kind
) -> None:
    async with (
        victim(tmp_path, kind, AUTH="accounts") as engine,
        stranger(engine) as client,
    ):
        id = await person(engine, "ada")
        await engine.publish(HOLDING)
        await signed_in(client, "ada")
        tasks = await with_tasks(engine, client, SMALL_TASKS, "x")

        async def is_gone() -> bool:
            answer = await engine.client.get(f"/people/{id}/erasure")
            return bool(answer.json()["state"] == "done")

        attack = f"erasing somebody with {SMALL_TASKS} tasks"
        async with engine.under_attack(18, attack) as outcome:
            begun = await engine.client.delete(f"/people/{id}")
            assert begun.status_code == 202, begun.text
            await until(is_gone, look_seconds=0.1)
            outcome.append("all of it is erased")

        for task in tasks[:: len(tasks) // 5]:
            status = await engine.client.get(f"/tasks/{task}/status")
            assert status.status_code == 404


@only_full
@on_all_stores
async def test_an_audit_log_that_is_filled_and_searched(
    tmp_path: Path, kind: Kind
) -> None:
    async with (
        victim(tmp_path, kind, AUTH="accounts") as engine,
        stranger(engine) as client,
    ):
        await person(engine, "ada", "reader")
        await signed_in(client, "ada")

        async with engine.under_attack(18, "an audit log, filled") as outcome:
            # What they may not do is noted, each with another name.
            await asyncio.gather(*(refused(client, at) for at in range(4)))
            for word in ("nobody", "ada"):
                for _ in range(5):
                    answer = await engine.client.get(
                        "/audit/newest", params={"object": word, "limit": 1_000}
                    )
                    assert answer.is_success, answer.text
            outcome.append(f"{DEEDS} refusals noted")


async def refused(client: httpx.AsyncClient, sender: int) -> None:
    for at in range(sender, DEEDS, 4):
        answer = await client.delete(f"/services/{'x' * 150}{at}")
        assert answer.status_code in (403, 404), answer.text


@only_full
@on_all_stores
async def test_schedules_that_are_all_due_at_once(tmp_path: Path, kind: Kind) -> None:
    count = sized(200, 20)
    settings = sized({}, {"MAX_SCHEDULES": "20"})
    wish = {
        "route": "ordinary",
        "cron": "* * * * *",
        "timezone": "UTC",
        "input": {"number": 1},
    }

    async with victim(tmp_path, kind, **settings) as engine:
        attack = f"{count} schedules for every minute"
        async with engine.under_attack(18, attack) as outcome:
            ids = []
            for _ in range(count):
                answer = await engine.client.post("/schedules", json=wish)
                assert answer.is_success, answer.text
                ids.append(answer.json()["id"])
            full = await engine.client.post("/schedules", json=wish)

            async def have_started() -> bool:
                known = (await engine.client.get("/schedules")).json()
                return all(one["last_at"] for one in known)

            await until(have_started, look_seconds=1.0)
            outcome.append("MAX_SCHEDULES; all were started")

        assert "MAX_SCHEDULES" in full.text
        for id in ids:
            assert (await engine.client.delete(f"/schedules/{id}")).is_success
