"""`marketplace dev`: what is saved in the folder is what runs."""

import json
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from documents import end, entry, node, pipeline, service

from servers.waiting import block_until

from .conftest import Started, family, lives, started

SERVICE = """
from service_sdk import Service

service = Service("{name}")


@service.operation(route="{name}")
def greet(name: str = "you") -> dict[str, str]:
    return {{"greeting": "{word} " + name}}


app = service.app
"""
pytestmark = pytest.mark.skipif(
    not Path("/proc").exists(), reason="looks for processes there"
)


class Dev:
    """The command on a folder, and ways to change what is in it."""

    def __init__(self, folder: Path, command: Started, url: str) -> None:
        self.folder = folder
        self.command = command
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=60)

    def answers(self, route: str, **body: Any) -> Any:
        """What a route answers; None: it cannot now."""
        answer = self._http.post(f"/services/{route}?wait=20", json=body)
        return answer.json() if answer.status_code == 200 else None

    def becomes(self, route: str, wanted: Any) -> None:
        block_until(
            lambda: self.answers(route, name="Ada") == wanted,
            seconds=60,
            explain=lambda: self.command.said,
        )

    def close(self) -> None:
        self._http.close()


def save(folder: Path, name: str, word: str) -> None:
    """Write a service as an editor does: whole, under its name."""
    place = folder / "services" / name
    place.mkdir(parents=True, exist_ok=True)
    fresh = place / f"{name}.py.tmp"
    fresh.write_text(SERVICE.format(name=name, word=word))
    fresh.replace(place / f"{name}.py")


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[Dev]:
    folder = tmp_path / "folder"
    save(folder, "hello", "Hello")
    (folder / "pipelines").mkdir()
    arguments = ("dev", str(folder), "--port", "0", "--data", str(tmp_path / "data"))
    with started(tmp_path / "log", *arguments) as command:
        running = Dev(folder, command, command.says(r"is ready at (\S+)"))
        yield running
        running.close()


Say = Callable[[str], str]


def test_saved_code_is_what_answers(dev: Dev) -> None:
    assert dev.answers("hello", name="Ada") == {"greeting": "Hello Ada"}

    save(dev.folder, "hello", "Howdy")
    dev.becomes("hello", {"greeting": "Howdy Ada"})

    dev.command.says(r"task +│ [0-9a-f]{8} hello: finished")


def test_broken_code_is_told_and_mended_code_comes_back(dev: Dev) -> None:
    file = dev.folder / "services/hello/hello.py"
    good = file.read_text()

    file.write_text(good + "\ndef broken(:\n")
    dev.command.says(r"hello +│ hello.py, line 14: .+")
    dev.command.says(r"hello +│ keeps the code that it has")
    assert dev.answers("hello", name="Ada") == {"greeting": "Hello Ada"}

    file.write_text(good + "\nraise RuntimeError('at import')\n")
    dev.command.says(r"hello +│ RuntimeError: at import")
    dev.command.says(r"hello +│ ended with code 1; starts again when its code is saved")

    file.write_text(good.replace("Hello", "Welcome back"))
    dev.becomes("hello", {"greeting": "Welcome back Ada"})


def test_a_new_service_is_found_and_a_removed_one_ends(dev: Dev) -> None:
    save(dev.folder, "goodbye", "Goodbye")
    dev.command.says(r"dev +│ there is a new service: goodbye")
    dev.becomes("goodbye", {"greeting": "Goodbye Ada"})

    shutil.rmtree(dev.folder / "services/goodbye")
    dev.command.says(r"dev +│ the service goodbye is gone")

    save(dev.folder, "goodbye", "Goodbye again")
    dev.becomes("goodbye", {"greeting": "Goodbye again Ada"})


def test_saved_pipelines_are_published_and_their_faults_are_shown(dev: Dev) -> None:
    file = dev.folder / "pipelines/greet.json"
    first = entry("call", id_="e", route="greet", body={"name": "x"})
    call = service("call", "end", service="hello")
    broken = pipeline(first, {**call, "servise": "x"}, node("lost", "absent"), end())

    file.write_text("{not json")
    dev.command.says(r"dev +│ greet.json is not published: .*not valid JSON")
    file.write_text(json.dumps(broken))
    dev.command.says(r"dev +│ greet.json is not published: call.servise: .*")
    dev.command.says(r"dev +│   lost.next.*absent")

    file.write_text(json.dumps(pipeline(first, call, end())))
    dev.command.says(r"dev +│ greet.json is published: greet, \w+")
    dev.becomes("greet", {"greeting": "Hello Ada"})

    # What only may be wrong is published, and told.
    doubtful = pipeline(first, {**call, "service": "helo"}, end())
    file.write_text(json.dumps(doubtful))
    dev.command.says(r"dev +│   warning: call.service: .*did you mean “hello”\?")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_behind(dev: Dev, number: signal.Signals) -> None:
    processes = family(dev.command.process.pid)

    code = dev.command.ends(number)

    assert len(processes) >= 3
    assert code == (-number if number is signal.SIGKILL else 0), dev.command.said
    block_until(lambda: not any(map(lives, processes)))
