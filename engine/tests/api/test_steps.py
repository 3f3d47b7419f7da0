"""Steps are found over all pipelines: who calls a route, and where a word is."""

from typing import Any

import httpx
import pytest
from documents import end, loop, node, service, starting_with

SHOP = starting_with(
    service("blur-faces", "each", service="face-blur"),
    loop(
        "each",
        [service("sharpen", "loopEnd", service="image-sharpen")],
        "ask",
        items="blur-faces.out.pages",
    ),
    node("ask", "end", kind="http", url="https://prices.example/today"),
    end(),
    route="shop",
)
PRESS = starting_with(
    service("sharpen", "end", service="image-sharpen"), end(), route="press"
)


@pytest.fixture
async def published(client: httpx.AsyncClient) -> httpx.AsyncClient:
    for document in SHOP, PRESS:
        answer = await client.post("/services", json=document)
        assert answer.status_code == 201, answer.text
    return client


async def found(client: httpx.AsyncClient, **query: str) -> dict[str, list[str]]:
    answer = await client.get("/steps", params=query)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["total"] == len(told["pipelines"])
    return {
        one["route"]: [step["node"] for step in one["steps"]]
        for one in told["pipelines"]
    }


async def test_who_calls_a_route_is_found_also_in_loops(
    published: httpx.AsyncClient,
) -> None:
    assert await found(published, calls="image-sharpen") == {
        "press": ["sharpen"],
        "shop": ["sharpen"],
    }
    assert await found(published, calls="face-blur") == {"shop": ["blur-faces"]}
    # A route is called by its whole name alone.
    assert await found(published, calls="sharpen") == {}


async def test_a_caller_that_is_changed_or_removed_calls_no_more(
    published: httpx.AsyncClient,
) -> None:
    await found(published, calls="image-sharpen")
    other = service("sharpen", "end", service="image-edges")

    await published.post("/services", json=starting_with(other, end(), route="press"))
    await published.delete("/services/shop")

    assert await found(published, calls="image-sharpen") == {}
    assert await found(published, calls="image-edges") == {"press": ["sharpen"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SHARPEN", {"press": ["sharpen"], "shop": ["sharpen"]}),
        ("prices", {"shop": ["ask"]}),
        ("http example", {"shop": ["ask"]}),
        # All words are in one step.
        ("prices sharpen", {}),
        ("face", {"shop": ["blur-faces"]}),
        ("", {}),
        ("  ", {}),
    ],
)
async def test_steps_are_found_by_words(
    published: httpx.AsyncClient, text: str, expected: dict[str, Any]
) -> None:
    assert await found(published, text=text) == expected


async def test_a_pipeline_is_told_with_its_version_and_whether_one_may_change_it(
    published: httpx.AsyncClient,
) -> None:
    version = (await published.get("/services/press")).json()["version"]

    told = (await published.get("/steps", params={"calls": "image-sharpen"})).json()

    assert told["hidden"] == 0
    assert told["pipelines"][0] == {
        "route": "press",
        "version": version,
        "may_edit": True,
        "steps": [
            {
                "node": "sharpen",
                "type": "service",
                "service": "image-sharpen",
                "url": "",
            }
        ],
        "total": 1,
    }


async def test_the_schedules_that_start_a_route_are_told_with_who_calls_it(
    published: httpx.AsyncClient,
) -> None:
    wish = {"route": "press", "cron": "30 7 * * *", "timezone": "Europe/Berlin"}
    made = await published.post("/schedules", json={**wish, "paused": True})
    assert made.status_code == 201, made.text
    await published.post("/schedules", json={**wish, "route": "shop"})

    told = (await published.get("/steps", params={"calls": "press"})).json()
    words = (await published.get("/steps", params={"text": "press"})).json()

    assert told["schedules"] == [
        {
            "id": made.json()["id"],
            "cron": "30 7 * * *",
            "timezone": "Europe/Berlin",
            "paused": True,
        }
    ]
    assert told["hidden_schedules"] == 0
    # Words are looked for in steps alone.
    assert words["schedules"] == []


async def test_what_is_remembered_and_told_of_many_steps_is_short(
    client: httpx.AsyncClient,
) -> None:
    names = [f"{'n' * 90}{number:04}" for number in range(300)]
    plain = [node(name, after) for name, after in zip(names, names[1:], strict=False)]
    calls = [service(f"call{n}", "end", service="face-blur") for n in range(30)]
    document = starting_with(*plain, node(names[-1], "call0"), *calls, end())
    document["nodes"][0]["next"] = [names[0], *(call["id"] for call in calls)]
    stored = await client.post("/services", json=document)
    assert stored.status_code == 201, stored.text

    told = (await client.get("/steps", params={"calls": "face-blur"})).json()
    words = (await client.get("/steps", params={"text": "nnn"})).json()

    # Those that call something come first: they are never left out for others.
    [caller] = told["pipelines"]
    assert (len(caller["steps"]), caller["total"]) == (20, 30)
    [bearer] = words["pipelines"]
    assert len(bearer["steps"]) == 20
    assert 20 < bearer["total"] < 300
