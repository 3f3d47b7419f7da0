"""Groups of people: make them, say who is in them, or let their provider say it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial

from engine.domain.access.errors import IdTaken
from engine.domain.access.people import Person
from engine.domain.access.roles import Role
from engine.domain.access.spaces import Group, id_fault, label_fault
from engine.domain.errors import Fault, InvalidInput, Unknown, expect_valid
from engine.ports import Clock
from engine.ports.access import RecordStore
from engine.usecases.access.people import People
from engine.usecases.access.revising import revised

MAX_GROUPS = 1_000
FEW_GROUPS = 10
"""Of one person. Of more, which a provider may tell, all are read at once: this is done
again and again while somebody works."""


@dataclass(frozen=True, slots=True)
class GroupChange:
    """What administrators change of a group; None: it stays."""

    name: str | None = None
    provider_group: str | None = None

    def of(self, known: Group) -> Group:
        """The group as it is then; raises `InvalidInput`."""
        name = known.name if self.name is None else self.name
        provider_group = self.provider_group
        if provider_group is None:
            provider_group = known.provider_group
        expect_valid(label_fault(name), _provider_group_fault(provider_group))
        return replace(known, name=name, provider_group=provider_group)


class Groups:
    """All that can be asked of groups."""

    def __init__(
        self, *, store: RecordStore[Group], people: People, clock: Clock
    ) -> None:
        self._store = store
        self._people = people
        self._clock = clock

    async def add(self, id: str, name: str, provider_group: str = "") -> Group:
        """Make a group in which nobody is; raises `InvalidInput`, `IdTaken`."""
        expect_valid(
            id_fault(id), label_fault(name), _provider_group_fault(provider_group)
        )
        if len(await self._store.all()) >= MAX_GROUPS:
            message = f"there are {MAX_GROUPS} groups already"
            raise InvalidInput([Fault("too-many-groups", message, "delete some")])
        if await self._store.find(id) is not None:
            raise IdTaken("group", id)

        # Those of a group of this id that was deleted, if that was cut off.
        await self._leave_all(id)
        group = Group(
            id=id, name=name, provider_group=provider_group, created_at=self._clock()
        )
        if not await self._store.add(group):
            raise IdTaken("group", id)
        return group

    async def list(self) -> Sequence[Group]:
        """All of them, by id."""
        return await self._store.all()

    async def get(self, id: str) -> Group:
        """Raises `Unknown`."""
        group = await self._store.find(id)
        if group is None:
            raise Unknown("group", id)
        return group

    async def of(self, person: Person) -> Sequence[Group]:
        """The groups in which a person is."""
        if len(person.groups) > FEW_GROUPS:
            wanted = frozenset(person.groups)
            return [one for one in await self._store.all() if one.id in wanted]
        found = [await self._store.find(id) for id in person.groups]
        return [group for group in found if group is not None]

    async def holds(self, person: str, role: Role, space: str) -> bool:
        """Whether somebody, by id, holds a role in a space now, and is not locked."""
        try:
            known = await self._people.get(person)
        except Unknown:
            return False
        principal = known.principal(await self.of(known))
        return known.is_active and principal.holds(role, space)

    async def change(self, id: str, change: GroupChange) -> Group:
        """Raises `Unknown`, `InvalidInput`."""
        return await self._revise(id, change.of)

    async def _revise(self, id: str, change: Callable[[Group], Group]) -> Group:
        return await revised(partial(self.get, id), change, self._store.save)

    async def delete(self, id: str) -> None:
        """Delete a group: its people keep what they may do without it.

        Raises `Unknown`.
        """
        if not await self._store.remove(id):
            raise Unknown("group", id)
        await self._leave_all(id)

    async def _leave_all(self, id: str) -> None:
        async for person in self._people.everybody():
            if id in person.groups:
                await self._people.leave(person.id, id)

    async def people(
        self, id: str, after: str, limit: int
    ) -> tuple[Sequence[Person], str | None]:
        """A page of who is in a group, by name, and `after` of the next page.

        Raises `Unknown`.
        """
        await self.get(id)
        return await self._people.chosen(lambda one: id in one.groups, after, limit)

    async def put(self, id: str, person: str) -> Person:
        """Let somebody be in a group; raises `Unknown`, `InvalidInput`."""
        expect_valid(_followed_fault(await self.get(id)))
        return await self._people.enter(person, id)

    async def take_out(self, id: str, person: str) -> None:
        """Let somebody be in a group no more; raises `Unknown`, `InvalidInput`."""
        expect_valid(_followed_fault(await self.get(id)))
        if id not in (await self._people.get(person)).groups:
            raise Unknown("person", person)
        await self._people.leave(person, id)

    async def follow(self, person: str, provider_groups: Collection[str]) -> Person:
        """Let somebody be in the groups that follow these of the provider.

        Groups that follow none stay as they are. Raises `Unknown`.
        """
        groups = await self._store.all()
        followed = {group.id for group in groups if group.provider_group}
        wanted = {
            group.id for group in groups if group.provider_group in provider_groups
        }
        return await self._people.set_groups(person, followed, wanted & followed)

    async def set_role(self, id: str, space: str, role: Role | None) -> Group:
        """Make a group a member of a space, or no member; raises `Unknown`."""
        return await self._revise(id, lambda known: known.with_role(space, role))

    async def members(self, space: str) -> Sequence[Group]:
        """Those that have a role in a space, by id."""
        return [one for one in await self._store.all() if space in one.roles]


def _provider_group_fault(provider_group: str) -> Fault | None:
    return label_fault(provider_group, "provider_group") if provider_group else None


def _followed_fault(group: Group) -> Fault | None:
    if not group.provider_group:
        return None
    return Fault(
        code="followed-group",
        message=f"the provider decides who is in “{group.id}”",
        hint="change it there, or take its `provider_group` away",
    )
