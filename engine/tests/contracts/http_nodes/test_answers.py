"""What `Outside` promises of answers to http nodes: what they become in a run."""

import gzip
import json
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from engine.domain.values import Blob, Json
from engine.ports import Answered, BlobStore, Outside, Refused

from ..peers import Peer
from .answers import says


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
