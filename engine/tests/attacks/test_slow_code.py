"""Code of authors that takes as long as it may, for very many items."""

from pathlib import Path

from attacks.goals import sized
from attacks.victim import victim
from documents import Document, end, loop, node, starting_with

ITEMS = sized(300, 60)

# Under the quarter of a second after which the sandbox stops it.
SLOW = "n = 0\nwhile n < 150000:\n    n += 1\nnode.out = {'n': n}"


def slow_items(route: str) -> Document:
    body = [node("work", "loopEnd", after=SLOW)]
    each = loop("each", body, "done", items="start.out.items", concurrency=1000)
    return starting_with(each, end("done"), route=route, body={"items": [1]})


def slow_steps(count: int) -> Document:
    nodes = [node(f"n{at}", f"n{at + 1}", after=SLOW) for at in range(count)]
    return starting_with(*nodes, end(f"n{count}"), route="steps")


async def test_a_loop_with_slow_code(tmp_path: Path) -> None:
    async with victim(tmp_path) as engine:
        await engine.publish(slow_items("slow"))

        async with engine.under_attack(6, f"{ITEMS} items with slow code") as row:
            task = await engine.start("slow", items=[*range(ITEMS)])
            status = await engine.ended(task)
            row.append(f"the task is {status['status']}")

        await engine.erased(task)


async def test_slow_code_of_many_tasks_that_are_cancelled(tmp_path: Path) -> None:
    async with victim(tmp_path) as engine:
        await engine.publish(slow_items("slow"))
        await engine.publish(slow_steps(sized(900, 100)))

        async with engine.under_attack(6, "20 tasks with slow code, cancelled") as row:
            tasks = [
                await engine.start("slow", items=[*range(ITEMS)]) for _ in range(10)
            ]
            tasks += [await engine.start("steps") for _ in range(10)]
            for task in tasks:
                await engine.client.post(f"/tasks/{task}/cancel")
            for task in tasks:
                await engine.ended(task)
            row.append("cancelled at once")

        for task in tasks:
            await engine.erased(task)
