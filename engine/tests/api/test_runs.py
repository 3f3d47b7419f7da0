"""The runs of a task can be looked at: how they went, their values, their files."""

import asyncio
import uuid
from typing import Any

import httpx
import pytest
from documents import end, entry, loop, node, pipeline, service
from engine.settings import Settings

UNKNOWN = str(uuid.UUID(int=1))
CONTENT = b"0123456789"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"max_json": 200_000})


async def published(client: httpx.AsyncClient, document: Any) -> None:
    answer = await client.post("/services", json=document)
    assert answer.status_code == 201, answer.text


async def begun(client: httpx.AsyncClient, task: str, node: str) -> Any:
    """A run, as soon as it is not pending any more."""
    while True:
        run = (await client.get(f"/tasks/{task}/runs/{node}")).json()
        if run["status"] != "pending":
            return run
        await asyncio.sleep(0.01)


@pytest.fixture
async def task(client: httpx.AsyncClient, worker: Any, ended: Any) -> str:
    """A task whose service failed once and then gave a file and a large value."""
    await published(
        client,
        pipeline(
            entry("call", route="tried", body={}),
            service("call", "end", service="work", retry=1),
            end(),
        ),
    )
    started = await client.post("/services/tried", json={"a": [1, 2]})
    task = str(started.json()["jobId"])

    broken = {"type": "error", "message": "out of paper", "retryable": True}
    await client.post(await worker.called(), json=broken)
    files = {"page": ("a.txt", CONTENT, "text/plain")}
    data = {"data": (None, '{"long": "%s"}' % ("x" * 70_000), "application/json")}
    await client.post(await worker.called(), files=files | data)
    await ended(task)
    return task


@pytest.fixture
async def looped(client: httpx.AsyncClient, ended: Any) -> str:
    """A task with a loop over three items, the second of which fails."""
    body = [
        node("inner", "check", input={"n": "node._loop"}),
        {
            "id": "check",
            "type": "branch",
            "input": {"n": "inner.out.n"},
            "if": "input.n / (input.n - 1) < 100",
            "then": {"next": ["loopEnd"]},
            "else": {"next": ["loopEnd"]},
        },
    ]
    each = loop("each", body, "end", items="begin.out.items", concurrency=1)
    await published(
        client,
        pipeline(entry("each", id_="begin", route="looped", body={}), each, end()),
    )
    started = await client.post("/services/looped", json={"items": [0, 1, 2]})
    task = str(started.json()["jobId"])
    await ended(task)
    return task


async def test_runs_are_shown_without_their_values(
    client: httpx.AsyncClient, task: str
) -> None:
    answer = await client.get(f"/tasks/{task}/runs")

    assert answer.status_code == 200, answer.text
    shown = answer.json()
    call = shown["runs"]["call"]
    assert (shown["status"], call["status"]) == ("finished", "succeeded")
    assert call["sizes"]["input"] == len('{"a":[1,2]}')
    assert call["sizes"]["out"] > 70_000
    assert "input" not in call
    assert "xxx" not in answer.text


async def test_a_run_says_which_task_it_has_called(
    client: httpx.AsyncClient, ended: Any
) -> None:
    inner = pipeline(entry("end", route="inner", body={}), end())
    calls = service("call", "end", service="inner")
    outer = pipeline(entry("call", route="outer", body={}), calls, end())
    await published(client, inner)
    await published(client, outer)
    task = (await client.post("/services/outer", json={})).json()["jobId"]
    await ended(task)

    runs = (await client.get(f"/tasks/{task}/runs")).json()["runs"]
    run = (await client.get(f"/tasks/{task}/runs/call")).json()

    assert runs["end"]["called_task"] is None
    assert runs["call"]["called_task"] == run["called_task"]
    raw = (await client.get(f"/tasks/{task}/raw")).json()["runs"]
    assert run["called_task"] == raw["call"]["called_task"]
    assert str(uuid.UUID(run["called_task"])) == run["called_task"]


async def test_each_attempt_of_a_run_is_shown(
    client: httpx.AsyncClient, worker: Any, task: str
) -> None:
    runs = (await client.get(f"/tasks/{task}/runs")).json()["runs"]

    first, second = runs["call"]["attempts"]
    assert first["error"] == "out of paper"
    assert second["error"] is None
    assert second["instance"] == worker.url
    assert first["at"] < first["ended_at"] <= second["at"] < second["ended_at"]
    assert runs["end"]["attempts"] == []


async def test_a_run_is_shown_with_its_values_unless_they_are_large(
    client: httpx.AsyncClient, task: str
) -> None:
    cut = (await client.get(f"/tasks/{task}/runs/call")).json()
    whole = (await client.get(f"/tasks/{task}/runs/call?whole=input,out")).json()

    assert cut["input"] == whole["input"] == {"a": [1, 2]}
    assert cut["out"] == {"cut": True, "bytes": cut["sizes"]["out"]}
    assert len(whole["out"]["long"]) == 70_000


