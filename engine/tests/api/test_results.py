"""The result of a service is what the service announced, or it is refused."""

from typing import Any

import httpx
import pytest

from .conftest import Ended, Worker

FILE = {"type": "string", "format": "binary", "contentMediaType": "image/png"}
GIVES = {
    "type": "object",
    "properties": {
        "result": FILE,
        "areas": {"type": "array", "items": {"type": "integer"}},
    },
    "required": ["areas"],
}


@pytest.fixture
async def announce(client: httpx.AsyncClient, worker: Worker) -> Any:
    """Announces the worker's route with a schema of what it gives."""

    async def announced(gives: Any) -> None:
        api = {"route": "work", "body": {}, "outputSchema": gives}
        message = {"type": "service", "url": worker.url, "api": api}
        answer = await client.post("/services", json=message)
        assert answer.status_code == 200, answer.text

    await announced(GIVES)
    return announced


@pytest.fixture
async def task(client: httpx.AsyncClient, announce: Any) -> str:
    started = await client.post("/services/work", json={})
    return str(started.json()["jobId"])


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ({"json": {"areas": [1, "x"]}}, "areas.1: is a string, but must be an integer"),
        ({"json": {}}, "areas: is missing"),
        (
            {
                "files": {"result": ("a.gif", b"gif", "image/gif")},
                "data": {"areas": "[1]"},
            },
            "result: is a file of type image/gif, but must be image/png",
        ),
    ],
)
async def test_a_result_that_does_not_fit_is_refused_and_noted_at_once(
    client: httpx.AsyncClient,
    worker: Worker,
    task: str,
    ended: Ended,
    result: Any,
    told: str,
) -> None:
    url = await worker.called()

    refused = await client.post(url, **result)
    (waiting,) = (await client.get(f"/tasks/{task}/status")).json()["waiting"]
    good = await client.post(url, json={"areas": [1], "more": "keys"})

    assert refused.status_code == 422
    assert refused.json()["type"].endswith("unfit-result")
    assert refused.json()["detail"].endswith(told)
    assert "the result is not what “work” announces" in waiting["refused"]
    assert good.status_code == 200
    assert (await ended(task))["status"] == "finished"


@pytest.mark.parametrize("media_type", ["image/png", "application/octet-stream"])
async def test_a_result_that_fits_is_taken(
    client: httpx.AsyncClient, worker: Worker, task: str, ended: Ended, media_type: str
) -> None:
    url = await worker.called()
    parts = {
        "result": ("a", b"png", media_type),
        "areas": ("a", b"[1]", "application/json"),
    }

    answer = await client.post(url, files=parts)

    assert answer.status_code == 200, answer.text
    assert (await ended(task))["status"] == "finished"


async def test_a_failure_needs_to_fit_nothing(
    client: httpx.AsyncClient, worker: Worker, task: str, ended: Ended
) -> None:
    url = await worker.called()

    answer = await client.post(url, json={"type": "error", "message": "no"})

    assert answer.status_code == 200
    assert (await ended(task))["status"] == "error"


async def test_what_was_called_before_a_change_may_give_what_it_gave_before(
    client: httpx.AsyncClient,
    worker: Worker,
    task: str,
    announce: Any,
    ended: Ended,
) -> None:
    url = await worker.called()
    await announce({"type": "object", "required": ["other"]})

    answer = await client.post(url, json={"areas": [1]})

    assert answer.status_code == 200
    assert (await ended(task))["status"] == "finished"


async def test_what_has_gone_since_is_not_asked_for_its_contract(
    client: httpx.AsyncClient, worker: Worker, task: str
) -> None:
    url = await worker.called()
    await client.delete("/services/work")

    answer = await client.post(url, json={})

    assert answer.status_code == 200


async def test_large_results_are_judged_too(
    client: httpx.AsyncClient, worker: Worker, announce: Any, app: Any
) -> None:
    await announce({"type": "object", "properties": {"text": {"maxLength": 9}}})
    await client.post("/services/work", json={})
    url = await worker.called()
    callbacks = app.state.engine.callbacks
    attempt = await callbacks.attempt(url.partition("=")[2])

    with pytest.raises(Exception, match="must have at most 9"):
        await callbacks.report(attempt, {"text": "x" * 300_000}, 300_000)
