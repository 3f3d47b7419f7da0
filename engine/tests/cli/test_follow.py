"""A task is followed to its end, whatever the connection does."""

import json
from collections.abc import Iterator

import pytest
from engine.cli.client import EngineClient
from engine.cli.follow import follow
from service_sdk.testing import Loopback
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

STEPS = ("calling", "working", "succeeded")


class Flaky:
    """Tells one step of a task at a time, then the stream breaks off."""

    def __init__(self, streams: bool) -> None:
        self.streams = streams
        self.asked_after: list[str] = []
        self._polls = 0
        self.app = Starlette(
            routes=[
                Route("/tasks/t/events", self._events),
                Route("/tasks/t/status", self._status),
                Route("/tasks/t/raw", self._raw),
            ]
        )

    async def _events(self, request: Request) -> Response:
        if not self.streams:
            return Response("no streams here", 502)
        self.asked_after.append(request.headers.get("last-event-id", ""))
        number = len(self.asked_after) - 1
        data = {"path": "t", "node": "work", "status": STEPS[number], "at": ""}
        text = f": alive\n\nid: {number}\nevent: run\ndata: {json.dumps(data)}\n\n"
        return Response(text, media_type="text/event-stream")

    async def _status(self, request: Request) -> Response:
        ended = len(self.asked_after) == len(STEPS)
        return JSONResponse({"status": "finished" if ended else "running"})

    async def _raw(self, request: Request) -> Response:
        status = STEPS[self._polls]
        self._polls += 1
        ended = self._polls == len(STEPS)
        return JSONResponse(
            {
                "status": "finished" if ended else "running",
                "message": "finished",
                "runs": {"work": {"status": status, "error": None}},
            }
        )


@pytest.fixture(params=[True, False], ids=["streams", "polls"])
def engine(request: pytest.FixtureRequest) -> Flaky:
    return Flaky(request.param)


@pytest.fixture
def client(engine: Flaky) -> Iterator[EngineClient]:
    with Loopback(engine.app) as server, EngineClient(server.url) as client:
        yield client


def test_every_change_is_told_once(engine: Flaky, client: EngineClient) -> None:
    told = [change.status for change in follow(client, "t") if change.node]

    assert told == list(STEPS)
    assert engine.asked_after == (["", "0", "1"] if engine.streams else [])
