"""People with accounts: what is kept of each, and what a name may be."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.domain.access.provided import Provided
from engine.domain.access.roles import (
    Principal,
    Role,
    changed_roles,
    highest_roles,
    read_roles,
    written_roles,
)
from engine.domain.access.spaces import Group
from engine.domain.errors import Fault
from engine.domain.values import Json

MIN_PASSWORD_CHARACTERS = 12
MAX_PASSWORD_CHARACTERS = 200
"""More would only make checking one cost more."""
MIN_OTHER_CHARACTERS = 8
"""Besides the name, where it is in the password."""
MAX_NAME_CHARACTERS = 64
LAST_CHARACTER = "\U0010ffff"
"""The highest of all; no name has it."""
NAME = re.compile(rf"[^\W_](?:[\w.@+-]{{0,{MAX_NAME_CHARACTERS - 2}}}\w)?")
"""A name to sign in with; an address of mail is one too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account."""

    id: str
    name: str
    password: str = field(default="", repr=False)
    """Hashed; empty: this person cannot sign in with a password."""
    is_administrator: bool = False
    is_active: bool = True
    """Whoever is not can do nothing, and is still named where they did something."""
    roles: Mapping[str, Role] = field(default_factory=dict)
    """By space; those of their groups come to these."""
    groups: tuple[str, ...] = ()
    """The ids of the groups in which they are, in order."""
    provided: Provided | None = None
    """What the groups at the provider give, besides; None: this person is not from
    there."""
    created_at: datetime
    revision: int = 1

    @property
    def key(self) -> str:
        """Two names with the same key would be the same to people."""
        return key_of(self.name)

    @property
    def administers(self) -> bool:
        """Whether this person may do everything, by whom ever."""
        by_group = self.provided is not None and self.provided.is_administrator
        return self.is_administrator or by_group

    @property
    def all_roles(self) -> Mapping[str, Role]:
        """By space: those given here to this person, and those of the provider."""
        if self.provided is None:
            return self.roles
        return highest_roles([self.roles, self.provided.roles])

    def principal(self, groups: Sequence[Group] = ()) -> Principal:
        """The same person as one who asks, with the roles of these groups too."""
        held = [self.all_roles, *(group.roles for group in groups)]
        return Principal(
            id=self.id,
            name=self.name,
            is_administrator=self.administers,
            roles=highest_roles(held),
        )

    def with_role(self, space: str, role: Role | None) -> "Person":
        """The person with this role in a space; None: with none there."""
        return replace(self, roles=changed_roles(self.roles, space, role))

    def in_groups(self, groups: Iterable[str]) -> "Person":
        """The person in these groups and no others."""
        return replace(self, groups=tuple(sorted(set(groups))))

    def shown(self) -> Json:
        """What administrators see."""
        return {
            "id": self.id,
            "name": self.name,
            "administrator": self.administers,
            "active": self.is_active,
            "roles": written_roles(self.all_roles),
            "groups": list(self.groups),
            "issuer": self.provided.issuer if self.provided else "",
            "created_at": self.created_at.isoformat(),
        }

    def to_json(self) -> Json:
        """What a store keeps, without the revision."""
        return {
            "id": self.id,
            "name": self.name,
            "password": self.password,
            "administrator": self.is_administrator,
            "active": self.is_active,
            "roles": written_roles(self.roles),
            "groups": list(self.groups),
            "provided": self.provided.to_json() if self.provided else None,
            "created_at": self.created_at.isoformat(),
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Json], revision: int) -> "Person":
        """What `to_json` gave."""
        return cls(
            id=document["id"],
            name=document["name"],
            password=document["password"],
            is_administrator=document["administrator"],
            is_active=document["active"],
            roles=read_roles(document["roles"]),
            # Engines that knew no groups stored none.
            groups=tuple(document.get("groups", ())),
            # Those who were kept before there were providers have none.
            provided=(
                Provided.from_json(document["provided"])
                if document.get("provided")
                else None
            ),
            created_at=datetime.fromisoformat(document["created_at"]),
            revision=revision,
        )


def key_of(name: str) -> str:
    """By what a name is found, however it is written.

    >>> key_of("Ada@Example.org") == key_of("ada@example.org")
    True
    """
    return name.casefold()


def name_fault(name: str) -> Fault | None:
    """What is wrong with a name to sign in with."""
    if NAME.fullmatch(name):
        return None
    return Fault(
        code="bad-name",
        message="is no name to sign in with",
        hint=f"use 1 to {MAX_NAME_CHARACTERS} letters, digits and . @ + - _, "
        "a letter or digit first",
        field="name",
    )


def password_fault(password: str, name: str) -> Fault | None:
    """What is wrong with a password at first sight."""
    # Of a longer one nothing else is looked at: it may be megabytes.
    without_name = key_of(password[:MAX_PASSWORD_CHARACTERS]).replace(key_of(name), "")
    if len(password) < MIN_PASSWORD_CHARACTERS:
        message = f"has fewer than {MIN_PASSWORD_CHARACTERS} characters"
        hint = "four words that have nothing to do with each other are good"
    elif len(password) > MAX_PASSWORD_CHARACTERS:
        message = f"has more than {MAX_PASSWORD_CHARACTERS} characters"
        hint = "use a shorter one"
    elif len(without_name) < MIN_OTHER_CHARACTERS:
        message = "is made of the name"
        hint = "use one that has nothing to do with it"
    else:
        return None
    return Fault("bad-password", message, hint, field="password")
