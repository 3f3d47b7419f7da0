"""Checks documents beside the event loop, each with a deadline."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sized
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import TypeVar

from engine.domain.errors import TooMuch, Unavailable
from engine.domain.going_on import GoOn
from engine.domain.values import Json
from engine.usecases.call_time import address_of_call
from engine.usecases.fair_places import FairPlaces
from engine.usecases.rests import Rests

Result = TypeVar("Result")
Check = Callable[[Json, GoOn], Result]

DEADLINE = timedelta(seconds=5)
"""Of work, without rests. Only an attack takes longer."""

LARGE_DEADLINE = timedelta(seconds=20)
"""The same for large documents: the largest legal ones take two seconds, and several
times as long on a slow machine while tasks run."""

EAGER_SECONDS = 0.05
"""Of work without a rest: as long as ordinary documents take. All checks of a thread
have it once: whoever sends one document after the other would never rest."""

CHECK_REST_FACTOR = 4
"""While tasks run, a rest lasts so many times as long as the work. A task waits behind
a check more often than behind anything else, since both need Python's lock all the
time: with twice as long it was still twice as slow beside the largest schemas."""

WORK_SECONDS = 0.0002
"""Of work between two rests, at least. An ordinary task needs Python's lock some thirty
times, and may wait each time until the next rest: with a millisecond between two rests
that made it twice as slow, with a fifth of that it is hardly noticed."""

LARGE_CHARACTERS = 50_000
LARGE_VALUES = 5_000
"""From here on a document may take longer than a tenth of a second."""

MAX_LARGE_CHECKS = 20
"""Of large documents, how many are checked or wait for that."""

MAX_LARGE_CHECKS_OF_ADDRESS = 2
"""The same for one address. A third one is refused. Addresses take turns, so others
wait for one of these two at most."""

MAX_CHECKS = 100
"""That are under way or wait, large and small ones. Each may take a while."""


class Checking:
    """The threads in which documents are checked: one for small ones, one for large.

    Who announces a service, or types in the editor, does not wait for what somebody
    else's large document takes. Threads that compute take turns with the event loop: so
    while both work each rests longer, and together they have the time of one.
    """

    def __init__(
        self,
        rests: Rests,
        *,
        deadline: timedelta = DEADLINE,
        large_deadline: timedelta = LARGE_DEADLINE,
    ) -> None:
        """`rests` knows whether tasks run: else there is nobody to rest for."""
        self._rests = rests
        self._deadline = deadline
        self._large_deadline = large_deadline
        self._small = CheckThread("check")
        self._large = CheckThread("check-large")
        self._working: set[Pace] = set()
        self._turns = FairPlaces(1, 1)
        self._large_checks: Counter[str] = Counter()
        self._checks = 0

    async def perform(self, check: Check[Result], document: Json) -> Result:
        """What the check says; raises its errors, `TooMuch` and `Unavailable`."""
        if self._checks >= MAX_CHECKS:
            raise Unavailable("the check of documents", "many are being checked")

        if _is_large(document):
            return await self._perform_large(check, document)

        job = partial(self._within, self._deadline, self._small.debt, check, document)
        waiting = asyncio.get_running_loop().run_in_executor(self._small.pool, job)
        self._checks += 1
        waiting.add_done_callback(self._note_end)
        # It is taken out of the line when its caller has gone.
        return await waiting

    async def _perform_large(self, check: Check[Result], document: Json) -> Result:
        address = address_of_call()
        of_address = self._large_checks[address]
        is_full = self._large_checks.total() >= MAX_LARGE_CHECKS
        if is_full or of_address >= MAX_LARGE_CHECKS_OF_ADDRESS:
            raise Unavailable(
                "the check of documents", "several large ones are being checked"
            )

        self._checks += 1
        self._large_checks[address] += 1
        try:
            await self._turns.enter(address, person=address)
        except asyncio.CancelledError:
            self._note_end_of_large(address)
            raise

        thread = self._large
        job = partial(self._within, self._large_deadline, thread.debt, check, document)
        working = asyncio.get_running_loop().run_in_executor(thread.pool, job)
        working.add_done_callback(partial(self._leave, address))
        # It goes on when its caller has gone, and counts until it ends: it keeps the
        # thread busy.
        return await asyncio.shield(working)

    def _leave(self, address: str, ended: "asyncio.Future[Result]") -> None:
        self._note_end_of_large(address)
        self._turns.leave(address)
        self._read_error(ended)

    def _note_end_of_large(self, address: str) -> None:
        self._checks -= 1
        self._large_checks[address] -= 1
        if not self._large_checks[address]:
            del self._large_checks[address]

    def _note_end(self, ended: "asyncio.Future[Result]") -> None:
        self._checks -= 1
        self._read_error(ended)

    @staticmethod
    def _read_error(ended: "asyncio.Future[Result]") -> None:
        """So that asyncio does not report errors that nobody waits for."""
        if not ended.cancelled():
            ended.exception()

    def _within(
        self, deadline: timedelta, debt: "Debt", check: Check[Result], document: Json
    ) -> Result:
        pace = Pace(deadline, debt, self._rests, self._working)
        # Adding to a set, and asking how many it has, is one step for other threads.
        self._working.add(pace)
        try:
            return check(document, pace)
        finally:
            self._working.discard(pace)
            pace.end()


class CheckThread:
    """One thread for checks, and what it has not rested for yet."""

    def __init__(self, name: str) -> None:
        self.pool = ThreadPoolExecutor(1, thread_name_prefix=name)
        self.debt = Debt()


class Debt:
    """What the checks of a thread have worked and not rested for yet."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        # When all work until now is paid for.
        self._paid_at = float("-inf")

    def add(self, worked: float, rest_factor: float = CHECK_REST_FACTOR) -> bool:
        """Count work; whether that is more than what is free."""
        now = self._clock()
        free_from = now - EAGER_SECONDS * (1 + rest_factor)
        paid_at = max(self._paid_at, free_from) + worked * (1 + rest_factor)
        # While no task runs there are no rests, and nothing is owed for that later.
        self._paid_at = min(paid_at, now + worked * (1 + rest_factor))
        return self._paid_at > now


