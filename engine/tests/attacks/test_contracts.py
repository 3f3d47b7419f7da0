"""Contracts and data that are legal, and as hard to judge as their authors could make
them."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from attacks.goals import sized
from attacks.victim import Victim, victim
from documents import Document, end, starting_with

# Each may take three seconds of work, one after the other.
SENDERS = sized(4, 1)
TIMES = sized(3, 1)

EVIL = "^(([a-z0-9]{1,40}){1,40})+$"
"""For each character of a text it looks at thousands of states: ten megabytes kept the
whole engine for ten minutes."""


def of_value(**schema: Any) -> Document:
    return {"type": "object", "properties": {"v": schema}}


WIDE = [
    {"properties": {f"{at:x}": True for at in range(30)}, "additionalProperties": {}}
] * 100

ITEMS = 40_000

HARD: Mapping[str, tuple[Document, Document, set[int]]] = {
    "a pattern and a long text": (
        of_value(pattern=EVIL),
        {"v": "a" * sized(9_000_000, 1_000_000)},
        {413, 503},
    ),
    "50 patterns and a short text": (
        of_value(allOf=[{"pattern": f"{EVIL}{at}"} for at in range(50)]),
        {"v": "a" * 3_900},
        {413, 422, 503},
    ),
    "900 objects to choose from": (
        of_value(items={"enum": [{"a": [at]} for at in range(900)]}),
        {"v": [{"a": [899]}] * sized(60_000, 10_000)},
        {202, 413, 503},
    ),
    "40000 objects of which none repeats": (
        of_value(uniqueItems=True),
        {"v": [{"a": str(at), "b": [at]} for at in range(ITEMS)]},
        {202, 503},
    ),
    # To estimate what it costs took sixteen seconds, at the first request.
    "a schema of many keys": (
        {
            "type": "object",
            "$defs": {"W": {"allOf": WIDE}},
            "properties": {
                f"k{at}": {"$ref": "#/$defs/W", "default": 1} for at in range(350)
            },
        },
        {},
        {202},
    ),
    "a schema of more than 64 kB": (
        of_value(enum=["x" * 90 + str(at) for at in range(900)]),
        {"v": "x" * 90 + "7"},
        {404},
    ),
}
"""Schema and data, and how requests may be answered. On a busy machine large data may
be told to come again."""


@pytest.mark.parametrize("attack", HARD)
async def test_contracts_that_are_hard_to_judge(tmp_path: Path, attack: str) -> None:
    schema, data, answers = HARD[attack]

    async with victim(tmp_path) as engine:
        async with engine.under_attack(5, attack) as outcome:
            for at in range(TIMES):
                await announced(engine, f"announced{at}", schema)
                await published(engine, f"route{at}", schema)
                found = await asyncio.gather(
                    *(started(engine, f"route{at}", data) for _ in range(SENDERS))
                )
                assert set(found) <= answers, found
            outcome.append(", ".join(map(str, sorted(set(found)))))


async def announced(engine: Victim, route: str, schema: Document) -> None:
    api = {"route": route, "inputSchema": schema, "outputSchema": schema}
    url = "http://127.0.0.1:9/none"
    body = {"type": "service", "url": url, "api": api}
    await engine.client.post("/services", json=body)


async def published(engine: Victim, route: str, schema: Document) -> None:
    document = starting_with(end(), route=route)
    document["nodes"][0]["api"] = {"route": route, "inputSchema": schema}
    await engine.publish(document)


async def started(engine: Victim, route: str, data: Document) -> int:
    answer = await engine.client.post(f"/services/{route}", json=data)
    return answer.status_code
