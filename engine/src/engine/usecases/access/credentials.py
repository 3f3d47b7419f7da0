"""Credentials: issue, recognise, list and revoke them.

Every request shows one, so what it stands for is remembered for a moment. After that it
is read again: so a credential that was revoked at one replica is refused by all others
soon, and no message between them can be lost.
"""

import logging
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from engine.domain.access.credentials import (
    MAX_SESSIONS,
    MAX_TOKENS,
    Credential,
    Kind,
    digest_of,
)
from engine.domain.access.errors import TokenRefused
from engine.domain.access.roles import ALL_SCOPES, SERVICES, Principal, TokenScope
from engine.domain.errors import Fault, InvalidInput, Unknown
from engine.ports import Clock
from engine.ports.access import CredentialStore, PeopleStore
from engine.usecases.access.groups import Groups
from engine.usecases.access.provided_people import ProvidedPeople
from engine.usecases.recent import Recent

log = logging.getLogger(__name__)

SECRET_BYTES = 32
REMEMBERED_FOR = timedelta(seconds=2)
"""At most so long a revoked credential is still taken, and a lost role still held."""
MAX_REMEMBERED = 10_000
"""Right ones and wrong ones apart: forged ones push no right one out."""
SHOWN_BY_REQUESTS = frozenset({Kind.SESSION, Kind.TOKEN})
"""The others are for one call alone."""
MAX_SECRET_CHARACTERS = 200
MAX_SIGNED_CHARACTERS = 16_384
BEGINNING_OF_SIGNED = "ey"
"""Of `{"`, as it is written in a signed token; no secret of the engine begins so."""
MAX_LABEL_CHARACTERS = 200
"""Browsers say what they like of themselves: it is cut."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A new credential, and its secret, which is shown now and never again."""

    credential: Credential
    secret: str


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a credential is valid."""

    whole: timedelta
    idle: timedelta | None = None
    """And how long when it is not used; None: that makes no difference."""


class Credentials:
    """All that can be asked of credentials."""

    def __init__(
        self,
        *,
        store: CredentialStore,
        people: PeopleStore,
        groups: Groups,
        service_token: str,
        provided: ProvidedPeople | None = None,
        clock: Clock,
    ) -> None:
        """`service_token` is that of the operator's services; empty: there is none.

        `provided` knows the access tokens of a provider; None: there is none.
        """
        self._store = store
        self._people = people
        self._groups = groups
        self._provided = provided
        self._clock = clock
        self._of_services = digest_of(service_token) if service_token else ""
        self._known: Recent[str, tuple[datetime, Principal]] = Recent(MAX_REMEMBERED)
        self._wrong: Recent[str, datetime] = Recent(MAX_REMEMBERED)
        self.taken = 0
        """How many were used up or revoked here: what others remember of credentials
        may be wrong when it changes."""

    async def issue(
        self,
        kind: Kind,
        *,
        person: str,
        label: str,
        lifetime: Lifetime,
        address: str = "",
        scopes: frozenset[TokenScope] = ALL_SCOPES,
        announces: tuple[str, ...] = (),
        provider_session: str = "",
        id_token: str = "",
    ) -> Issued:
        """Make a credential of a person."""
        now = self._clock()
        secret = f"{kind}{secrets.token_urlsafe(SECRET_BYTES)}"
        credential = Credential(
            digest=digest_of(secret),
            id=str(uuid4()),
            kind=kind,
            person=person,
            label=label[:MAX_LABEL_CHARACTERS],
            scopes=scopes,
            announces=announces,
            created_at=now,
            expires_at=now + lifetime.whole,
            idle=lifetime.idle,
            used_at=now,
            used_from=address,
            provider_session=provider_session,
            id_token=id_token,
        )
        await self._store.add(credential)
        return Issued(credential, secret)

    async def make_room(self, person: str) -> None:
        """End those sessions of a person that are too many for another one."""
        sessions = await self._store.of_person(person, Kind.SESSION)
        last_used_first = sorted(sessions, key=lambda one: one.used_at, reverse=True)
        for session in last_used_first[MAX_SESSIONS - 1 :]:
            await self.take(session)

    async def expect_room(self, person: str) -> None:
        """Raises `InvalidInput` if a person has as many tokens as one may have."""
        if len(await self.list(person, Kind.TOKEN)) < MAX_TOKENS:
            return
        fault = Fault(
            code="too-many-tokens",
            message=f"you have {MAX_TOKENS} tokens already",
            hint="revoke those that nobody uses",
        )
        raise InvalidInput([fault])

    async def principal(self, secret: str, address: str) -> Principal | None:
        """Whom a session or token stands for; None: nobody, any more or at all."""
        # A longer one is none of ours: it must not even be hashed.
        is_provided = self._provided is not None and _is_signed(secret)
        if len(secret) > MAX_SECRET_CHARACTERS and not is_provided:
            return None

        digest = digest_of(secret)
        if digest == self._of_services:
            return SERVICES

        now = self._clock()
        known = self._known.get(digest)
        if known is not None and now - known[0] < REMEMBERED_FOR:
            return known[1]
        wrong_since = self._wrong.get(digest)
        if wrong_since is not None and now - wrong_since < REMEMBERED_FOR:
            return None

        if is_provided:
            principal = await self._read_signed(secret)
        else:
            principal = await self._read(digest, now, address)
        if principal is None:
            self._known.drop(digest)
            self._wrong.put(digest, now)
        else:
            self._known.put(digest, (now, principal))
        return principal

    async def _read_signed(self, token: str) -> Principal | None:
        assert self._provided is not None  # nosec B101 # asked by who calls this
        try:
            return await self._provided.principal(token)
        except TokenRefused as error:
            # Not to who sent it: a stranger would learn what to change.
            log.info("%s", error)
            return None

    async def _read(self, digest: str, now: datetime, address: str) -> Principal | None:
        credential = await self._store.find(digest)
        if credential is None or credential.kind not in SHOWN_BY_REQUESTS:
            return None
        if not credential.is_valid(now):
            await self._store.remove(digest)
            return None

        person = await self._people.find(credential.person)
        if person is None or not person.is_active:
            return None

        used = credential.use(now, address)
        if used is not None:
            await self._store.used(used)
        groups = await self._groups.of(person)
        return credential.on(person.principal(groups))

    async def claim(self, state: str, lifetime: timedelta) -> bool:
        """Use up a word that can be used once, at all replicas; False: it was used."""
        now = self._clock()
        return await self._store.add(
            Credential(
                digest=digest_of(state),
                id=str(uuid4()),
                kind=Kind.STATE,
                person="",
                label="a sign-in at the provider",
                created_at=now,
                expires_at=now + lifetime,
                used_at=now,
            )
        )

    async def find(self, person: str, kind: Kind, id: str) -> Credential | None:
        """The one of this id that a person has; or None."""
        found = await self._store.of_person(person, kind)
        return next((one for one in found if one.id == id), None)

    async def revoke_provided(self, person: str, provider_session: str) -> None:
        """End the sessions that began in one at the provider; empty: in any."""
        for one in await self._store.of_person(person, Kind.SESSION):
            if one.provider_session and provider_session in ("", one.provider_session):
                await self.take(one)

    async def invitation(self, secret: str) -> Credential | None:
        """The one-time address that has this secret, if it is still valid."""
        credential = await self._store.find(digest_of(secret[:MAX_SECRET_CHARACTERS]))
        if credential is None or credential.kind is not Kind.INVITATION:
            return None
        return credential if credential.is_valid(self._clock()) else None

    async def take(self, credential: Credential) -> bool:
        """Use one up; of several callers one is told True."""
        self._known.drop(credential.digest)
        self.taken += 1
        return await self._store.remove(credential.digest)

    async def list(self, person: str, kind: Kind) -> Sequence[Credential]:
        """Those that are valid, the oldest first."""
        now = self._clock()
        found = await self._store.of_person(person, kind)
        return [one for one in found if one.is_valid(now)]

    async def revoke(self, person: str, kind: Kind, id: str) -> None:
        """End one of a person; raises `Unknown` if they have none of this id."""
        credential = await self.find(person, kind, id)
        if credential is None:
            raise Unknown(kind.name.lower(), id)
        await self.take(credential)

    async def revoke_quietly(self, shown: Principal) -> None:
        """End the session that somebody showed; a token stays."""
        with suppress(Unknown):
            await self.revoke(shown.id, Kind.SESSION, shown.credential)

    async def revoke_all(self, person: str, kind: Kind, but: str = "") -> None:
        """End all of a kind that a person has, but the one of this id."""
        for credential in await self._store.of_person(person, kind):
            if credential.id != but:
                await self.take(credential)

    async def sweep(self) -> None:
        """Forget what has expired."""
        await self._store.forget(self._clock())


def _is_signed(secret: str) -> bool:
    """Whether it looks like a signed token, whoever signed it."""
    return (
        secret.startswith(BEGINNING_OF_SIGNED)
        and secret.count(".") == 2
        and len(secret) <= MAX_SIGNED_CHARACTERS
    )
