"""Every call of the interface, with names and bodies as large as they may be."""

import asyncio
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
from attacks.goals import sized
from attacks.victim import Victim, victim

CHARACTERS = sized(950_000, 400_000)
ITEMS = sized(120_000, 20_000)
"""Nearly as many values as a body may have."""

LONG_NAME = "é" * 600
"""In a path and in a query, where nobody else is stopped by it: 3,600 characters."""

SENDERS = 4
METHODS = ("get", "post", "put", "patch", "delete")

Call = tuple[str, str, bytes | None]


def bodies(fields: list[str]) -> Iterator[bytes]:
    """JSON that is legal, and as large as it may be."""
    share = CHARACTERS // len(fields)
    # One after the other: all of them together would be a gigabyte.
    yield orjson.dumps({field: "x" * share for field in fields})
    yield orjson.dumps({field: "é" * (share // 2) for field in fields})
    yield orjson.dumps({field: list(range(ITEMS // len(fields))) for field in fields})
    yield orjson.dumps({f"{at}": None for at in range(ITEMS // 3)})
    yield orjson.dumps({"x" * CHARACTERS: 1})
    yield b'{"a": ' * 100_000 + b"1" + b"}" * 100_000


def fields_of(operation: Mapping[str, Any], schemas: Mapping[str, Any]) -> list[str]:
    """The fields of the JSON that a call takes; none: it takes no JSON."""
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    if schema is None:
        return []
    name = schema.get("$ref", "").rpartition("/")[2]
    schema = schemas.get(name, schema)
    return [*schema.get("properties", {"type": {}, "nodes": {}, "data": {}})]


def calls(openapi: Mapping[str, Any]) -> Iterator[Call]:
    """Each call with a long name in its path and its query, and with large bodies."""
    schemas = openapi["components"]["schemas"]
    for template, methods in openapi["paths"].items():
        for method in methods.keys() & set(METHODS):
            operation = methods[method]
            told = operation.get("parameters", [])
            path = template
            query = []
            for one in told:
                if one["in"] == "path":
                    path = path.replace(f"{{{one['name']}}}", LONG_NAME)
                elif one["in"] == "query":
                    query.append(f"{one['name']}={LONG_NAME}")
            yield method, f"{path}?{'&'.join(query[:3])}", None

            fields = fields_of(operation, schemas)
            short = template
            for one in told:
                short = short.replace(f"{{{one['name']}}}", "ordinary")
            for body in bodies(fields) if fields else ():
                yield method, short, body


async def send(engine: Victim, waiting: Iterator[Call], statuses: list[int]) -> None:
    for method, url, body in waiting:
        headers = {"content-type": "application/json"} if body else {}
        answer = await engine.client.request(method, url, content=body, headers=headers)
        assert answer.status_code < 500 or answer.status_code == 503, (url, method)
        statuses.append(answer.status_code)


async def test_each_call_with_all_that_it_takes(tmp_path: Path) -> None:
    async with victim(tmp_path, AUTH="accounts") as engine:
        openapi = (await engine.client.get("/openapi.json")).json()
        waiting = calls(openapi)
        statuses: list[int] = []

        async with engine.under_attack(18, "large bodies for every call") as outcome:
            await asyncio.gather(
                *(send(engine, waiting, statuses) for _ in range(SENDERS))
            )
            refused = sum(status >= 400 for status in statuses)
            outcome.append(f"{refused} of {len(statuses)} refused")

    assert len(statuses) > 150
