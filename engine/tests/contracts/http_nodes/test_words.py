"""What `Outside` promises of the words `send` and `answer` of http nodes."""

import json
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web
from engine.domain.secrets import SecretName
from engine.domain.values import Json, is_blob
from engine.ports import Answered, BlobStore, Outside, Refused, Request

from ..peers import Peer, content
from ..test_outside import parts_of


def sending(peer: Peer, payload: Json, send: str, verb: str = "POST") -> Request:
    return replace(peer.request(verb, payload), send=send)


@pytest.mark.parametrize("verb", ["POST", "PUT", "DELETE"])
async def test_json_is_sent_with_any_verb_that_has_a_body(
    outside: Outside, peer: Peer, verb: str
) -> None:
    await outside.request(sending(peer, {"n": [1, None]}, "json", verb))

    (seen,) = peer.seen
    assert seen.headers["Content-Type"] == "application/json"
    assert (json.loads(seen.body), seen.path) == ({"n": [1, None]}, "/api")


@pytest.mark.parametrize("send", ["json", "form"])
async def test_a_file_travels_as_a_part_only(
    outside: Outside, blobs: BlobStore, peer: Peer, send: str
) -> None:
    blob = await blobs.put("t1", content(b"abc"), "image/png", None)

    result = await outside.request(sending(peer, {"f": blob.to_json()}, send))

    assert isinstance(result, Refused)
    assert (result.code, result.final, peer.seen) == ("not-sent", True, [])


async def test_a_form_has_one_field_for_each_key(outside: Outside, peer: Peer) -> None:
    payload = {"name": "Ada & é", "n": 3, "tags": ["a", "b"], "box": {"x": 1}}

    await outside.request(sending(peer, payload, "form"))

    (seen,) = peer.seen
    assert seen.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert seen.body == (b"name=Ada+%26+%C3%A9&n=3&tags=a&tags=b&box=%7B%22x%22%3A1%7D")


async def test_a_multipart_form_has_one_part_for_each_key(
    outside: Outside, blobs: BlobStore, peer: Peer
) -> None:
    blob = await blobs.put("t1", content(b"abc"), "image/png", "a.png")
    payload = {"name": "é", "n": 3, "box": {"x": 1}, "file": blob.to_json()}

    await outside.request(sending(peer, payload, "multipart"))

    (seen,) = peer.seen
    parts = await parts_of(seen)
    assert parts["file"] == ("a.png", "image/png", "abc")
    assert {name: part[-1] for name, part in parts.items()} == {
        "name": "é",
        "n": "3",
        "box": '{"x":1}',
        "file": "abc",
    }


async def test_a_list_is_several_parts_of_one_name(
    outside: Outside, blobs: BlobStore, peer: Peer
) -> None:
    blob = (await blobs.put("t1", content(b"abc"), "image/png", "a.png")).to_json()

    await outside.request(
        sending(peer, {"tag": ["x", "y"], "file": [blob, blob]}, "multipart")
    )

    (seen,) = peer.seen
    assert seen.body.count(b'name="tag"') == seen.body.count(b'name="file"') == 2


@pytest.mark.parametrize("send", ["form", "multipart"])
async def test_what_has_no_names_is_no_form(
    outside: Outside, peer: Peer, send: str
) -> None:
    request = replace(sending(peer, None, send), payload=[1])

    result = await outside.request(request)

    assert isinstance(result, Refused) and result.code == "not-sent"


def answers(peer: Peer, body: bytes, kind: str, status: int, **headers: str) -> None:
    found = headers | ({"Content-Type": kind} if kind else {})
    peer.answer = lambda: web.Response(body=body, status=status, headers=found)


async def full(outside: Outside, peer: Peer) -> Any:
    result = await outside.request(replace(peer.request(), full=True))
    assert isinstance(result, Answered), result
    return result.out


@pytest.mark.parametrize("status", [200, 201, 304, 400, 404, 429, 500, 503])
async def test_with_a_full_answer_every_status_is_a_result(
    outside: Outside, peer: Peer, status: int
) -> None:
    body = b"" if status == 304 else b'{"detail": ["no"]}'
    answers(peer, body, "application/json", status, **{"X-Left": "3"})

    out = await full(outside, peer)

    assert out["status"] == status
    assert out["headers"]["x-left"] == "3"
    assert out["body"] == (None if status == 304 else {"detail": ["no"]})


async def test_a_full_answer_that_is_no_json_has_a_file_as_its_body(
    outside: Outside, peer: Peer
) -> None:
    answers(peer, b"<h1>no</h1>", "text/html", 500)

    out = await full(outside, peer)

    assert is_blob(out["body"])
    assert (out["body"]["type"], out["body"]["size"]) == ("text/html", 11)


async def test_a_full_answer_is_bounded(outside: Outside, peer: Peer) -> None:
    answers(peer, b"x" * 9000, "text/plain", 500)

    result = await outside.request(replace(peer.request(), full=True))

    assert result == Refused("the answer is over the limit of 8000 bytes")


async def test_redirects_of_a_full_answer_are_followed(
    outside: Outside, peer: Peer
) -> None:
    found = [
        web.Response(status=302, headers={"Location": "/other"}),
        web.json_response({"k": 1}),
    ]
    peer.answer = lambda: found.pop(0)

    out = await full(outside, peer)

    assert (out["status"], out["body"]) == (200, {"k": 1})


async def test_headers_of_one_name_are_joined_and_readable(
    outside: Outside, peer: Peer
) -> None:
    def answer() -> web.Response:
        response = web.json_response({})
        response.headers.add("X-A", "1")
        response.headers.add("x-a", "2")
        return response

    peer.answer = answer

    assert (await full(outside, peer))["headers"]["x-a"] == "1, 2"


async def test_a_parameter_with_several_texts_is_repeated(
    outside: Outside, peer: Peer
) -> None:
    key = SecretName("KEY")
    query: Any = {"t": ["a", ("b", key)], "k": (key,)}
    secrets = {"KEY": "12345678"}

    await outside.request(replace(peer.request(), query=query, secrets=secrets))

    assert peer.seen[0].path == "/api?t=a&t=b12345678&k=12345678"


async def test_no_answer_tells_the_secret_of_its_request(
    outside: Outside, peer: Peer
) -> None:
    answers(peer, b'{"you": "12345678"}', "application/json", 403, You="12345678")
    headers: Any = {"Key": (SecretName("KEY"),)}
    asked = replace(peer.request(), headers=headers, secrets={"KEY": "12345678"})

    result = await outside.request(replace(asked, full=True))

    assert isinstance(result, Answered)
    assert peer.seen[0].headers["Key"] == "12345678"
    assert "12345678" not in repr(result)
