"""Documents are edited without being stored."""

from typing import Any

import httpx
import pytest
from documents import end, node, service, starting_with
from engine.api.limits import MAX_FAULTS

DOCUMENT = starting_with(
    service("faces", "crop"),
    node("crop", "end", after="node.out.x = faces.out.n  # all of them"),
    end(),
)


async def test_a_node_is_renamed_wherever_it_is_named(
    client: httpx.AsyncClient,
) -> None:
    wanted = {"pipeline": DOCUMENT, "from": "faces", "to": "found"}

    answer = await client.post("/edits/rename", json=wanted)

    assert answer.status_code == 200, answer.text
    edited = answer.json()
    assert edited["changed"] == [
        {"node": "start", "field": "next"},
        {"node": "found", "field": "id"},
        {"node": "crop", "field": "after"},
    ]
    code = edited["pipeline"]["nodes"][2]["after"]
    assert code == "node.out.x = found.out.n  # all of them"
    assert (await client.get("/services/tried")).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"to": "crop"}, "to"),
        ({"from": "nobody"}, "from"),
        ({"to": 7}, "to"),
        ({"pipeline": []}, "pipeline"),
        ({"more": 1}, "more"),
    ],
)
async def test_an_edit_that_is_not_possible_names_the_field(
    client: httpx.AsyncClient, change: Any, field: str
) -> None:
    wanted = {"pipeline": DOCUMENT, "from": "faces", "to": "found", **change}

    answer = await client.post("/edits/rename", json=wanted)

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


async def test_of_very_many_unknown_fields_the_first_are_told(
    client: httpx.AsyncClient,
) -> None:
    """A fault of each of them kept the event loop for 50 ms."""
    more = {f"more{at}": None for at in range(MAX_FAULTS + 50)}
    wanted = {"pipeline": DOCUMENT, "from": "faces", "to": "found", **more}

    answer = await client.post("/edits/rename", json=wanted)

    assert answer.status_code == 422
    told = [fault["field"] for fault in answer.json()["errors"]]
    assert told == list(more)[:MAX_FAULTS]
