"""Tasks can be listed, read, stopped and erased, and their files downloaded."""

import uuid
from typing import Any

import httpx
import pytest
from engine.settings import Settings

from .conftest import blob_files

DIGITS = b"0123456789"
UNKNOWN = "/tasks/" + str(uuid.UUID(int=1))


@pytest.fixture
async def done(client: httpx.AsyncClient, ended: Any) -> str:
    """A finished task with a file as output; its address."""
    files = {"image": ("a", DIGITS, "text/html")}
    answer = await client.post("/services/file", files=files)
    await ended(answer.json()["jobId"])
    return f"/tasks/{answer.json()['jobId']}"


@pytest.mark.parametrize(
    "path", ["", "/status", "/raw", "/events", "/files/image", "/files/a/b"]
)
@pytest.mark.parametrize("task", [UNKNOWN, "/tasks/x", "/tasks/%00", UNKNOWN.upper()])
async def test_an_unknown_task_is_not_found(
    client: httpx.AsyncClient, task: str, path: str
) -> None:
    answer = await client.get(task + path)

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("verb", "path"), [("POST", "/cancel"), ("DELETE", "")])
async def test_an_unknown_task_cannot_be_stopped(
    client: httpx.AsyncClient, verb: str, path: str
) -> None:
    answer = await client.request(verb, UNKNOWN + path)

    assert answer.status_code == 404


async def test_outputs_before_the_end_are_a_problem_that_says_the_status(
    client: httpx.AsyncClient, worker: Any
) -> None:
    task = (await client.post("/services/work", json={})).json()["jobId"]

    answer = await client.get(f"/tasks/{task}")

    assert answer.status_code == 409
    problem = answer.json()
    assert problem["type"] == "urn:marketplace:problem:not-finished"
    assert problem["task"]["status"] == "running"


async def test_a_file_is_answered_so_that_no_browser_runs_it(
    client: httpx.AsyncClient, done: str
) -> None:
    answer = await client.get(f"{done}/files/image")

    assert answer.content == DIGITS
    headers = answer.headers
    assert headers["content-type"] == "text/html"
    assert headers["content-length"] == "10"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["content-disposition"].startswith("attachment; filename=")


async def test_a_text_keeps_the_charset_that_it_was_sent_with(
    client: httpx.AsyncClient, ended: Any
) -> None:
    page = {"image": ("a", "dernière".encode("cp1252"), "text/html; charset=cp1252")}

    task = (await client.post("/services/file", files=page)).json()["jobId"]
    await ended(task)
    answer = await client.get(f"/tasks/{task}/files/image")

    assert answer.headers["content-type"] == "text/html; charset=cp1252"
    assert answer.text == "dernière"


async def test_head_tells_of_a_file_without_its_content(
    client: httpx.AsyncClient, done: str
) -> None:
    answer = await client.head(f"{done}/files/image")

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "10"


@pytest.mark.parametrize(
    ("asked", "status", "content", "place"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=5-99", 206, b"56789", "bytes 5-9/10"),
        ("bytes=-99", 206, DIGITS, "bytes 0-9/10"),
        ("bytes=4-2", 200, DIGITS, None),
        ("bytes=-", 200, DIGITS, None),
        ("bytes=0-1,3-4", 200, DIGITS, None),
        ("lines=1-2", 200, DIGITS, None),
    ],
)
async def test_a_single_range_is_answered_others_are_ignored(
    client: httpx.AsyncClient,
    done: str,
    asked: str,
    status: int,
    content: bytes,
    place: str | None,
) -> None:
    answer = await client.get(f"{done}/files/image", headers={"range": asked})

    assert (answer.status_code, answer.content) == (status, content)
    assert answer.headers.get("content-range") == place
    assert answer.headers["content-length"] == str(len(content))


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=-0"])
async def test_a_range_beyond_the_file_is_a_problem(
    client: httpx.AsyncClient, done: str, asked: str
) -> None:
    answer = await client.get(f"{done}/files/image", headers={"range": asked})

    assert answer.status_code == 416
    assert answer.headers["content-range"] == "bytes */10"


async def test_a_file_that_the_caller_has_is_not_sent_again(
    client: httpx.AsyncClient, done: str
) -> None:
    tag = (await client.get(f"{done}/files/image")).headers["etag"]

    again = await client.get(f"{done}/files/image", headers={"if-none-match": tag})
    changed = {"range": "bytes=1-2", "if-range": '"other"'}
    whole = await client.get(f"{done}/files/image", headers=changed)

    assert (again.status_code, again.content) == (304, b"")
    assert whole.content == DIGITS


