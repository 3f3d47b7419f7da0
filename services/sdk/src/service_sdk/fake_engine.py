"""An engine for tests: it remembers what a service announces and calls back."""

import queue
import tempfile
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from service_sdk.fields import File
from service_sdk.protocol import JSON
from service_sdk.receiving import Part, receive
from service_sdk.settings import Settings

# After this time a test fails: what it waits for does not come.
WAIT_SECONDS = 60.0


@dataclass(frozen=True)
class Reply:
    """What the service called back with."""

    typed: dict[str, Any]
    files: dict[str, File] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict, compare=False)
    """Of the request that brought it; they make no difference."""

    @property
    def error(self) -> str | None:
        """The message, if the call failed."""
        failed = self.typed.get("type") == "error"
        return str(self.typed["message"]) if failed else None


class FakeEngine:
    """Takes announcements and callbacks as the engine does.

    A test sets the statuses of the next answers in `answers` (results),
    `announce_answers` and `progress_answers`; after these the engine accepts again.
    """

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.announce_answers: list[int] = []
        self.progress_answers: list[int] = []

        self._replies: dict[str, queue.Queue[Reply]] = defaultdict(queue.Queue)
        self._words: dict[str, queue.Queue[str]] = defaultdict(queue.Queue)
        self._announced: dict[str, queue.Queue[dict[str, Any]]] = defaultdict(
            queue.Queue
        )
        self._left: dict[str, queue.Queue[dict[str, Any]]] = defaultdict(queue.Queue)

        announce = Route("/services", self._announce, methods=["POST"])
        callback = Route("/callback", self._callback, methods=["POST"])
        self.app = Starlette(routes=[announce, callback])

    def reply(self, task_id: str) -> Reply:
        """The next result of the task; waits for it."""
        return self._replies[task_id].get(timeout=WAIT_SECONDS)

    def word(self, task_id: str) -> str:
        """The next progress message of the task; waits for it."""
        return self._words[task_id].get(timeout=WAIT_SECONDS)

    def has_word(self, task_id: str) -> bool:
        """Whether a progress message came that was not read yet."""
        return not self._words[task_id].empty()

    def has_reply(self, task_id: str) -> bool:
        """Whether a result came that was not read yet."""
        return not self._replies[task_id].empty()

    def announcement(self, route: str) -> dict[str, Any]:
        """The next announcement of the route; waits for it."""
        return self._announced[route].get(timeout=WAIT_SECONDS)

    def has_announcement(self, route: str) -> bool:
        """Whether an announcement came that was not read yet."""
        return not self._announced[route].empty()

    def leave(self, route: str) -> dict[str, Any]:
        """What the service said when it left the route; waits for it."""
        return self._left[route].get(timeout=WAIT_SECONDS)

    def has_leave(self, route: str) -> bool:
        """Whether it said that it leaves, and that was not read yet."""
        return not self._left[route].empty()

    async def _announce(self, request: Request) -> Response:
        announcement = await request.json()
        status = _next(self.announce_answers, otherwise=201)
        heard = self._left if announcement.get("leaves") else self._announced
        heard[announcement["api"]["route"]].put(announcement)
        return JSONResponse({"detail": "as the test wants it"}, status)

    async def _callback(self, request: Request) -> Response:
        task_id = request.query_params["task_id"]
        with tempfile.TemporaryDirectory() as folder:
            parts = await receive(
                request, folder=Path(folder), wanted=_all, limits=Settings()
            )
            reply = _reply_of(parts, dict(request.headers))

        if reply.typed.get("type") == "progress":
            self._words[task_id].put(reply.typed["message"])
            answers = self.progress_answers
        else:
            self._replies[task_id].put(reply)
            answers = self.answers

        status = _next(answers, otherwise=200)
        return JSONResponse({"detail": "as the test wants it"}, status)


def _next(statuses: list[int], *, otherwise: int) -> int:
    return statuses.pop(0) if statuses else otherwise


def _all(part: Part) -> bool:
    return True


def _reply_of(parts: tuple[Part, ...], headers: Mapping[str, str]) -> Reply:
    """What the engine makes of a callback: typed data, and files in memory."""
    reply = Reply({}, headers=headers)
    for part in parts:
        content = part.path.read_bytes()
        if part.media_type == JSON:
            reply.typed.update(orjson.loads(content))
        else:
            reply.files[part.name] = File(
                content=content,
                media_type=part.media_type,
                name=part.file_name,
                field=part.name,
            )
    return reply