async def test_a_file_of_a_run_can_be_downloaded_where_its_value_says(
    client: httpx.AsyncClient, task: str
) -> None:
    run = (await client.get(f"/tasks/{task}/runs/call?whole=out")).json()
    url = run["out"]["page"]["url"]

    whole = await client.get(url)
    part = await client.get(url, headers={"range": "bytes=2-4"})
    elsewhere = await client.get(url.partition("?")[0])

    assert whole.content == elsewhere.content == CONTENT
    assert whole.headers["content-type"] == "text/plain"
    assert whole.headers["content-disposition"].startswith("attachment")
    assert (part.status_code, part.content) == (206, b"234")


async def test_the_first_picture_of_an_output_has_an_address(
    client: httpx.AsyncClient, ended: Any
) -> None:
    await published(
        client,
        pipeline(entry("end", id_="entry", route="pictured", body="image"), end()),
    )
    picture = {"image": ("a.png", CONTENT, "image/png")}
    started = await client.post("/services/pictured", files=picture)
    task = str(started.json()["jobId"])
    await ended(task)

    runs = (await client.get(f"/tasks/{task}/runs")).json()["runs"]

    shown = runs["entry"]["picture"]
    assert (shown["type"], shown["size"]) == ("image/png", len(CONTENT))
    assert (await client.get(shown["url"])).content == CONTENT


async def test_a_run_tells_when_it_begins_and_whether_it_was_kept(
    client: httpx.AsyncClient,
) -> None:
    nap = node("nap", "end", delay="10m")
    await published(
        client, pipeline(entry("nap", route="napping", body={}), nap, end())
    )
    started = await client.post("/services/napping", json={})
    task = str(started.json()["jobId"])

    run = await begun(client, task, "nap")

    assert run["status"] == "waiting"
    assert run["again_at"] is not None
    assert run["reused"] is False
    assert run["picture"] is None


async def test_a_file_that_no_run_refers_to_is_not_given(
    client: httpx.AsyncClient, task: str, ended: Any
) -> None:
    files = {"image": ("a", CONTENT, "text/plain")}
    other = (await client.post("/services/file", files=files)).json()["jobId"]
    await ended(other)
    run = (await client.get(f"/tasks/{other}/runs/entry")).json()
    name = run["out"]["image"]["$blob"].partition("/")[2]

    assert (await client.get(f"/tasks/{other}/blobs/{name}")).status_code == 200
    assert (await client.get(f"/tasks/{task}/blobs/{name}")).status_code == 404


async def test_the_items_of_a_loop_are_listed_in_pages(
    client: httpx.AsyncClient, looped: str
) -> None:
    url = f"/tasks/{looped}/items?node=each"

    first = (await client.get(f"{url}&limit=2")).json()
    rest = (await client.get(f"{url}&first={first['next']}&limit=2")).json()

    assert (first["total"], rest["next"]) == (3, None)
    items = first["items"] + rest["items"]
    assert [item["index"] for item in items] == [0, 1, 2]
    assert [item["status"] for item in items] == ["finished", "error", "pending"]
    assert [item["item"] for item in items] == [0, 1, None]
    assert [item["failed_node"] for item in items] == [None, "check", None]
    assert items[0]["path"] == f"{looped}/each[0]"


async def test_the_runs_of_an_item_are_found_by_its_path(
    client: httpx.AsyncClient, looped: str
) -> None:
    path = f"{looped}/each[1]"

    whole = (await client.get(f"/tasks/{looped}/runs", params={"path": path})).json()
    short = (await client.get(f"/tasks/{looped}/runs?path=each[1]")).json()
    run = (await client.get(f"/tasks/{looped}/runs/check?path=each[1]")).json()

    assert whole == short
    assert whole["runs"]["check"]["fault"]["code"]
    assert (run["item"], run["input"]) == (1, {"n": 1})


@pytest.mark.parametrize(
    "path",
    [
        "runs?path=nowhere[3]",
        f"runs?path={UNKNOWN}",
        "runs/nobody",
        "runs/nobody?path=each[0]",
        "items?node=nobody",
        "items?node=each&path=each[9]",
        "blobs/nothing",
        "blobs/nothing?node=nobody",
    ],
)
async def test_what_is_not_there_is_not_found(
    client: httpx.AsyncClient, looped: str, path: str
) -> None:
    answer = await client.get(f"/tasks/{looped}/{path}")

    assert answer.status_code == 404, answer.text
    assert (await client.get(f"/tasks/{UNKNOWN}/{path}")).status_code == 404


async def test_a_node_that_is_no_loop_has_no_items(
    client: httpx.AsyncClient, looped: str
) -> None:
    answer = await client.get(f"/tasks/{looped}/items?node=begin")

    assert answer.json() == {"total": 0, "items": [], "next": None}
