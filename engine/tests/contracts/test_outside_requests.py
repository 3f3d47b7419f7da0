"""What `Outside` promises for http nodes: any interface, asked and understood."""

import gzip
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from engine.adapters.disk.blobs import DiskBlobStore
from engine.adapters.http.limits import Limits
from engine.adapters.http.outside import HttpOutside
from engine.domain.values import Blob, Json
from engine.ports import Answered, BlobStore, Outside, Refused

from .peers import Here, Peer, Way, content

LIMITS = Limits(json_bytes=5000, blob_bytes=8000)


@pytest.fixture
async def peer(way: Way) -> AsyncIterator[Peer]:
    peer = Peer()
    async with RawTestServer(peer.handle) as server:
        peer.url = f"http://{way.host}:{server.port}/api"
        yield peer


@pytest.fixture
async def blobs(tmp_path: Path) -> AsyncIterator[BlobStore]:
    async with DiskBlobStore(tmp_path) as store:
        yield store


@pytest.fixture
async def outside(blobs: BlobStore, way: Way) -> AsyncIterator[Outside]:
    async with HttpOutside(
        blobs=blobs,
        nodes=["127.0.0.1"],
        limits=LIMITS,
        resolver=Here(),
        lean=way.lean,
    ) as outside:
        yield outside


def says(peer: Peer, body: bytes, type: str = "application/json", **more: Any) -> None:
    headers = more.pop("headers", {}) | ({"Content-Type": type} if type else {})
    peer.answer = lambda: web.Response(body=body, headers=headers, **more)


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


WRITTEN = [
    ("/a%2Fb/%2e%2e/c", "/a%2Fb/%2e%2e/c"),
    ("/%E4%c3%a4%7E~", "/%E4%c3%a4%7E~"),
    ("/a+b%2Bc%20d;v=1,2;w", "/a+b%2Bc%20d;v=1,2;w"),
    ("/a//b/./../c/", "/a//b/./../c/"),
    ("/100%/[x]/{y}|z^'\"<>`\\", "/100%/[x]/{y}|z^'\"<>`\\"),
    ("/?q=a+b%20c&q=%2f&&r;s==", "/?q=a+b%20c&q=%2f&&r;s=="),
    ("/x?a=http://b/?c#here?no", "/x?a=http://b/?c"),
    ("?x=1", "/?x=1"),
    ("/x?", "/x?"),
    ("", "/"),
    ("/straße%20ü?ä=€", "/stra%C3%9Fe%20%C3%BC?%C3%A4=%E2%82%AC"),
    ("/\U0001f600\u00a0\u2028", "/%F0%9F%98%80%C2%A0%E2%80%A8"),
]


@pytest.mark.parametrize("verb", ["GET", "POST"])
@pytest.mark.parametrize(("written", "sent"), WRITTEN)
async def test_a_url_is_sent_as_it_is_written(
    outside: Outside, peer: Peer, verb: str, written: str, sent: str
) -> None:
    url = peer.url.removesuffix("/api") + written

    await outside.request(replace(peer.request(verb), url=url))
    await outside.request(replace(peer.request(verb), url=url, query={"q": "/ä b"}))

    mark = "?" if "?" not in sent else "" if sent.endswith("?") else "&"
    assert [seen.path for seen in peer.seen] == [sent, f"{sent}{mark}q=/%C3%A4+b"]


async def test_a_host_may_have_a_name_in_any_language(
    outside: Outside, peer: Peer
) -> None:
    port = peer.url.rpartition(":")[2].removesuffix("/api")
    redirects(peer, (302, f"http://Straße.test:{port}/%C3%9F"))

    url = f"http://bücher.test:{port}/ü"
    await outside.request(replace(peer.request(), url=url))

    came = [(seen.headers["Host"].partition(":")[0], seen.path) for seen in peer.seen]
    assert came == [
        ("xn--bcher-kva.test", "/%C3%BC"),
        ("xn--strae-oqa.test", "/%C3%9F"),
    ]


@pytest.mark.parametrize(("written", "sent"), WRITTEN)
async def test_a_redirect_leads_where_it_says(
    outside: Outside, peer: Peer, written: str, sent: str
) -> None:
    origin = peer.url.removesuffix("/api")
    redirects(peer, (302, f"{origin}{written}"))

    await outside.request(replace(peer.request(), query={"q": "1"}))

    assert [seen.path for seen in peer.seen] == ["/api?q=1", sent]


@pytest.mark.parametrize(
    ("target", "sent"),
    [
        ("c%2fd?e=%2F+", "/a%2fb/c%2fd?e=%2F+"),
        ("../c;d", "/c;d"),
        ("./?x", "/a%2fb/?x"),
        ("?x=%E4", "/a%2fb/here;v=1?x=%E4"),
        ("//HOST/%7e", "/%7e"),
        (" /a b\t ", "/a%20b"),
    ],
)
async def test_a_relative_redirect_is_resolved_and_not_rewritten(
    outside: Outside, peer: Peer, target: str, sent: str
) -> None:
    origin = peer.url.removesuffix("/api")
    redirects(peer, (307, target.replace("HOST", origin.removeprefix("http://"))))

    url = f"{origin}/a%2fb/here;v=1?q=%2f"
    await outside.request(replace(peer.request("PUT"), url=url))

    assert [seen.path for seen in peer.seen] == ["/a%2fb/here;v=1?q=%2f", sent]


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


