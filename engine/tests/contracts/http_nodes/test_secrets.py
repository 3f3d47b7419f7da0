"""What `Outside` promises of secrets: they reach their host, and nothing comes back."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from engine.domain.secrets import SecretName
from engine.ports import Answered, BlobStore, Outside, Refused, Request

from ..peers import Peer, Way, outside_by
from .answers import says

SECRET = r'top"secret/käse&12\x'
OTHER = "a second value"
KEY = SecretName("key")


@pytest.fixture
async def outside(blobs: BlobStore, way: Way) -> AsyncIterator[Outside]:
    async with outside_by(way, blobs) as outside:
        yield outside


@pytest.fixture
async def elsewhere(host: str) -> AsyncIterator[Peer]:
    peer = Peer()
    async with RawTestServer(peer.handle) as server:
        peer.url = f"http://{host}:{server.port}/other"
        yield peer


def asking(peer: Peer, verb: str = "GET", **texts: Any) -> Request:
    """A request with a secret in a header, and wherever else a test wants it."""
    values = {"key": SECRET, "other": OTHER}
    texts = {"headers": {"X-Key": ("Bearer ", KEY)}} | texts
    return replace(peer.request(verb), secrets=values, **texts)


async def test_secrets_arrive_in_headers_query_and_path(
    outside: Outside, peer: Peer
) -> None:
    request = asking(
        peer,
        url=(f"{peer.url}/", KEY, "/x?sign=", SecretName("other")),
        query={"token": ("t-", KEY)},
        headers={"X-Key": ("Bearer ", SecretName("other"))},
    )

    await outside.request(request)

    (seen,) = peer.seen
    path, _, query = seen.path.partition("?")
    assert path.endswith("/" + quote(SECRET, safe="") + "/x")
    assert query.startswith("sign=a%20second%20value&token=t-top%22secret")
    assert seen.headers["X-Key"] == f"Bearer {OTHER}"


async def test_data_that_looks_like_a_secret_stays_data(
    outside: Outside, peer: Peer
) -> None:
    await outside.request(asking(peer, query={"q": "{secrets.key}"}))

    (seen,) = peer.seen
    assert "secrets.key" in seen.path and "top" not in seen.path


ECHOES = [
    json.dumps({"headers": {"X-Key": f"Bearer {SECRET}"}, SECRET: [OTHER, 1, None]}),
    json.dumps({"url": f"http://h/?token={quote(SECRET)}"}),
    json.dumps({"url": f"http://h/?token={quote(SECRET, safe='')}"}),
    json.dumps([json.dumps({"in text": SECRET})]),
    json.dumps(f"&lt;{SECRET.replace('&', '&amp;').replace(chr(34), '&quot;')}"),
    "".join(f"\\u{ord(one):04x}" for one in SECRET).join(('{"a":"', '"}')),
]


@pytest.mark.parametrize("echo", ECHOES)
async def test_an_answer_that_repeats_a_secret_is_blacked_out(
    outside: Outside, peer: Peer, echo: str
) -> None:
    says(peer, echo)

    answer = await outside.request(asking(peer))

    assert isinstance(answer, Answered)
    shown = json.dumps(answer.out, ensure_ascii=False)
    assert "***" in shown
    assert "top" not in shown and OTHER not in shown


async def test_the_rest_of_the_answer_stays_as_it_is(
    outside: Outside, peer: Peer
) -> None:
    body = {"a": [1, 2.5, True, None, "text"], "b": {"top": "sec"}, "": {}}
    says(peer, json.dumps(body))

    answer = await outside.request(asking(peer))

    assert answer == Answered(body)


async def test_a_secret_of_digits_is_no_number_in_the_answer(
    outside: Outside, peer: Peer
) -> None:
    says(peer, '{"id": 123456789, "n": 12345678}')
    request = replace(asking(peer), secrets={"key": "12345678"})

    answer = await outside.request(request)

    assert answer == Answered({"id": "***", "n": "***"})


@pytest.mark.parametrize("status", [400, 404, 500, 503])
async def test_an_error_that_repeats_a_secret_is_blacked_out(
    outside: Outside, peer: Peer, status: int
) -> None:
    says(peer, json.dumps({"error": f"bad key {SECRET}"}), status=status)

    answer = await outside.request(asking(peer))

    assert isinstance(answer, Refused)
    assert "bad key ***" in answer.reason and "top" not in answer.reason


@pytest.mark.parametrize("before", range(470, 502))
async def test_no_part_of_a_secret_is_left_where_a_message_is_cut(
    outside: Outside, peer: Peer, before: int
) -> None:
    says(peer, "x" * before + SECRET + "y" * 100, "text/plain", status=500)

    answer = await outside.request(asking(peer))

    assert isinstance(answer, Refused)
    assert "t" not in answer.reason.partition("xx")[2]


async def test_a_path_with_a_secret_is_blacked_out_in_the_message(
    outside: Outside, peer: Peer
) -> None:
    says(peer, "no", "text/plain", status=404)
    request = asking(peer, url=(f"{peer.url}/", KEY))

    answer = await outside.request(request)

    assert isinstance(answer, Refused)
    assert "/api/***" in answer.reason


@pytest.mark.parametrize("cut", range(0, 24))
async def test_a_file_that_repeats_a_secret_is_blacked_out(
    outside: Outside, blobs: BlobStore, peer: Peer, cut: int
) -> None:
    text = f"<a>{SECRET}</a>".encode()

    async def in_pieces() -> AsyncIterator[bytes]:
        yield text[:cut]
        yield text[cut:]

    peer.answer = lambda: web.Response(
        body=in_pieces(), headers={"Content-Type": f"text/html; x={OTHER}"}
    )

    answer = await outside.request(asking(peer))

    assert isinstance(answer, Answered)
    content = blobs.read(answer.out["raw"]["$blob"])
    assert b"".join([piece async for piece in content]) == b"<a>***</a>"


async def test_the_name_of_a_file_is_blacked_out(outside: Outside, peer: Peer) -> None:
    disposition = {"Content-Disposition": f'attachment; filename="{OTHER}.txt"'}
    says(peer, b"1", "text/plain", headers=disposition)

    answer = await outside.request(asking(peer))

    assert isinstance(answer, Answered)
    assert answer.out["raw"]["name"] == "***.txt"


async def test_a_redirect_to_another_host_carries_no_secret_along(
    outside: Outside, peer: Peer, elsewhere: Peer
) -> None:
    says(peer, b"", status=307, headers={"Location": elsewhere.url})

    await outside.request(asking(peer, query={"token": (KEY,)}))

    (seen,) = elsewhere.seen
    assert "X-Key" not in seen.headers
    assert "token" not in seen.path


async def test_a_redirect_that_names_a_secret_is_not_followed_to_another_host(
    outside: Outside, peer: Peer, elsewhere: Peer
) -> None:
    target = f"{elsewhere.url}?token={quote(SECRET)}"
    says(peer, b"", status=302, headers={"Location": target})

    answer = await outside.request(asking(peer, query={"token": (KEY,)}))

    assert isinstance(answer, Refused) and answer.final
    assert "with a secret in the address" in answer.reason
    assert not elsewhere.seen


async def test_a_host_that_does_not_answer_is_named_without_the_secret(
    outside: Outside, peer: Peer
) -> None:
    request = asking(peer, url=("http://127.0.0.1:1/", KEY))

    answer = await outside.request(request)

    assert isinstance(answer, Refused)
    assert "top" not in answer.reason


def test_a_request_does_not_print_its_secrets(peer: Peer) -> None:
    assert "top" not in repr(asking(peer))
