"""What a client does for one call, in steps that each client takes in its own way.

A function here is a generator: it yields a step, gets what came of it, and returns the
result in the end. It sends nothing and waits for nothing itself, so the same function
serves threads and asyncio.
"""

from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar
from uuid import uuid4

import httpx

from marketplace_client import talk
from marketplace_client.errors import Unreachable, checked
from marketplace_client.shapes import Json
from marketplace_client.uploads import Inputs

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Pause:
    """Wait for so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Send:
    """Send a request; what comes of it is the answer, or why there is none."""

    verb: str
    path: str
    options: Mapping[str, Any] = field(default_factory=dict)
    """As httpx takes them."""
    inputs: Inputs | None = None

    def body(self) -> AbstractContextManager[Mapping[str, Any]]:
        """The body as httpx takes it; its files are open as long as the block."""
        return self.inputs.body() if self.inputs else nullcontext({})


Came: TypeAlias = httpx.Response | httpx.TransportError | None
"""What came of a step: of a pause, nothing."""

Steps: TypeAlias = Generator[Pause | Send, Came, T]


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine that is called, and how often it is tried."""

    url: str
    retries: int

    def answer(self, send: Send, *, repeatable: bool) -> Steps[httpx.Response]:
        """The answer; a request that got none is sent again.

        Raises `Problem`, `Unreachable`.
        """
        for pause in talk.pauses(self.retries if repeatable else 0):
            came = yield send
            if isinstance(came, httpx.Response):
                if came.status_code not in talk.RETRY_STATUSES:
                    return checked(came)
                pause = talk.pause_of(came, pause)
            yield Pause(pause)

        came = yield send
        if isinstance(came, httpx.Response):
            return checked(came)
        assert came is not None  # nosec B101 # only pauses are answered with nothing
        raise Unreachable.because_of(self.url, came) from came

    def call(self, verb: str, path: str, options: Mapping[str, Any]) -> Steps[Json]:
        """The JSON that a call answers, if it does."""
        # To read, to cancel or to erase twice is the same as once.
        repeatable = verb in ("GET", "PUT", "DELETE") or path.endswith("/cancel")
        send = Send(verb, path, options)
        answer = yield from self.answer(send, repeatable=repeatable)
        return answer.json() if answer.content else None

    def start(self, route: str, inputs: Inputs, key: str | None) -> Steps[str]:
        """The id of a task that was started, now or before with the same key."""
        headers = {"idempotency-key": key or str(uuid4())}
        send = Send("POST", talk.start_path(route), {"headers": headers}, inputs)
        answer = yield from self.answer(send, repeatable=inputs.repeatable)
        return str(answer.json()["jobId"])

    def pages(self, path: str) -> Steps[list[Json]]:
        """The items of all pages of a list."""
        found: list[Json] = []
        following: str | None = path
        while following:
            answer = yield from self.answer(Send("GET", following), repeatable=True)
            found += answer.json()
            following = answer.links.get("next", {}).get("url")
        return found
