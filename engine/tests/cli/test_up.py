"""`marketplace up`: it keeps the services running, and leaves nothing behind."""

import os
import secrets
import signal
from collections.abc import Callable
from pathlib import Path

import external
import httpx
import pytest
from engine.cli.serving import listen
from typer.testing import Result

from servers.waiting import block_until

from .conftest import family, lives, started

SERVICE = """
from service_sdk import Service

service = Service("echo")


@service.operation(route="echo-pid")
def echo() -> dict[str, int]:
    import os

    # The work is done by a child of the service.
    return {"pid": os.getppid()}


app = service.app
"""
pytestmark = pytest.mark.skipif(
    not Path("/proc").exists(), reason="looks for processes there"
)


@pytest.fixture
def up(tmp_path: Path) -> tuple[Path, list[str]]:
    """A log, and the arguments for one small service."""
    folder = tmp_path / "services" / "echo"
    folder.mkdir(parents=True)
    (folder / "echo.py").write_text(SERVICE)
    arguments = ["up", "--port", "0", "--data", str(tmp_path / "data")]
    return tmp_path / "log", [*arguments, "--services", str(folder.parent)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_behind(
    up: tuple[Path, list[str]], number: signal.Signals
) -> None:
    with started(up[0], *up[1]) as command:
        command.says("is ready at")
        processes = family(command.process.pid)

        code = command.ends(number)

        assert len(processes) >= 2
        assert code == (-number if number is signal.SIGKILL else 0), command.said
        block_until(lambda: not any(map(lives, processes)))
        assert "Traceback" not in command.said


def test_a_service_that_dies_is_started_again(up: tuple[Path, list[str]]) -> None:
    with started(up[0], *up[1]) as command:
        url = command.says(r"is ready at (\S+)")
        first = pid_of_the_service(command.says(r"Uvicorn running on (\S+)"))

        os.kill(first, signal.SIGKILL)

        command.says(r"echo +│ ended with signal SIGKILL; starts again in 1 s")
        command.says(r"(?s)starts again.*Uvicorn running on (\S+)")
        assert httpx.get(f"{url}/readyz", trust_env=False).is_success


def pid_of_the_service(url: str) -> int:
    """What the service says of itself."""
    with httpx.Client(base_url=url, trust_env=False) as http:
        task = http.post("/echo-pid", json={}).json()["jobId"]
        answer = http.get(f"/tasks/{task}")
        while answer.status_code == 202:
            answer = http.get(f"/tasks/{task}")

    pid = answer.json()["pid"]
    assert isinstance(pid, int)
    return pid


def test_an_engine_that_cannot_start_ends_it_all(up: tuple[Path, list[str]]) -> None:
    with started(up[0], *up[1], RETENTION="a week") as command:
        assert command.ends() == 1

    assert "RETENTION: " in command.said
    assert "the engine does not start" in command.said


@pytest.fixture
def stores() -> dict[str, str]:
    """Where replicas find what they share: nothing else is in there."""
    database = f"/up{secrets.token_hex(4)}"
    return {
        "MONGO_URL": external.mongo().url.replace("/marketplace", database),
        "S3_URL": external.new_bucket(),
        "NATS_URL": external.nats().url,
    }


@pytest.mark.external
def test_a_replica_that_dies_is_missed_by_nobody(
    up: tuple[Path, list[str]], stores: dict[str, str], give: Callable[..., Result]
) -> None:
    with started(up[0], *up[1], "--replicas", "3", **stores) as command:
        url = command.says(r"is ready at (\S+)")
        for number in (1, 2, 3):
            command.says(f"engine-{number} +│.*listening at")

        first = min(engines(command.process.pid))
        os.kill(first, signal.SIGKILL)

        run = give("run", "echo-pid", "--engine", url, "-o", up[0].parent / "out")
        assert run.exit_code == 0, run.output
        command.says(r"engine-\d +│ ended with signal SIGKILL; starts again in 1 s")
        command.says(r"(?s)starts again.*engine-\d +│.*listening at")
        assert command.ends(signal.SIGTERM) == 0, command.said
        assert "Traceback" not in command.said


def engines(pid: int) -> set[int]:
    """The replicas that a command keeps running."""
    return {one for one in family(pid) if b"engine.cli\0serve" in commandline(one)}


def commandline(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def test_replicas_need_stores_that_they_share(give: Callable[..., Result]) -> None:
    result = give("up", "--replicas", "2")

    assert result.exit_code == 1
    assert "NATS_URL" in result.output


def test_a_port_in_use_is_told_with_the_remedy(give: Callable[..., Result]) -> None:
    with listen("127.0.0.1", 0) as other:
        port = other.getsockname()[1]

        result = give("up", "--port", port)

    assert result.exit_code == 1
    assert f"port {port} is in use" in result.output
    assert "--port" in result.output


def test_an_unknown_service_is_told_with_the_known(give: Callable[..., Result]) -> None:
    result = give("up", "--only", "face-detction")

    assert result.exit_code == 1
    assert "no service “face-detction”" in result.output
    assert "face-detection" in result.output


def test_a_place_without_services_is_told(
    give: Callable[..., Result], tmp_path: Path
) -> None:
    result = give("up", "--services", tmp_path)

    assert result.exit_code == 1
    assert "root of the repository" in result.output
