"""The client for asyncio; `synchronous.py` says what each method does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import chain, repeat
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from httpx_sse import EventSource, SSEError

from marketplace_client import talk
from marketplace_client.errors import Problem, TimedOut, Unreachable, problem_of
from marketplace_client.results import Outputs
from marketplace_client.saving import appearing, file_name
from marketplace_client.shapes import Event, Json, Status
from marketplace_client.steps import Came, Engine, Pause, Send, Steps
from marketplace_client.uploads import Inputs

T = TypeVar("T")
Tell = Callable[[Event], None]


class AsyncRemoteFile:
    """A file among the outputs of a task. Its content is fetched when it is used."""

    def __init__(self, client: "AsyncClient", path: str) -> None:
        self._client = client
        self._path = path

    def __repr__(self) -> str:
        return f"AsyncRemoteFile({self._path!r})"

    async def save(self, path: str | Path) -> Path:
        """Write the content to a file, whole or not at all; its path.

        In a folder the file gets the name that the engine gives it.
        """
        async with self._client.streaming(self._path) as answer:
            target = Path(path)
            if target.is_dir():
                target /= file_name(answer)
            with appearing(target) as file:
                async for piece in answer.aiter_bytes(talk.PIECE_BYTES):
                    file.write(piece)
        return target

    async def read(self) -> bytes:
        """The whole content."""
        return b"".join([piece async for piece in self.pieces()])

    async def pieces(self) -> AsyncIterator[bytes]:
        """The content as it comes."""
        async with self._client.streaming(self._path) as answer:
            async for piece in answer.aiter_bytes(talk.PIECE_BYTES):
                yield piece


class AsyncResult(Outputs["AsyncTask"]):
    """The outputs of a task: JSON, and an `AsyncRemoteFile` for each file."""


class AsyncTask:
    """A task, running or ended."""

    def __init__(self, client: "AsyncClient", id: str) -> None:
        self._client = client
        self.id = id

    def __repr__(self) -> str:
        return f"AsyncTask({self.id!r})"

    async def status(self) -> Status:
        """How it is now."""
        path = talk.task_path(self.id, "/status")
        return Status.of(await self._client.call("GET", path))

    async def wait(
        self, timeout: float | None = None, on_event: Tell | None = None
    ) -> Status:
        """Wait until it has ended, however it does.

        `on_event` is told of every change. Raises `TimedOut` after so many seconds.
        """
        try:
            async with asyncio.timeout(timeout):
                return await self._ended(on_event)
        except TimeoutError:
            raise TimedOut(self.id, timeout or 0) from None

    async def result(
        self, timeout: float | None = None, on_event: Tell | None = None
    ) -> AsyncResult:
        """Wait for its outputs; raises `TaskFailed`, `TimedOut`."""
        (await self.wait(timeout, on_event)).raise_if_failed()
        outputs = await self._client.call("GET", talk.task_path(self.id))
        return AsyncResult(self, talk.with_files(outputs, self.id, self._file))

    async def events(self, after: str = "") -> AsyncIterator[Event]:
        """Every change, from the first one or the one after this id, until its end."""
        headers = {"last-event-id": after} if after else {}
        path = talk.task_path(self.id, "/events")
        async with self._client.streaming(path, headers) as answer:
            if answer.status_code == httpx.codes.NO_CONTENT:
                return
            async for sent in EventSource(answer).aiter_sse():
                yield Event(sent.id, sent.event, sent.json())

    async def cancel(self) -> Status:
        """Stop it; one that has ended stays as it is."""
        path = talk.task_path(self.id, "/cancel")
        return Status.of(await self._client.call("POST", path))

    async def erase(self) -> None:
        """Stop it, and erase every trace of it, its files too."""
        await self._client.call("DELETE", talk.task_path(self.id))

    async def _ended(self, on_event: Tell | None) -> Status:
        last_id = ""
        for pause in chain(talk.POLL_SECONDS, repeat(talk.POLL_SECONDS[-1])):
            # Events tell of the end at once. Where they do not come, because too many
            # watch or a proxy holds them up, the status is looked at.
            with suppress(Unreachable, SSEError, Problem):
                async for event in self.events(last_id):
                    last_id = event.id
                    if on_event:
                        on_event(event)

            status = await self.status()
            if status.ended:
                return status
            await asyncio.sleep(pause)
        raise AssertionError("the pauses never end")

    def _file(self, path: str) -> AsyncRemoteFile:
        return AsyncRemoteFile(self._client, path)


class AsyncClient:
    """Calls an engine from asyncio; its options are those of `Client`.

    >>> async def main() -> None:
    ...     async with AsyncClient("http://localhost:8000") as client:
    ...         result = await client.run("face-blur", image=Path("photo.jpg"))
    ...         await result["blurred"].save("blurred.jpg")
    """

    def __init__(
        self,
        url: str = talk.DEFAULT_URL,
        *,
        timeout: float | None = None,
        retries: int = talk.RETRIES,
        **options: Any,
    ) -> None:
        self.url = url.rstrip("/")
        self._engine = Engine(self.url, retries)
        self._http = httpx.AsyncClient(**talk.http_options(self.url, timeout, options))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def run(
        self,
        route: str,
        inputs: Mapping[str, Any] | None = None,
        /,
        *,
        timeout: float | None = None,
        on_event: Tell | None = None,
        **more: Any,
    ) -> AsyncResult:
        """Run a route, and wait for its outputs, as `Client.run` does."""
        task = await self.start(route, inputs, **more)
        return await task.result(timeout, on_event)

    async def start(
        self,
        route: str,
        inputs: Mapping[str, Any] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **more: Any,
    ) -> AsyncTask:
        """Start a task and do not wait for it, as `Client.start` does."""
        given = Inputs({**(inputs or {}), **more})
        steps = self._engine.start(route, given, idempotency_key)
        return AsyncTask(self, await self._take(steps))

    def task(self, id: str) -> AsyncTask:
        """A task whose id is known."""
        return AsyncTask(self, id)

    async def routes(self) -> list[dict[str, Json]]:
        """All that can be run: what each takes and gives, and whether it can now."""
        return await self._take(self._engine.pages("/services"))

    async def call(self, verb: str, path: str, **options: Any) -> Json:
        """Any call of the engine's interface: the JSON that it answers, if it does."""
        return await self._take(self._engine.call(verb, path, options))

    @asynccontextmanager
    async def streaming(
        self, path: str, headers: Mapping[str, str] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """An answer that is read while it comes; raises `Problem`, `Unreachable`."""
        try:
            async with self._http.stream("GET", path, headers=headers) as answer:
                if answer.is_error:
                    await answer.aread()
                    raise problem_of(answer)
                yield answer
        except httpx.TransportError as error:
            raise Unreachable.because_of(self.url, error) from error

    async def _take(self, steps: Steps[T]) -> T:
        """Take one step after the other; the result."""
        came: Came = None
        while True:
            try:
                step = steps.send(came)
            except StopIteration as end:
                result: T = end.value
                return result
            came = await self._came_of(step)

    async def _came_of(self, step: Pause | Send) -> Came:
        if isinstance(step, Pause):
            await asyncio.sleep(step.seconds)
            return None
        send = self._http.request
        try:
            with step.body() as body:
                return await send(step.verb, step.path, **step.options, **body)
        except httpx.TransportError as error:
            return error
