"""People: add them, change what they may do, find them."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar
from uuid import uuid4

from engine.domain.access.errors import LastAdministrator, NameTaken
from engine.domain.access.people import (
    Person,
    key_of,
    name_fault,
    password_fault,
)
from engine.domain.access.roles import MAIN, Role
from engine.domain.errors import Fault, Unknown, expect_valid
from engine.ports import Clock
from engine.ports.access import Passwords, PeopleStore
from engine.usecases.access.revising import revised

T = TypeVar("T")

PEOPLE_PER_PAGE = 500
"""Read at once where everybody is looked at: to read them takes some milliseconds."""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What administrators change of a person; None: it stays."""

    is_active: bool | None = None
    is_administrator: bool | None = None
    password: str | None = field(default=None, repr=False)


class People:
    """All that can be asked of people."""

    def __init__(
        self, *, store: PeopleStore, passwords: Passwords, clock: Clock
    ) -> None:
        self._store = store
        self._passwords = passwords
        self._clock = clock

    async def add(
        self,
        name: str,
        password: str,
        *,
        is_administrator: bool = False,
        role: Role | None = None,
    ) -> Person:
        """Make an account, with a role in the space `main`.

        Raises `InvalidInput`, `NameTaken`.
        """
        await self.check(name, password)
        person = Person(
            id=str(uuid4()),
            name=name,
            password=await self._passwords.hash(password),
            is_administrator=is_administrator,
            roles={MAIN: role} if role else {},
            created_at=self._clock(),
        )
        await self._store.add(person)
        return person

    async def check(self, name: str, password: str) -> None:
        """Raises `InvalidInput`, `NameTaken` for what no account can be made of."""
        expect_valid(name_fault(name))
        await self._check_password(password, name)
        if await self.named(name) is not None:
            raise NameTaken(name)

    async def _check_password(self, password: str, name: str) -> None:
        """Raises `InvalidInput` for a password that is easily guessed."""
        fault = password_fault(password, name)
        if fault is None and await self._passwords.is_common(password, name):
            fault = Fault(
                code="common-password",
                message="is guessed soon: it is common, or made of the name",
                hint="four words that have nothing to do with each other are good",
                field="password",
            )
        expect_valid(fault)

    async def page(
        self, after: str, limit: int, begins: str = ""
    ) -> tuple[Sequence[Person], str | None]:
        """At most `limit` people whose names begin so, by name; where the next page
        begins, as its `after`."""
        found = await self._store.page(after, limit + 1, key_of(begins))
        return found[:limit], found[limit - 1].key if len(found) > limit else None

    async def everybody(self, after: str = "") -> AsyncIterator[Person]:
        """All people behind a key, by name; never all of them in memory."""
        while page := await self._store.page(after, PEOPLE_PER_PAGE):
            for person in page:
                yield person
            after = page[-1].key

    async def find(self, id: str) -> Person | None:
        """The person of this id, or None."""
        return await self._store.find(id)

    async def get(self, id: str) -> Person:
        """Raises `Unknown`."""
        person = await self._store.find(id)
        if person is None:
            raise Unknown("person", id)
        return person

    async def called(self, named: str) -> Person:
        """The person of this id, or else of this name; raises `Unknown`."""
        person = await self.find(named) or await self.named(named)
        if person is None:
            raise Unknown("person", named)
        return person

    async def named(self, name: str) -> Person | None:
        """Whose name this is, however it is written; or None."""
        return await self._store.named(key_of(name))

    async def exist(self) -> bool:
        """Whether there is an administrator who can sign in."""
        return await self._other_administrator("") is not None

    async def change(self, id: str, change: PersonChange) -> Person:
        """Raises `Unknown`, `InvalidInput`, `LastAdministrator`: all or nothing."""
        hashed = None
        if change.password is not None:
            await self._check_password(change.password, (await self.get(id)).name)
            hashed = await self._passwords.hash(change.password)

        while True:
            known = await self.get(id)
            changed = replace(
                known,
                is_active=_or(change.is_active, known.is_active),
                is_administrator=_or(change.is_administrator, known.is_administrator),
                password=_or(hashed, known.password),
            )
            # Nobody else can be the last one who may do everything.
            if _is_in_charge(known):
                await self._expect_administrator(changed)
            saved = await self._store.save(changed)
            # Else somebody else has changed the same person meanwhile.
            if saved is not None:
                return saved

    async def _expect_administrator(self, changed: Person) -> None:
        """Raises `LastAdministrator` if nobody were left who may do everything."""
        if _is_in_charge(changed):
            return
        if await self._other_administrator(changed.id) is None:
            raise LastAdministrator()

    async def _other_administrator(self, id: str) -> Person | None:
        """Somebody else who may do everything; None: there is nobody."""
        async for person in self.everybody():
            if _is_in_charge(person) and person.id != id:
                return person
        return None

    async def set_role(self, id: str, space: str, role: Role | None) -> Person:
        """Make a person a member of a space, or no member; raises `Unknown`."""
        return await self._revise(id, lambda known: known.with_role(space, role))

    async def enter(self, id: str, group: str) -> Person:
        """Let a person be in a group; raises `Unknown`."""
        return await self.set_groups(id, (), (group,))

    async def leave(self, id: str, group: str) -> Person:
        """Let a person be in a group no more; raises `Unknown`."""
        return await self.set_groups(id, (group,), ())

    async def set_groups(
        self, id: str, left: Collection[str], entered: Collection[str]
    ) -> Person:
        """Let a person leave some groups and enter others; raises `Unknown`."""

        def changed(known: Person) -> Person:
            return known.in_groups({*known.groups} - {*left} | {*entered})

        return await self._revise(id, changed)

    async def _revise(self, id: str, change: Callable[[Person], Person]) -> Person:
        return await revised(partial(self.get, id), change, self._store.save)

    async def chosen(
        self, chosen: Callable[[Person], bool], after: str, limit: int
    ) -> tuple[list[Person], str | None]:
        """At most `limit` of some people, by name; `after` of the next page."""
        found: list[Person] = []
        async for person in self.everybody(after):
            if chosen(person):
                found.append(person)
            if len(found) > limit:
                return found[:limit], found[limit - 1].key
        return found, None


def _is_in_charge(person: Person) -> bool:
    return person.administers and person.is_active


def _or(given: T | None, known: T) -> T:
    return known if given is None else given
