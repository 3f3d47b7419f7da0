"""Checks documents beside the event loop, one after the other, each with a deadline."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import TypeVar

from engine.domain.checks.document import GoOn
from engine.domain.checks.size import measured
from engine.domain.errors import TooMuch, Unavailable
from engine.domain.values import Json

Result = TypeVar("Result")
Check = Callable[[Json, GoOn], Result]

DEADLINE = timedelta(seconds=10)
"""The largest legal documents take some seconds; only an attack takes longer."""

LARGE_CHARACTERS = 50_000
LARGE_VALUES = 5_000
"""From here on a document may take longer than a tenth of a second."""

MAX_LARGE_CHECKS = 2
"""Of large documents, how many are checked or wait for that. Small ones wait behind
them, so there must not be many."""


class Checking:
    """The thread in which documents are checked.

    There is one, since threads that compute take turns with the event loop: the more
    there are, the later the loop gets its turn. And Python's parser cannot be asked by
    several threads not to warn, which the check of code needs.
    """

    def __init__(self, deadline: timedelta = DEADLINE) -> None:
        self._deadline = deadline
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="check")
        self._large_checks = 0

    async def perform(self, check: Check[Result], document: Json) -> Result:
        """What the check says; raises its errors, `TooMuch` and `Unavailable`."""
        loop = asyncio.get_running_loop()
        job = partial(self._within_deadline, check, document)
        if not _is_large(document):
            return await loop.run_in_executor(self._thread, job)

        if self._large_checks >= MAX_LARGE_CHECKS:
            raise Unavailable(
                "the check of documents", "several large ones are being checked"
            )
        self._large_checks += 1
        waiting = loop.run_in_executor(self._thread, job)
        # Not when the caller has gone: the thread may still be busy then.
        waiting.add_done_callback(self._note_end)
        return await asyncio.shield(waiting)

    def _note_end(self, ended: "asyncio.Future[Result]") -> None:
        self._large_checks -= 1
        # Looked at, so that asyncio does not report errors that nobody waits for.
        if not ended.cancelled():
            ended.exception()

    def _within_deadline(self, check: Check[Result], document: Json) -> Result:
        seconds = self._deadline.total_seconds()
        ends_at = time.monotonic() + seconds

        def go_on() -> None:
            if time.monotonic() > ends_at:
                raise TooMuch("the time to check the document", int(seconds), "seconds")

        return check(document, go_on)


def _is_large(document: Json) -> bool:
    size = measured(document)
    return size.values > LARGE_VALUES or size.characters > LARGE_CHARACTERS
