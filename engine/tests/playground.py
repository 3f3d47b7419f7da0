"""A real embedded engine whose clock is moved and whose services are played by hand."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from engine.adapters.choice import Adapters, chosen
from engine.bootstrap import TUNING, Tuning, assemble
from engine.domain.entry_api import Api
from engine.domain.errors import (
    AddressRefused,
    EngineError,
    InvalidInput,
    OutdatedAttempt,
    Unavailable,
    Unknown,
)
from engine.domain.frame import Push
from engine.domain.protocol import DEPTH_HEADER, IDEMPOTENCY_KEY_HEADER
from engine.domain.values import Json
from engine.ports import Acknowledged, Answered, Delivery, Refused, Request
from engine.settings import Settings
from engine.usecases.engine import Engine

from servers.waiting import until

URL = "http://service/work"
OWN_URL = Settings().url


@dataclass
class HandClock:
    """Stands still until it is moved."""

    now: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@dataclass
class PlayedOutside:
    """Remembers what was sent; answers as it is told."""

    delivered: list[Delivery] = field(default_factory=list)
    requested: list[Request] = field(default_factory=list)
    answer: Acknowledged | Refused = Acknowledged(URL)
    result: Answered | Refused = Answered({"status": "fine"})

    async def deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        self.delivered.append(delivery)
        return self.answer

    async def request(self, request: Request) -> Answered | Refused:
        self.requested.append(request)
        return self.result

    def check(self, url: str) -> None:
        if "forbidden" in url:
            raise AddressRefused(url, "it is forbidden")


class Disturbed:
    """Passes everything on to an adapter; tests override what goes wrong there."""

    def __init__(self, adapter: Any) -> None:
        self.adapter = adapter

    def __getattr__(self, name: str) -> Any:
        return getattr(self.adapter, name)


class Playground:
    """What a test holds: the engine, its clock, and the other machines."""

    def __init__(
        self,
        *,
        folder: Path,
        outside: PlayedOutside,
        clock: HandClock,
        settings: Mapping[str, str],
        adapt: Callable[[Adapters], Adapters],
        tuning: Tuning,
    ) -> None:
        chosen_settings = Settings(
            data_dir=folder, pipelines_dir=None, retention="1h", **settings
        )
        self.outside = outside
        self.clock = clock
        self.adapters = adapt(replace(chosen(chosen_settings), outside=outside))
        self.engine = assemble(
            chosen_settings, clock=clock, adapters=self.adapters, tuning=tuning
        )
        if isinstance(outside, OwnPipelines):
            outside.engine = self.engine

    async def is_ready(self) -> bool:
        return not await self.engine.ready()

    async def announce(
        self,
        route: str = "work",
        url: str = URL,
        start: str = "",
        workers: int = 0,
    ) -> None:
        api = Api(route=route, body={})
        await self.engine.services.announce(url, api, start, workers)

    async def publish(self, document: Json) -> None:
        await self.engine.pipelines.publish(document)

    async def start(
        self,
        data: Json = None,
        route: str = "tried",
        version: str | None = None,
        **more: Any,
    ) -> str:
        draft = await self.engine.tasks.draft(route, version=version)
        await self.engine.tasks.start(draft, data or {}, **more)
        return draft.task

    async def called(self, times: int) -> Delivery:
        """The delivery number `times`, when it has been made."""
        await until(lambda: len(self.outside.delivered) >= times)
        return self.outside.delivered[times - 1]

    async def report(self, delivery: Delivery, out: Json) -> None:
        """A service returns a result."""
        callbacks = self.engine.callbacks
        callback = await callbacks.attempt(delivery.query["task_id"])
        await callbacks.report(callback, out)

    async def ended(self, task: str) -> Any:
        """The status of a task that has ended."""

        async def has_ended() -> bool:
            status = await self.engine.tasks.status(task)
            return status["status"] != "running"

        await until(has_ended, explain=lambda: f"the end of task {task}")
        return await self.engine.tasks.status(task)

    async def waiting(self, task: str) -> Any:
        """What a task waits for first, once that is no call under way."""

        async def first() -> Any:
            return (await self.engine.tasks.status(task))["waiting"][0]

        async def is_no_call() -> bool:
            return (await first())["status"] != "calling"

        await until(is_no_call, explain=lambda: f"the end of the call of task {task}")
        return await first()

    async def wait(self, span: timedelta) -> None:
        """Time goes by, and a round of the timers comes."""
        self.clock.now += span
        await self.engine.timers.wake()


MINUTES_TO_WAIT = 30
"""Until every call that was open is made again; no task is erased so early."""


async def answer_all(play: Playground, tasks: Collection[str]) -> None:
    """Play the service until these tasks have ended; calls are made again in time."""
    answered = 0
    minutes = 0

    async def have_ended() -> bool:
        nonlocal answered, minutes
        while answered < len(play.outside.delivered):
            await play.report(play.outside.delivered[answered], {"found": 1})
            answered += 1

        if minutes < MINUTES_TO_WAIT:
            minutes += 1
            # Of a service that is not heard of for long nothing is expected.
            await play.announce()
            await play.wait(timedelta(minutes=1))
        states = [(await play.engine.tasks.status(task))["status"] for task in tasks]
        return "running" not in states

    await until(have_ended)


@asynccontextmanager
async def playground(
    folder: Path,
    outside: PlayedOutside | None = None,
    clock: HandClock | None = None,
    *,
    settings: Mapping[str, str] = MappingProxyType({}),
    adapt: Callable[[Adapters], Adapters] = lambda adapters: adapters,
    tuning: Tuning = TUNING,
) -> AsyncIterator[Playground]:
    """An engine on a folder, or on the stores that `settings` name, running.

    `adapt` may exchange adapters for others.
    """
    play = Playground(
        folder=folder,
        outside=outside or PlayedOutside(),
        clock=clock or HandClock(),
        settings=settings,
        adapt=adapt,
        tuning=tuning,
    )
    async with play.engine.running():
        await until(play.is_ready)
        yield play


@dataclass
class OwnPipelines(PlayedOutside):
    """Brings calls of the engine's own pipelines, and their results, to the engine.

    Everything else is answered as told, as by a service.
    """

    engine: Engine | None = None
    started: list[str] = field(default_factory=list)
    """The tasks that were started by calls, in their order."""

    async def deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        if not delivery.url.startswith(OWN_URL):
            return await super().deliver(delivery)

        try:
            await self._take(delivery)
        except EngineError as error:
            return _refusal(error)
        return Acknowledged(delivery.url)

    async def _take(self, delivery: Delivery) -> None:
        assert self.engine is not None
        tasks = self.engine.tasks
        callbacks = self.engine.callbacks
        path = delivery.url.removeprefix(OWN_URL)

        if path == "/callback":
            callback = await callbacks.attempt(delivery.query["task_id"])
            if delivery.payload.get("type") == "error":
                await callbacks.fail(callback, delivery.payload["message"], False)
            else:
                await callbacks.report(callback, delivery.payload)
            return

        key = delivery.headers[IDEMPOTENCY_KEY_HEADER]
        draft = await tasks.draft(path.removeprefix("/services/"), key)
        if not draft.repeated:
            self.started.append(draft.task)
            push = Push(
                url=delivery.query["callback_url"], task_id=delivery.query["task_id"]
            )
            depth = int(delivery.headers[DEPTH_HEADER])
            await tasks.start(draft, delivery.payload, push, depth)


def _refusal(error: EngineError) -> Refused:
    """What the engine's own HTTP answer would be read as."""
    return Refused(
        str(error),
        final=isinstance(error, InvalidInput),
        busy=isinstance(error, Unavailable),
        unawaited=isinstance(error, Unknown | OutdatedAttempt),
    )
