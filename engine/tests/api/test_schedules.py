"""Schedules over HTTP."""

from typing import Any

import httpx
import pytest
from engine.api.limits import MAX_FAULTS

BODY: dict[str, Any] = {
    "route": "person",
    "cron": "30 7 * * MON-FRI",
    "timezone": "Europe/Berlin",
    "input": {"name": "Ada", "age": 36},
}


async def test_a_schedule_is_added_read_listed_changed_and_deleted(
    client: httpx.AsyncClient,
) -> None:
    added = await client.post("/schedules", json=BODY)
    schedule = added.json()
    path = added.headers["location"]

    assert added.status_code == 201
    assert path == f"/schedules/{schedule['id']}"
    assert schedule == {
        **BODY,
        "id": schedule["id"],
        "paused": False,
        "missed": "once",
        "created_at": schedule["created_at"],
        "next_at": schedule["next_at"],
        "last_at": None,
        "last_task": None,
        "last_error": None,
    }
    assert (await client.get(path)).json() == schedule
    assert (await client.get("/schedules")).json() == [schedule]

    changed = await client.put(path, json={**BODY, "paused": True})
    assert changed.json() == {**schedule, "paused": True, "next_at": None}

    assert (await client.delete(path)).status_code == 204
    assert (await client.get(path)).status_code == 404
    assert (await client.put(path, json=BODY)).status_code == 404


WRONG = [
    ({"route": None}, "route"),
    ({"cron": 5}, "cron"),
    ({"cron": ""}, "cron"),
    ({"cron": "a" * 201}, "cron"),
    ({"paused": "yes"}, "paused"),
    ({"missed": "twice"}, "missed"),
    ({"missed": ["once"]}, "missed"),
    ({"input": [1]}, "input"),
    ({"timzone": "UTC"}, "timzone"),
    ({"input": {"name": "Ada"}}, "input.age"),
]


@pytest.mark.parametrize(("changes", "field"), WRONG)
async def test_what_is_wrong_is_named_by_its_field(
    client: httpx.AsyncClient, changes: Any, field: str
) -> None:
    answer = await client.post("/schedules", json={**BODY, **changes})

    assert answer.status_code == 422
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]
    assert (await client.get("/schedules")).json() == []


async def test_a_misspelt_field_is_guessed(client: httpx.AsyncClient) -> None:
    answer = await client.post("/schedules", json={**BODY, "timzone": "UTC"})

    assert answer.json()["errors"][0]["hint"] == "did you mean “timezone”?"


async def test_of_very_many_unknown_fields_some_are_told(
    client: httpx.AsyncClient,
) -> None:
    """Of 40,000 it took half a second of the event loop to guess what was meant."""
    fields = {f"x{at}": None for at in range(1_000)}

    answer = await client.post("/schedules", json={**BODY, **fields})

    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == MAX_FAULTS


async def test_a_route_that_takes_a_file_cannot_be_scheduled(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.post(
        "/schedules", json={"route": "file", "cron": "* * * * *"}
    )

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "input.image"
