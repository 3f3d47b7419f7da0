"""A service that stops says so first, finishes what it has, and is missed by nobody."""

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from os import environ
from pathlib import Path
from typing import Any

import httpx
import pytest
from real_engine import RealEngine, started_engine
from sample_service import app, gates, service
from service_sdk.announcer import LEAVE_SECONDS, Announcer
from service_sdk.testing import Kit, Loopback
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from servers.ports import free_port
from servers.waiting import block_until

SLOW_STOP_SECONDS = 10.0

MODULE = """
import time
from pathlib import Path
from service_sdk import Service

service = Service("gate")


@service.operation(route="pass")
def pass_through(name: str) -> str:
    Path(name + ".begun").touch()
    while not Path(name).exists():
        time.sleep(0.05)
    return name


app = service.app
"""


def test_a_service_that_stops_says_so_of_each_operation() -> None:
    with Kit(app) as kit:
        instance = kit.announcement("greet")["instance"]
        had_left = kit.engine.has_leave("greet")

    left = {route: kit.engine.leave(route) for route in service.operations}
    assert not had_left
    assert {(one["leaves"], one["instance"]) for one in left.values()} == {
        (True, instance)
    }
    assert left["greet"]["url"] == f"{kit.url}/greet"


def test_work_in_hand_is_finished_after_it_was_said() -> None:
    with ThreadPoolExecutor() as beside:
        kit = Kit(app).__enter__()
        kit.dispatch("wait", "task", name="last").raise_for_status()
        stopping = beside.submit(kit.__exit__, None, None, None)

        told = [kit.engine.leave("wait") for _ in range(2)]
        had_reply = kit.engine.has_reply("task")
        gates.open.release()
        stopping.result()

    # Again and again: what is in hand may take longer than silence is taken for life.
    assert [one["leaves"] for one in told] == [True, True]
    assert not had_reply
    assert kit.engine.reply("task").typed == {"name": "last"}


@pytest.mark.parametrize("status", [400, 422, 500, 503])
def test_an_engine_that_refuses_it_keeps_no_service_from_stopping(status: int) -> None:
    with Kit(app) as kit:
        kit.announcement("greet")
        kit.engine.announce_answers = [status] * 10 * len(service.operations)
        began = time.monotonic()

    assert time.monotonic() - began < SLOW_STOP_SECONDS


async def test_a_service_is_ready_until_it_is_told_to_stop() -> None:
    with Kit(app, engine_url="") as kit:
        ready = kit.http.get("/readyz")

        await app.leave()

        stopping = kit.http.get("/readyz")
        alive = kit.http.get("/healthz")

    with Kit(app) as kit:
        started_again = kit.http.get("/readyz")
    assert ready.json() == {"status": "ready"}
    assert stopping.status_code == 503
    assert stopping.json()["detail"].startswith("this service was told to stop")
    assert alive.is_success and started_again.is_success


async def silent(request: Request) -> Response:
    """Answer when nobody waits for it any more."""
    while not await request.is_disconnected():
        await asyncio.sleep(0.05)
    return Response()


async def test_an_engine_that_does_not_answer_is_waited_for_a_moment() -> None:
    engine = Starlette(routes=[Route("/services", silent, methods=["POST"])])
    with Loopback(engine) as server:
        async with httpx.AsyncClient(timeout=60) as client:
            announcer = Announcer(
                client=client,
                engine_url=server.url,
                announcements=service.announcements("x"),
            )
            began = time.monotonic()
            await announcer.leave()
            took = time.monotonic() - began

    assert LEAVE_SECONDS <= took < SLOW_STOP_SECONDS


async def unreadable(request: Request) -> Response:
    return Response(b"not packed", headers={"content-encoding": "gzip"})


async def test_an_answer_that_cannot_be_read_keeps_no_service_from_stopping() -> None:
    engine = Starlette(routes=[Route("/services", unreadable, methods=["POST"])])
    with Loopback(engine) as server:
        async with httpx.AsyncClient() as client:
            announcer = Announcer(
                client=client,
                engine_url=server.url,
                announcements=service.announcements("x"),
            )

            assert not await announcer.announce_once()
            await announcer.leave()


async def test_an_engine_that_is_away_is_not_waited_for() -> None:
    async with httpx.AsyncClient() as client:
        announcer = Announcer(
            client=client,
            engine_url="http://127.0.0.1:1/",
            announcements=service.announcements("x"),
        )

        async with asyncio.timeout(LEAVE_SECONDS):
            await announcer.leave()


@contextmanager
def process(folder: Path, engine: RealEngine) -> Iterator[subprocess.Popen[bytes]]:
    """The service of the module in a process, which the engine can call."""
    with subprocess.Popen(
        [sys.executable, "-m", "service_sdk", "gate"],
        cwd=folder,
        env={**environ, "ENGINE_URL": engine.url, "PORT": str(free_port())},
    ) as running:
        block_until(lambda: offered_by(engine) == 1, explain=engine.said)
        yield running
        running.send_signal(signal.SIGTERM)


def offered_by(engine: RealEngine) -> int:
    """How many instances take work."""
    answer = engine.http.get("/services/pass")
    instances: list[dict[str, Any]] = (
        answer.json()["instances"] if answer.is_success else []
    )
    return sum(one["alive"] and not one["leaves"] for one in instances)


def test_a_task_that_comes_while_the_service_stops_waits_for_the_next_one(
    tmp_path: Path,
) -> None:
    (tmp_path / "gate.py").write_text(MODULE)
    document = {
        "type": "pipeline",
        "nodes": [
            {
                "id": "start",
                "type": "entry",
                "api": {"route": "through", "body": {"name": "x"}},
                "next": ["work"],
            },
            # One that fails at once when it is called where nobody is any more.
            {"id": "work", "type": "service", "service": "pass", "retry": 0},
            {"id": "end", "type": "end"},
        ],
    }
    document["nodes"][1]["next"] = ["end"]  # type: ignore[index]

    def waits_for(task: str) -> bool:
        status = engine.http.get(f"/tasks/{task}/status").json()
        return any("“pass”" in one["for"] for one in status["waiting"])

    with started_engine(tmp_path) as engine:
        engine.http.post("/services", json=document).raise_for_status()
        with process(tmp_path, engine) as first:
            in_hand = engine.start("through", name="in-hand")
            block_until((tmp_path / "in-hand.begun").exists, explain=engine.said)
            first.send_signal(signal.SIGTERM)
            block_until(lambda: offered_by(engine) == 0, explain=engine.said)

            late = engine.start("through", name="late")
            block_until(lambda: waits_for(late), explain=engine.said)
            still_works = first.poll() is None
            (tmp_path / "in-hand").touch()
            done = engine.ended(in_hand)
            first.wait()
        later = engine.start("through", name="later")
        block_until(lambda: waits_for(later), explain=engine.said)

        (tmp_path / "late").touch()
        (tmp_path / "later").touch()
        with process(tmp_path, engine):
            ended = [engine.ended(task).status["status"] for task in (late, later)]

    assert still_works
    assert done.status["status"] == "finished"
    assert ended == ["finished", "finished"]
