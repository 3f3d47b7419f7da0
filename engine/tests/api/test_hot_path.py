"""The calls of the hot path are answered as FastAPI would answer them."""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from typing import Any

import httpx
import orjson
import pytest
from engine.api.app import create_app
from engine.api.call import parse_query
from engine.api.limits import ApiLimits
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from .building import client_of, failing_app

Headers = list[tuple[bytes, bytes]]
Answer = tuple[int, bytes]
TYPE = b"content-type"
PLAIN = b"application/json"
PERSON = b'{"name": "You", "age": 3}'
ROOT = "/below"


async def ask(
    app: FastAPI, target: str, headers: Headers, pieces: Sequence[bytes], root: str = ""
) -> Answer:
    """The answer to a body that comes in pieces; b"": the client disconnects.

    Below a root the hot path does not know its calls: FastAPI routes them.
    """
    path, _, query = target.partition("?")
    left = list(pieces)
    sent: list[Any] = []

    async def receive() -> Any:
        piece = left.pop(0)
        if not piece:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": piece, "more_body": bool(left)}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": root + path,
        "root_path": root,
        "query_string": query.encode(),
        "headers": [(b"host", b"localhost"), *headers],
    }
    await app(scope, receive, send)
    start, body = sent
    assert (b"content-length", b"%d" % len(body["body"])) in start["headers"]
    assert (b"x-frame-options", b"DENY") in start["headers"]
    return start["status"], body["body"]


def at_once(body: bytes) -> tuple[Headers, list[bytes]]:
    return [(b"content-length", b"%d" % len(body)), (TYPE, PLAIN)], [body]


def in_pieces(body: bytes) -> tuple[Headers, list[bytes]]:
    headers, _ = at_once(body)
    return headers, [body[i : i + 7] for i in range(0, len(body), 7)]


def without_length(body: bytes) -> tuple[Headers, list[bytes]]:
    return [(TYPE, PLAIN), (b"transfer-encoding", b"chunked")], in_pieces(body)[1]


def with_charset(body: bytes) -> tuple[Headers, list[bytes]]:
    return [(TYPE, b"Application/JSON; charset=utf-8")], [body]


def said_to_be_plain(body: bytes) -> tuple[Headers, list[bytes]]:
    return [(TYPE, PLAIN), (b"content-encoding", b"identity")], [body]


WAYS = (at_once, in_pieces, without_length, with_charset, said_to_be_plain)
BODIES = {
    "plain": (b'{"y": [1, {"z": null}], "url": "http://a/b:c"}', 200),
    "no keys": (b"{}", 200),
    "error": (b'{"type": "error", "message": "no face"}', 200),
    "text": ('{"y": "ä\\u00e4\\n\\"{["}'.encode(), 200),
    "large": (b'{"y": [' + b'{"x": 1},' * 50 + b"0]}", 200),
    "list": (b"[1]", 400),
    "blank": (b" ", 400),
    "NaN": (b'{"y": NaN}', 400),
    "cut": (b'{"y": [1', 400),
    "duplicate": (b'{"y": 1, "y": 2}', 400),
    "forged blob": (b'{"y": {"$blob": "x", "type": "a/b", "size": 1}}', 400),
    "65 bits": (b'{"y": 36893488147419103232}', 400),
    "deep": (b'{"y":' * 40 + b"1" + b"}" * 40, 413),
    "too large": (b'{"y": "' + b"x" * 50_000 + b'"}', 413),
}


