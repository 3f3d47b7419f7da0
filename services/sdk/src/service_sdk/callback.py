"""Delivers the result of a task to its callback address, until it is accepted."""

import asyncio
import logging
import random
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import httpx
from trace_spans import TRACEPARENT, TraceContext

from service_sdk.problems import detail_of
from service_sdk.progress import Progress, ProgressMessage
from service_sdk.protocol import CONTENT_TYPE, DATA_PART, JSON
from service_sdk.receiving import Part
from service_sdk.results import Failure, Outcome, Result

log = logging.getLogger("service_sdk.callback")

# Work that gives the same message for long (a model that loads) would otherwise never
# learn that its result is not wanted any more.
ROUNDS_UNTIL_REPEATED = 5


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How long to wait between tries: growing, bounded, a little random."""

    first_seconds: float
    total_seconds: float

    longest_seconds: float = 300.0
    """An engine that is back after hours gets its results within this time."""

    def delays(self) -> Iterator[float]:
        """The seconds to wait before each next try.

        >>> patience = Patience(first_seconds=8, longest_seconds=16, total_seconds=30)
        >>> [round(delay) for delay in patience.delays()] != []
        True
        """
        spent = 0.0
        delay = self.first_seconds

        while spent < self.total_seconds:
            # A little random: results that failed together do not come back together.
            jittered = delay * random.uniform(0.75, 1.0)  # nosec B311  # no secret
            yield jittered
            spent += jittered
            delay = min(delay * 2, self.longest_seconds)


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

    # 404: the task is not known; 409: another attempt has taken its place.
    if status in (404, 409, 410):
        return Verdict.UNWANTED

    # 408, 425 and 429 mean "later", although they are in the range of wrong requests.
    if 400 <= status < 500 and status not in (408, 425, 429):
        return Verdict.REFUSED

    return Verdict.AGAIN


class Callback:
    """The address to which the result of one task goes."""

    def __init__(
        self,
        *,
        client: httpx.AsyncClient,
        callback_url: str,
        task_id: str,
        accepts_progress: bool,
        cause: TraceContext | None = None,
    ) -> None:
        self._client = client
        self._url = httpx.URL(callback_url).copy_merge_params({"task_id": task_id})
        self.accepts_progress = accepts_progress
        self.cause = cause
        """Where in a trace the result belongs; None: in none."""

        self._refusal = ""
        """What the engine said when it refused a result."""

    async def deliver(self, outcome: Outcome, patience: Patience) -> Verdict:
        """Send until it is taken, or is not wanted, or the patience is over."""
        answer = await self._send_until_taken(outcome, patience)

        # A result that the engine refuses for its form would leave the task waiting
        # until its timeout: a failure tells at once what went wrong.
        if answer is Verdict.REFUSED and isinstance(outcome, Result):
            reason = self._refusal or "it does not say why"
            refused = Failure(f"the engine refused the result of the service: {reason}")
            return await self._send_until_taken(refused, patience)

        return answer

    async def _send_until_taken(self, outcome: Outcome, patience: Patience) -> Verdict:
        for delay in patience.delays():
            answer = await self.send(outcome)
            if answer is not Verdict.AGAIN:
                return answer
            await asyncio.sleep(delay)

        log.error(
            "gave up delivering the result: %s did not take it in time",
            self._url.host,
        )
        return Verdict.AGAIN

    async def relay(self, progress: Progress, seconds: float) -> None:
        """Send each new progress message, checking every so many seconds.

        Returns when the engine does not want any; then the work is told to stop if
        its result is not wanted either.
        """
        last_sent = None
        rounds = 0

        while True:
            await asyncio.sleep(seconds)
            message = progress.last_message()
            rounds += 1

            is_new = message != last_sent
            if not message or not (is_new or rounds >= ROUNDS_UNTIL_REPEATED):
                continue

            answer = await self.send(message)
            if answer is Verdict.UNWANTED:
                progress.stop()
                return
            if answer is Verdict.REFUSED:
                return
            if answer is Verdict.TAKEN:
                last_sent = message
                rounds = 0

    async def send(self, outcome: Outcome | ProgressMessage) -> Verdict:
        """Try once."""
        try:
            answer = await self._post(outcome)
        except httpx.TransportError as fault:
            log.warning("cannot reach %s: %r", self._url.host, fault)
            return Verdict.AGAIN

        status = answer.status_code
        if status < 300:
            return verdict(status)

        said = detail_of(answer)
        log.warning("the callback answers %d: %s", status, said)
        if verdict(status) is Verdict.REFUSED:
            self._refusal = f"{status}: {said}"
        return verdict(status)

    @property
    def _headers(self) -> dict[str, str]:
        return {TRACEPARENT: self.cause.header} if self.cause else {}

    async def _post(self, outcome: Outcome | ProgressMessage) -> httpx.Response:
        match outcome:
            case Failure() | ProgressMessage():
                answer = await self._client.post(
                    self._url, json=outcome.as_json(), headers=self._headers
                )

            case Result(typed, ()):
                answer = await self._client.post(
                    self._url,
                    content=typed.read_bytes(),
                    headers={CONTENT_TYPE: JSON, **self._headers},
                )

            case Result(typed, parts):
                with ExitStack() as open_files:
                    form: list[tuple[str, Any]] = [
                        (part.name, _opened(part, open_files)) for part in parts
                    ]
                    text = typed.read_bytes()
                    if text != b"{}":
                        form.append((DATA_PART, (None, text, JSON)))
                    answer = await self._client.post(
                        self._url, files=form, headers=self._headers
                    )

        return answer


def _opened(part: Part, open_files: ExitStack) -> tuple[str, Any, str]:
    """A part as httpx sends it: its file is read while it is sent."""
    content = open_files.enter_context(part.path.open("rb"))
    return part.file_name, content, part.media_type
