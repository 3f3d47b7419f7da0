"""A kit for contract tests: the service on loopback, and a fake engine.

def test_the_contract(photo):
    with Kit(app) as kit:
        reply = kit.call("face-detect", image=photo)

    assert reply.typed == {"answer": [[176, 65, 274, 163]]}
"""

import mimetypes
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import httpx
import orjson
from fastapi import FastAPI

from service_sdk.app import ServiceApp
from service_sdk.errors import ServiceError
from service_sdk.fake_engine import WAIT_SECONDS, FakeEngine, Reply
from service_sdk.fields import File
from service_sdk.loopback import Loopback, listen_on_free_port
from service_sdk.protocol import DATA_PART, DEPTH_HEADER, JSON, UNKNOWN_TYPE
from service_sdk.settings import Settings

__all__ = [
    "WAIT_SECONDS",
    "FakeEngine",
    "Kit",
    "Loopback",
    "Reply",
    "as_part",
    "data_part",
    "separated",
    "service_on_loopback",
]

FilePart = tuple[str, bytes, str]
"""Name, content and media type."""

# The times of a service are made short, so that no test waits for them.
FAST: dict[str, Any] = {
    "announce_seconds": 0.05,
    "callback_delay": 0.01,
    "progress_seconds": 0.01,
    # Tests change what the functions see: in this process, and at once.
    "worker_kind": "threads",
}


def service_on_loopback(app: FastAPI, **settings: Any) -> Loopback:
    """The app of a service on a free port, with these settings."""
    service_app = _of_service(app)

    # A service announces its own port, so the port must be known before it starts.
    listener = listen_on_free_port()
    port = listener.getsockname()[1]
    chosen = Settings(**({"port": port, "worker_kind": "threads"} | settings))
    return Loopback(service_app.with_settings(chosen), listener)


def _of_service(app: FastAPI) -> ServiceApp:
    if not isinstance(app, ServiceApp):
        raise ServiceError("the app is not that of a Service; pass service.app")
    return app


class Kit:
    """A running service, with an engine that it announces to and calls back.

    Leaving the `with` block stops the service, which first finishes its work.
    """

    def __init__(self, app: FastAPI, **settings: Any) -> None:
        service_app = _of_service(app)
        self.engine = FakeEngine()
        self._engine_server = Loopback(self.engine.app)
        self.callback_url = f"{self._engine_server.url}/callback"

        defaults = {"engine_url": self._engine_server.url} | FAST
        self._server = service_on_loopback(service_app, **(defaults | settings))
        self.url = self._server.url
        self.http = httpx.Client(
            base_url=self.url, timeout=WAIT_SECONDS, trust_env=False
        )

        self._running = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            starting.enter_context(self._engine_server)
            starting.enter_context(self._server)
            starting.enter_context(self.http)
            self._expect_start()

            # Only now: a service that cannot start must not leave threads behind.
            self._running.enter_context(starting.pop_all())
        return self

    def _expect_start(self) -> None:
        try:
            self.http.get("/healthz").raise_for_status()
        except httpx.TransportError as fault:
            reason = "the service did not start; its log says why"
            raise ServiceError(reason) from fault

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def call(self, route: str, **inputs: object) -> Reply:
        """Give out work as the engine does, and wait for the callback.

        Files are given as bytes, a Path or a File; everything else is typed data.
        """
        task_id = str(uuid.uuid4())
        self.dispatch(route, task_id, **inputs).raise_for_status()
        return self.engine.reply(task_id)

    def dispatch(self, route: str, task_id: str, **inputs: object) -> httpx.Response:
        """Only the first half: give out the work; the service's answer to it."""
        files, typed = separated(inputs)

        body: dict[str, Any] = {"json": typed}
        if files:
            body = {"files": {**files, **(data_part(typed) if typed else {})}}

        return self.http.post(
            f"/{route}",
            params={"callback_url": self.callback_url, "task_id": task_id},
            headers={DEPTH_HEADER: "1"},
            **body,
        )

    def announcement(self, route: str) -> dict[str, Any]:
        """What the engine was told of the route; waits for it."""
        return self.engine.announcement(route)

    def read_alone(self, task_id: str) -> httpx.Response:
        """The kept result of a call without callback, once it is there."""
        while True:
            answer = self.http.get(f"/tasks/{task_id}")
            if answer.status_code != 202:
                return answer


def separated(
    inputs: Mapping[str, object],
) -> tuple[dict[str, FilePart], dict[str, object]]:
    """The files among the inputs, as httpx sends them, and the typed data."""
    files = {
        name: as_part(value)
        for name, value in inputs.items()
        if isinstance(value, bytes | Path | File)
    }
    typed = {name: value for name, value in inputs.items() if name not in files}
    return files, typed


def data_part(typed: Mapping[str, object]) -> dict[str, tuple[None, bytes, str]]:
    """The part of a multipart body with the typed data, as httpx sends it."""
    return {DATA_PART: (None, orjson.dumps(typed), JSON)}


def as_part(value: bytes | Path | File) -> FilePart:
    """A file as httpx sends it: its name, content and media type."""
    match value:
        case bytes():
            return "file", value, UNKNOWN_TYPE
        case Path():
            media_type = mimetypes.guess_type(value.name)[0] or UNKNOWN_TYPE
            return value.name, value.read_bytes(), media_type
        case File():
            return value.download_name, value.read(), value.media_type
