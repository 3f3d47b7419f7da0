"""An engine says what it is, and how its routes and services did of late."""

from typing import Any

import httpx
from documents import SERIES
from engine.settings import Settings


async def test_an_engine_tells_its_version_limits_and_retention(
    client: httpx.AsyncClient, settings: Settings
) -> None:
    about = (await client.get("/about")).json()

    assert about["version"].count(".") == 2
    assert about["limits"]["max_body"] == settings.max_body
    assert about["limits"]["max_parts"] == settings.max_parts
    assert about["retention_seconds"] == settings.retention.total_seconds()
    assert about["user"] == "local"


async def test_statistics_tell_of_routes_services_and_failures(
    client: httpx.AsyncClient, worker: Any, ended: Any
) -> None:
    await client.post("/services", json=SERIES)
    for result in ({"a": 1}, {"type": "error", "message": "no paper"}):
        task = (await client.post("/services/tried", json={})).json()["jobId"]
        await client.post(await worker.called(), json=result)
        await ended(task)

    stats = (await client.get("/stats")).json()
    listed = (await client.get("/services")).json()
    details = (await client.get("/services/tried")).json()

    assert stats["jobs"]["total"] == 2
    tried = stats["by_route"]["tried"]
    assert (tried["calls"], tried["failed"], tried["cancelled"]) == (2, 1, 0)
    assert 0 < tried["p50"] <= tried["p95"] < 60
    assert stats["by_service"]["work"]["calls"] == 2
    assert stats["by_service"]["work"]["failed"] == 1
    assert stats["failures"] == [
        {"route": "tried", "node": "first", "code": "service-failed", "count": 1}
    ]
    line = next(line for line in listed if line["route"] == "tried")
    assert line["usual_seconds"] == details["usual_seconds"] == tried["p50"]
    assert details["usual"].keys() == {"first"}


async def test_a_list_of_routes_tells_tags_and_what_comes_out(
    client: httpx.AsyncClient,
) -> None:
    announced = {
        "type": "service",
        "url": "http://127.0.0.1:9/blur",
        "api": {"route": "blur", "tags": ["images"], "resultType": ["image/png"]},
    }
    await client.post("/services", json=announced)

    listed = (await client.get("/services")).json()

    line = next(line for line in listed if line["route"] == "blur")
    assert (line["tags"], line["output"]) == (["images"], ["image/png"])
    assert line["usual_seconds"] is None
    assert line["offered_by"] == 1
    assert line["heard_at"] is not None
