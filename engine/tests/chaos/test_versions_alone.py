"""An engine with its own stores is upgraded, and there is a way back.

The version before runs with its own packages, as in `test_versions.py`: an engine on
SQLite is stopped, the next one goes on with its file, and a task that one began ends at
the other. Back leads the backup, or nothing at all if the schema is the same.
"""

import asyncio
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from chaos.supervised import PYTHON, SupervisedProcess
from chaos.test_versions import HERE, Environment, before
from documents import end, service, starting_with
from engine.adapters.sqlite.schema import MIGRATIONS
from upgrades.record import ROOT

from servers.ports import free_port
from servers.waiting import until

__all__ = ["before"]

ROUTE = "kept"
SECRET = "0123456789abcdef" * 2
NOT_OPENED = "is newer than this engine"


class Service:
    """Takes an order, and keeps its id until the test brings the result."""

    def __init__(self) -> None:
        self.ordered: list[str] = []
        self.port = free_port()

    async def __call__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        found = re.search(rb"task_id=([^& ]+)", head)
        if found and b"POST" in head:
            self.ordered.append(found[1].decode())
        writer.write(b"HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    @property
    def announcement(self) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.port}/work"
        api = {"route": "work", "body": {}}
        return {"type": "service", "url": url, "api": api}


def engine(
    folder: Path, port: int, data: Path, which: Environment
) -> SupervisedProcess:
    settings = {
        "PORT": str(port),
        "DATA_DIR": str(data),
        "SECRET": SECRET,
        "PIPELINES_DIR": "/nonexistent",
    }
    return SupervisedProcess(
        folder / f"engine{port}.log", "engine.cli", "serve", **settings, **which
    )


def command(*words: str, which: Environment = HERE) -> subprocess.CompletedProcess[str]:
    """One of a version's, for an engine that does not run or whose files are read."""
    settings = {"SECRET": SECRET, "PORT": str(free_port()), "COLUMNS": "400"}
    return subprocess.run(
        [which[PYTHON], "-m", "engine.cli", *words],
        cwd=ROOT / "engine",
        env={**os.environ, **which, **settings},
        capture_output=True,
        text=True,
    )


async def start(url: str, work: Service) -> str:
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        answer = await client.post("/services", json=work.announcement)
        assert answer.is_success, answer.text
        document = starting_with(service("call", "end"), end(), route=ROUTE)
        (await client.post("/services", json=document)).raise_for_status()
        before = len(work.ordered)
        task = str((await client.post(f"/services/{ROUTE}", json={})).json()["jobId"])
        await until(lambda: len(work.ordered) > before)
        return task


async def brought(url: str, task: str, order: str) -> str:
    """How a task ends whose result is brought to this engine."""
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        query = {"task_id": order}
        await client.post("/callback", params=query, json={"found": 1})

        async def ended() -> bool:
            return (await client.get(f"/tasks/{task}/status")).json()["status"] in (
                "finished",
                "error",
            )

        await until(ended)
        status: str = (await client.get(f"/tasks/{task}/status")).json()["status"]
        return status


def schema_changes(told: str) -> bool:
    """Whether `upgrade-check` said so."""
    return f"this engine makes it {len(MIGRATIONS)}" in told


async def refused(folder: Path, data: Path, which: Environment) -> None:
    """An engine that is older than the file says so, and changes nothing."""
    port = free_port()
    older = engine(folder, port, data, which)
    before = (data / "engine.db").read_bytes()

    async def said() -> bool:
        try:
            async with httpx.AsyncClient(timeout=5) as client:
                answer = await client.get(f"http://127.0.0.1:{port}/readyz")
        except httpx.TransportError:
            return older.log.exists() and NOT_OPENED in older.log.read_text()
        return answer.status_code == 503 and NOT_OPENED in answer.text

    older.launch()
    await until(said)
    await older.stop()
    assert (data / "engine.db").read_bytes() == before


@pytest.mark.external
@pytest.mark.versions
async def test_a_task_goes_on_at_the_next_version_and_there_is_a_way_back(
    tmp_path: Path, before: Environment
) -> None:
    data, port = tmp_path / "data", free_port()
    url = f"http://127.0.0.1:{port}"
    work = Service()
    async with await asyncio.start_server(work, "127.0.0.1", work.port):
        async with engine(tmp_path, port, data, before):
            first = await start(url, work)
            second = await start(url, work)
            backed_up = command(
                "backup", str(tmp_path / "backups"), "--data", str(data)
            )
        checked = command("upgrade-check", "--data", str(data))
        orders = list(work.ordered)

        async with engine(tmp_path, port, data, HERE):
            there = await brought(url, first, orders[0])
            third = await start(url, work)

        if schema_changes(checked.stdout):
            await refused(tmp_path, data, before)

        restored = tmp_path / "restored"
        brought_back = command(
            "restore-backup",
            str(tmp_path / "backups"),
            "--last",
            "--data",
            str(restored),
        )
        async with engine(tmp_path, port, restored, before):
            back = await brought(url, second, orders[1])

    assert backed_up.returncode == 0, backed_up.stderr
    assert checked.returncode == 0, checked.stdout
    assert brought_back.returncode == 0, brought_back.stderr
    assert (there, back) == ("finished", "finished")
    assert third
