"""Operations are announced again and again; an error is logged once."""

import logging

import httpx
import pytest
from sample_service import app, service
from service_sdk.announcer import Announcer
from service_sdk.testing import FakeEngine, Kit, Loopback
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


def test_every_operation_is_announced_again_and_again(kit: Kit) -> None:
    first = kit.announcement("greet")
    second = kit.announcement("greet")

    assert first == second
    assert first["url"] == f"{kit.url}/greet"


def test_each_start_announces_an_instance_of_its_own(kit: Kit) -> None:
    with Kit(app) as other:
        started_later = other.announcement("greet")["instance"]
        same_start = other.announcement("echo")["instance"]

    assert started_later == same_start
    assert kit.announcement("greet")["instance"] not in ("", started_later)


def test_an_announcement_tells_how_much_is_worked_on_at_the_same_time() -> None:
    with Kit(app, workers=3) as kit:
        assert kit.announcement("greet")["workers"] == 3


def test_without_an_engine_nothing_is_announced() -> None:
    with Kit(app, engine_url="") as kit:
        kit.http.get("/healthz").raise_for_status()

    assert not kit.engine.has_announcement("greet")


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (409, " is taken by a pipeline or another kind of service: as the test wants"),
        (422, "refuses average-shade (422): as the test wants it"),
    ],
)
async def test_a_refusal_is_logged_once_and_so_is_its_end(
    status: int, message: str, caplog: pytest.LogCaptureFixture
) -> None:
    engine = FakeEngine()
    engine.announce_answers = [status, status, 200]
    caplog.set_level(logging.INFO, "service_sdk")

    with Loopback(engine.app) as server:
        async with httpx.AsyncClient() as client:
            announcer = Announcer(
                client=client,
                engine_url=server.url,
                announcements=service.announcements("x")[:1],
            )

            accepted = [await announcer.announce_once() for _ in range(4)]

    assert accepted == [False, False, True, True]
    news = [r.getMessage() for r in caplog.records if r.name == "service_sdk.announcer"]
    assert len(news) == 2
    assert message in news[0]
    assert news[1].endswith(": accepts the announcement of average-shade")


async def test_an_engine_that_cannot_be_reached_is_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with httpx.AsyncClient() as client:
        announcer = Announcer(
            client=client,
            engine_url="http://127.0.0.1:1/",
            announcements=service.announcements("x")[:1],
        )

        accepted = [await announcer.announce_once() for _ in range(3)]

    assert accepted == [False] * 3
    assert caplog.text.count("cannot be reached") == 1


def test_a_refused_announcement_is_tried_again_soon() -> None:
    with Kit(app) as kit:
        kit.engine.announce_answers = [503] * len(service.operations)

        assert kit.announcement("greet") == kit.announcement("greet")


async def test_a_token_goes_with_announcements() -> None:
    shown = []

    async def announced(request: Request) -> Response:
        shown.append(request.headers.get("authorization"))
        return Response()

    engine = Starlette(routes=[Route("/services", announced, methods=["POST"])])
    with Loopback(engine) as server:
        async with httpx.AsyncClient() as client:
            for token in ("", "mkp_secret"):
                announcer = Announcer(
                    client=client,
                    engine_url=server.url,
                    token=token,
                    announcements=service.announcements("x")[:1],
                )
                await announcer.announce_once()

    assert shown == [None, "Bearer mkp_secret"]
