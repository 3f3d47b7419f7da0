"""Let a terminal sign in: a person confirms its short code in their browser.

    terminal              engine                 browser, signed in
       │ machine, scopes     │                          │
       │────────────────────►│                          │
       │◄─ secret, code ─────│                          │
       │ shows the code      │◄── the code, typed ──────│
       │                     │── which machine, from ──►│
       │                     │◄── allow ────────────────│
       │── secret ──────────►│                          │
       │◄─ token, once ──────│                          │

As RFC 8628, with two differences. The code is typed, it is in no address: who is sent a
link by a stranger confirms nothing by opening it. And a token is made when the terminal
fetches it, so one that nobody fetched was never there.

All is kept in the store of credentials, by digests: any replica can go on with what
another one began.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from engine.domain.access.confirming import (
    CODE_LETTERS,
    CONFIRMED_WITHIN,
    LETTERS,
    granted,
    plain_machine,
    typed_code,
)
from engine.domain.access.credentials import Credential, Kind, digest_of
from engine.domain.access.errors import NoSuchCode, NotConfirmed, TooManyCodes
from engine.domain.access.guessing import Failures, failed, site_of
from engine.domain.access.roles import Principal, TokenScope
from engine.domain.access.tokens import DEFAULT_DAYS
from engine.ports import Clock
from engine.ports.access import CredentialStore
from engine.usecases.access.credentials import (
    MAX_SECRET_CHARACTERS,
    SECRET_BYTES,
    Credentials,
    Issued,
    Lifetime,
)
from engine.usecases.recent import Recent

MAX_WAITING = 2_000
"""Of one replica, in ten minutes: what strangers can put into the store is bounded."""
MAX_WAITING_OF_ADDRESS = 20
"""A class room may have one address, and begins more than once."""
MAX_REMEMBERED = 20_000
FREE_WRONG_CODES = 5
"""People mistype; that many wrong codes cost a person nothing."""
TRIES = 5
"""Another terminal may wait with the same code."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What a terminal gets: the secret for itself, the code to show."""

    secret: str
    code: str


