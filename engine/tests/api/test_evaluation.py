"""Code can be tried against the values of a task."""

import asyncio
import uuid
from typing import Any

import httpx
import pytest
from documents import end, entry, loop, node, pipeline
from engine.usecases import evaluation
from engine.usecases.rests import Rests

UNKNOWN = str(uuid.UUID(int=1))


@pytest.fixture
async def task(client: httpx.AsyncClient, ended: Any) -> str:
    """A task that has ended, with a loop over two items."""
    body = [node("inner", "loopEnd", input={"n": "node._loop"})]
    each = loop("each", body, "face-blur", items="begin.out.items")
    document = pipeline(
        entry("each", id_="begin", route="tried", body={}),
        each,
        node("face-blur", "end", input={"a": "begin.out.items"}),
        end(),
    )
    await client.post("/services", json=document)
    started = await client.post("/services/tried", json={"items": [5, 6]})
    task = str(started.json()["jobId"])
    await ended(task)
    return task


async def evaluated(client: httpx.AsyncClient, task: str, **body: Any) -> Any:
    answer = await client.post(f"/tasks/{task}/evaluate", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize(
    ("more", "value"),
    [
        ({"code": "face-blur.out.a[1] + 1"}, 7),
        ({"code": "sum(begin.out['items'])", "kind": "expression"}, 11),
        ({"code": "begin.out.items", "kind": "reference"}, [5, 6]),
        ({"code": "{begin.out.items.0} of {{}}", "kind": "template"}, "5 of {}"),
        # Its value is nobody's who tries code.
        ({"code": "Bearer {secrets.a}", "kind": "template"}, "Bearer {secrets.a}"),
        (
            {"code": "x = 1\nnode.out.more = x", "kind": "statements"},
            {"face-blur": {"out": {"a": [5, 6], "more": 1}}},
        ),
        ({"code": "node._loop * 2", "node": "inner", "path": "each[1]"}, 12),
    ],
)
async def test_code_gives_its_value_with_the_values_of_a_task(
    client: httpx.AsyncClient, task: str, more: Any, value: Any
) -> None:
    assert await evaluated(client, task, **{"node": "face-blur", **more}) == {
        "value": value
    }


@pytest.mark.parametrize(
    ("more", "line", "words"),
    [
        ({"code": "1 / 0"}, 1, "division by zero"),
        ({"code": "x = 1\nx.y.z", "kind": "statements"}, 2, ""),
        ({"code": "nowhere.out", "kind": "reference"}, None, "leads nowhere"),
        ({"code": "{begin.out.items.9}", "kind": "template"}, None, "leads nowhere"),
        ({"code": "{begin", "kind": "template"}, None, "{"),
        ({"code": "while True: pass", "kind": "statements"}, None, ""),
    ],
)
async def test_code_that_fails_says_why_and_in_which_line(
    client: httpx.AsyncClient, task: str, more: Any, line: Any, words: str
) -> None:
    answer = await evaluated(client, task, **{"node": "face-blur", **more})

    assert words in answer["fault"]["message"]
    assert answer["fault"]["line"] in (line, 1)


async def test_what_code_prints_is_told(client: httpx.AsyncClient, task: str) -> None:
    code = "print('so far')\n1 / 0"

    answer = await evaluated(
        client, task, node="face-blur", code=code, kind="statements"
    )

    assert answer["printed"] == "so far\n"
    assert answer["fault"]["line"] == 2


async def test_nothing_of_the_task_changes(
    client: httpx.AsyncClient, task: str
) -> None:
    before = (await client.get(f"/tasks/{task}/raw")).json()

    code = "node.out = {'gone': True}"
    await evaluated(client, task, node="face-blur", code=code, kind="statements")

    assert (await client.get(f"/tasks/{task}/raw")).json() == before


async def test_of_a_large_value_the_size_is_told(
    client: httpx.AsyncClient, task: str
) -> None:
    answer = await evaluated(client, task, node="face-blur", code="'x' * 70000")

    assert answer == {"value": {"cut": True, "bytes": 70_002}}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"node": "face-blur"}, 422),
        ({"node": "face-blur", "code": "1", "kind": "poem"}, 422),
        ({"node": "face-blur", "code": "1", "more": 1}, 422),
        ({"node": "nobody", "code": "1"}, 404),
        ({"node": "inner", "code": "1", "path": "each[7]"}, 404),
    ],
)
async def test_a_question_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, task: str, body: Any, status: int
) -> None:
    answer = await client.post(f"/tasks/{task}/evaluate", json=body)

    assert answer.status_code == status, answer.text
    assert (await client.post(f"/tasks/{UNKNOWN}/evaluate", json=body)).status_code in (
        404,
        422,
    )


async def test_those_who_try_slow_code_leave_threads_to_tasks(
    client: httpx.AsyncClient,
    task: str,
    ended: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(evaluation, "MAX_WAITING", 4)
    # Otherwise they would come in one after the other while the task runs.
    monkeypatch.setattr(Rests, "wanted", False)
    slow = {"node": "face-blur", "code": "while True: pass", "kind": "statements"}
    url = f"/tasks/{task}/evaluate"

    trials = [asyncio.create_task(client.post(url, json=slow)) for _ in range(6)]
    started = await client.post("/services/tried", json={"items": [1]})
    status = await ended(started.json()["jobId"])
    answers = await asyncio.gather(*trials)

    assert status["status"] == "finished"
    assert {answer.status_code for answer in answers} == {200, 503}
