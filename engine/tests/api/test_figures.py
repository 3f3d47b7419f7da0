"""What operators read under `/metrics` of tasks, services and the engine's own work."""

import asyncio
from typing import Any

import httpx
import pytest
from documents import end, node, service, starting_with
from engine.domain.errors import Unavailable
from fastapi import FastAPI
from prometheus_client.parser import text_string_to_metric_families

from servers.waiting import until

from .conftest import PERSON

SECONDS = 5.0
"""For what comes at once."""

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


async def read(client: httpx.AsyncClient) -> Samples:
    text = (await client.get("/metrics")).text
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, frozenset(labels.items())))


async def counted(app: FastAPI) -> None:
    """What was counted so far is in the figures: otherwise that takes five seconds."""
    await app.state.engine.statistics.flush()


async def test_ended_tasks_are_counted_with_their_time(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    for _ in range(3):
        await client.post("/services/person", json=PERSON, params={"wait": "60"})
    await counted(app)

    samples = await read(client)

    ends = "marketplace_task_ends_total"
    assert value(samples, ends, route="person", end="finished") == 3
    assert value(samples, ends, route="person", end="failed") == 0
    seconds = "marketplace_task_seconds"
    assert value(samples, f"{seconds}_count", route="person") == 3
    assert value(samples, f"{seconds}_bucket", route="person", le="4294.967296") == 3
    assert (value(samples, f"{seconds}_sum", route="person") or 0) > 0


async def test_a_run_that_waits_is_told_with_its_age(
    app: FastAPI, client: httpx.AsyncClient, worker: Any
) -> None:
    await client.post("/services/work", json={})
    call = await worker.called()

    samples = await read(client)

    assert value(samples, "marketplace_waiting_runs", service="work") == 1
    assert value(samples, "marketplace_service_instances", service="work") == 1
    oldest = value(samples, "marketplace_oldest_waiting_seconds", service="work")
    assert oldest is not None and oldest > 0

    await client.post(call, json={"n": 1})
    await counted(app)

    samples = await read(client)
    assert value(samples, "marketplace_waiting_runs", service="work") == 0
    attempts = "marketplace_service_attempts_total"
    assert value(samples, attempts, service="work", outcome="succeeded") == 1


async def test_a_service_that_is_asked_for_and_not_there_has_no_instances(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    document = starting_with(
        service("call", "end", service="nobody"), end(), route="asks"
    )
    await app.state.engine.pipelines.publish(document)

    await client.post("/services/asks", json={})

    async def waits() -> bool:
        samples = await read(client)
        return value(samples, "marketplace_waiting_runs", service="nobody") == 1

    await until(waits)
    samples = await read(client)
    assert value(samples, "marketplace_service_instances", service="nobody") == 0


async def test_a_failure_is_told_with_node_and_kind(
    app: FastAPI, client: httpx.AsyncClient, worker: Any
) -> None:
    await client.post("/services/work", json={})
    call = await worker.called()
    await client.post(call, json={"type": "error", "message": "no paper"})
    await counted(app)

    samples = await read(client)

    failures = "marketplace_task_failures_total"
    labels = {"route": "work", "node": "work", "code": "service-failed"}
    assert value(samples, failures, **labels) == 1


async def test_the_engine_tells_of_its_own_work(client: httpx.AsyncClient) -> None:
    await client.post("/services/person", json=PERSON, params={"wait": "60"})

    samples = await read(client)

    assert (value(samples, "marketplace_save_seconds_count") or 0) >= 1
    turns = value(samples, "marketplace_turn_seconds_count")
    assert turns is not None
    # Each turn takes one event at least.
    assert (value(samples, "marketplace_turn_events_total") or 0) >= turns
    assert value(samples, "marketplace_loop_delay_seconds_count") is not None


async def test_a_node_is_told_with_its_time_and_its_callback_by_outcome(
    app: FastAPI, client: httpx.AsyncClient, worker: Any, ended: Any
) -> None:
    started = await client.post("/services/work", json={})
    call = await worker.called()
    assert (await client.post(call, json={"n": 1})).status_code == 200
    await ended(started.json()["jobId"])
    # And one that nobody waits for any more.
    cancelled = (await client.post("/services/work", json={})).json()["jobId"]
    late = await worker.called()
    await client.post(f"/tasks/{cancelled}/cancel")
    assert (await client.post(late, json={"n": 2})).status_code == 409
    await counted(app)

    samples = await read(client)

    labels = {"route": "work", "node": "work"}
    assert value(samples, "marketplace_node_runs_total", **labels) == 1
    assert (value(samples, "marketplace_node_seconds_total", **labels) or 0) > 0
    requests = "marketplace_request_seconds_count"
    back = {"method": "POST", "route": "/callback"}
    assert value(samples, requests, **back, status="200") == 1
    assert value(samples, requests, **back, status="409") == 1


async def test_decisions_with_code_are_told_with_their_time(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    counts = node("counts", "end", after="node.out['n'] = 1")
    document = starting_with(counts, end(), route="counts")
    await app.state.engine.pipelines.publish(document)
    before = await read(client)

    await client.post("/services/counts", json={}, params={"wait": "60"})

    samples = await read(client)
    code = "marketplace_code_seconds"
    runs = value(samples, f"{code}_count")
    assert value(before, f"{code}_count") == 0
    assert runs is not None and runs >= 1
    assert (value(samples, f"{code}_sum") or 0) > 0
    assert value(samples, f"{code}_bucket", le="+Inf") == runs


async def test_each_store_is_told_by_what_was_done_with_it(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    before = await read(client)
    photo = {"image": ("a.png", b"pixels", "image/png")}
    started = await client.post("/services/file", files=photo)
    assert started.status_code == 202

    samples = await read(client)

    calls = "marketplace_store_seconds"
    errors = "marketplace_store_errors_total"
    for store in ("documents", "blobs"):
        labels = {"store": store, "operation": "write"}
        count = value(samples, f"{calls}_count", **labels)
        assert count is not None
        assert count > (value(before, f"{calls}_count", **labels) or 0)
        assert (value(samples, f"{calls}_sum", **labels) or 0) > 0
        assert value(samples, f"{calls}_bucket", **labels, le="+Inf") == count
        assert value(samples, errors, **labels) == 0
    # A rate needs a first value, also of what has never been asked.
    assert value(samples, errors, store="inbox", operation="write") == 0


async def test_one_store_that_is_away_keeps_no_figures_of_others_waiting(
    app: FastAPI, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Prometheus waits for ten seconds, and asks nobody who answered too late."""
    asked = asyncio.Event()

    async def away() -> Any:
        await asyncio.wait_for(asked.wait(), SECONDS)
        raise Unavailable("MongoDB", "it does not answer")

    async def dead_count() -> int:
        asked.set()
        return 3

    monkeypatch.setattr(app.state.engine.tasks, "stats", away)
    monkeypatch.setattr(app.state.engine.inbox, "dead_count", dead_count)

    samples = await read(client)

    assert value(samples, "marketplace_dead_letters") == 3


async def test_saves_are_told_by_how_many_went_together(
    client: httpx.AsyncClient,
) -> None:
    before = await read(client)
    await client.post("/services/person", json=PERSON, params={"wait": "60"})

    samples = await read(client)

    size = "marketplace_save_batch_size"
    batches = value(samples, f"{size}_count")
    assert batches is not None
    assert batches > (value(before, f"{size}_count") or 0)
    # Each has one save at least, and is in the last bucket.
    assert (value(samples, f"{size}_sum") or 0) >= batches
    assert value(samples, f"{size}_bucket", le="512.0") == batches


async def test_code_that_meets_a_limit_is_told_with_it(
    app: FastAPI, client: httpx.AsyncClient
) -> None:
    endless = node("loops", "end", after="while True: node.out[1] = 1")
    document = starting_with(endless, end(), route="endless")
    await app.state.engine.pipelines.publish(document)
    limits = "marketplace_code_limits_total"
    assert value(await read(client), limits, limit="run_time") == 0

    await client.post("/services/endless", json={}, params={"wait": "60"})

    samples = await read(client)
    assert value(samples, limits, limit="run_time") == 1
    assert value(samples, limits, limit="memory_bytes") == 0


async def test_calls_that_repeat_failed_ones_are_told(
    app: FastAPI, client: httpx.AsyncClient, worker: Any, ended: Any
) -> None:
    again = service("call", "end", service="work", retry=1)
    await app.state.engine.pipelines.publish(starting_with(again, end(), route="again"))
    started = await client.post("/services/again", json={})

    out_of_paper = {"type": "error", "message": "no paper", "retryable": True}
    for _ in range(2):
        call = await worker.called()
        await client.post(call, json=out_of_paper)
    await ended(started.json()["jobId"])
    await counted(app)

    samples = await read(client)
    assert value(samples, "marketplace_service_retries_total", service="work") == 1
