"""The client for ordinary code; `asynchronous.py` has the same for asyncio."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
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


class RemoteFile:
    """A file among the outputs of a task. Its content is fetched when it is used."""

    def __init__(self, client: "Client", path: str) -> None:
        self._client = client
        self._path = path

    def __repr__(self) -> str:
        return f"RemoteFile({self._path!r})"

    def save(self, path: str | Path) -> Path:
        """Write the content to a file, whole or not at all; its path.

        In a folder the file gets the name that the engine gives it.
        """
        with self._client.streaming(self._path) as answer:
            target = Path(path)
            if target.is_dir():
                target /= file_name(answer)
            with appearing(target) as file:
                for piece in answer.iter_bytes(talk.PIECE_BYTES):
                    file.write(piece)
        return target

    def read(self) -> bytes:
        """The whole content."""
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes]:
        """The content as it comes."""
        with self._client.streaming(self._path) as answer:
            yield from answer.iter_bytes(talk.PIECE_BYTES)


class Result(Outputs["Task"]):
    """The outputs of a task: JSON, and a `RemoteFile` in the place of each file."""


class Task:
    """A task, running or ended."""

    def __init__(self, client: "Client", id: str) -> None:
        self._client = client
        self.id = id

    def __repr__(self) -> str:
        return f"Task({self.id!r})"

    def status(self) -> Status:
        """How it is now."""
        return Status.of(self._client.call("GET", talk.task_path(self.id, "/status")))

    def wait(
        self, timeout: float | None = None, on_event: Tell | None = None
    ) -> Status:
        """Wait until it has ended, however it does.

        `on_event` is told of every change. Raises `TimedOut` after so many seconds.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        polls = chain(talk.POLL_SECONDS, repeat(talk.POLL_SECONDS[-1]))
        last_id = ""
        while True:
            # Events tell of the end at once. Where they do not come, because too many
            # watch or a proxy holds them up, the status is looked at.
            with suppress(Unreachable, SSEError, Problem):
                for event in self._events(last_id, deadline):
                    last_id = event.id
                    if on_event:
                        on_event(event)

            status = self.status()
            if status.ended:
                return status
            pause = next(polls)
            if deadline is not None and time.monotonic() + pause > deadline:
                raise TimedOut(self.id, timeout or 0)
            time.sleep(pause)

    def result(
        self, timeout: float | None = None, on_event: Tell | None = None
    ) -> Result:
        """Wait for its outputs; raises `TaskFailed`, `TimedOut`."""
        self.wait(timeout, on_event).raise_if_failed()
        outputs = self._client.call("GET", talk.task_path(self.id))
        return Result(self, talk.with_files(outputs, self.id, self._file))

    def events(self, after: str = "") -> Iterator[Event]:
        """Every change, from the first one or the one after this id, until its end."""
        return self._events(after, None)

    def cancel(self) -> Status:
        """Stop it; one that has ended stays as it is."""
        return Status.of(self._client.call("POST", talk.task_path(self.id, "/cancel")))

    def erase(self) -> None:
        """Stop it, and erase every trace of it, its files too."""
        self._client.call("DELETE", talk.task_path(self.id))

    def _events(self, after: str, deadline: float | None) -> Iterator[Event]:
        headers = {"last-event-id": after} if after else {}
        path = talk.task_path(self.id, "/events")
        with self._client.streaming(path, headers, deadline) as answer:
            if answer.status_code == httpx.codes.NO_CONTENT:
                return
            for sent in EventSource(answer).iter_sse():
                yield Event(sent.id, sent.event, sent.json())
                if deadline is not None and time.monotonic() > deadline:
                    return

    def _file(self, path: str) -> RemoteFile:
        return RemoteFile(self._client, path)


class Client:
    """Calls an engine.

    >>> with Client("http://localhost:8000") as client:  # doctest: +SKIP
    ...     result = client.run("image-resize", image=Path("photo.jpg"), width=160)
    ...     result["result"].save("small.jpg")

    `timeout` is for the network: how many seconds may pass between two pieces of an
    answer. How long a task may take is said where it is waited for. All other
    `options` are those of `httpx.Client`, such as `headers` or `verify`.
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
        self._http = httpx.Client(**talk.http_options(self.url, timeout, options))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._http.close()

    def run(
        self,
        route: str,
        inputs: Mapping[str, Any] | None = None,
        /,
        *,
        timeout: float | None = None,
        on_event: Tell | None = None,
        **more: Any,
    ) -> Result:
        """Run a route, and wait for its outputs.

        Inputs are named as the route names them. A `Path`, an open file, bytes or an
        `Upload` is sent as a file, a list of these as several; anything else as JSON.
        What has the name of an option here goes into the mapping `inputs`. Raises
        `Problem` if the engine refuses the inputs, `TaskFailed`, and `TimedOut` after
        `timeout` seconds; the task goes on then.
        """
        return self.start(route, inputs, **more).result(timeout, on_event)

    def start(
        self,
        route: str,
        inputs: Mapping[str, Any] | None = None,
        /,
        *,
        idempotency_key: str | None = None,
        **more: Any,
    ) -> Task:
        """Start a task and do not wait for it.

        A second start with the same `idempotency_key` finds the task of the first.
        """
        given = Inputs({**(inputs or {}), **more})
        return Task(self, self._take(self._engine.start(route, given, idempotency_key)))

    def task(self, id: str) -> Task:
        """A task whose id is known."""
        return Task(self, id)

    def routes(self) -> list[dict[str, Json]]:
        """All that can be run: what each takes and gives, and whether it can now."""
        return self._take(self._engine.pages("/services"))

    def call(self, verb: str, path: str, **options: Any) -> Json:
        """Any call of the engine's interface: the JSON that it answers, if it does."""
        return self._take(self._engine.call(verb, path, options))

    @contextmanager
    def streaming(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        deadline: float | None = None,
    ) -> Iterator[httpx.Response]:
        """An answer that is read while it comes; raises `Problem`, `Unreachable`."""
        options: dict[str, Any] = {"headers": headers}
        if deadline is not None:
            # Without news nothing wakes the reader before the next sign of life.
            left = max(deadline - time.monotonic(), 0.01)
            options["timeout"] = httpx.Timeout(left)
        try:
            with self._http.stream("GET", path, **options) as answer:
                if answer.is_error:
                    answer.read()
                    raise problem_of(answer)
                yield answer
        except httpx.TransportError as error:
            raise Unreachable.because_of(self.url, error) from error

    def _take(self, steps: Steps[T]) -> T:
        """Take one step after the other; the result."""
        came: Came = None
        while True:
            try:
                step = steps.send(came)
            except StopIteration as end:
                result: T = end.value
                return result
            came = self._came_of(step)

    def _came_of(self, step: Pause | Send) -> Came:
        if isinstance(step, Pause):
            time.sleep(step.seconds)
            return None
        try:
            with step.body() as body:
                return self._http.request(step.verb, step.path, **step.options, **body)
        except httpx.TransportError as error:
            return error
