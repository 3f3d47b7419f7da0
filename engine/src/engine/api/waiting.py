"""Requests that start a task and wait for its end, `?wait=SECONDS`.

They watch the task as streams of events do, and take the same places (MAX_WATCHERS).
Whatever keeps a request from waiting longer, its answer is the usual 202: the task has
started, and its caller can ask for it later.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from enum import Enum, auto

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.api.large_answers import LargeAnswers
from engine.api.outputs import outputs_answer
from engine.api.problems import client_disconnected, problem
from engine.domain.access.table import right_of
from engine.domain.errors import EngineError, NotFinished, Unavailable, Unknown
from engine.domain.frame import FrameStatus
from engine.usecases.changes import Change
from engine.usecases.tasks import Tasks

PLACE = "marketplace.place"
"""In the scope of a start: what gives back its place among those that start tasks."""

START = right_of("POST", "/services/{route}")


class End(Enum):
    """Why a request waits no longer."""

    OF_TASK = auto()
    OF_CLIENT = auto()
    OF_PATIENCE = auto()
    """The time is over, the engine stops, or too many wait already."""


class Waits:
    """What all requests that wait have in common: the engine's end is theirs."""

    def __init__(self) -> None:
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Let all that wait be answered now."""
        self._stopping.set()

    async def end(
        self,
        changes: AsyncGenerator[Sequence[Change], None],
        receive: Receive,
        seconds: float,
    ) -> End:
        """Wait for the end of a task; nothing of the wait is left behind."""
        waits = [
            asyncio.ensure_future(_end_of_task(changes)),
            asyncio.ensure_future(_end_of_client(receive)),
            asyncio.ensure_future(self._stopping.wait()),
        ]
        task, client, _ = waits
        try:
            await asyncio.wait(
                waits, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if task.done():
                return End.OF_TASK if task.result() else End.OF_PATIENCE
            return End.OF_CLIENT if client.done() else End.OF_PATIENCE
        finally:
            for wait in waits:
                wait.cancel()
            # A watcher gives its place back when its generator has been closed.
            await asyncio.gather(*waits, return_exceptions=True)


async def _end_of_task(changes: AsyncGenerator[Sequence[Change], None]) -> bool:
    """Wait until nothing changes any more; False: it cannot be watched."""
    async with aclosing(changes):
        try:
            async for _ in changes:
                pass
        except (Unavailable, Unknown):
            return False
    return True


async def _end_of_client(receive: Receive) -> bool:
    """Wait until the client has gone. What is left of its body is not wanted."""
    while (await receive())["type"] != "http.disconnect":
        pass
    return True


class WaitingAnswer:
    """The outputs of a task if it ends in time, else the answer that it has started."""

    def __init__(
        self,
        *,
        tasks: Tasks,
        task: str,
        seconds: float,
        started: ASGIApp,
        location: tuple[bytes, bytes],
    ) -> None:
        self._tasks = tasks
        self._task = task
        self._location = location
        self._seconds = seconds
        self._started = started

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        # The task has started. A place that was kept during the wait would be missing
        # for the starts of others.
        give_back = scope.get(PLACE)
        if give_back is not None:
            give_back()

        door = scope["app"].state.door
        if door is not None:
            send = door.sending(scope, send, START)

        answer = await self._answer(scope, receive)
        if answer is self._started:
            await answer(scope, receive, send)
            return

        async def send_with_location(message: Message) -> None:
            # Files, for one, are the task's: its caller may want to erase it.
            if message["type"] == "http.response.start":
                headers = [*message["headers"], self._location]
                message = {**message, "headers": headers}
            await send(message)

        try:
            await answer(scope, receive, send_with_location)
        except EngineError as error:
            # Large outputs are made when it is their turn.
            await problem(error)(scope, receive, send_with_location)

    async def _answer(self, scope: Scope, receive: Receive) -> ASGIApp:
        state = scope["app"].state
        waits: Waits = state.waits
        changes = self._tasks.changes(self._task, None)
        match await waits.end(changes, receive, self._seconds):
            case End.OF_CLIENT:
                return client_disconnected()
            case End.OF_PATIENCE:
                return self._started
            case End.OF_TASK:
                return await self._outputs(scope, state.large_answers)

    async def _outputs(self, scope: Scope, large: LargeAnswers) -> ASGIApp:
        door = scope["app"].state.door
        try:
            # Who was removed while the task ran sees no more of it than others do.
            if door is not None:
                await door.admit(scope, START)
            return await outputs_answer(
                self._tasks, large, HTTPConnection(scope), self._task
            )
        except NotFinished as error:
            # A watcher that is too slow is ended before its task.
            is_running = error.status == FrameStatus.RUNNING
            return self._started if is_running else problem(error)
        except EngineError as error:
            return problem(error)
