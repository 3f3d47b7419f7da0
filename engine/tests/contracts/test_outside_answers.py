"""What `Outside` promises: what the answers of services mean, and their absence."""

import asyncio
import json
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import RawTestServer
from engine.domain.errors import AddressRefused
from engine.ports import Acknowledged, Outside, Refused

from .peers import Peer


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
async def test_any_2xx_acknowledges(outside: Outside, peer: Peer, status: int) -> None:
    peer.answer = lambda: web.Response(status=status)

    assert await outside.deliver(peer.delivery({})) == Acknowledged(peer.url)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("text", "after"),
    [("7", 7), ("0", 0), ("86400", 60), ("9" * 5000, 60), ("soon", None), ("", None)]
    + [(f"Wed, 21 Oct 2026 07:28:{'9' * 30} GMT", None)],
)
async def test_a_busy_service_says_when_it_wants_it(
    outside: Outside, peer: Peer, status: int, text: str, after: float | None
) -> None:
    headers = {"Retry-After": text} if text else {}
    peer.answer = lambda: web.Response(status=status, headers=headers)

    result = await outside.deliver(peer.delivery({}))

    assert isinstance(result, Refused) and result.busy
    assert result.after == (None if after is None else timedelta(seconds=after))


@pytest.mark.parametrize("status", [400, 401, 403, 405, 413, 415, 422])
async def test_an_answer_that_blames_the_request_is_final(
    outside: Outside, peer: Peer, status: int
) -> None:
    peer.answer = lambda: web.Response(status=status)

    result = await outside.deliver(peer.delivery({}))

    assert isinstance(result, Refused) and result.final and not result.unawaited


@pytest.mark.parametrize("status", [404, 409, 410])
async def test_an_answer_says_when_nobody_waits(
    outside: Outside, peer: Peer, status: int
) -> None:
    peer.answer = lambda: web.Response(status=status)

    result = await outside.deliver(peer.delivery({}))

    # A service that cannot be found may be there again soon.
    assert isinstance(result, Refused) and result.unawaited and not result.final


@pytest.mark.parametrize(
    ("ahead", "least", "most"), [(40, 10, 40), (-40, 0, 0), (4000, 60, 60)]
)
async def test_retry_after_may_be_a_date(
    outside: Outside, peer: Peer, ahead: int, least: int, most: int
) -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=ahead), usegmt=True)
    peer.answer = lambda: web.Response(status=503, headers={"Retry-After": date})

    result = await outside.deliver(peer.delivery({}))

    assert isinstance(result, Refused) and result.after is not None
    assert least <= result.after.total_seconds() <= most


@pytest.mark.parametrize(
    ("type", "body", "detail"),
    [
        (
            "application/problem+json",
            '{"detail": "no face", "title": "t"}',
            ": no face",
        ),
        ("application/problem+json", '{"title": "Bad picture"}', ": Bad picture"),
        (
            "application/json",
            '{"detail": [{"type": "missing", "loc": ["body", "image"], '
            '"msg": "Field required", "input": "secret"}, {"msg": "no"}]}',
            ": body.image: Field required; no",
        ),
        ("application/json", '{"message": "no memory"}', ": no memory"),
        ("application/json", '{"Message": "no key"}', ": no key"),
        ("application/json", '{"error": "too\\nlarge \\u001b[0m"}', ": too large [0m"),
        ("application/json", '{"error": {"code": 3, "message": "busy"}}', ": busy"),
        (
            "application/json",
            '{"error": "invalid_grant", "error_description": "expired"}',
            ": expired",
        ),
        (
            "application/json",
            '{"message": "Invalid", "errors": [{"field": "w", "message": "is 0"}]}',
            ": Invalid: w: is 0",
        ),
        ("application/json", '{"errors": ["a", "b"]}', ": a; b"),
        ("application/json", '{"detail": {"msg": "deep"}}', ": deep"),
        ("application/json", '["a", {"message": "b"}]', ": a; b"),
        ("application/json", '"a text"', ": a text"),
        ("application/json", '{"detail": [1]}', ': {"detail":[1]}'),
        ("application/json", "{}", ""),
        ("application/json", "{broken", ": {broken"),
        ("text/html", '{"message": "JSON all the same"}', ": JSON all the same"),
        ("text/plain", "two\nlines \x1b[31m\u202e", ": two lines [31m"),
        ("text/plain", "x" * 900, ": " + "x" * 499 + "…"),
        (
            "text/html",
            "<title>502 Bad &amp; Gateway</title><p>x",
            ": 502 Bad & Gateway",
        ),
        ("text/html", "<style>a{}</style><h1>Oh</h1><script>x</script>", ": Oh"),
        ("application/xml", "<?xml?><Error><Code>No</Code></Error>", ": No"),
        ("image/png", "PNG", ""),
    ],
)
async def test_other_answers_are_refusals_with_their_reason(
    outside: Outside, peer: Peer, type: str, body: str, detail: str
) -> None:
    peer.answer = lambda: web.Response(status=500, text=body, content_type=type)

    result = await outside.deliver(peer.delivery({}))

    assert result == Refused(f"{peer.url} answered 500{detail}")


