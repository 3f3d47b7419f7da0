"""Signing in with a password, and how the first administrator gets one.

The answer to a wrong name and to a wrong password is the same, and takes the same time:
a password is always compared, if need be with that of nobody.
"""

import logging
from dataclasses import replace
from datetime import timedelta

from engine.domain.access.credentials import Kind
from engine.domain.access.errors import NotSignedIn, TooManyGuesses, WrongPassword
from engine.domain.access.guessing import (
    FREE_FAILURES_OF_ACCOUNT,
    FREE_FAILURES_OF_ADDRESS,
    Failures,
    failed,
    site_of,
)
from engine.domain.access.people import (
    MAX_NAME_CHARACTERS,
    MAX_PASSWORD_CHARACTERS,
    Person,
    key_of,
)
from engine.domain.access.roles import Role
from engine.ports import Clock
from engine.ports.access import Passwords
from engine.usecases.access.credentials import Credentials, Issued, Lifetime
from engine.usecases.access.people import People
from engine.usecases.recent import Recent

log = logging.getLogger(__name__)

INVITATION_LIFETIME = Lifetime(timedelta(hours=1))
MAX_REMEMBERED = 20_000
"""Names and addresses of which wrong passwords came; the oldest are forgotten."""


class SigningIn:
    """From a name and a password to a session."""

    def __init__(
        self,
        *,
        people: People,
        credentials: Credentials,
        passwords: Passwords,
        lifetime: Lifetime,
        address: str,
        clock: Clock,
    ) -> None:
        self._people = people
        self._credentials = credentials
        self._passwords = passwords
        self._lifetime = lifetime
        self._address = address.rstrip("/")
        self._clock = clock
        self._failures: Recent[str, Failures] = Recent(MAX_REMEMBERED)

    async def sign_in(
        self, name: str, password: str, *, address: str, label: str
    ) -> tuple[Person, Issued]:
        """A session of the person; raises `WrongPassword`, `TooManyGuesses`."""
        person = await self._right(name, password, address)
        return person, await self.session(person, address=address, label=label)

    async def expect_password(self, name: str, password: str, *, address: str) -> None:
        """Raises `WrongPassword`, `TooManyGuesses` if it is not the person's."""
        await self._right(name, password, address)

    async def _right(self, name: str, password: str, address: str) -> Person:
        """Whose name and password these are; raises as `sign_in`."""
        # What is longer is nobody's: only so much of it is counted and remembered.
        name = name[: MAX_NAME_CHARACTERS + 1]
        limits = {
            f"name {key_of(name)}": FREE_FAILURES_OF_ACCOUNT,
            f"address {site_of(address)}": FREE_FAILURES_OF_ADDRESS,
        }
        self._expect_patience(limits)

        # Counted before it is known to be wrong: many tries that come at the same time
        # would else all be made before the first of them has failed.
        self._count(limits)

        person = await self._people.named(name)
        is_known = person is not None and person.is_active
        hashed = person.password if person is not None and is_known else ""
        is_right = await self._passwords.verify(
            hashed, password[: MAX_PASSWORD_CHARACTERS + 1]
        )
        if person is None or not is_right:
            log.warning("a sign-in failed, from %s", address)
            raise WrongPassword()

        self._forgive(name, address)
        return person

    def _forgive(self, name: str, address: str) -> None:
        """Take back what was counted of a try that was right.

        The name is free again. Of the address only this try is taken back: somebody who
        knows one password could else try those of others without end.
        """
        self._failures.drop(f"name {key_of(name)}")
        site = f"address {site_of(address)}"
        counted = self._failures.get(site)
        if counted is not None:
            fewer = replace(counted, count=counted.count - 1)
            self._failures.put(site, fewer)

    def _expect_patience(self, limits: dict[str, int]) -> None:
        """Raises `TooManyGuesses` if the next try comes too soon."""
        now = self._clock()
        for subject, free in limits.items():
            failures = self._failures.get(subject)
            wait = failures.wait(now, free) if failures else timedelta()
            if wait > timedelta():
                raise TooManyGuesses(wait)

    def _count(self, limits: dict[str, int]) -> None:
        now = self._clock()
        for subject in limits:
            self._failures.put(subject, failed(self._failures.get(subject), now))

    async def session(
        self,
        person: Person,
        *,
        address: str,
        label: str,
        provider_session: str = "",
        id_token: str = "",
    ) -> Issued:
        """A new session: one that was there before is never taken over."""
        await self._credentials.make_room(person.id)
        return await self._credentials.issue(
            Kind.SESSION,
            person=person.id,
            label=label,
            lifetime=self._lifetime,
            address=address,
            provider_session=provider_session,
            id_token=id_token,
        )

    async def welcome(self) -> None:
        """While there is no administrator: print where the first one is made."""
        if await self._people.exist():
            return

        issued = await self._credentials.issue(
            Kind.INVITATION,
            person="",
            label="first administrator",
            lifetime=INVITATION_LIFETIME,
        )
        log.warning(
            "there is no administrator yet. Make yourself one within an hour, once, at "
            "%s/first-administrator#%s",
            self._address,
            issued.secret,
        )

    async def first_administrator(
        self, invitation: str, name: str, password: str
    ) -> Person:
        """Use the one-time address; raises `NotSignedIn`, `InvalidInput`."""
        found = await self._credentials.invitation(invitation)
        if found is None or await self._people.exist():
            raise NotSignedIn(was_shown=True)

        # Judged before the address is used up: a password that is too short must not
        # cost it.
        await self._people.check(name, password)
        if not await self._credentials.take(found):
            raise NotSignedIn(was_shown=True)
        return await self._people.add(
            name, password, is_administrator=True, role=Role.OWNER
        )