@pytest.mark.parametrize(
    "key", ["a/b.png", "ключ", "..", "a b?#%", "x" * 150, "a.0", '"quoted"', "_\r\n_"]
)
async def test_a_file_with_any_key_is_found_under_its_address(
    client: httpx.AsyncClient, worker: Any, ended: Any, key: str
) -> None:
    task = (await client.post("/services/work", json={})).json()["jobId"]
    quoted = key.replace("\r", "%0D").replace("\n", "%0A")
    await client.post(await worker.called(), files={quoted: ("f", b"1", "a/b")})
    await ended(task)

    outputs = (await client.get(f"/tasks/{task}")).json()

    [url] = outputs.values()
    assert (await client.get(url)).content == b"1"


async def test_an_unknown_file_is_not_found(
    client: httpx.AsyncClient, done: str
) -> None:
    answer = await client.get(f"{done}/files/other")

    assert answer.status_code == 404


async def test_tasks_are_listed_newest_first_page_by_page(
    client: httpx.AsyncClient,
) -> None:
    made = [(await client.post("/services/any")).json()["jobId"] for _ in range(5)]

    found: list[str] = []
    query = {"limit": "2"}
    while len(found) < 5:
        page = (await client.get("/tasks", params=query)).json()
        found += [item["id"] for item in page["items"]]
        query["cursor"] = page["next"]

    assert found == made[::-1]


async def test_tasks_are_chosen_by_route_status_and_time(
    client: httpx.AsyncClient, worker: Any, ended: Any
) -> None:
    done = (await client.post("/services/any")).json()["jobId"]
    open_ = (await client.post("/services/work", json={})).json()["jobId"]
    status = await ended(done)

    async def ids(**query: str) -> list[str]:
        page = (await client.get("/tasks", params=query)).json()
        return [item["id"] for item in page["items"]]

    assert await ids(route="work") == [open_]
    assert await ids(status="finished") == [done]
    assert await ids(status="running") == [open_]
    assert await ids(since="2100-01-01T00:00:00Z") == []
    assert await ids(until="2020-01-01T00:00:00+02:00") == []
    assert done in await ids(since=status["created_at"])


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=201",
        "limit=x",
        "status=what",
        "since=yesterday",
        "since=2020-01-01T00:00:00",
        "since=0001-01-01T00:00:00%2B14:00",
        "until=9999-12-31T23:59:59-14:00",
        "cursor=x",
        "cursor=%00",
        "cursor=99999999999999999999.x",
        f"cursor={'1' * 501}",
    ],
)
async def test_a_bad_filter_is_named(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/tasks?{query}")

    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]
    for words_of_pydantic in ("Input should", "String should", "cannot be used"):
        assert words_of_pydantic not in answer.text


async def test_a_cancelled_task_is_in_error_and_stays_so(
    client: httpx.AsyncClient, worker: Any
) -> None:
    task = (await client.post("/services/work", json={})).json()["jobId"]

    first = await client.post(f"/tasks/{task}/cancel")
    again = await client.post(f"/tasks/{task}/cancel")

    assert (first.status_code, first.json()["status"]) == (200, "error")
    assert again.json() == first.json()


async def test_an_erased_task_leaves_no_trace(
    client: httpx.AsyncClient, done: str, settings: Settings
) -> None:
    answer = await client.delete(done)

    assert (answer.status_code, answer.content) == (204, b"")
    assert (await client.get(f"{done}/status")).status_code == 404
    assert (await client.get(f"{done}/files/image")).status_code == 404
    assert blob_files(settings) == []


async def test_stats_count_tasks_by_status_and_route(
    client: httpx.AsyncClient, done: str
) -> None:
    stats = (await client.get("/stats")).json()

    assert stats["jobs"]["total"] == stats["jobs"]["finished"] == 1
    assert stats["services"] == {"file": 1}


async def test_tasks_of_several_statuses_are_listed_with_what_failed(
    client: httpx.AsyncClient, worker: Any, ended: Any
) -> None:
    broken = (await client.post("/services/work", json={})).json()["jobId"]
    fault = {"type": "error", "message": "no"}
    await client.post(await worker.called(), json=fault)
    await ended(broken)
    running = (await client.post("/services/work", json={})).json()["jobId"]
    await client.post("/services/any", json={})

    answer = await client.get("/tasks?status=running&status=error")

    lines = {line["id"]: line for line in answer.json()["items"]}
    assert set(lines) == {broken, running}
    assert lines[broken]["failed_node"] == "work"
    assert lines[broken]["code"] == "service-failed"
    assert lines[running]["failed_node"] is None
