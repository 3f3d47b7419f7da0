"""What `Outside` promises of what http nodes send: any verb, data and files."""

import json
from dataclasses import replace

import pytest
from engine.adapters.http.outside import HttpOutside
from engine.domain.values import Json
from engine.ports import BlobStore, Outside, Refused

from ..peers import Here, Peer, Way, content
from .answers import says


@pytest.mark.parametrize("verb", ["GET", "get", "DELETE"])
async def test_get_and_delete_carry_their_input_in_the_query(
    outside: Outside, peer: Peer, verb: str
) -> None:
    payload = {"q": "a b&c", "n": 3, "on": True, "no": None}
    payload |= {"tags": ["x", 1], "box": {"w": [1.5]}, "page": "1"}

    asked = replace(peer.request(verb, payload), query={"page": "2"})
    await outside.request(asked)

    (seen,) = peer.seen
    assert seen.path == (
        "/api?q=a+b%26c&n=3&on=true&no=null&tags=x&tags=1"
        "&box=%7B%22w%22:%5B1.5%5D%7D&page=2"
    )
    assert not seen.body


@pytest.mark.parametrize("verb", ["POST", "PUT", "PATCH"])
async def test_other_verbs_carry_it_in_the_body(
    outside: Outside, peer: Peer, verb: str
) -> None:
    headers = {"Authorization": "Bearer x", "content-type": "application/vnd.x+json"}
    asked = peer.request(verb, {"a": [1]})

    await outside.request(replace(asked, query={"page": "2"}, headers=headers))

    (seen,) = peer.seen
    assert (seen.path, json.loads(seen.body)) == ("/api?page=2", {"a": [1]})
    assert seen.headers["Authorization"] == "Bearer x"
    assert seen.headers.getall("Content-Type") == ["application/vnd.x+json"]


async def test_blobs_travel_as_for_a_service(
    outside: Outside, peer: Peer, blobs: BlobStore
) -> None:
    image = await blobs.put("t1", content(b"pixels"), "image/png", None)
    asked = peer.request("POST", {"image": image.to_json(), "n": 1})

    await outside.request(replace(asked, headers={"content-type": "text/plain"}))

    (type,) = peer.seen[0].headers.getall("Content-Type")
    assert type.startswith("multipart/form-data; boundary=")
    assert b"pixels" in peer.seen[0].body


async def test_a_list_of_blobs_travels_as_parts_of_one_name(
    outside: Outside, peer: Peer, blobs: BlobStore
) -> None:
    pages = [
        (await blobs.put("t1", content(text), "text/plain", None)).to_json()
        for text in (b"first", b"second")
    ]

    await outside.request(peer.request("POST", {"pages": pages, "none": []}))

    body = peer.seen[0].body
    assert body.count(b'; name="pages"\r\n') == 2
    assert body.index(b"first") < body.index(b"second")
    assert b'{"none":[]}' in body


async def test_a_list_of_blobs_and_more_cannot_travel(
    outside: Outside, peer: Peer
) -> None:
    blob = {"$blob": "t1/a", "type": "a/b", "size": 1}

    result = await outside.request(peer.request("POST", {"pages": [blob, None]}))

    assert isinstance(result, Refused) and result.final
    assert "pages.0" in result.reason


@pytest.mark.parametrize(
    ("verb", "payload"),
    [
        ("GET", {"image": {"$blob": "t1/a", "type": "a/b", "size": 1}}),
        ("GET", {"images": [{"$blob": "t1/a", "type": "a/b", "size": 1}]}),
        ("GET", {"text": "\ud800"}),
        ("GET", ["no", "names"]),
        ("CONNECT", {}),
        ("GET / HTTP/1.1\r\nX: y", {}),
    ],
)
async def test_what_a_query_or_verb_cannot_say_is_refused(
    outside: Outside, peer: Peer, verb: str, payload: Json
) -> None:
    result = await outside.request(peer.request(verb, payload))

    assert isinstance(result, Refused) and result.final
    assert not peer.seen


async def test_one_tasks_cookies_are_not_anothers(outside: Outside, peer: Peer) -> None:
    says(peer, b"{}", headers={"Set-Cookie": "session=secret"})

    for _ in range(2):
        await outside.request(peer.request())

    assert not any("Cookie" in seen.headers for seen in peer.seen)


async def test_http_nodes_reach_no_private_address_by_default(
    blobs: BlobStore, peer: Peer, way: Way
) -> None:
    async with HttpOutside(blobs=blobs, resolver=Here(), lean=way.lean) as outside:
        result = await outside.request(peer.request())

    assert isinstance(result, Refused) and result.final
    assert "loopback" in result.reason and not peer.seen
