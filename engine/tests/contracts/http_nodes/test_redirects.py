"""What `Outside` promises of redirects: followed as browsers do, or refused."""

import json
from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from engine.ports import Answered, BlobStore, Outside, Refused

from ..peers import Peer, content
from .answers import redirects


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