@pytest.fixture
async def waiting(client: httpx.AsyncClient, worker: Any) -> Callable[[], Any]:
    """Starts a task that waits for a result; gives its id and where it is awaited."""

    async def start() -> tuple[str, str]:
        answer = await client.post("/services/work", json={})
        return answer.json()["jobId"], await worker.called()

    return start


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES)
async def test_a_result_means_the_same_in_whatever_way_it_comes(
    app: FastAPI,
    client: httpx.AsyncClient,
    waiting: Any,
    ended: Any,
    body: bytes,
    status: int,
) -> None:
    answers = set()
    results = []

    for way in WAYS:
        for root in "", ROOT:
            task, target = await waiting()

            answers.add(await ask(app, target, *way(body), root))

            if status == 200:
                state = await ended(task)
                outputs = (await client.get(f"/tasks/{task}")).json()
                results.append((state["status"], state.get("failed"), outputs))

    assert [answer[0] for answer in answers] == [status]
    assert all(result[0] == results[0][0] for result in results)
    if status == 200 and b"error" not in body:
        assert all(result[2] == orjson.loads(body) for result in results)


UNREADABLE: dict[str, tuple[Headers, list[bytes], int]] = {
    "other type": ([(TYPE, b"image/png")], [b"{}"], 415),
    "no type": ([], [b"{}"], 415),
    "compressed": ([(TYPE, PLAIN), (b"content-encoding", b"gzip")], [b"{}"], 415),
    "said too long": (
        [(TYPE, PLAIN), (b"content-length", b"9" * 30)],
        [b"{}"],
        413,
    ),
    "broken off": ([(TYPE, PLAIN), (b"content-length", b"9")], [b'{"y"', b""], 400),
    "broken off at once": (at_once(b"{}")[0], [b""], 400),
}


@pytest.mark.parametrize(
    ("headers", "pieces", "status"), UNREADABLE.values(), ids=UNREADABLE
)
@pytest.mark.parametrize("root", ["", ROOT])
async def test_what_cannot_be_read_is_refused_and_its_attempt_waits_on(
    app: FastAPI,
    waiting: Any,
    headers: Headers,
    pieces: list[bytes],
    status: int,
    root: str,
) -> None:
    _, target = await waiting()

    refused, _ = await ask(app, target, headers, pieces, root)

    assert refused == status
    assert (await ask(app, target, *at_once(b"{}")))[0] == 200


def encoded(text: str) -> str:
    return "".join(f"%{ord(c):02x}" for c in text)


QUERIES: dict[str, tuple[Callable[[str], str], int]] = {
    "plain": (lambda id_: f"?task_id={id_}", 200),
    "encoded": (lambda id_: f"?task_id={encoded(id_)}", 200),
    "encoded name": (lambda id_: f"?task%5fid={id_}", 200),
    "more keys": (lambda id_: f"?a=%26&task_id={id_}&b&=&&c=1=2", 200),
    "last counts": (lambda id_: f"?task_id=x&task_id={id_}", 200),
    "first does not": (lambda id_: f"?task_id={id_}&task_id=", 404),
    "no query": (lambda id_: "", 404),
    "no id": (lambda id_: "?task_id", 404),
    "other name": (lambda id_: f"?Task_id={id_}", 404),
    "space": (lambda id_: f"?task_id={id_}+", 404),
    "encoded space": (lambda id_: f"?task_id=%20{id_}", 404),
    "semicolon": (lambda id_: f"?a=1;task_id={id_}", 404),
    "half an escape": (lambda id_: f"?task_id={id_}%", 404),
    "no UTF-8": (lambda id_: f"?task_id={id_}%ff", 404),
}


@pytest.mark.parametrize(("write", "status"), QUERIES.values(), ids=QUERIES)
async def test_an_id_is_read_alike_on_both_paths(
    app: FastAPI, waiting: Any, write: Callable[[str], str], status: int
) -> None:
    _, target = await waiting()
    path, _, id_ = target.partition("?task_id=")

    first = await ask(app, path + write(id_), *at_once(b"{}"))
    again = await ask(app, path + write(id_), *at_once(b"no JSON"))
    usual = await ask(app, path + write(id_), *at_once(b"no JSON"), ROOT)

    assert first[0] == status
    assert first == again == usual


