"""`marketplace serve`: its port, its settings, its end."""

import signal
import socket
from contextlib import ExitStack
from pathlib import Path

import httpx
from engine.cli.serving import listen
from engine.domain.values import Json

from servers.waiting import block_until

from .conftest import started

WAIT: Json = {
    "type": "pipeline",
    "nodes": [
        {
            "id": "begin",
            "type": "entry",
            "api": {"route": "wait", "body": {}},
            "next": ["far"],
        },
        {"id": "far", "type": "service", "service": "nobody", "next": ["result"]},
        {"id": "result", "type": "end"},
    ],
}


def test_a_free_port_is_chosen_and_told(tmp_path: Path) -> None:
    arguments = ("serve", "--port", "0", "--data", str(tmp_path / "data"))

    with started(tmp_path / "log", *arguments) as engine:
        url = engine.says(r"listening at (http://127.0.0.1:\d+), data in \S+/data\n")

        def ready() -> bool:
            return httpx.get(f"{url}/readyz", trust_env=False).is_success

        block_until(ready)


def test_an_open_stream_does_not_keep_it_from_ending(tmp_path: Path) -> None:
    arguments = ("serve", "--port", "0", "--data", str(tmp_path / "data"))
    with (
        started(tmp_path / "log", *arguments, PIPELINES_DIR=str(tmp_path)) as engine,
        httpx.Client(trust_env=False) as http,
    ):
        url = engine.says(r"listening at (\S+),")
        http.post(f"{url}/services", json=WAIT).raise_for_status()
        task = http.post(f"{url}/services/wait", json={}).json()["jobId"]

        with http.stream("GET", f"{url}/tasks/{task}/events") as events:
            next(events.iter_raw())
            code = engine.ends(signal.SIGTERM)

        assert code in (0, -signal.SIGTERM), engine.said
        assert "Traceback" not in engine.said


def test_many_idle_connections_do_not_keep_others_out(tmp_path: Path) -> None:
    arguments = ("serve", "--port", "0", "--data", str(tmp_path / "data"))
    few = {"MAX_PEER_CONNECTIONS": "5", "PIPELINES_DIR": str(tmp_path)}

    with started(tmp_path / "log", *arguments, **few) as engine, ExitStack() as stack:
        url = engine.says(r"listening at (\S+),")
        port = int(url.rpartition(":")[2])
        for _ in range(20):
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        answer = httpx.get(f"{url}/metrics", trust_env=False)

        assert answer.is_success
        assert 'http_refused_connections_total{reason="made-room"}' in answer.text
        engine.says(r"ended \d+ connections, the last one from 127.0.0.1: .*MAX_PEER")


def test_ctrl_c_ends_it_without_a_trace(tmp_path: Path) -> None:
    arguments = ("serve", "--port", "0", "--data", str(tmp_path / "data"))
    with started(tmp_path / "log", *arguments) as engine:
        engine.says("listening at")

        code = engine.ends(signal.SIGINT)

        assert code == 0
        assert "Traceback" not in engine.said


def test_a_port_in_use_is_told_with_the_remedy(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as other:
        port = other.getsockname()[1]

        with started(tmp_path / "log", "serve", "--port", str(port)) as engine:
            assert engine.ends() == 1

    assert f"port {port} at 127.0.0.1 cannot be used" in engine.said
    assert "--port" in engine.said
    assert "Traceback" not in engine.said


def test_a_replica_takes_no_connection_before_it_serves() -> None:
    with listen("127.0.0.1", 0, shared=True) as first:
        host, port = first.getsockname()
        with listen(host, port, shared=True) as second:
            second.listen()

            # If the first took connections too, half of these would wait for it.
            for _ in range(20):
                with socket.create_connection((host, port)):
                    accepted, _ = second.accept()
                    accepted.close()


def test_settings_that_cannot_be_are_told_in_one_line(tmp_path: Path) -> None:
    wrong = {"HOST": "0.0.0.0", "PORT": "lots", "RETENTION": "a week"}

    with started(tmp_path / "log", "serve", **wrong) as engine:
        assert engine.ends() == 1

    told = engine.said.splitlines()
    assert len(told) == 1
    assert "PORT: " in told[0]
    assert "RETENTION: " in told[0]


def test_a_data_folder_that_is_none_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    arguments = ("serve", "--port", "0", "--data", str(file))

    with started(tmp_path / "log", *arguments) as engine:
        assert engine.ends() == 1

    assert f"the data folder {file} cannot be used" in engine.said
    assert "Traceback" not in engine.said


def test_an_unknown_level_of_logs_is_told(tmp_path: Path) -> None:
    with started(tmp_path / "log", "serve", LOG_LEVEL="loud") as engine:
        assert engine.ends() == 1

    assert "“loud” is not a log level" in engine.said
