"""A service is started by the name of its module and stops when told to."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest
import sample_service
from fastapi import FastAPI
from service_sdk import Service
from service_sdk.__main__ import load, main
from service_sdk.errors import ServiceError
from service_sdk.testing import WAIT_SECONDS, FakeEngine, Kit, Loopback

from servers.ports import free_port
from servers.waiting import block_until

HERE = Path(__file__).parent


@pytest.mark.parametrize("target", ["sample_service", "sample_service:app"])
def test_a_service_is_found_by_its_module(target: str) -> None:
    assert load(target) is sample_service.app


@pytest.mark.parametrize("target", ["json", "sample_service:gates"])
def test_a_module_without_a_service_is_refused(target: str) -> None:
    with pytest.raises(ServiceError, match=f"{target} offers no app of a Service"):
        load(target)


@pytest.mark.parametrize("arguments", [[], ["json"], ["no_such_module"]])
def test_a_wrong_command_ends_with_a_message(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="usage|offers no app|no_such_module"):
        main(arguments)


def test_a_wrong_setting_ends_with_a_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "harbour")

    with pytest.raises(SystemExit, match="PORT='harbour'"):
        main(["sample_service"])


def test_a_marked_function_is_called_at_the_start() -> None:
    service = Service("early")
    called = threading.Event()
    service.at_start(called.set)

    with Kit(service.app):
        assert called.wait(WAIT_SECONDS)


def test_a_service_that_cannot_start_leaves_nothing_behind() -> None:
    app = Service("absent").app
    app.router.routes.clear()
    before = threading.active_count()

    with pytest.raises(httpx.HTTPStatusError, match="404"), Kit(app):
        pass

    assert threading.active_count() == before


def test_an_app_that_is_no_service_is_refused_by_the_kit() -> None:
    with pytest.raises(ServiceError, match="pass service.app"):
        Kit(FastAPI())


@contextmanager
def started(engine_url: str, **settings: str) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(
        [sys.executable, "-m", "service_sdk", "sample_service"],
        cwd=HERE,
        env={**os.environ, "ENGINE_URL": engine_url, **settings},
    ) as running:
        yield running


def test_it_serves_announces_itself_and_stops_when_told_to(tmp_path: Path) -> None:
    engine = FakeEngine()
    port = str(free_port())

    with (
        Loopback(engine.app) as server,
        started(server.url, PORT=port, SPOOL_DIR=str(tmp_path)) as running,
    ):
        url = engine.announcement("greet")["url"]
        query = {"callback_url": f"{server.url}/callback", "task_id": "task"}
        httpx.post(url, params=query, json={"person": {}}).raise_for_status()
        reply = engine.reply("task")

        running.send_signal(signal.SIGTERM)
        running.wait()

    assert url == f"http://127.0.0.1:{port}/greet"
    assert reply.typed == {"result": "Good day, Myself"}
    assert running.returncode in (0, -signal.SIGTERM)
    assert list(tmp_path.iterdir()) == []


def test_many_idle_connections_do_not_keep_others_out() -> None:
    engine = FakeEngine()
    port = free_port()

    with (
        Loopback(engine.app) as server,
        started(server.url, PORT=str(port), MAX_PEER_CONNECTIONS="5") as running,
        ExitStack() as stack,
    ):
        engine.announcement("greet")
        for _ in range(20):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        answer = httpx.get(f"http://127.0.0.1:{port}/metrics")
        running.send_signal(signal.SIGTERM)
        running.wait()

    assert answer.is_success
    assert 'http_refused_connections_total{reason="made-room"}' in answer.text


@pytest.mark.parametrize("order", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_does_not_wait_for_work_without_end(order: signal.Signals) -> None:
    engine = FakeEngine()
    port = str(free_port())

    with (
        Loopback(engine.app) as server,
        started(server.url, PORT=port, SHUTDOWN_SECONDS="0.1") as running,
    ):
        url = engine.announcement("wait")["url"]
        query = {"callback_url": f"{server.url}/callback", "task_id": "task"}
        httpx.post(url, params=query, json={"name": "endless"}).raise_for_status()

        running.send_signal(order)
        running.wait()

    assert engine.reply("task").typed["retryable"]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
def test_a_process_that_was_forked_is_replaced_when_it_dies() -> None:
    engine = FakeEngine()

    with (
        Loopback(engine.app) as server,
        started(server.url, PORT=str(free_port()), WORKERS="1") as running,
    ):
        first = process_of_work(engine, server.url, "first")
        os.kill(first, signal.SIGKILL)
        second = process_of_work(engine, server.url, "second")
        running.send_signal(signal.SIGTERM)
        running.wait()

    assert len({first, second, running.pid}) == 3
    block_until(lambda: has_ended(second))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is forked")
def test_a_service_that_is_killed_leaves_no_process_behind() -> None:
    engine = FakeEngine()

    with (
        Loopback(engine.app) as server,
        started(server.url, PORT=str(free_port())) as running,
    ):
        worker = process_of_work(engine, server.url, "task")
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children")
        workers = children.read_text().split()

        running.kill()

    assert str(worker) in workers
    for one in workers:
        block_until(partial(has_ended, int(one)))


def has_ended(process: int) -> bool:
    """Whether it does nothing any more; its number may still be kept for its parent."""
    return not Path(f"/proc/{process}/exe").exists()


def process_of_work(engine: FakeEngine, engine_url: str, task: str) -> int:
    """The process that did a task of the service, which was announced to the engine."""
    url = engine.announcement("whoami")["url"]
    query = {"callback_url": f"{engine_url}/callback", "task_id": task}
    httpx.post(url, params=query, json={}).raise_for_status()
    return int(engine.reply(task).typed["process"])