@pytest.mark.parametrize(
    ("body", "type", "out"),
    [
        (b'{"a": [1, null]}', "application/json", {"a": [1, None]}),
        (b'{"a": 1}', "application/vnd.api+json; charset=utf-8", {"a": 1}),
        (b"[1, 2]", "application/json", {"body": [1, 2]}),
        (b'\xef\xbb\xbf{"a": 1}', "application/json", {"a": 1}),
        ('{"a": "é"}'.encode("utf-16"), "application/json", {"a": "é"}),
        (b'{"a": "\x80"}', "application/json; charset=iso-8859-1", {"a": "€"}),
        (b'{"a": "\xe9"}', 'application/json;charset="Latin1"', {"a": "é"}),
        (b'{"a": 1e30}', "application/json", {"a": 1e30}),
        (b'{"a": 9223372036854775807}', "application/json", {"a": 2**63 - 1}),
        (b"null", "Application/JSON", {"body": None}),
        (b"", "application/json", {}),
        (b"", "text/plain", {}),
        (b"", "", {}),
    ],
)
async def test_json_becomes_the_output(
    outside: Outside, peer: Peer, body: bytes, type: str, out: Json
) -> None:
    says(peer, body, type)

    assert await outside.request(peer.request()) == Answered(out)


async def test_no_content_is_an_empty_output(outside: Outside, peer: Peer) -> None:
    peer.answer = lambda: web.Response(status=204)

    assert await outside.request(peer.request()) == Answered({})


@pytest.mark.parametrize(
    ("type", "disposition", "kept", "name"),
    [
        ("image/png", 'attachment; filename="a.png"', "image/png", "a.png"),
        ("text/html; charset=gbk", "", "text/html; charset=gbk", None),
        ("text/plain; charset=\xe9", "", "text/plain", None),
        ("image/png; charset=gbk", "", "image/png", None),
        ("image/png", 'attachment; filename="../../etc/p\\\\x"', "image/png", "x"),
        ("nonsense", "attachment; filename=..", "application/octet-stream", None),
        ("", "", "application/octet-stream", None),
    ],
)
async def test_anything_else_becomes_a_blob(
    outside: Outside,
    peer: Peer,
    blobs: BlobStore,
    type: str,
    disposition: str,
    kept: str,
    name: str | None,
) -> None:
    headers = {"Content-Disposition": disposition} if disposition else {}
    says(peer, b"\x89PNG" * 1000, type, headers=headers)

    result = await outside.request(peer.request())

    assert isinstance(result, Answered)
    blob = Blob.from_json(result.out["raw"])
    assert (blob.content_type, blob.size, blob.name) == (kept, 4000, name)
    assert blob.key.startswith("t1/")
    assert b"".join([p async for p in blobs.read(blob.key)]) == b"\x89PNG" * 1000


@pytest.mark.parametrize(
    "body",
    [
        b"{broken",
        b'{"a": NaN}',
        b'{"a": 1e999}',
        b'"\\ud800"',
        b"\xff",
        b'{"a": [{"$blob": "other-task/secret"}]}',
        b'{"\\u0024blob": "other-task/secret"}',
        b'{"a": {"$large": "t2/x"}}',
        b"[" * 40 + b"]" * 40,
        b"[" * 2000 + b"]" * 2000,
        b'"' + b"x" * 5000 + b'"',
        b'{"a": 123456789012345678901234567890}',
        b'{"a": 9223372036854775808}',
        b'{"a": 1, "b": [{"c": 1, "\\u0063": 2}]}',
    ],
)
async def test_json_that_cannot_be_data_is_refused(
    outside: Outside, peer: Peer, body: bytes
) -> None:
    says(peer, body)

    result = await outside.request(peer.request())

    assert isinstance(result, Refused)
    assert not result.final and "the answer" in result.reason


async def test_a_charset_that_is_none_is_told(outside: Outside, peer: Peer) -> None:
    says(peer, b"{}", "application/json; charset=klingon")

    result = await outside.request(peer.request())

    assert isinstance(result, Refused)
    assert result.reason == (
        "the answer cannot be used: the charset “klingon” of the body is not known"
    )


@pytest.mark.parametrize("chunked", [True, False])
async def test_too_large_an_answer_leaves_nothing_behind(
    outside: Outside, tmp_path: Path, chunked: bool
) -> None:
    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        answer = web.StreamResponse()
        answer.content_length = None if chunked else 9000
        await answer.prepare(request)
        for _ in range(9):
            await answer.write(b"x" * 1000)
        return answer

    async with RawTestServer(handle) as server:
        result = await outside.request(Peer(str(server.make_url("/"))).request())

    assert result == Refused("the answer is over the limit of 8000 bytes")
    assert result.code == "bad-answer"
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


