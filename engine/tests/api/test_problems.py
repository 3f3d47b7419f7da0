"""Every error is answered as a problem, which tells no secret of the engine."""

import httpx
import pytest
from engine.api.problems import TABLE, problem
from engine.domain import errors
from engine.domain.errors import EngineError

from .building import client_of, failing_app


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
        ("/services/any", "DELETE, GET, HEAD, OPTIONS, POST"),
        ("/tasks", "GET, HEAD, OPTIONS"),
        ("/services/validate", "DELETE, GET, HEAD, OPTIONS, POST"),
    ],
)
async def test_a_wrong_method_is_told_which_are_right(
    client: httpx.AsyncClient, path: str, allowed: str
) -> None:
    answer = await client.patch(path)

    assert answer.status_code == 405
    assert answer.headers["allow"] == allowed
    assert allowed in answer.json()["detail"]
    assert answer.headers["content-type"] == "application/problem+json"


async def test_a_mistake_of_the_engine_tells_nothing_of_its_inside() -> None:
    broken = failing_app(RuntimeError("secret"))

    async with client_of(broken, answer_mistakes=True) as client:
        answer = await client.get("/services")

    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:marketplace:problem:internal"
    assert "secret" not in answer.text


async def test_a_store_that_is_away_is_503_and_try_again() -> None:
    away = failing_app(errors.Unavailable("the database", "connection refused"))

    async with client_of(away) as client:
        answers = [
            await client.get("/tasks"),
            await client.post("/services/any", json={}),
        ]
        ready = await client.get("/readyz")
        metrics = await client.get("/metrics")

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
    kinds = [kind for _, _, kind, _ in TABLE]

    assert len(set(kinds)) == len(kinds)