async def test_a_reason_is_read_in_its_charset(outside: Outside, peer: Peer) -> None:
    answers = [
        ("kein Gesicht: 1 €".encode("cp1252"), "text/plain; charset=iso-8859-1"),
        ("\ufeffé".encode("utf-16-le"), "text/plain"),
        (b"\xff!", "text/plain; charset=klingon"),
    ]
    left = iter(answers)

    def answer() -> web.Response:
        body, type = next(left)
        return web.Response(status=500, body=body, headers={"Content-Type": type})

    peer.answer = answer

    results = [await outside.deliver(peer.delivery({})) for _ in answers]

    said = f"{peer.url} answered 500: "
    assert results == [
        Refused(f"{said}kein Gesicht: 1 €"),
        Refused(f"{said}é"),
        Refused(f"{said}\ufffd!"),
    ]


async def test_a_reason_names_the_path_and_no_secret(
    outside: Outside, peer: Peer
) -> None:
    peer.answer = lambda: web.Response(status=500)
    url = f"{peer.url}/a%2Fb?key=secret"

    result = await outside.deliver(replace(peer.delivery({}), url=url))

    assert result == Refused(f"{peer.url}/a%2Fb answered 500")


async def test_a_service_cannot_redirect_its_work(outside: Outside, peer: Peer) -> None:
    headers = {"Location": f"{peer.url}/elsewhere?task_id=secret"}
    peer.answer = lambda: web.Response(status=307, headers=headers)

    result = await outside.deliver(peer.delivery({}))

    assert isinstance(result, Refused) and len(peer.seen) == 1
    assert f"307 with a redirect to {peer.url}/elsewhere," in result.reason
    assert "secret" not in result.reason


async def test_where_nobody_listens_the_reason_says_so(
    outside: Outside, host: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    url = f"http://{host}:{port}/a?key=secret"

    result = await outside.deliver(Peer(url).delivery({}))

    assert result == Refused(f"no server listens at http://{host}:{port}")
    assert result.code == "unreachable"


async def test_connections_are_kept(outside: Outside, host: str) -> None:
    came = []

    async def handle(request: web.BaseRequest) -> web.Response:
        assert request.transport is not None
        came.append(request.transport.get_extra_info("peername"))
        return web.json_response({"jobId": "x" * 3000})

    async with RawTestServer(handle) as server:
        for _ in range(5):
            peer = Peer(f"http://{host}:{server.port}/")
            await outside.deliver(peer.delivery({}))

    assert len(came) == 5 and len(set(came)) == 1


async def test_many_deliveries_run_side_by_side(outside: Outside, peer: Peer) -> None:
    calls = (outside.deliver(peer.delivery({"i": i})) for i in range(300))

    results = await asyncio.gather(*calls)

    assert set(results) == {Acknowledged(peer.url)}
    assert sorted(json.loads(seen.body)["i"] for seen in peer.seen) == [*range(300)]


async def test_cancellation_passes_through(outside: Outside, host: str) -> None:
    arrived = asyncio.Event()

    async def hang(request: web.BaseRequest) -> web.Response:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with RawTestServer(hang) as server:
        delivery = Peer(f"http://{host}:{server.port}/").delivery({})
        call = asyncio.create_task(outside.deliver(delivery))
        await arrived.wait()
        call.cancel()

        with pytest.raises(asyncio.CancelledError):
            await call


async def test_environment_proxies_are_not_trusted(
    outside: Outside, peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")

    assert isinstance(await outside.deliver(peer.delivery({})), Acknowledged)


async def test_a_forbidden_address_is_refused_for_good(outside: Outside) -> None:
    url = "http://192.0.2.7/blur?key=secret"

    result = await outside.deliver(Peer(url).delivery({}))
    with pytest.raises(AddressRefused) as refused:
        outside.check(url)

    assert result == Refused(str(refused.value), final=True)
    assert result.code == "address-refused"
    assert "secret" not in str(refused.value)