@dataclass(frozen=True, slots=True)
class Window:
    """How many terminals began since an instant."""

    count: int
    since: datetime

    def with_one(self) -> "Window":
        """The window with one more."""
        return Window(self.count + 1, self.since)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A terminal that waits, as the person sees it who may confirm it."""

    machine: str
    """What it calls itself."""
    address: str
    """From where it asks, which it cannot choose."""
    began_at: datetime
    scopes: frozenset[TokenScope]
    """Of the token that it would get from this person."""
    announces: tuple[str, ...]


class DeviceLogins:
    """All that can be asked of terminals that sign in."""

    def __init__(
        self, *, store: CredentialStore, credentials: Credentials, clock: Clock
    ) -> None:
        self._store = store
        self._credentials = credentials
        self._clock = clock
        self._waiting: Recent[str, Window] = Recent(MAX_REMEMBERED)
        self._all = Window(0, clock())
        self._wrong: Recent[str, Failures] = Recent(MAX_REMEMBERED)

    async def begin(
        self, machine: str, scopes: frozenset[TokenScope], *, address: str
    ) -> Begun:
        """Let a terminal wait; raises `TooManyCodes`."""
        self._expect_room(site_of(address))
        secret = f"{Kind.DEVICE}{secrets.token_urlsafe(SECRET_BYTES)}"
        device = self._record(
            Kind.DEVICE, digest_of(secret), machine=machine, scopes=scopes
        )
        for _ in range(TRIES):
            letters = (secrets.choice(LETTERS) for _ in range(CODE_LETTERS))
            code = "".join(letters)
            shown = self._record(
                Kind.CODE,
                _digest_of_code(code),
                machine=machine,
                scopes=scopes,
                address=address,
                confirms=device.digest,
            )
            if await self._store.add(shown):
                await self._store.add(device)
                return Begun(secret, code)
        raise TooManyCodes(CONFIRMED_WITHIN, "no code is free")

    async def look(self, typed: str, person: Principal) -> Asked:
        """Which terminal waits with a code; raises `NoSuchCode`, `TooManyCodes`."""
        return _asked(await self._found(typed, person), person)

    async def decide(self, typed: str, person: Principal, *, allow: bool) -> Asked:
        """Confirm a terminal, or refuse it; raises as `look`. One decision counts."""
        code = await self._found(typed, person)
        if not await self._store.remove(code.digest):
            raise NoSuchCode()

        asked = _asked(code, person)
        if not allow:
            await self._store.remove(code.confirms)
            return asked
        grant = self._record(
            Kind.GRANT,
            _digest_of_grant(code.confirms),
            machine=code.label,
            scopes=asked.scopes,
            announces=asked.announces,
            person=person.id,
        )
        await self._store.add(grant)
        return asked

    async def redeem(self, secret: str, *, address: str) -> Issued | None:
        """The token of a terminal, once; None: nobody has decided yet.

        Raises `NotConfirmed`.
        """
        now = self._clock()
        device = await self._store.find(digest_of(secret[:MAX_SECRET_CHARACTERS]))
        if device is None or device.kind is not Kind.DEVICE or not device.is_valid(now):
            raise NotConfirmed()
        grant = await self._store.find(_digest_of_grant(device.digest))
        if grant is None or not grant.is_valid(now):
            return None

        await self._credentials.expect_room(grant.person)
        # Of several that show the same secret one gets the token.
        if not await self._store.remove(device.digest):
            raise NotConfirmed()
        # What was taken back meanwhile, by erasing the person, gives none.
        if not await self._store.remove(grant.digest):
            raise NotConfirmed()
        return await self._credentials.issue(
            Kind.TOKEN,
            person=grant.person,
            label=f"login on {grant.label}",
            lifetime=Lifetime(timedelta(days=DEFAULT_DAYS)),
            address=address,
            scopes=grant.scopes,
            announces=grant.announces,
        )

    async def _found(self, typed: str, person: Principal) -> Credential:
        """The code that somebody typed; wrong ones make them wait, longer each time."""
        now = self._clock()
        failures = self._wrong.get(person.id)
        wait = failures.wait(now, FREE_WRONG_CODES) if failures else timedelta()
        if wait > timedelta():
            raise TooManyCodes(wait, "too many wrong codes were typed")

        # Counted before it is looked for: many at the same time are counted each.
        self._wrong.put(person.id, failed(failures, now))
        code = await self._store.find(_digest_of_code(typed_code(typed)))
        if code is None or code.kind is not Kind.CODE or not code.is_valid(now):
            raise NoSuchCode()
        if failures is None:
            self._wrong.drop(person.id)
        else:
            self._wrong.put(person.id, failures)
        return code

    def _expect_room(self, site: str) -> None:
        """Count a terminal; raises `TooManyCodes` if as many wait as may.

        `site`: to whom its address belongs.
        """
        now = self._clock()
        of_address = _current(self._waiting.get(site), now)
        of_all = _current(self._all, now)
        for window, most in (
            (of_address, MAX_WAITING_OF_ADDRESS),
            (of_all, MAX_WAITING),
        ):
            if window.count >= most:
                wait = window.since + CONFIRMED_WITHIN - now
                raise TooManyCodes(wait, "too many terminals wait to be confirmed")

        self._waiting.put(site, of_address.with_one())
        self._all = of_all.with_one()

    def _record(
        self,
        kind: Kind,
        digest: str,
        *,
        machine: str,
        scopes: frozenset[TokenScope],
        address: str = "",
        announces: tuple[str, ...] = (),
        person: str = "",
        confirms: str = "",
    ) -> Credential:
        now = self._clock()
        return Credential(
            digest=digest,
            id=str(uuid4()),
            kind=kind,
            person=person,
            label=plain_machine(machine),
            scopes=scopes,
            announces=announces,
            created_at=now,
            expires_at=now + CONFIRMED_WITHIN,
            used_at=now,
            used_from=address,
            confirms=confirms,
        )


def _current(window: Window | None, now: datetime) -> Window:
    """The window that an instant is in: each is as long as a code is valid."""
    if window is None or now - window.since >= CONFIRMED_WITHIN:
        return Window(0, now)
    return window


def _asked(code: Credential, person: Principal) -> Asked:
    scopes, announces = granted(code.scopes, person)
    return Asked(
        machine=code.label,
        address=code.used_from,
        began_at=code.created_at,
        scopes=scopes,
        announces=announces,
    )


def _digest_of_code(code: str) -> str:
    return digest_of(f"{Kind.CODE}{code}")


def _digest_of_grant(device: str) -> str:
    return digest_of(f"{Kind.GRANT}{device}")
