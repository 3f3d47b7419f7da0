"""The services of “Write a service without the SDK” work as they stand there."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from real_engine import ROOT, RealEngine, started_engine
from service_sdk import File

from servers.ports import free_port
from servers.waiting import WAIT_SECONDS, block_until

PAGE = ROOT / "docs/how-to/service-without-the-sdk.md"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealEngine]:
    with started_engine(tmp_path_factory.mktemp("engine")) as running:
        yield running


def written(language: str, path: Path) -> Path:
    """The program that the page shows in this language, in a file."""
    page = PAGE.read_text("utf-8")
    [program] = re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)
    path.write_text(program, "utf-8")
    return path


@contextmanager
def offered(
    engine: RealEngine, route: str, command: Sequence[str], port: int, folder: Path
) -> Iterator[None]:
    """The program runs, and the engine knows its route."""
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=os.environ | {"PORT": str(port), "ENGINE_URL": engine.url},
    )
    try:
        block_until(lambda: is_alive(engine, route))
        block_until(lambda: answers(port))
        yield
    finally:
        process.terminate()
        process.wait(WAIT_SECONDS)


def is_alive(engine: RealEngine, route: str) -> bool:
    answer = engine.http.get(f"/services/{route}")
    return answer.is_success and answer.json()["alive"]


def answers(port: int) -> bool:
    try:
        httpx.get(f"http://127.0.0.1:{port}/", trust_env=False)
    except httpx.TransportError:
        return False
    return True


def test_plain_fastapi_takes_a_file_and_gives_values(
    engine: RealEngine, tmp_path: Path
) -> None:
    written("python", tmp_path / "word_count.py")
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "word_count:app", "--port", str(port)]
    text = File(b"one two three", "text/plain", "text.txt")

    with offered(engine, "word-count", command, port, tmp_path):
        all_words = engine.run("word-count", text=text)
        long_words = engine.run("word-count", text=text, min_letters=4)
        wrong = engine.run("word-count", text=File(b"\xff", "text/plain", "x.txt"))

    assert all_words.outputs == {"words": 3}
    assert long_words.outputs == {"words": 1}
    assert wrong.status["status"] == "error"
    assert "cannot be counted" in str(wrong.status)


@pytest.mark.skipif(not shutil.which("node"), reason="runs a program of Node")
def test_node_takes_values_and_gives_a_file(engine: RealEngine, tmp_path: Path) -> None:
    program = written("js", tmp_path / "shout.mjs")
    port = free_port()

    with offered(engine, "shout", ["node", str(program)], port, tmp_path):
        ended = engine.run("shout", text="hello")
        refused = engine.http.post("/services/shout", json={"text": 7})

    assert ended.files("loud") == b"HELLO"
    assert refused.status_code == 422
