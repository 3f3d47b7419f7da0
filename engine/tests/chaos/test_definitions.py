"""Scenario 10: definitions change or go while their tasks run."""

import asyncio
from itertools import count, takewhile
from pathlib import Path

import pytest
from chaos import routes
from chaos.clients import each
from chaos.cluster import EMBEDDED, MANY, Cluster, Kind, on
from chaos.logs import Json
from chaos.size import sized
from chaos.trial import Trial


def edition(number: int, url: str) -> Json:
    """A pipeline of this edition: its nodes bear the number, its output has it."""
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
    return routes.document(
        "edited", f"step{number}", step, mark, routes.last("last", url)
    )


@on(EMBEDDED, MANY, short=[MANY])
@pytest.mark.timeout(600)
async def test_tasks_keep_their_definition(tmp_path: Path, kind: Kind) -> None:
    editions = sized(60, 5)
    async with Trial(10, Cluster(tmp_path, kind)) as trial:
        url, open_ = trial.way("polite", delay=0.5), set[str]()
        await trial.publish(edition(0, url))

        async def one(number: int) -> None:
            told = await trial.clients.start("edited", number, waits=True)
            open_.add(told.task)
            await trial.clients.follow(told.task)
            open_.discard(told.task)

        async def edit() -> None:
            for number in range(1, editions + 1):
                await trial.told(5)
                change = "tasks whose definition was replaced"
                if number % 4 == 0:
                    change = "tasks whose definition was removed"
                    await trial.clients.remove("edited")
                trial.count(change, len(open_))
                await trial.clients.publish(edition(number, url))

        editing = asyncio.create_task(edit())
        await each(takewhile(lambda _: not editing.done(), count(1)), one, many=8)
        await editing
        await trial.settle()

    given = {one.task: one.outputs for one in trial.logs.seen}
    for task, raw in trial.logs.recorded.items():
        number = given[task]["edition"]
        assert {f"step{number}", f"mark{number}"} < set(raw["runs"]), raw
    trial.judge("definitions replaced and removed under running tasks")
