"""Spaces: make, rename and delete them, and say who is what in them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias

from engine.domain.access.errors import IdTaken, NotEmpty
from engine.domain.access.people import Person
from engine.domain.access.roles import MAIN, Role
from engine.domain.access.spaces import Group, Space, id_fault, label_fault
from engine.domain.errors import Fault, InvalidInput, Unknown, expect_valid
from engine.ports import Clock
from engine.ports.access import RecordStore
from engine.usecases.access.contents import Contents
from engine.usecases.access.groups import Groups
from engine.usecases.access.people import People
from engine.usecases.access.revising import revised

MAX_SPACES = 1_000
BEHIND_GROUP = "/"
"""Begins a cursor that names a group: no name of a person has it."""

MAIN_SPACE = Space(
    id=MAIN, name=MAIN, created_at=datetime(2026, 1, 1, tzinfo=UTC), revision=0
)
"""Until somebody gives it another name it is stored nowhere."""

Member: TypeAlias = Person | Group


class Spaces:
    """All that can be asked of spaces and their members."""

    def __init__(
        self,
        *,
        store: RecordStore[Space],
        people: People,
        groups: Groups,
        contents: Contents,
        clock: Clock,
    ) -> None:
        self._store = store
        self._people = people
        self._groups = groups
        self._contents = contents
        self._clock = clock

    async def add(self, id: str, name: str) -> Space:
        """Make a space without members; raises `InvalidInput`, `IdTaken`."""
        expect_valid(id_fault(id), label_fault(name))
        known = await self._store.all()
        if sum(one.deleted_at is None for one in known) >= MAX_SPACES:
            message = f"there are {MAX_SPACES} spaces already"
            raise InvalidInput([Fault("too-many-spaces", message, "delete some")])

        space = Space(id=id, name=name, created_at=self._clock())
        if id == MAIN or not await self._store.add(space):
            raise IdTaken("space", id)
        return space

    async def list(self) -> Sequence[Space]:
        """All of them, by id."""
        known = {MAIN: MAIN_SPACE} | {one.id: one for one in await self._store.all()}
        return [known[id] for id in sorted(known) if known[id].deleted_at is None]

    async def get(self, id: str) -> Space:
        """Raises `Unknown`, also for one that was deleted."""
        space = await self._store.find(id)
        if space is None and id == MAIN:
            return MAIN_SPACE
        if space is None or space.deleted_at is not None:
            raise Unknown("space", id)
        return space

    async def rename(self, id: str, name: str) -> Space:
        """Raises `Unknown`, `InvalidInput`."""
        expect_valid(label_fault(name))
        return await revised(
            partial(self.get, id), lambda known: replace(known, name=name), self._saved
        )

    async def _saved(self, space: Space) -> Space | None:
        """Store what was changed; None if somebody else was first."""
        if space.revision > 0:
            return await self._store.save(space)
        first = replace(space, revision=1)
        return first if await self._store.add(first) else None

    async def delete(self, id: str) -> None:
        """Delete a space that is empty; raises `Unknown`, `NotEmpty`.

        Its id stays taken: who makes another space of it must not find people in it.
        """
        if id == MAIN:
            raise NotEmpty(MAIN, ["what belongs to no other space"])
        known = await self.get(id)
        await self._expect_empty(id)

        deleted = await self._store.save(replace(known, deleted_at=self._clock()))
        if deleted is None:
            raise NotEmpty(id, ["a change that was just made"])
        try:
            # Once more: something may have come in between.
            await self._expect_empty(id)
        except NotEmpty:
            await self._store.save(replace(deleted, deleted_at=None))
            raise

        async for person in self._people.everybody():
            if id in person.roles:
                await self._set_role(person, id, None)
        for group in await self._groups.members(id):
            await self._set_role(group, id, None)

    async def _expect_empty(self, id: str) -> None:
        found = await self._contents.of(id)
        if found:
            raise NotEmpty(id, found)

    async def members(
        self, id: str, cursor: str, limit: int
    ) -> tuple[Sequence[Member], str | None]:
        """A page of who has a role in a space: people by name, then groups by id.

        And the cursor of the next page; an empty one asks for the first. Raises
        `Unknown`.
        """
        await self.get(id)
        people: Sequence[Person] = ()
        last = cursor.removeprefix(BEHIND_GROUP)
        if last == cursor:
            people, following = await self._people.chosen(
                lambda one: id in one.all_roles, cursor, limit
            )
            last = ""
            if following is not None:
                return people, following

        groups = [one for one in await self._groups.members(id) if one.id > last]
        both: list[Member] = [*people, *groups]
        page = both[:limit]
        if len(both) <= limit:
            return page, None
        # A page of people alone: the groups begin on the next one.
        behind = page[-1].id if isinstance(page[-1], Group) else ""
        return page, f"{BEHIND_GROUP}{behind}"

    async def put_member(self, id: str, named: str, role: Role) -> Member:
        """Give somebody a role in a space; raises `Unknown`."""
        await self.get(id)
        return await self._set_role(await self._named(named), id, role)

    async def remove_member(self, id: str, named: str) -> None:
        """Let somebody have no role in a space; raises `Unknown`."""
        await self.get(id)
        member = await self._named(named)
        if id not in member.roles:
            raise Unknown("member", named)
        await self._set_role(member, id, None)

    async def _named(self, named: str) -> Member:
        """The person or group of this id, or else of this name; raises `Unknown`.

        Owners know names, and may not list everybody to find an id.
        """
        person = await self._people.find(named)
        if person is not None:
            return person
        try:
            return await self._groups.get(named)
        except Unknown:
            person = await self._people.named(named)
        if person is None:
            raise Unknown("person or group", named)
        return person

    async def _set_role(self, member: Member, id: str, role: Role | None) -> Member:
        if isinstance(member, Person):
            return await self._people.set_role(member.id, id, role)
        return await self._groups.set_role(member.id, id, role)
