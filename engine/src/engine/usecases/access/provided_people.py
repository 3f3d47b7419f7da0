"""People of the provider: made at their first sign-in, and told from all others.

Who signs in is found by what the provider calls them (`sub`), never by a name: with a
name, whoever may choose one there could take over somebody's account here.
"""

from collections.abc import Mapping
from dataclasses import replace
from uuid import NAMESPACE_URL, UUID, uuid5

from engine.domain.access.claims import (
    Expected,
    Signed,
    check_access,
    claim_at,
    scopes_in,
)
from engine.domain.access.erasure import Erasure
from engine.domain.access.errors import NameTaken, TokenRefused
from engine.domain.access.people import (
    MAX_NAME_CHARACTERS,
    Person,
    name_fault,
)
from engine.domain.access.provided import GroupMap, groups_in
from engine.domain.access.roles import Principal
from engine.domain.values import Json
from engine.ports import Clock
from engine.ports.access import PeopleStore, Provider, RecordStore
from engine.usecases.access.groups import Groups

NAME_CLAIMS = ("preferred_username", "email", "sub")
TOLD_APART = 9
"""Characters behind a name that somebody else has."""


class ProvidedPeople:
    """Finds and makes them."""

    def __init__(
        self,
        *,
        provider: Provider,
        people: PeopleStore,
        expected: Expected,
        groups: Groups,
        group_map: GroupMap,
        groups_claim: str,
        erasures: RecordStore[Erasure],
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._people = people
        self._expected = expected
        self._groups = groups
        self._map = group_map
        self._claim = groups_claim
        self._erasures = erasures
        self._clock = clock

    async def principal(self, token: str) -> Principal | None:
        """Whom an access token stands for; None: nobody who may come in.

        Raises `TokenRefused`, `Unavailable`.
        """
        signed = await self._provider.read(token)
        subject = check_access(signed, self._expected, self._clock())
        person = await self.person(subject, signed)
        if not person.is_active:
            return None
        held = await self._groups.of(person)
        return replace(person.principal(held), scopes=scopes_in(signed.claims))

    def id_of(self, subject: str) -> str:
        """The id here of somebody at the provider: always the same one."""
        return str(uuid5(NAMESPACE_URL, f"{self._expected.issuer}\n{subject}"))

    async def person(self, subject: str, signed: Signed) -> Person:
        """The person whom a token that was checked names, with what it says of them."""
        person = await self._saved(subject, signed.claims)
        told = claim_at(signed.claims, self._claim)
        is_last = person.provided is not None and (
            person.provided.told_at <= _made_at(signed.claims)
        )
        # Of an earlier token the groups may have been left since.
        if told is None or not is_last:
            return person
        return await self._groups.follow(person.id, groups_in(told))

    async def _saved(self, subject: str, claims: Mapping[str, Json]) -> Person:
        """The person as they are stored then."""
        while True:
            known = await self._people.find(self.id_of(subject))
            if known is None:
                made = await self._make(subject, claims)
                if made is not None:
                    return made
                # Another request of the same person was first.
                continue
            told = self._told(known, subject, claims)
            if told is known:
                return known
            saved = await self._people.save(told)
            if saved is not None:
                return saved

    async def _make(self, subject: str, claims: Mapping[str, Json]) -> Person | None:
        """Make an account; None: there is one. Raises `TokenRefused`."""
        id = self.id_of(subject)
        # The id is the same: what is erased would be that of the new account too.
        if await self._erasures.find(id) is not None:
            raise TokenRefused(
                "its person was just erased here; it takes an hour until they can "
                "have a new account"
            )
        name = _name_in(claims, id)
        for free in (name, _told_apart(name, id)):
            person = Person(id=id, name=free, created_at=self._clock())
            person = self._told(person, subject, claims)
            try:
                await self._people.add(person)
            except NameTaken:
                if await self._people.find(id) is not None:
                    return None
                continue
            return person
        raise NameTaken(name)

    def _told(self, known: Person, subject: str, claims: Mapping[str, Json]) -> Person:
        """The person with what the groups in a token give; the same one: no news."""
        groups = claim_at(claims, self._claim)
        made_at = _made_at(claims)
        before = known.provided
        # A token that tells no groups does not say that there are none, and one that
        # was made earlier knows nothing of groups that were left since.
        if before is not None and (groups is None or made_at < before.told_at):
            return known

        now = self._map.provided(
            issuer=self._expected.issuer,
            subject=subject,
            groups=groups,
            told_at=made_at,
        )
        if before is not None and replace(before, told_at=made_at) == now:
            return known
        return replace(known, provided=now)


def _made_at(claims: Mapping[str, Json]) -> float:
    """When a token was made, in seconds of Unix."""
    return float(claims.get("iat", 0))


def _name_in(claims: Mapping[str, Json], id: str) -> str:
    """A name for a person: one that the provider has, if it can be one here."""
    for claim in NAME_CLAIMS:
        name = claims.get(claim)
        if isinstance(name, str) and name_fault(name) is None:
            return name
    return f"person-{UUID(id).hex[:TOLD_APART]}"


def _told_apart(name: str, id: str) -> str:
    """The name, with an end that nobody else has."""
    end = UUID(id).hex[:TOLD_APART]
    return f"{name[: MAX_NAME_CHARACTERS - TOLD_APART - 1]}-{end}"
