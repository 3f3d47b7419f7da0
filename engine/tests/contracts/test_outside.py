"""What `Outside` promises: how data travels to services."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qsl

import httpx
import pytest
from body_parts.disposition import parameters
from engine.adapters.http.outside import HttpOutside
from engine.domain.errors import Unavailable
from engine.domain.values import Json
from engine.ports import Acknowledged, BlobStore, Outside, Refused
from fastapi import FastAPI, Request

from .peers import Here, Peer, Seen, content


@pytest.fixture
def blobs(disk_blobs: BlobStore) -> BlobStore:
    """Those that `outside` reads."""
    return disk_blobs


async def parts_of(seen: Seen) -> dict[str, tuple[str | None, str | None, str]]:
    """What a FastAPI app finds in a request: name, type and content of each part."""
    app = FastAPI()

    @app.post("/")
    async def receive(request: Request) -> dict[str, Json]:
        parts: dict[str, Json] = {}
        async with request.form() as form:
            for key, part in form.items():
                if isinstance(part, str):
                    parts[key] = ("", "", part)
                else:
                    text = (await part.read()).decode()
                    parts[key] = (part.filename, part.content_type, text)
        return parts

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://app") as client:
        answer = await client.post("/", content=seen.body, headers=seen.headers.items())

    return {key: tuple(part) for key, part in answer.json().items()}


async def test_typed_data_travels_as_json(outside: Outside, peer: Peer) -> None:
    sent = replace(peer.delivery({"areas": [[1, 2]]}), headers={"Idempotency-Key": "k"})

    result = await outside.deliver(sent)

    (seen,) = peer.seen
    assert result == Acknowledged(peer.url)
    assert seen.path == "/blur?task_id=t1"
    assert json.loads(seen.body) == {"areas": [[1, 2]]}
    assert seen.headers["Content-Type"] == "application/json"
    assert seen.headers["Idempotency-Key"] == "k"
    assert seen.headers["User-Agent"].startswith("ai-marketplace/")


async def test_the_query_joins_that_of_the_url(outside: Outside, peer: Peer) -> None:
    url = f"{peer.url}?mode=x"
    query = {"callback_url": "é&"}

    await outside.deliver(replace(peer.delivery({}), url=url, query=query))

    assert peer.seen[0].path == "/blur?mode=x&callback_url=%C3%A9%26"


@pytest.mark.parametrize("blob", [False, True])
async def test_a_services_address_is_called_as_it_is_written(
    outside: Outside, peer: Peer, blobs: BlobStore, blob: bool
) -> None:
    image = await blobs.put("t1", content(b"pixels"), "image/png", None)
    payload = {"image": image.to_json()} if blob else {}
    url = peer.url.removesuffix("/blur") + "/%E4%2Fb;c+d?x=%2f&x=a+b;&task_id=1"

    await outside.deliver(replace(peer.delivery(payload), url=url))

    assert peer.seen[0].path == "/%E4%2Fb;c+d?x=%2f&x=a+b;&task_id=1&task_id=t1"


async def test_a_query_says_what_was_meant(outside: Outside, peer: Peer) -> None:
    query = {"callback_url": "http://a.b/c?d=e&f#g", "é +": "%41 +;/\\\r\n", "no": ""}

    await outside.deliver(replace(peer.delivery({}), query=query))

    said = peer.seen[0].path.partition("?")[2]
    assert dict(parse_qsl(said, keep_blank_values=True)) == query


async def test_no_query_leaves_no_mark(outside: Outside, peer: Peer) -> None:
    await outside.deliver(replace(peer.delivery({}), query={}))

    assert peer.seen[0].path == "/blur"


async def test_given_headers_come_instead_of_the_usual(
    outside: Outside, peer: Peer
) -> None:
    given = {"user-agent": "mé", "accept": "a/b", "content-type": "application/x+json"}

    await outside.deliver(replace(peer.delivery({}), headers=given))

    headers = peer.seen[0].headers
    assert {name: headers.getall(name) for name in given} == {
        name: [value] for name, value in given.items()
    }
    assert headers["Accept-Encoding"] == "identity"
    assert headers["Host"] == peer.url.split("/")[2]


async def test_blobs_travel_as_parts_and_the_rest_in_data(
    outside: Outside, peer: Peer, blobs: BlobStore
) -> None:
    image = await blobs.put("t1", content(b"one ", b"two"), "image/png", "é “x”.png")
    plain = await blobs.put("t1", content(b"words"), "text/plain", None)
    notes = plain.with_charset("windows-1250")
    odd = 'a "b" \\ ü.jpg'
    payload = {"image": image.to_json(), odd: notes.to_json(), "areas": [1], "on": True}

    result = await outside.deliver(peer.delivery(payload))

    (seen,) = peer.seen
    assert isinstance(result, Acknowledged)
    assert int(seen.headers["Content-Length"]) == len(seen.body)
    assert b'name="data"\r\nContent-Type: application/json\r\n' in seen.body
    assert await parts_of(seen) == {
        "data": ("", "", '{"areas":[1],"on":true}'),
        "image": ("é “x”.png", "image/png", "one two"),
        odd: (odd, "text/plain; charset=windows-1250", "words"),
    }


@pytest.mark.parametrize("key", ["a\\", "\\", 'a\\"', 'a"; filename="x\\', "a;b\\\\"])
async def test_keys_with_backslashes_arrive_as_they_are(
    outside: Outside, peer: Peer, blobs: BlobStore, key: str
) -> None:
    blob = await blobs.put("t1", content(b"x"), "image/png", None)
    last = await blobs.put("t1", content(b"y"), "image/png", "y.png")

    await outside.deliver(peer.delivery({key: blob.to_json(), "last": last.to_json()}))

    (seen,) = peer.seen
    parts = await parts_of(seen)
    assert {name: part[1:] for name, part in parts.items()} == {
        key: ("image/png", "x"),
        "last": ("image/png", "y"),
    }
    # So does the engine itself, when another engine calls it.
    heads = re.findall(rb"Content-Disposition: ([^\r]*)", seen.body)
    assert [parameters(head.decode())["name"] for head in heads] == [key, "last"]


async def test_names_and_types_cannot_break_out_of_their_line(
    outside: Outside, peer: Peer, blobs: BlobStore
) -> None:
    blob = await blobs.put("t1", content(b"x"), "a/b\r\nX-Evil: 1", 'n"\r\nX-Evil: 2')

    await outside.deliver(peer.delivery({"k\r\n\r\n": blob.to_json()}))

    assert b"\nX-Evil" not in peer.seen[0].body
    parts = await parts_of(peer.seen[0])
    assert parts["k%0D%0A%0D%0A"][1:] == ("application/octet-stream", "x")


async def test_every_legal_media_type_reaches_the_service(
    outside: Outside, peer: Peer, blobs: BlobStore
) -> None:
    legal = "model/x!#$&^_.+-y"
    blob = await blobs.put("t1", content(b"x"), legal, None)

    await outside.deliver(peer.delivery({"mesh": blob.to_json()}))

    assert (await parts_of(peer.seen[0]))["mesh"][1] == legal


async def test_an_empty_blob_and_nothing_else_is_one_part(
    outside: Outside, peer: Peer, blobs: BlobStore
) -> None:
    empty = await blobs.put("t1", content(), "image/png", None)

    await outside.deliver(peer.delivery({"image": empty.to_json()}))

    assert await parts_of(peer.seen[0]) == {"image": ("image", "image/png", "")}


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ({"list": [{"$blob": "t1/a", "type": "a/b", "size": 1}, 5]}, "“list.0”"),
        ({"a": {"b": {"$blob": "t1/a"}}}, "“a.b”"),
        ({"image": {"$blob": "t1/a", "type": "a/b"}}, "“image”"),
        ({"image": {"$blob": "t1/a", "type": "a/b", "size": -1}}, "“image”"),
        ({"image": {"$blob": "t1/gone", "type": "a/b", "size": 1}}, "t1/gone"),
        ({"n": 2**70}, "64"),
        ({"text": "\ud800"}, "surrogate"),
        ({"odd": {1: 2}}, "str"),
    ],
)
async def test_what_can_never_be_sent_is_final(
    outside: Outside, peer: Peer, payload: Json, words: str
) -> None:
    result = await outside.deliver(peer.delivery(payload))

    assert isinstance(result, Refused) and result.final
    assert words in result.reason
    assert not peer.seen


async def test_a_blob_of_another_length_than_announced_is_final(
    outside: Outside, peer: Peer, blobs: BlobStore
) -> None:
    blob = await blobs.put("t1", content(b"12345"), "a/b", None)

    results = [
        await outside.deliver(
            peer.delivery({"image": replace(blob, size=size).to_json()})
        )
        for size in (4, 6)
    ]

    assert all(isinstance(one, Refused) and one.final for one in results)
    assert not peer.seen


async def test_a_store_that_is_away_is_not_the_fault_of_the_service(
    peer: Peer,
) -> None:
    class Away:
        async def read(self, key: str, start: int = 0) -> AsyncIterator[bytes]:
            raise Unavailable("the blob store", "no disk")
            yield b""

    payload = {"image": {"$blob": "t1/a", "type": "a/b", "size": 1}}
    async with HttpOutside(blobs=Away(), resolver=Here()) as outside:
        result = await outside.deliver(peer.delivery(payload))

    assert isinstance(result, Refused) and result.busy and not result.final


@pytest.mark.parametrize(
    "headers",
    [
        {"X": "a\r\nY: b"},
        {"X\r\nY": "b"},
        {"": "b"},
        {"Host": "evil"},
        {"content-length": "3"},
        {"Transfer-Encoding": "chunked"},
        {"X": "\ud800"},
    ],
)
async def test_headers_cannot_change_the_request_around_them(
    outside: Outside, peer: Peer, headers: dict[str, str]
) -> None:
    result = await outside.deliver(replace(peer.delivery({}), headers=headers))

    assert isinstance(result, Refused)
    assert not peer.seen


async def test_large_json_arrives_whole(outside: Outside, peer: Peer) -> None:
    payload = {"text": "x" * 3_000_000}

    result = await outside.deliver(peer.delivery(payload))

    assert isinstance(result, Acknowledged)
    assert json.loads(peer.seen[0].body) == payload