class Pace:
    """Lets a check in this thread go on: with rests, until its deadline.

    Time counts while the thread works, not while it rests or waits for others.
    `working` has all checks that are under way: one in each thread.
    """

    def __init__(
        self, deadline: timedelta, debt: Debt, rests: Rests, working: Sized
    ) -> None:
        self._deadline_seconds = deadline.total_seconds()
        self._debt = debt
        self._rests = rests
        self._working = working
        self._began_at = time.thread_time()
        self._counted_until = self._began_at

    def __call__(self) -> None:
        """Rest if it is time for that; raises `TooMuch` after the deadline."""
        now = time.thread_time()
        if now - self._began_at > self._deadline_seconds:
            seconds = int(self._deadline_seconds)
            raise TooMuch("the time to check the document", seconds, "seconds")

        worked = now - self._counted_until
        if worked > WORK_SECONDS:
            self._counted_until = now
            factor = len(self._working) * (1 + CHECK_REST_FACTOR) - 1
            rests = self._debt.add(worked, factor) and self._rests.wanted
            # What does not rest gives the lock to whoever waits for it, and goes on.
            time.sleep(worked * factor if rests else 0.0)

    def end(self) -> None:
        """Count the rest of the work: the next check pays for it."""
        self._debt.add(time.thread_time() - self._counted_until)


def _is_large(document: Json) -> bool:
    """Looked at no further than is needed: this is asked by the event loop."""
    values = characters = 0
    todo = [document]
    while todo:
        value = todo.pop()
        inner: Iterable[Json] = ()
        if isinstance(value, str):
            characters += len(value)
        elif isinstance(value, dict):
            characters += sum(map(len, islice(value, LARGE_VALUES)))
            inner = value.values()
        elif isinstance(value, list):
            inner = value

        # One more than may be there: then there are too many, whatever they are.
        todo += islice(inner, LARGE_VALUES + 1)
        values += min(len(value), LARGE_VALUES + 1) if inner else 0
        if values > LARGE_VALUES or characters > LARGE_CHARACTERS:
            return True
    return False