@given(st.lists(st.sampled_from(["a", "b", "=", "&", "+", "%", "6", "1", ";", "ä"])))
def test_a_query_says_what_it_says_elsewhere(parts: list[str]) -> None:
    query = "".join(parts).encode()

    said = parse_query(query)

    assert {**QueryParams(query), "": ""} == {**said, "": ""}


async def test_an_outdated_result_is_refused_alike(
    app: FastAPI, client: httpx.AsyncClient, waiting: Any
) -> None:
    task, target = await waiting()
    await client.post(f"/tasks/{task}/cancel")

    hot = await ask(app, target, *at_once(b"{}"))
    usual = await ask(app, target, *at_once(b"{}"), ROOT)

    assert hot == usual
    assert hot[0] == 409


STARTS: dict[str, tuple[str, bytes, Headers, int]] = {
    "plain": ("person", PERSON, [], 202),
    "pushed": (
        "person?callback_url=http%3A%2F%2F127.0.0.1%3A1%2Fx&task_id=1",
        PERSON,
        [],
        202,
    ),
    "unlike": ("person", b'{"name": 1}', [], 422),
    "duplicate": ("person", b'{"name": "x", "age": 1, "age": 2}', [], 400),
    "no files": ("photo", b'{"image": 1}', [], 415),
    "half a push": ("person?task_id=1", PERSON, [], 422),
    "key": ("person", PERSON, [(b"idempotency-key", b"once")], 202),
    "bad key": ("person", PERSON, [(b"idempotency-key", b"")], 422),
    "too deep": ("person", PERSON, [(b"x-marketplace-depth", b"99")], 422),
    "unknown": ("nope", PERSON, [], 404),
}


def without_ids(answer: Answer) -> Any:
    return answer[0], orjson.loads(answer[1]) | {"jobId": None}


@pytest.mark.parametrize(
    ("route", "body", "more", "status"), STARTS.values(), ids=STARTS
)
async def test_a_start_is_answered_alike_in_whatever_way_it_comes(
    app: FastAPI, route: str, body: bytes, more: Headers, status: int
) -> None:
    answers = []

    for way in WAYS:
        headers, pieces = way(body)
        for root in "", ROOT:
            target = f"/services/{route}"
            answers.append(await ask(app, target, headers + more, pieces, root))

    assert answers[0][0] == status
    assert all(without_ids(a) == without_ids(answers[0]) for a in answers)


@pytest.mark.parametrize("root", ["", ROOT])
async def test_a_mistake_on_the_hot_path_is_told_and_handed_on(
    root: str,
) -> None:
    broken = failing_app(RuntimeError("secret"))

    with pytest.raises(RuntimeError):
        await ask(broken, "/callback", *at_once(b"{}"), root)
    async with client_of(broken, answer_mistakes=True) as client:
        answer = await client.post("/callback", json={})

    assert answer.status_code == 500
    assert answer.json()["type"] == "urn:marketplace:problem:internal"
    assert "secret" not in answer.text
    assert answer.headers["x-frame-options"] == "DENY"


@pytest.fixture
async def web_client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """Calls as a web page that the operator allows."""
    origin = "http://ui:3000"
    limits = ApiLimits(allowed_origins=frozenset({origin}))
    opened = create_app(app.state.engine, limits)
    async with client_of(opened, headers={"origin": origin}) as caller:
        yield caller


def names(answers: Iterable[httpx.Response]) -> set[tuple[str, ...]]:
    return {tuple(answer.headers) for answer in answers}


async def test_an_answer_made_in_advance_stays_as_it_was_made(
    web_client: httpx.AsyncClient, waiting: Any
) -> None:
    _, target = await waiting()

    answers = [await web_client.post(target, json={}) for _ in range(3)]

    assert [answer.json() for answer in answers] == [{"accepted": True}] * 3
    assert len(names(answers)) == 1
    assert answers[0].headers["access-control-allow-origin"] == "http://ui:3000"
