"""Spaces, groups of people, and the space of each route: what is kept of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from engine.domain.access.roles import Role, changed_roles, read_roles, written_roles
from engine.domain.errors import Fault
from engine.domain.values import Json

EVERYWHERE = "*"
"""The space of what serves all spaces: services. It is no id of one."""
MAX_ID_CHARACTERS = 40
MAX_LABEL_CHARACTERS = 100
ID = re.compile(rf"[a-z0-9](?:[a-z0-9-]{{0,{MAX_ID_CHARACTERS - 2}}}[a-z0-9])?")
"""It stands in addresses and commands, and never changes."""


class Sharing(StrEnum):
    """What members of another space may do with a route; each includes the first."""

    RUN = "run"
    """See that it is there, what it takes and gives, and run it."""
    READ = "read"
    """Read its document and its versions too."""

    def covers(self, other: "Sharing") -> bool:
        """Whether this one allows what the other one does.

        >>> Sharing.READ.covers(Sharing.RUN), Sharing.RUN.covers(Sharing.READ)
        (True, False)
        """
        return self is Sharing.READ or self is other


@dataclass(frozen=True, slots=True, kw_only=True)
class Space:
    """A space. Its id never names another one, also after it was deleted."""

    KIND: ClassVar[str] = "space"

    id: str
    name: str
    created_at: datetime
    deleted_at: datetime | None = None
    revision: int = 1

    def shown(self) -> dict[str, Json]:
        """What its members see."""
        return {
            "id": self.id,
            "name": self.name,
            "created_at": self.created_at.isoformat(),
        }

    def to_json(self) -> dict[str, Json]:
        """What a store keeps, without the revision."""
        deleted_at = self.deleted_at.isoformat() if self.deleted_at else None
        return {**self.shown(), "deleted_at": deleted_at}

    @classmethod
    def from_json(cls, document: Mapping[str, Json], revision: int) -> "Space":
        """What `to_json` gave."""
        deleted_at = document["deleted_at"]
        return cls(
            id=document["id"],
            name=document["name"],
            created_at=datetime.fromisoformat(document["created_at"]),
            deleted_at=datetime.fromisoformat(deleted_at) if deleted_at else None,
            revision=revision,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A named list of people, who have its roles; each person keeps in which they are.

    So whom a request comes from is known by reading one person and their groups.
    """

    KIND: ClassVar[str] = "group"

    id: str
    name: str
    provider_group: str = ""
    """The group of the provider that it follows: signing in decides who is in it."""
    roles: Mapping[str, Role] = field(default_factory=dict)
    """By space."""
    created_at: datetime
    revision: int = 1

    @property
    def all_roles(self) -> Mapping[str, Role]:
        """By space; as people have them too, some from elsewhere."""
        return self.roles

    def with_role(self, space: str, role: Role | None) -> "Group":
        """The group with this role in a space; None: with none there."""
        return replace(self, roles=changed_roles(self.roles, space, role))

    def shown(self) -> dict[str, Json]:
        """What administrators see."""
        return {
            "id": self.id,
            "name": self.name,
            "provider_group": self.provider_group,
            "roles": written_roles(self.roles),
            "created_at": self.created_at.isoformat(),
        }

    def to_json(self) -> dict[str, Json]:
        """What a store keeps, without the revision."""
        return self.shown()

    @classmethod
    def from_json(cls, document: Mapping[str, Json], revision: int) -> "Group":
        """What `to_json` gave."""
        return cls(
            id=document["id"],
            name=document["name"],
            # Engines that called it otherwise stored it under that name.
            provider_group=document.get("provider_group", document.get("external", "")),
            roles=read_roles(document["roles"]),
            created_at=datetime.fromisoformat(document["created_at"]),
            revision=revision,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """To which space the name of a route belongs, and with whom it is shared.

    It stays when the route is removed: its versions and tasks do too.
    """

    KIND: ClassVar[str] = "home"

    id: str
    """The route."""
    space: str
    shared: Mapping[str, Sharing] = field(default_factory=dict)
    """By space."""
    revision: int = 1

    def runs_in(self, space: str) -> bool:
        """Whether members of a space may run it there."""
        return self.space in (space, EVERYWHERE) or space in self.shared

    def with_share(self, space: str, sharing: Sharing | None) -> "Home":
        """The same, shared with a space; None: not with that one."""
        shared = {name: one for name, one in self.shared.items() if name != space}
        if sharing is not None:
            shared[space] = sharing
        return replace(self, shared=shared)

    def shown(self) -> dict[str, Json]:
        """What those see who may share it."""
        return {
            "route": self.id,
            "space": self.space,
            "shared": {space: str(one) for space, one in sorted(self.shared.items())},
        }

    def to_json(self) -> dict[str, Json]:
        """What a store keeps, without the revision."""
        return self.shown()

    @classmethod
    def from_json(cls, document: Mapping[str, Json], revision: int) -> "Home":
        """What `to_json` gave."""
        shared = document["shared"].items()
        return cls(
            id=document["route"],
            space=document["space"],
            shared={space: Sharing(one) for space, one in shared},
            revision=revision,
        )


def id_fault(id: str) -> Fault | None:
    """What is wrong with the id of a space or a group."""
    if ID.fullmatch(id):
        return None
    return Fault(
        code="bad-id",
        message="is no id of a space or a group",
        hint=f"use 1 to {MAX_ID_CHARACTERS} small letters, digits and -, no - first",
        field="id",
    )


def label_fault(name: str, field: str = "name") -> Fault | None:
    """What is wrong with what people call a space or a group."""
    if 0 < len(name.strip()) <= MAX_LABEL_CHARACTERS and name.isprintable():
        return None
    return Fault(
        code="bad-name",
        message=f"is empty, has more than {MAX_LABEL_CHARACTERS} characters, or one "
        "that cannot be seen",
        hint="send a short name",
        field=field,
    )
