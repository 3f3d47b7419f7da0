"""Scenario 10: definitions change or are removed while their tasks run."""

import asyncio
from itertools import count, takewhile
from pathlib import Path

from chaos import routes
from chaos.clients import each
from chaos.cluster import EMBEDDED, REPLICAS, Cluster, Kind, on
from chaos.logs import Json
from chaos.scenario import run_scenario
from chaos.size import sized

TASKS_PER_EDITION = 5


def edition(number: int, url: str) -> Json:
    """A pipeline of this edition: its nodes and its output have the number."""
    step = routes.call(f"step{number}", url, f"mark{number}")
    mark = {
        "id": f"mark{number}",
        "type": "node",
        "params": {"edition": number},
        "input": {
            "number": f"step{number}.out.number",
            "edition": f"mark{number}.params.edition",
        },
        "next": ["last"],
    }
    last = routes.last_call("last", url)
    return routes.document("edited", f"step{number}", step, mark, last)


@on(EMBEDDED, REPLICAS, short=[REPLICAS])
async def test_tasks_keep_their_definition(tmp_path: Path, kind: Kind) -> None:
    editions = sized(60, 5)
    async with run_scenario(10, Cluster(tmp_path, kind)) as scenario:
        url = scenario.address_of("polite", delay=0.5)
        running = set[str]()
        await scenario.publish(edition(0, url))

        async def run_one(number: int) -> None:
            accepted = await scenario.clients.start(
                "edited", number, waits_for_route=True
            )
            running.add(accepted.task)
            await scenario.clients.follow(accepted.task)
            running.discard(accepted.task)

        async def edit() -> None:
            for number in range(1, editions + 1):
                await scenario.until_accepted(TASKS_PER_EDITION)
                change = "tasks whose definition was replaced"
                if number % 4 == 0:
                    change = "tasks whose definition was removed"
                    await scenario.clients.remove("edited")
                scenario.count_hit(change, len(running))
                await scenario.clients.publish(edition(number, url))

        editing = asyncio.create_task(edit())
        numbers = takewhile(lambda _: not editing.done(), count(1))
        await each(numbers, run_one, many=8)
        await editing
        await scenario.finish()

    outputs = {end.task: end.outputs for end in scenario.logs.ends}
    for task, raw in scenario.logs.recorded.items():
        number = outputs[task]["edition"]
        assert {f"step{number}", f"mark{number}"} < set(raw["runs"]), raw
    scenario.judge("definitions replaced and removed under running tasks")
