"""What is kept of routes: documents, programs, lists, metrics."""

from pathlib import Path

from attacks.goals import sized
from attacks.people import flood, told
from attacks.victim import Victim, on_all_stores, victim
from chaos.cluster import Kind
from documents import Document, end, node, service, starting_with

from servers.waiting import until

ROUTES = sized(400, 100)
LARGE = sized(25, 3)
"""Documents of half a megabyte, which become programs of many."""
INPUT = {f"k{at}": "start.out.text" for at in range(20)}
NODES = 900
FIGURED = sized(900, 100)
ASKED = sized(10, 3)
CALLED = sized(100, 12)


def large(route: str) -> Document:
    nodes = [node(f"n{at}", f"n{at + 1}", input=INPUT) for at in range(NODES)]
    return starting_with(*nodes, end(f"n{NODES}"), route=route)


def announced(route: str) -> Document:
    fields = {f"field{at}": {"type": "string"} for at in range(20)}
    api = {
        "route": route,
        "summary": "x" * 200,
        "description": "x" * 2_000,
        "inputSchema": {"type": "object", "properties": fields},
    }
    return {"type": "service", "url": "http://127.0.0.1:9/none", "api": api}


@on_all_stores
async def test_routes_without_number(tmp_path: Path, kind: Kind) -> None:
    async with victim(tmp_path, kind, MAX_ROUTES=str(ROUTES)) as engine:
        attack = f"{ROUTES} routes, and lists of them"
        async with engine.under_attack(7, attack) as outcome:
            refused = await announce(engine, ROUTES + 5)
            for _ in range(ASKED):
                for path in ("/services", "/openapi.json", "/stats", "/metrics"):
                    answer = await engine.client.get(path)
                    assert answer.is_success, answer.text
            outcome.append(f"{refused[0].partition(',')[0]}")

        assert "MAX_ROUTES" in refused[0]


async def announce(engine: Victim, count: int) -> list[str]:
    """Announce so many routes; what was said to those that were refused."""
    refused = []
    for at in range(count):
        answer = await engine.client.post("/services", json=announced(f"kept{at}"))
        if not answer.is_success:
            refused.append(answer.json()["detail"])
    return refused


@on_all_stores
async def test_programs_that_are_large(tmp_path: Path, kind: Kind) -> None:
    """256 programs of 4.7 MB were kept: 13 GB."""
    async with victim(tmp_path, kind) as engine:
        attack = f"{LARGE} documents of 450 kB that run"
        async with engine.under_attack(7, attack) as outcome:
            for at in range(LARGE):
                published = await engine.publish(large(f"large{at}"))
                assert published.is_success, published.text
                task = await engine.start(f"large{at}", text="x")
                await engine.client.post(f"/tasks/{task}/cancel")
            outcome.append("all of them are there")

        for task in engine.tasks:
            await engine.ended(task)
        await engine.erased(engine.tasks[0])


@on_all_stores
async def test_pipelines_that_all_call_each_other(tmp_path: Path, kind: Kind) -> None:
    """What they give was asked of the store a million times."""
    names = [f"calls{at}" for at in range(CALLED)]
    async with victim(tmp_path, kind) as engine:
        async with engine.under_attack(5, f"{CALLED} pipelines call all") as outcome:
            for name in names:
                calls = [
                    service(f"c{at}", "end", service=one)
                    for at, one in enumerate(names)
                ]
                document = starting_with(
                    *calls, end(input={"n": "c0.out.n"}), route=name
                )
                document["nodes"][0]["next"] = [one["id"] for one in calls]
                published = await engine.publish(document)
                assert published.is_success, published.text
            for name in names[:ASKED]:
                answer = await engine.client.get(f"/services/{name}")
                assert answer.is_success, answer.text
            outcome.append("published and read")


async def test_figures_of_very_many_routes(tmp_path: Path) -> None:
    """Of a thousand routes: a third of a second of the event loop."""
    async with victim(tmp_path, MAX_ROUTES="1100") as engine:
        for at in range(FIGURED):
            published = await engine.publish(starting_with(end(), route=f"kept{at}"))
            assert published.is_success, published.text
            await engine.start(f"kept{at}")

        async def all_are_figured() -> bool:
            text = (await engine.client.get("/metrics")).text
            return all(f'route="kept{at}"' in text for at in range(FIGURED))

        # What was counted is shown some seconds later.
        await until(all_are_figured, look_seconds=0.5)
        async with engine.under_attack(7, f"/metrics of {FIGURED} routes") as outcome:
            statuses = await flood(lambda _: engine.client.get("/metrics"), at_once=8)
            outcome.append(told(statuses))

        assert set(statuses) == {200}
