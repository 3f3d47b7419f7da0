"""A service is started by the name of its module and stops when told to."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
import sample_service
from fastapi import FastAPI
from service_sdk import Service
from service_sdk.__main__ import load, main
from service_sdk.errors import BadSignature, ServiceError
from service_sdk.settings import Settings
from service_sdk.testing import (
    WAIT_SECONDS,
    FakeEngine,
    Kit,
    Loopback,
    service_on_loopback,
)

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


def fail_to_load() -> None:
    raise FileNotFoundError("model.onnx")


def end_the_program() -> None:
    sys.exit("no licence")


@pytest.mark.parametrize("kind", ["threads", "processes"])
@pytest.mark.parametrize("function", [fail_to_load, end_the_program])
def test_a_start_that_fails_is_not_announced(
    kind: str, function: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    service = Service("late")
    service.operation(route="whoami")(sample_service.whoami)
    service.at_start(function)
    kit = Kit(service.app, worker_kind=kind, workers=2)

    with pytest.raises(ServiceError, match="did not start"), kit:
        pass

    assert not kit.engine.has_announcement("whoami")
    assert f"the service cannot start: {function.__name__} failed: " in caplog.text


def test_a_service_is_announced_when_it_has_loaded() -> None:
    service = Service("late")
    service.operation(route="whoami")(sample_service.whoami)
    loading = threading.Event()
    may_end = threading.Event()

    @service.at_start
    def load() -> None:
        loading.set()
        assert may_end.wait(WAIT_SECONDS)

    engine = FakeEngine()
    with (
        Loopback(engine.app) as server,
        service_on_loopback(service.app, engine_url=server.url),
    ):
        assert loading.wait(WAIT_SECONDS)
        was_announced = engine.has_announcement("whoami")
        may_end.set()
        engine.announcement("whoami")

    assert not was_announced


def takes_something(what: int) -> None: ...


async def is_async() -> None: ...


@pytest.mark.parametrize("function", [takes_something, is_async, 5])
def test_a_start_function_that_cannot_be_called_is_refused(function: Any) -> None:
    with pytest.raises(BadSignature):
        Service("odd").at_start(function)


def test_a_function_that_processes_cannot_find_is_refused_at_the_start() -> None:
    service = Service("nested")

    @service.operation(route="nested")
    def nested() -> None: ...

    with pytest.raises(BadSignature, match="nested must be found in its module"):
        service.app.workers(Settings(worker_kind="processes"))


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


FAILS = """
import time
from service_sdk import Service

service = Service("fails")


@service.operation(route="fails")
def operation() -> None: ...


@service.at_start
def load() -> None:
    HOW


app = service.app
"""


def loading_service(folder: Path, how: str, **settings: str) -> subprocess.Popen[str]:
    """A service in a process, whose start function does what the text says."""
    (folder / "fails.py").write_text(FAILS.replace("HOW", how))
    return subprocess.Popen(
        [sys.executable, "-m", "service_sdk", "fails"],
        cwd=folder,
        env={**os.environ, "PORT": str(free_port()), **settings},
        stderr=subprocess.PIPE,
        text=True,
    )


def test_a_start_that_fails_ends_the_service_with_its_reason(tmp_path: Path) -> None:
    engine = FakeEngine()

    with (
        Loopback(engine.app) as server,
        loading_service(
            tmp_path, "raise OSError('no GPU')", ENGINE_URL=server.url
        ) as running,
    ):
        _, log = running.communicate()

    assert running.returncode == 3
    assert "the service cannot start: load failed: OSError: no GPU" in log
    assert not engine.has_announcement("fails")


def test_every_worker_process_loads_ahead(tmp_path: Path) -> None:
    engine = FakeEngine()
    how = "import os, pathlib; pathlib.Path(str(os.getpid())).touch()"

    with (
        Loopback(engine.app) as server,
        loading_service(tmp_path, how, ENGINE_URL=server.url, WORKERS="3") as running,
    ):
        engine.announcement("fails")
        loaded = [path.name for path in tmp_path.iterdir() if path.name.isdecimal()]
        running.send_signal(signal.SIGTERM)
        running.communicate()

    assert len(loaded) == 3
    assert str(running.pid) not in loaded


def test_a_stop_does_not_wait_for_what_loads_ahead(tmp_path: Path) -> None:
    how = "open('loading', 'w').close(); time.sleep(1000)"

    with loading_service(tmp_path, how) as running:
        block_until((tmp_path / "loading").exists)
        running.send_signal(signal.SIGTERM)
        running.communicate()

    assert running.returncode == -signal.SIGTERM