async def test_compressed_answers_are_measured_unpacked(
    outside: Outside, peer: Peer
) -> None:
    results = []
    for text in ('{"a": 1}', json.dumps("x" * 50_000_000)):
        says(
            peer,
            gzip.compress(text.encode(), 1),
            headers={"Content-Encoding": "gzip"},
        )
        results.append(await outside.request(peer.request()))

    assert results[0] == Answered({"a": 1})
    assert results[1] == Refused("the answer is over the limit of 5000 bytes")


@pytest.mark.parametrize("status", [400, 401, 403, 405, 413, 415, 422])
async def test_an_answer_that_blames_the_request_is_final(
    outside: Outside, peer: Peer, status: int
) -> None:
    says(peer, b'{"error": "no"}', status=status)

    result = await outside.request(peer.request())

    assert result == Refused(f"{peer.url} answered {status}: no", final=True)
    assert result.code == "refused"


@pytest.mark.parametrize("status", [404, 406, 408, 409, 410, 418, 425, 429, 500, 503])
async def test_an_http_error_may_be_tried_again(
    outside: Outside, peer: Peer, status: int
) -> None:
    says(peer, b'{"detail": "no"}', "application/problem+json", status=status)

    result = await outside.request(peer.request())

    assert result == Refused(f"{peer.url} answered {status}: no")
    assert result.code == "http-error"


async def test_an_interface_may_ask_for_patience(outside: Outside, peer: Peer) -> None:
    says(peer, b"", status=429, headers={"Retry-After": "3"})

    result = await outside.request(peer.request())

    assert isinstance(result, Refused)
    assert result.busy and result.after == timedelta(seconds=3)


def redirects(peer: Peer, *steps: tuple[int, str]) -> None:
    """Peer answers with each redirect in turn, then with an empty object."""
    left = iter(steps)

    def answer() -> web.Response:
        status, target = next(left, (200, ""))
        headers = {"Location": target} if target else {}
        return web.json_response({}, status=status, headers=headers)

    peer.answer = answer


@pytest.mark.parametrize(
    ("status", "verb", "then"),
    [
        (301, "POST", "GET"),
        (302, "POST", "GET"),
        (302, "PUT", "PUT"),
        (303, "PUT", "GET"),
        (307, "POST", "POST"),
        (308, "PATCH", "PATCH"),
        (302, "DELETE", "DELETE"),
    ],
)
async def test_redirects_are_followed_as_browsers_do(
    outside: Outside, blobs: BlobStore, peer: Peer, status: int, verb: str, then: str
) -> None:
    blob = await blobs.put("t1", content(b"pixels"), "image/png", None)
    redirects(peer, (status, "next?x=1#here"))
    payload = {} if verb == "DELETE" else {"image": blob.to_json()}

    result = await outside.request(
        replace(peer.request(verb, payload), headers={"Authorization": "Bearer x"})
    )

    first, second = peer.seen
    assert result == Answered({})
    assert (second.verb, second.path) == (then, "/next?x=1")
    assert second.headers["Authorization"] == "Bearer x"
    assert second.body == (first.body if verb == then else b"")
    assert ("Content-Type" in second.headers) == bool(second.body)


async def test_an_authors_headers_stay_with_the_origin_they_were_meant_for(
    outside: Outside, peer: Peer
) -> None:
    other = Peer(answer=lambda: web.json_response({"a": 1}))
    async with RawTestServer(other.handle) as server:
        redirects(peer, (307, str(server.make_url("/other"))))
        secrets = {"Authorization": "x", "Cookie": "x", "X-Api-Key": "x", "Via": "x"}
        asked = replace(peer.request("POST", {"n": 1}), headers=secrets)

        result = await outside.request(asked)

    assert result == Answered({"a": 1})
    assert set(peer.seen[0].headers) >= set(secrets)
    assert not set(other.seen[0].headers) & set(secrets)
    assert json.loads(other.seen[0].body) == {"n": 1}


async def test_redirects_end_somewhere(outside: Outside, peer: Peer) -> None:
    redirects(peer, *[(302, "/again")] * 50)

    result = await outside.request(peer.request())

    assert isinstance(result, Refused) and "redirect" in result.reason
    assert len(peer.seen) == 6


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.2/",
        "http://169.254.169.254/latest/meta-data",
        "//[::1]/",
        "http://2130706433/",
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "http://u:p@127.0.0.1/",
    ],
)
async def test_no_redirect_leads_to_a_forbidden_address(
    outside: Outside, peer: Peer, target: str
) -> None:
    redirects(peer, (302, target))

    result = await outside.request(peer.request())

    assert isinstance(result, Refused) and result.final
    assert result.reason.startswith("the engine may not call")
    assert len(peer.seen) == 1


async def test_a_redirect_without_a_target_is_an_error(
    outside: Outside, peer: Peer
) -> None:
    redirects(peer, (304, ""), (302, "http://[broken"))

    first, second = [await outside.request(peer.request()) for _ in range(2)]

    assert first == Refused(f"{peer.url} answered 304")
    assert isinstance(second, Refused)


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
