"""A task continues another one: data and results come from there."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from documents import end, entry, pipeline, service
from engine.settings import Settings

from .conftest import Worker, blob_files

PHOTO = [
    entry(
        "first",
        id_="start",
        route="steps",
        body=["image", "areas"],
        bodyType=[["image/png"], ["application/json"]],
    ),
    service("first", "second", input={"image": "start.out.image"}),
    service(
        "second",
        "done",
        input={"picture": "first.out.picture", "areas": "start.out.areas"},
    ),
    end("done", input={"out": "second.out", "picture": "first.out.picture"}),
]
STEPS = pipeline(*PHOTO)
PNG = ("a.png", b"png", "image/png")
AREAS = ("", b'{"areas": [1]}', "application/json")
PICTURE = ("p.png", b"picture", "image/png")


async def give(client: httpx.AsyncClient, worker: Worker, out: Any) -> None:
    """The next call of the service gets its result."""
    target = await worker.called()
    if isinstance(out, dict):
        answer = await client.post(target, json=out)
    else:
        answer = await client.post(target, files={"picture": out})
    assert answer.status_code == 200


async def has_run(client: httpx.AsyncClient, worker: Worker, ended: Any) -> str:
    """A task whose first node gave a picture, and whose second one failed."""
    await client.post("/services", json=STEPS)
    parts = {"image": PNG, "areas": AREAS}
    task = (await client.post("/services/steps", files=parts)).json()["jobId"]
    await give(client, worker, PICTURE)
    await give(client, worker, {"type": "error", "message": "no"})
    assert (await ended(task))["status"] == "error"
    return str(task)


async def start(client: httpx.AsyncClient, query: str, **body: Any) -> str:
    started = await client.post(f"/services/steps?{query}", **body)
    assert started.status_code == 202, started.json()
    return str(started.json()["jobId"])


async def test_a_failed_task_goes_on_where_it_failed(
    client: httpx.AsyncClient, worker: Worker, ended: Any
) -> None:
    old = await has_run(client, worker, ended)

    task = await start(client, f"continues={old}")
    await client.delete(f"/tasks/{old}")
    await give(client, worker, {"areas": 2})
    status = await ended(task)

    assert (status["status"], status["continues"]) == ("finished", old)
    assert status["progress"]["reused"] == 1
    runs = (await client.get(f"/tasks/{task}/raw")).json()["runs"]
    assert [node for node, run in runs.items() if run["reused"]] == ["first"]
    assert runs["second"]["input"]["areas"] == [1]
    listed = (await client.get(f"/tasks/{task}/runs")).json()["runs"]
    assert [node for node, run in listed.items() if run["reused"]] == ["first"]
    picture = await client.get(f"/tasks/{task}/files/picture")
    assert picture.content == b"picture"


async def test_the_events_of_a_task_tell_what_it_kept(
    client: httpx.AsyncClient, worker: Worker, ended: Any
) -> None:
    old = await has_run(client, worker, ended)
    task = await start(client, f"continues={old}")
    await give(client, worker, {})
    await ended(task)

    events = (await client.get(f"/tasks/{task}/events")).text

    [kept] = [line for line in events.splitlines() if '"reused":true' in line]
    assert '"node":"first","status":"succeeded"' in kept


async def test_what_is_sent_takes_the_place_of_what_the_old_task_had(
    client: httpx.AsyncClient, worker: Worker, ended: Any
) -> None:
    old = await has_run(client, worker, ended)

    areas = ("", b'{"areas": [7]}', "application/json")
    task = await start(client, f"continues={old}", files={"areas": areas})
    await give(client, worker, {})
    await ended(task)
    other = await start(
        client, f"continues={task}", files={"image": ("b.png", b"other", "image/png")}
    )

    runs = (await client.get(f"/tasks/{task}/raw")).json()["runs"]
    assert runs["first"]["reused"]
    assert runs["second"]["input"]["areas"] == [7]
    await give(client, worker, PICTURE)
    await give(client, worker, {})
    runs = (await client.get(f"/tasks/{other}/raw")).json()["runs"]
    assert not runs["first"]["reused"]
    assert runs["start"]["input"]["areas"] == [7]


async def test_nodes_can_be_made_to_run_again(
    client: httpx.AsyncClient, worker: Worker, ended: Any
) -> None:
    old = await has_run(client, worker, ended)

    task = await start(client, f"continues={old}&again=first")
    await give(client, worker, PICTURE)
    await give(client, worker, {})

    assert (await ended(task))["progress"]["reused"] == 0


async def test_a_changed_version_continues_without_being_published(
    client: httpx.AsyncClient, worker: Worker, ended: Any
) -> None:
    old = await has_run(client, worker, ended)
    changed = pipeline(*PHOTO[:2], PHOTO[2] | {"params": {"x": 1}}, PHOTO[3])
    kept = await client.post("/services/steps/versions", json=changed)
    version = kept.json()["version"]

    task = await start(client, f"version={version}&continues={old}")
    await give(client, worker, {})

    status = await ended(task)
    assert status["progress"]["reused"] == 1
    assert status["trial"]


async def test_a_version_that_takes_less_is_given_less(
    client: httpx.AsyncClient, worker: Worker, ended: Any
) -> None:
    old = await has_run(client, worker, ended)
    api = {"route": "steps", "body": "image"}
    less = [entry("done", id_="start", **api), end("done", input={"i": "start.out"})]
    kept = await client.post("/services/steps/versions", json=pipeline(*less))

    task = await start(client, f"version={kept.json()['version']}&continues={old}")
    await ended(task)

    outputs = (await client.get(f"/tasks/{task}")).json()
    assert list(outputs["i"]) == ["image"]


async def test_a_large_value_is_taken_over(
    client: httpx.AsyncClient, worker: Worker, ended: Any
) -> None:
    await client.post("/services", json=STEPS)
    parts = {"image": PNG, "areas": AREAS}
    old = (await client.post("/services/steps", files=parts)).json()["jobId"]
    await give(client, worker, {"picture": "x" * 40_000})
    await give(client, worker, {"type": "error"})
    await ended(old)

    task = await start(client, f"continues={old}")
    await client.delete(f"/tasks/{old}")
    await give(client, worker, {})
    await ended(task)

    outputs = (await client.get(f"/tasks/{task}")).json()
    assert outputs["picture"] == "x" * 40_000


async def test_a_running_task_cannot_be_continued(
    client: httpx.AsyncClient, worker: Worker
) -> None:
    await client.post("/services", json=STEPS)
    parts = {"image": PNG, "areas": AREAS}
    old = (await client.post("/services/steps", files=parts)).json()["jobId"]

    refused = await client.post(f"/services/steps?continues={old}")

    assert refused.status_code == 409
    assert refused.json()["type"] == "urn:marketplace:problem:still-running"


@pytest.mark.parametrize(
    ("route", "query", "status", "code"),
    [
        ("steps", "continues=7818043b-9a84-4cb1-80e9-85545406fd0d", 404, None),
        ("steps", "continues=x", 404, None),
        ("steps", "continues=", 422, "bad-parameter"),
        ("steps", "continues={old}&again=frist", 422, "unknown-node"),
        ("steps", "continues={old}&again=" + "x" * 3000, 422, "bad-parameter"),
        ("any", "continues={old}", 422, "other-route"),
    ],
)
async def test_what_cannot_be_continued_is_refused_and_leaves_nothing(
    client: httpx.AsyncClient,
    worker: Worker,
    ended: Any,
    settings: Settings,
    route: str,
    query: str,
    status: int,
    code: str | None,
) -> None:
    old = await has_run(client, worker, ended)
    before = blob_files(settings)

    refused = await client.post(f"/services/{route}?{query.format(old=old)}")

    assert refused.status_code == status, refused.json()
    assert [fault["code"] for fault in refused.json()["errors"]] == [code] * bool(code)
    assert blob_files(settings) == before


async def test_a_request_that_does_not_fit_leaves_the_old_task_whole(
    client: httpx.AsyncClient, worker: Worker, ended: Any, settings: Settings
) -> None:
    old = await has_run(client, worker, ended)
    before = blob_files(settings)

    refused = await client.post(
        f"/services/steps?continues={old}", files={"areas": ("a.gif", b"", "image/gif")}
    )

    assert refused.status_code == 415
    assert blob_files(settings) == before


async def test_no_trace_of_a_continued_task_stays(
    client: httpx.AsyncClient,
    worker: Worker,
    ended: Any,
    nothing_left: Callable[[], Awaitable[bool]],
) -> None:
    old = await has_run(client, worker, ended)
    task = await start(client, f"continues={old}")
    await give(client, worker, {})
    await ended(task)

    for one in (task, old):
        await client.delete(f"/tasks/{one}")

    assert await nothing_left()
