"""Values that grow while nodes make them out of each other."""

from pathlib import Path
from typing import Any

from attacks.goals import sized
from attacks.victim import on_all_stores, victim
from chaos.cluster import Kind
from documents import Document, end, loop, node, service, starting_with

from servers.ports import free_port

DOUBLINGS = 60
"""Each twice as large as the one before: the last one has 10^18 parts."""

WRAPPED = 260
"""More levels than orjson writes."""

LISTED = sized(2_000, 200)
LISTED_TEXT = "x" * sized(500_000, 200_000)

SEEN_ITEMS = sized(300, 50)
SEEN_TEXT = "x" * 1_000_000
ASKED = sized(50, 5)

WAITING = sized(12, 4)
WAITING_TEXT = "x" * (4 << 20)

NODES = sized(990, 200)
ALMOST_LARGE = "x" * 16_000
"""Just under the size from which on a value lies beside its document."""


def chain(count: int, **made_of: str) -> Document:
    """Each node makes its input of the output of the one before."""
    nodes = [
        node(
            f"n{at}",
            f"n{at + 1}",
            input={key: f"n{at - 1}.out{way}" for key, way in made_of.items()},
        )
        for at in range(1, count)
    ]
    return starting_with(node("n0", "n1"), *nodes, end(f"n{count}"), route="chain")


def each_its_own(count: int) -> Document:
    """Each node has a value that no other has."""
    nodes = [
        node(f"n{at}", f"n{at + 1}", input={f"text{at}": "start.out.text"})
        for at in range(count)
    ]
    return starting_with(*nodes, end(f"n{count}"), route="chain")


@on_all_stores
async def test_values_that_double(tmp_path: Path, kind: Kind) -> None:
    async with victim(tmp_path, kind) as engine:
        await engine.publish(chain(DOUBLINGS, a="", b=""))

        async with engine.under_attack(2, f"{DOUBLINGS} doublings") as outcome:
            tasks = [await engine.start("chain", text="x") for _ in range(20)]
            status = [await engine.ended(task) for task in tasks]
            outcome.append("the task fails: MAX_VALUE_BYTES")

        assert all("(MAX_VALUE_BYTES)" in one["message"] for one in status)
        await engine.restart()
        assert await engine.status(tasks[0]) == status[0]
        await engine.erased(tasks[0])


async def test_values_within_each_other(tmp_path: Path) -> None:
    async with victim(tmp_path) as engine:
        await engine.publish(chain(WRAPPED, a=""))

        async with engine.under_attack(2, f"{WRAPPED} wraps") as outcome:
            task = await engine.start("chain", text="x")
            status = await engine.ended(task)
            outcome.append("the task fails: 220 levels")

        assert "more than 220" in status["message"]
        await engine.restart()
        assert await engine.status(task) == status
        raw = await engine.client.get(f"/tasks/{task}/raw")
        assert raw.status_code == 200
        await engine.erased(task)


async def test_a_list_of_large_values(tmp_path: Path) -> None:
    body = node("copy", input={"text": "start.out.text", "item": "node._loop"})
    looping = loop(
        "items", [body], "end", items="start.out.list", collect={"k": "copy.out.text"}
    )

    async with victim(tmp_path) as engine:
        await engine.publish(starting_with(looping, end(), route="listing"))

        attack = f"a list of {LISTED} texts of {len(LISTED_TEXT) // 1000} kB"
        async with engine.under_attack(2, attack) as outcome:
            data: dict[str, Any] = {"text": LISTED_TEXT, "list": list(range(LISTED))}
            task = await engine.start("listing", **data)
            status = await engine.ended(task)
            outcome.append("the task fails: MAX_VALUE_BYTES")

        assert "(MAX_VALUE_BYTES)" in status["message"]
        await engine.erased(task)


async def test_everything_known_of_many_items(tmp_path: Path) -> None:
    body = node("copy", input={"text": "start.out.text", "item": "node._loop"})
    looping = loop("items", [body], "end", items="start.out.list")

    async with victim(tmp_path) as engine:
        await engine.publish(starting_with(looping, end(), route="seeing"))
        data: dict[str, Any] = {"text": SEEN_TEXT, "list": list(range(SEEN_ITEMS))}
        task = await engine.start("seeing", **data)
        await engine.ended(task)

        attack = f"/raw of {SEEN_ITEMS} items of 1 MB"
        async with engine.under_attack(2, attack) as outcome:
            for _ in range(ASKED):
                answer = await engine.client.get(f"/tasks/{task}/raw")
                assert answer.status_code == 200
            outcome.append(f"{len(answer.content) >> 20} MB are shown")

        assert len(answer.content) < 5 << 20
        await engine.erased(task)


@on_all_stores
async def test_many_values_that_are_almost_large(tmp_path: Path, kind: Kind) -> None:
    async with victim(tmp_path, kind) as engine:
        await engine.publish(each_its_own(NODES))

        async with engine.under_attack(2, f"{NODES} values of 16 kB") as outcome:
            tasks = [await engine.start("chain", text=ALMOST_LARGE) for _ in range(4)]
            for task in tasks:
                await engine.ended(task)
            for path in ("/tasks", f"/tasks/{tasks[0]}/raw", f"/tasks/{tasks[0]}"):
                answer = await engine.client.get(path)
                assert answer.status_code == 200
            outcome.append("documents stay below 1 MB")

        assert [(await engine.status(task))["status"] for task in tasks] == [
            "finished"
        ] * len(tasks)
        await engine.erased(tasks[0])


async def test_large_tasks_that_all_wait(tmp_path: Path) -> None:
    nodes = [
        node(f"copy{at}", "call", input={"t": "start.out.text", f"k{at}": "start.out"})
        for at in range(3)
    ]
    # Nobody listens there, so each call is made again and again.
    url = f"http://127.0.0.1:{free_port()}/"
    call = service("call", "end", service=None, url=url)
    waiting = starting_with(*nodes, call, end(), route="waiting")
    waiting["nodes"][0]["next"] = [one["id"] for one in nodes]

    async with victim(tmp_path) as engine:
        await engine.publish(waiting)

        attack = f"{WAITING} tasks of {len(WAITING_TEXT) >> 20} MB and copies of it"
        async with engine.under_attack(2, attack) as outcome:
            tasks = [
                await engine.start("waiting", text=WAITING_TEXT) for _ in range(WAITING)
            ]
            await engine.client.get(f"/tasks/{tasks[0]}/raw")
            for task in tasks:
                await engine.client.post(f"/tasks/{task}/cancel")
                status = await engine.ended(task)
            outcome.append("they wait for their turns")

        assert status["status"] == "error"
        await engine.erased(tasks[0])
