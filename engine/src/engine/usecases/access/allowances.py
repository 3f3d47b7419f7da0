"""Says whether a person, and a space, may start another task.

Asked for every start, so most of them only count two numbers down: how many of a person
and of a space may start before anything is looked at. When none is left, or a second
has passed, it is counted anew:

* What runs and what is kept is read from the store every five seconds, or sooner if
  there is little room, and what was started here since is added. Nobody is refused by
  what is older than half a second.
* The starts of a minute an engine counts by itself if it is alone. Several take shares
  of them from the store (docs/decisions/0041-starts-are-taken-in-shares.md).
"""

from collections.abc import Mapping
from itertools import product, starmap
from time import monotonic

from engine.domain.access.errors import OverLimit
from engine.domain.access.limits import (
    Limits,
    Starts,
    Subject,
    What,
    Whose,
    setting_of,
    share_of,
    starts_id,
)
from engine.domain.errors import Unavailable
from engine.ports import Clock, FrameStore
from engine.ports.access import RecordStore
from engine.usecases.access.account import Account
from engine.usecases.meter import Meter
from engine.usecases.recent import Recent

MAX_ACCOUNTS = 10_000
"""Of people, and as many of spaces, that are remembered."""

MAX_STARTS = "MAX_STARTS"


class Allowances:
    """All that can be asked of limits."""

    def __init__(
        self,
        *,
        store: FrameStore,
        starts: RecordStore[Starts],
        alone: bool,
        limits: Mapping[Whose, Limits],
        max_starting: int,
        meter: Meter,
        clock: Clock,
    ) -> None:
        """`max_starting`: of one person, at the same time."""
        self._store = store
        self._starts = starts
        self._alone = alone
        self._limits = limits
        self._max_starting = max_starting
        self._meter = meter
        self._clock = clock
        self._people: Recent[str, Account] = Recent(MAX_ACCOUNTS)
        self._spaces: Recent[str, Account] = Recent(MAX_ACCOUNTS)
        self._starting: dict[str, int] = {}
        # From the start: of a series that begins with its first refusal nobody is told.
        settings = starmap(setting_of, product(Whose, What))
        meter.refused.update(dict.fromkeys([*settings, MAX_STARTS], 0))

    async def take(self, person: str, space: str) -> None:
        """Count a task that is about to start; raises `OverLimit`.

        Without accounts there is nobody whose tasks could be counted.
        """
        if not person:
            return
        of_person = self._people.get(person) or self._new(Whose.PERSON, person)
        of_space = self._spaces.get(space) or self._new(Whose.SPACE, space)

        now = self._clock().timestamp()
        if not (of_person.is_ready(now) and of_space.is_ready(now)):
            await self._look(of_person, of_space)
        # Nothing is waited for between these: what is judged is what is counted. And
        # what one refuses does not cost the other.
        of_person.free -= 1
        of_space.free -= 1

    def _new(self, whose: Whose, id: str) -> Account:
        account = Account(
            Subject(whose, id), self._limits[whose], alone=self._alone, now=self._now()
        )
        known = self._people if whose is Whose.PERSON else self._spaces
        known.put(id, account)
        return account

    def _now(self) -> float:
        return self._clock().timestamp()

    async def _look(self, *accounts: Account) -> None:
        """Wait until each has one that is free; raises `OverLimit`.

        While one is looked at, others may take what the other one had.
        """
        try:
            while True:
                for account in accounts:
                    await self._look_at(account)
                if all(account.free for account in accounts):
                    return
        except OverLimit as error:
            self._meter.refused[error.setting] += 1
            raise

    async def _look_at(self, account: Account) -> None:
        async with account.looking:
            # Those who waited for the same answer have it now.
            if account.is_ready(self._now()):
                return
            account.count(self._now())
            if account.wants_reading(self._now()):
                await self._read(account)
            if account.wants_share(self._now()):
                await self._take_share(account)
            account.give(self._now())

    async def _read(self, account: Account) -> None:
        """Ask the store what runs, and is kept."""
        started = account.begin_reading(self._now())
        asked_at = monotonic()
        whose, id = account.subject
        if whose is Whose.PERSON:
            usage = await self._store.usage_of(id)
        else:
            usage = await self._store.usage_in(id)
        seconds = monotonic() - asked_at
        account.read(usage, started=started, seconds=seconds, now=self._now())

    async def _take_share(self, account: Account) -> None:
        """Take a share of the starts that all replicas have, if there is one."""
        limit = account.limits.starts
        share = share_of(limit)
        while True:
            now = self._now()
            known = await self._starts.find(starts_id(account.subject))
            whole = known or Starts.full(account.subject, limit, now)
            rest = whole.less(share, limit, now)
            if isinstance(rest, float):
                account.wait_for_share(rest, now)
                return
            # Another replica may have been faster.
            if await (self._starts.save(rest) if known else self._starts.add(rest)):
                account.add_share(share)
                return

    async def sweep(self) -> None:
        """Forget what says nothing any more; raises `Unavailable`."""
        now = self._now()
        for starts in await self._starts.all():
            if starts.is_full(now):
                await self._starts.remove(starts.id)

    def begin(self, person: str) -> None:
        """Count a start of a person whose body comes; raises `Unavailable`.

        So nobody takes the places of all with bodies that do not come. Whoever begins
        calls `end`.
        """
        starting = self._starting.get(person, 0)
        if starting >= self._max_starting:
            self._meter.refused[MAX_STARTS] += 1
            reason = f"you start {self._max_starting} tasks already, half of MAX_STARTS"
            raise Unavailable("a place", reason)
        self._starting[person] = starting + 1

    def end(self, person: str) -> None:
        """The body has come, or will not."""
        starting = self._starting[person] - 1
        if starting:
            self._starting[person] = starting
        else:
            del self._starting[person]
