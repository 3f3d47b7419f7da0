"""A kit for contract tests: the service on loopback, and an engine beside it.

def test_the_contract(photo):
    with Kit(app) as kit:
        reply = kit.call("face-detect", image=photo)

    assert reply.typed == {"answer": [[176, 65, 274, 163]]}
"""

import mimetypes
import queue
import socket
import tempfile
import threading
import uuid
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self, cast

import httpx
import orjson
import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from service_sdk.fields import UNKNOWN, File
from service_sdk.intake import receive
from service_sdk.service import Service
from service_sdk.settings import Settings
from service_sdk.signature import JSON
from service_sdk.web import DEPTH

WAIT = 60.0  # seconds after which a test is told that nothing came


@dataclass(frozen=True)
class Reply:
    """What the service called back with."""

    typed: dict[str, Any]
    files: dict[str, File] = field(default_factory=dict)

    @property
    def error(self) -> str | None:
        """The message, if the call failed."""
        failed = self.typed.get("type") == "error"
        return str(self.typed["message"]) if failed else None


class Loopback:
    """An app on a free port of this machine, served by a thread."""

    def __init__(self, app: ASGIApp) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = uvicorn.Config(app, log_config=None, ws="none", lifespan="on")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    def _serve(self) -> None:
        with self._socket:  # it listens already, so nobody has to wait for us
            self._server.run(sockets=[self._socket])


class FakeEngine:
    """Takes announcements and callbacks as the engine does, and remembers them."""

    def __init__(self) -> None:
        self.answers: list[int] = []  # statuses of the next callbacks, then 200
        self.announce_answers: list[int] = []  # of the next announcements
        self.progress_answers: list[int] = []  # statuses of the next, then 200
        self._replies: dict[str, queue.Queue[Reply]] = defaultdict(queue.Queue)
        self._words: dict[str, queue.Queue[str]] = defaultdict(queue.Queue)
        self._announced: dict[str, queue.Queue[dict[str, Any]]] = defaultdict(
            queue.Queue
        )
        announce = Route("/services", self._announce, methods=["POST"])
        callback = Route("/callback", self._callback, methods=["POST"])
        self.app = Starlette(routes=[announce, callback])

    def reply(self, task_id: str) -> Reply:
        """The next callback of the task; waits for it."""
        return self._replies[task_id].get(timeout=WAIT)

    def word(self, task_id: str) -> str:
        """The next word on how far the task is; waits for it."""
        return self._words[task_id].get(timeout=WAIT)

    def has_word(self, task_id: str) -> bool:
        """Whether a word came that was not read yet."""
        return not self._words[task_id].empty()

    def has_reply(self, task_id: str) -> bool:
        """Whether a callback came that was not read yet."""
        return not self._replies[task_id].empty()

    def announcement(self, route: str) -> dict[str, Any]:
        """The next announcement of the route; waits for it."""
        return self._announced[route].get(timeout=WAIT)

    def has_announcement(self, route: str) -> bool:
        """Whether an announcement came that was not read yet."""
        return not self._announced[route].empty()

    async def _announce(self, request: Request) -> Response:
        announcement = await request.json()
        status = self.announce_answers.pop(0) if self.announce_answers else 201
        self._announced[announcement["api"]["route"]].put(announcement)
        return JSONResponse({"detail": "as the test wants it"}, status)

    async def _callback(self, request: Request) -> Response:
        with tempfile.TemporaryDirectory() as folder:
            parts = await receive(request, Path(folder), lambda _: True, Settings())
            reply = Reply({})
            for part in parts:
                content = part.path.read_bytes()
                if part.media_type == JSON:
                    reply.typed.update(orjson.loads(content))
                else:
                    file = File(content, part.media_type, part.file_name, part.name)
                    reply.files[part.name] = file
        task_id, answers = request.query_params["task_id"], self.answers
        if reply.typed.get("type") == "progress":
            answers = self.progress_answers
            self._words[task_id].put(reply.typed["message"])
        else:
            self._replies[task_id].put(reply)
        return Response(status_code=answers.pop(0) if answers else 200)


class Kit:
    """A service that runs, with an engine that it announces to and calls back.

    Leaving the `with` block stops the service, which first ends what it began.
    """

    def __init__(self, app: FastAPI, **settings: Any) -> None:
        self._service = cast(Service, app.state.service)
        self.engine = FakeEngine()
        self._engine_server = Loopback(self.engine.app)
        self._server = Loopback(app)
        defaults: dict[str, Any] = {
            "engine_url": self._engine_server.url,
            "port": self._server.port,
            "announce_seconds": 0.05,
            "callback_delay": 0.01,
            "progress_seconds": 0.01,
        }
        self._settings = Settings(**(defaults | settings))
        self.url = self._server.url
        self.callback_url = f"{self._engine_server.url}/callback"
        self.http = httpx.Client(base_url=self.url, timeout=WAIT)

    def __enter__(self) -> Self:
        self._service.settings = self._settings
        with ExitStack() as stack:
            stack.enter_context(self._engine_server)
            stack.enter_context(self._server)
            stack.enter_context(self.http)
            self.http.get("/healthz").raise_for_status()
            self._stack = stack.pop_all()  # else a service that fails leaves threads
        self._service.settings = None  # it has read them
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def call(self, route: str, **inputs: object) -> Reply:
        """Dispatch as the engine does and wait for the callback.

        Files are given as bytes, a Path or a File, all else is typed data.
        """
        task_id = str(uuid.uuid4())
        self.dispatch(route, task_id, **inputs).raise_for_status()
        return self.engine.reply(task_id)

    def dispatch(self, route: str, task_id: str, **inputs: object) -> httpx.Response:
        """Only the first half: the service's answer to the order."""
        files = {
            name: as_part(value)
            for name, value in inputs.items()
            if isinstance(value, bytes | Path | File)
        }
        typed = {name: value for name, value in inputs.items() if name not in files}
        query = {"callback_url": self.callback_url, "task_id": task_id}
        sent: dict[str, Any] = {"params": query, "headers": {DEPTH: "1"}}
        if not files:
            return self.http.post(f"/{route}", json=typed, **sent)
        more = {"data": (None, orjson.dumps(typed), JSON)} if typed else {}
        return self.http.post(f"/{route}", files={**files, **more}, **sent)

    def announcement(self, route: str) -> dict[str, Any]:
        """What the engine was told of the route; waits for it."""
        return self.engine.announcement(route)

    def read_alone(self, task_id: str) -> httpx.Response:
        """The kept result of a call without callback, once it is there."""
        while True:
            answer = self.http.get(f"/tasks/{task_id}")
            if answer.status_code != 202:
                return answer


def as_part(value: bytes | Path | File) -> tuple[str, bytes, str]:
    match value:
        case bytes():
            return "file", value, UNKNOWN
        case Path():
            media_type = mimetypes.guess_type(value.name)[0] or UNKNOWN
            return value.name, value.read_bytes(), media_type
        case File():
            return value.download_name, value.read(), value.media_type
