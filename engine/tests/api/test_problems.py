"""Whatever goes wrong is told as a problem, and never more than that."""

from typing import Any, cast

import httpx
import pytest
from engine.api.app import create_app
from engine.api.engine import Engine
from engine.api.problems import TABLE, problem
from engine.domain import errors
from engine.domain.errors import EngineError
from fastapi import FastAPI


async def test_a_path_nobody_answers_is_not_found(client: httpx.AsyncClient) -> None:
    answer = await client.get("/nope")

    assert answer.status_code == 404
    assert answer.json() == {
        "type": "urn:marketplace:problem:not-found",
        "title": "Not Found",
        "status": 404,
        "detail": "there is nothing at /nope",
        "errors": [],
    }


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/services/any", "DELETE, GET, POST"),
        ("/tasks", "GET"),
        ("/services/validate", "DELETE, GET, POST"),
    ],
)
async def test_a_wrong_method_is_told_which_are_right(
    client: httpx.AsyncClient, path: str, allowed: str
) -> None:
    answer = await client.patch(path)

    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_mistake_of_the_engine_tells_nothing_of_its_inside(
    app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> Any:
        raise RuntimeError("secret")

    monkeypatch.setattr(app.state.engine.pipelines, "list", broken)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as c:
        answer = await c.get("/services")

    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:marketplace:problem:internal"
    assert "secret" not in answer.text


class Away:
    """An engine whose stores cannot be reached."""

    def __getattr__(self, name: str) -> Any:
        return self

    def __call__(self, *_: object) -> Any:
        raise errors.Unavailable("the database", "connection refused")

    async def ready(self) -> dict[str, str]:
        return {"frames": "connection refused"}


async def test_a_store_that_is_away_is_503_and_try_again() -> None:
    transport = httpx.ASGITransport(create_app(cast(Engine, Away())))

    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as c:
        answers = [await c.get("/tasks"), await c.post("/services/any", json={})]
        ready, metrics = await c.get("/readyz"), await c.get("/metrics")

    for answer in answers:
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["type"] == "urn:marketplace:problem:unavailable"
    assert ready.status_code == 503
    assert ready.json()["missing"] == {"frames": "connection refused"}
    assert metrics.status_code == 200


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InvalidInput([errors.Fault("a", "b")]), 422),
        (errors.UnsupportedMedia([errors.Fault("a", "b")]), 415),
        (errors.InvalidPipeline([errors.Fault("a", "b")]), 422),
        (errors.StaleFrame("t", 1), 500),
    ],
)
def test_the_most_special_row_of_the_table_counts(
    error: EngineError, status: int
) -> None:
    assert problem(error).status_code == status


def test_every_row_has_a_type_of_its_own() -> None:
    slugs = [slug for _, _, slug, _ in TABLE]

    assert len(set(slugs)) == len(slugs)
