"""What a provider of OpenID Connect says of a person: groups, and what they give.

The operator maps groups to roles. What groups give is kept apart from what
administrators give here: a provider that takes a group away takes nothing else.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.domain.access.roles import Role, highest_roles, read_roles, written_roles
from engine.domain.values import Json

MAX_GROUPS_OF_PERSON = 1_000
"""Others are not looked at."""
MAX_GROUP_CHARACTERS = 200
ENTRY = re.compile(r"(?P<group>.+)=(?P<space>[\w.-]{1,100}):(?P<role>\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provided:
    """What a provider said of a person at the last sign-in."""

    issuer: str
    subject: str
    """By which the provider names the person; a name can change hands."""
    told_at: float
    """When, in seconds of Unix: what is said later counts."""
    is_administrator: bool = False
    roles: Mapping[str, Role] = field(default_factory=dict)
    """By space."""

    def to_json(self) -> Json:
        """What a store keeps."""
        return {
            "issuer": self.issuer,
            "subject": self.subject,
            "told_at": self.told_at,
            "administrator": self.is_administrator,
            "roles": written_roles(self.roles),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Json]) -> "Provided":
        """What `to_json` gave."""
        return cls(
            issuer=document["issuer"],
            subject=document["subject"],
            told_at=document["told_at"],
            is_administrator=document["administrator"],
            roles=read_roles(document["roles"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMap:
    """Which groups give what. Names must be the same to the letter."""

    administrators: frozenset[str] = frozenset()
    roles: Mapping[str, Mapping[str, Role]] = field(default_factory=dict)
    """By group, then by space."""

    @classmethod
    def parse(cls, entries: Iterable[str], administrators: Iterable[str]) -> "GroupMap":
        """Entries are `GROUP=SPACE:ROLE`; raises `ValueError`.

        >>> GroupMap.parse(["teachers=main:author"], []).roles
        {'teachers': {'main': <Role.AUTHOR: 'author'>}}
        """
        roles: dict[str, dict[str, Role]] = {}
        for entry in entries:
            found = ENTRY.fullmatch(entry)
            if found is None or found["role"] not in list(Role):
                raise ValueError(
                    f"“{entry}” is not GROUP=SPACE:ROLE; the roles are "
                    f"{', '.join(Role)}"
                )
            given = {found["space"]: Role(found["role"])}
            held = roles.get(found["group"], {})
            roles[found["group"]] = highest_roles([held, given])
        return cls(administrators=frozenset(administrators), roles=roles)

    def provided(
        self, *, issuer: str, subject: str, groups: Json, told_at: float
    ) -> Provided:
        """What the groups of a person give; what is no list of names gives nothing."""
        names = groups_in(groups)
        return Provided(
            issuer=issuer,
            subject=subject,
            told_at=told_at,
            is_administrator=not self.administrators.isdisjoint(names),
            roles=highest_roles(self.roles.get(name, {}) for name in names),
        )


def groups_in(claim: Json) -> frozenset[str]:
    """The names in a claim.

    A text is not one name: providers put what people type themselves into texts.

    >>> groups_in("staff"), sorted(groups_in(["a", "b", 3]))
    (frozenset(), ['a', 'b'])
    """
    if not isinstance(claim, list):
        return frozenset()
    return frozenset(
        name
        for name in claim[:MAX_GROUPS_OF_PERSON]
        if isinstance(name, str) and len(name) <= MAX_GROUP_CHARACTERS
    )
