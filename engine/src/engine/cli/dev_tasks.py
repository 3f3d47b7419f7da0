"""Tells how the tasks of an engine proceed, a line for each change."""

import asyncio
from collections import deque
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NoReturn

import httpx

from engine.cli.marks import instant, span
from engine.cli.supervisor import Tell

TASK = "task"
"""Stands before each line."""
LOOK_SECONDS = 0.3
TASKS_PER_LOOK = 100
MAX_FOLLOWED = 50
"""Running tasks that are asked for their nodes; those beyond are told when they end."""
REMEMBERED_ENDS = 1_000
SHORT_ID_CHARACTERS = 8


class TaskLines:
    """Follows all tasks that begin from now on."""

    def __init__(self, http: httpx.AsyncClient, url: str, tell: Tell) -> None:
        self._http = http
        self._url = url
        self._tell = tell
        self._since = datetime.now(UTC).isoformat()
        self._running: dict[str, str] = {}
        """What was told last of each task that runs."""
        self._ended: deque[str] = deque(maxlen=REMEMBERED_ENDS)

    async def follow(self) -> NoReturn:
        """Look again and again; an engine that is away is waited for."""
        while True:
            with suppress(httpx.HTTPError):
                await self._look()
            await asyncio.sleep(LOOK_SECONDS)

    async def _look(self) -> None:
        params: dict[str, str | int] = {"since": self._since, "limit": TASKS_PER_LOOK}
        answer = await self._http.get(f"{self._url}/tasks", params=params)
        for task in reversed(answer.raise_for_status().json()["items"]):
            known = task["id"] in self._running or task["id"] in self._ended
            if not known:
                self._say(task, "starts")
                self._running[task["id"]] = ""

        for id in list(self._running)[:MAX_FOLLOWED]:
            answer = await self._http.get(f"{self._url}/tasks/{id}/status")
            if answer.is_success:
                self._take(answer.json())
            else:
                # It was erased.
                del self._running[id]

    def _take(self, status: dict[str, Any]) -> None:
        id = status["id"]
        if status["status"] == "running":
            if status["message"] != self._running[id]:
                self._running[id] = status["message"]
                self._say(status, status["message"])
            return

        del self._running[id]
        self._ended.append(id)
        took = span(instant(status["created_at"]), instant(status["ended_at"]))
        self._say(status, f"{status['message']} ({took})")

    def _say(self, task: dict[str, Any], words: str) -> None:
        short = task["id"][:SHORT_ID_CHARACTERS]
        self._tell(TASK, f"{short} {task['route']}: {words}")
