"""What `Outside` promises of URLs: they are sent as they are written."""

from dataclasses import replace

import pytest
from engine.ports import Outside

from ..peers import Peer
from .answers import redirects

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
