"""Who asks: a person with roles in spaces, and what their credential allows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase

MAIN = "main"
"""The space that is there from the start."""


class Role(StrEnum):
    """What a person is in a space; each includes those before it."""

    READER = "reader"
    """Sees and runs its routes, sees own tasks."""
    AUTHOR = "author"
    """Publishes and edits its routes, sees all its tasks."""
    OWNER = "owner"
    """Decides on its members, secrets and schedules, and erases."""

    def covers(self, other: "Role") -> bool:
        """Whether this one may do all that the other one may.

        >>> Role.AUTHOR.covers(Role.READER), Role.READER.covers(Role.OWNER)
        (True, False)
        """
        return RANKS[self] >= RANKS[other]


# Every request asks this: to list the members each time would take microseconds.
RANKS = {role: rank for rank, role in enumerate(Role)}


def changed_roles(
    roles: Mapping[str, Role], space: str, role: Role | None
) -> dict[str, Role]:
    """Roles by space, with another one in a space; None: with none there.

    >>> changed_roles({"main": Role.OWNER, "art": Role.READER}, "art", None)
    {'main': <Role.OWNER: 'owner'>}
    """
    changed = {name: held for name, held in roles.items() if name != space}
    if role is not None:
        changed[space] = role
    return changed


def highest_roles(held: Iterable[Mapping[str, Role]]) -> dict[str, Role]:
    """By space, the highest of the roles that somebody has in several ways.

    >>> highest_roles([{"main": Role.READER}, {"main": Role.AUTHOR}])
    {'main': <Role.AUTHOR: 'author'>}
    """
    found: dict[str, Role] = {}
    for roles in held:
        for space, role in roles.items():
            if space not in found or role.covers(found[space]):
                found[space] = role
    return found


def written_roles(roles: Mapping[str, Role]) -> dict[str, str]:
    """Roles by space as JSON.

    >>> written_roles({"main": Role.OWNER, "art": Role.READER})
    {'art': 'reader', 'main': 'owner'}
    """
    return {space: str(role) for space, role in sorted(roles.items())}


def read_roles(written: Mapping[str, str]) -> dict[str, Role]:
    """What `written_roles` gave."""
    return {space: Role(role) for space, role in written.items()}


class TokenScope(StrEnum):
    """What a token may be used for. A session may be used for everything."""

    READ = "read"
    """See routes, tasks and their files."""
    RUN = "run"
    """Start, cancel and erase tasks."""
    PUBLISH = "publish"
    """Publish, check and remove pipelines."""
    ANNOUNCE = "announce"
    """Announce services, under the routes that the token names."""
    MANAGE = "manage"
    """Everything else: people, members, secrets, schedules, tokens."""


ANY_ROUTE = ("*",)
ALL_SCOPES = frozenset(TokenScope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks, as far as rights are concerned."""

    id: str
    name: str
    is_administrator: bool = False
    roles: Mapping[str, Role] = field(default_factory=dict)
    """By space."""
    scopes: frozenset[TokenScope] = ALL_SCOPES
    announces: tuple[str, ...] = ()
    """Patterns of the routes under which they may announce services."""
    credential: str = ""
    """The id of the session or token that was shown."""

    def may_announce(self, route: str) -> bool:
        """Whether a service may be announced under this route.

        >>> bot = Principal(id="p", name="p", announces=("face-*",))
        >>> bot.may_announce("face-detect"), bot.may_announce("image-blur")
        (True, False)
        """
        return any(fnmatchcase(route, pattern) for pattern in self.announces)

    def holds(self, role: Role, space: str | None = None) -> bool:
        """Whether a role, or one that includes it, is held in a space; None: in any."""
        if self.is_administrator:
            return True
        if space is None:
            return any(one.covers(role) for one in self.roles.values())
        held = self.roles.get(space)
        return held is not None and held.covers(role)


LOCAL = Principal(id="local", name="local", is_administrator=True, announces=ANY_ROUTE)
"""Who does everything where there are no accounts."""

SERVICES = Principal(
    id="services",
    name="services",
    roles={MAIN: Role.READER},
    scopes=frozenset({TokenScope.READ, TokenScope.ANNOUNCE}),
    announces=ANY_ROUTE,
)
"""The services of the operator, which announce themselves with SERVICE_TOKEN."""
