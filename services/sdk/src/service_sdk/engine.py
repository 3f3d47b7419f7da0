"""Talks to the engine: announces the operations, delivers the results."""

import asyncio
import logging
import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum, auto
from logging import ERROR, INFO, WARNING
from typing import NoReturn

import httpx
import orjson

from service_sdk.progress import Progress, Word
from service_sdk.signature import JSON
from service_sdk.work import Failure, Outcome, Result

log = logging.getLogger("service_sdk.engine")

FIRST_WAIT, LONGEST_WAIT = 1.0, 10.0  # for an engine that cannot be reached
STILL_WANTED = 5  # rounds in which nothing new is said; then it is asked
Announcement = dict[str, object]


@dataclass(frozen=True)
class Patience:
    """How long to wait between tries: growing, bounded, a little random."""

    first: float = 0.5
    most: float = 300.0
    total: float = 6 * 3600.0

    def delays(self) -> Iterator[float]:
        """The seconds to wait before each next try.

        >>> [round(delay) for delay in Patience(8, 16, 30).delays()] != []
        True
        """
        spent, delay = 0.0, self.first
        while spent < self.total:
            jittered = delay * random.uniform(0.75, 1.0)  # no secret  # nosec B311
            yield jittered
            spent += jittered
            delay = min(delay * 2, self.most)


class Verdict(Enum):
    """What the answer to a callback means for its sender."""

    TAKEN = auto()
    UNWANTED = auto()
    REFUSED = auto()
    AGAIN = auto()


def verdict(status: int) -> Verdict:
    """Read the status of the answer.

    >>> [verdict(status).name for status in (200, 404, 413, 429, 503)]
    ['TAKEN', 'UNWANTED', 'REFUSED', 'AGAIN', 'AGAIN']
    """
    if 200 <= status < 300:
        return Verdict.TAKEN
    if status in (404, 409, 410):
        return Verdict.UNWANTED
    if 400 <= status < 500 and status not in (408, 425, 429):
        return Verdict.REFUSED
    return Verdict.AGAIN


class Callback:
    """Where the result of one task goes."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        callback_url: str,
        task_id: str,
        hears_progress: bool = False,
    ) -> None:
        self._client, self._task_id = client, task_id
        self.hears_progress = hears_progress
        self._url = httpx.URL(callback_url).copy_merge_params({"task_id": task_id})

    async def deliver(self, outcome: Outcome, patience: Patience) -> Verdict:
        """Send until it is taken, or nobody wants it, or the patience is over."""
        answer = await self._insist(outcome, patience)
        if answer is Verdict.REFUSED and isinstance(outcome, Result):
            refused = Failure("the engine refused the result of the service")
            return await self._insist(refused, patience)
        return answer

    async def _insist(self, outcome: Outcome, patience: Patience) -> Verdict:
        for delay in patience.delays():
            answer = await self.send(outcome)
            if answer is not Verdict.AGAIN:
                return answer
            await asyncio.sleep(delay)
        log.error("gave up delivering the result of task %s", self._task_id)
        return Verdict.AGAIN

    async def relay(self, progress: Progress, seconds: float) -> None:
        """Pass on what is said, for ever; what nobody wants any more is stopped."""
        passed, rounds = None, 0
        while True:
            await asyncio.sleep(seconds)
            word, rounds = progress.last_word(), rounds + 1
            if word and (word != passed or rounds >= STILL_WANTED):
                answer = await self.send(word)
                if answer is Verdict.UNWANTED:
                    progress.stop()
                if answer in (Verdict.UNWANTED, Verdict.REFUSED):
                    return
                if answer is Verdict.TAKEN:
                    passed, rounds = word, 0

    async def send(self, outcome: Outcome | Word) -> Verdict:
        """Try once."""
        try:
            status = await self._post(outcome)
        except httpx.TransportError as fault:
            log.warning("cannot reach %s: %r", self._url.host, fault)
            return Verdict.AGAIN
        if status >= 300:
            log.warning("the callback of task %s answers %d", self._task_id, status)
        return verdict(status)

    async def _post(self, outcome: Outcome | Word) -> int:
        match outcome:
            case Failure() | Word():
                answer = await self._client.post(self._url, json=outcome.as_json())
            case Result(typed, ()):
                answer = await self._client.post(
                    self._url,
                    content=typed.read_bytes(),
                    headers={"content-type": JSON},
                )
            case Result(typed, parts):
                with ExitStack() as stack:
                    files = [
                        (
                            part.name,
                            (
                                part.file_name,
                                stack.enter_context(part.path.open("rb")),
                                part.media_type,
                            ),
                        )
                        for part in parts
                    ]
                    text = typed.read_bytes()
                    more = [("data", (None, text, JSON))] if text != b"{}" else []
                    answer = await self._client.post(self._url, files=[*files, *more])
        return answer.status_code


class Announcer:
    """Tells the engine again and again what this service offers."""

    def __init__(
        self,
        client: httpx.AsyncClient,
        engine_url: str,
        announcements: Sequence[Announcement],
    ) -> None:
        self._client, self._announcements = client, announcements
        self._url = f"{engine_url.rstrip('/')}/services"
        self._said: dict[str, str] = {}

    async def announce_for_ever(self, seconds: float) -> NoReturn:
        """Every so many seconds; sooner while the engine does not take it."""
        wait = FIRST_WAIT
        while True:
            taken = await self.announce_once()
            await asyncio.sleep(seconds if taken else min(wait, seconds))
            wait = FIRST_WAIT if taken else min(wait * 2, LONGEST_WAIT)

    async def announce_once(self) -> bool:
        """Whether the engine took all the announcements."""
        try:
            answers = [await self._announce(one) for one in self._announcements]
        except httpx.TransportError as fault:
            self._say("", f"cannot be reached ({fault}); will be tried again", WARNING)
            return False
        if all(answers):
            routes = ", ".join(map(_route, self._announcements))
            self._say("", f"was told of {routes}", INFO)
        return all(answers)

    async def _announce(self, announcement: Announcement) -> bool:
        route = _route(announcement)
        answer = await self._client.post(self._url, json=announcement)
        if answer.is_success:
            self._said.pop(route, None)
        elif answer.status_code == 409:
            taken = "is taken by a pipeline or another kind of service"
            self._say(route, f"{route} {taken}: {_detail(answer)}", ERROR)
        else:
            status = answer.status_code
            self._say(route, f"refuses {route} ({status}): {_detail(answer)}", ERROR)
        return answer.is_success

    def _say(self, about: str, news: str, level: int) -> None:
        """Log it, but only when it is news; what was said before may be again."""
        if self._said.get(about) != news:
            self._said[about] = news
            log.log(level, "the engine at %s: %s", self._url, news)


def _route(announcement: Announcement) -> str:
    api = announcement["api"]
    return str(api["route"]) if isinstance(api, dict) else ""


def _detail(answer: httpx.Response) -> object:
    try:
        return orjson.loads(answer.content)["detail"]
    except (ValueError, KeyError, TypeError):
        return answer.text[:200]
