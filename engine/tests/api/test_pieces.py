"""What lists show of one route is short, whatever its document."""

from datetime import UTC, datetime

import orjson
import pytest
from documents import Document, end, entry, pipeline
from engine.api.pieces import MAX_PIECE_BYTES, documented_operation, listed
from engine.domain.pipeline import Pipeline
from engine.ports import Published
from httpx import AsyncClient

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)

LARGE_BODY = {f"field{at}": "an example" for at in range(3_000)}

LARGE = [
    {"body": LARGE_BODY},
    {"description": "long " * 50_000},
    {"summary": "long " * 50_000},
    {"tags": ["long " * 50_000] * 9},
    {"body": [f"field{at}" for at in range(3_000)]},
    {"tags": [f"tag{at}" for at in range(3_000)]},
    {"output": LARGE_BODY},
    {"resultType": ["image/png"] * 3_000},
    {"inputSchema": {"properties": {f"k{at}": {} for at in range(900)}}},
    {"outputSchema": {"properties": {f"k{at}": {} for at in range(900)}}},
]


def document(**api: object) -> Document:
    return pipeline(entry("end", route="large", **api), end())


def published(**api: object) -> Published:
    return Published(Pipeline.from_json(document(**api)), "pipeline", NOON)


@pytest.mark.parametrize("api", LARGE)
def test_pieces_of_large_documents_are_short(api: Document) -> None:
    line = listed(published(**api))
    operation = documented_operation(published(**api))

    assert len(line) <= MAX_PIECE_BYTES
    assert len(operation) <= MAX_PIECE_BYTES
    assert orjson.loads(line)["route"] == "large"
    assert orjson.loads(operation)["operationId"] == "run_large"


def test_pieces_of_ordinary_documents_are_whole() -> None:
    line = orjson.loads(listed(published(body={"a": 1}, summary="Short")))

    assert (line["body"], line["summary"]) == ({"a": 1}, "Short")
    assert "shortened" not in line


async def test_a_shortened_route_can_be_read_whole(client: AsyncClient) -> None:
    answer = await client.post("/services", json=document(body=LARGE_BODY))
    assert answer.status_code == 201

    routes = (await client.get("/services")).json()
    details = (await client.get("/services/large")).json()
    paths = (await client.get("/openapi.json")).json()["paths"]

    [line] = [route for route in routes if route["route"] == "large"]
    assert (line["shortened"], line["alive"], line["body"]) == (True, True, {})
    assert details["body"] == LARGE_BODY
    assert "see GET /services/large" in str(paths["/services/large"]["post"])
