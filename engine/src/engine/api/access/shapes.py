"""Shapes of what is sent to accounts and of what they answer, for the documentation."""

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from engine.api.shapes import Shape
from engine.domain.access import spaces
from engine.domain.access.confirming import MAX_TYPED_CHARACTERS
from engine.domain.access.people import (
    MAX_NAME_CHARACTERS,
    MAX_PASSWORD_CHARACTERS,
    MIN_PASSWORD_CHARACTERS,
)
from engine.domain.access.roles import Role, TokenScope
from engine.domain.access.tokens import (
    DEFAULT_DAYS,
    DEFAULT_SCOPES,
    MAX_DAYS,
    MAX_LABEL_CHARACTERS,
    MAX_PATTERNS,
)

_NAME = {"type": "string", "minLength": 1, "maxLength": MAX_NAME_CHARACTERS}
_SECRET = {"type": "string", "format": "password"}
_NEW_PASSWORD = {
    **_SECRET,
    "minLength": MIN_PASSWORD_CHARACTERS,
    "maxLength": MAX_PASSWORD_CHARACTERS,
}
ROLE = {"enum": [str(role) for role in Role]}


def body(required: dict[str, Any], **optional: Any) -> dict[str, Any]:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "required": list(required),
        "additionalProperties": False,
        "properties": required | optional,
    }


SIGN_IN = body({"name": _NAME, "password": _SECRET})
FIRST_ADMINISTRATOR = body(
    {"invitation": _SECRET, "name": _NAME, "password": _NEW_PASSWORD}
)
PASSWORD = body({"current": _SECRET, "password": _NEW_PASSWORD})
NEW_PERSON = body(
    {"name": _NAME, "password": _NEW_PASSWORD},
    role=ROLE,
    administrator={"type": "boolean", "default": False},
)
CHANGED_PERSON = body(
    {},
    active={"type": "boolean"},
    administrator={"type": "boolean"},
    password=_NEW_PASSWORD,
)
NEW_TOKEN = body(
    {"label": {"type": "string", "minLength": 1, "maxLength": MAX_LABEL_CHARACTERS}},
    scopes={
        "type": "array",
        "items": {"enum": [str(scope) for scope in TokenScope]},
        "default": sorted(map(str, DEFAULT_SCOPES)),
    },
    announces={
        "type": "array",
        "items": {"type": "string"},
        "maxItems": MAX_PATTERNS,
        "default": [],
    },
    days={
        "type": "integer",
        "minimum": 1,
        "maximum": MAX_DAYS,
        "default": DEFAULT_DAYS,
    },
)
_CODE = {"type": "string", "minLength": 1, "maxLength": MAX_TYPED_CHARACTERS}
NEW_DEVICE_LOGIN = body(
    {"machine": {"type": "string"}}, scopes=NEW_TOKEN["properties"]["scopes"]
)
REDEEMED = body({"device_code": _SECRET})
TYPED_CODE = body({"code": _CODE})
DECISION = body({"code": _CODE, "allow": {"type": "boolean"}})
MEMBER = body({"role": ROLE})
_LABEL = {"type": "string", "minLength": 1, "maxLength": spaces.MAX_LABEL_CHARACTERS}
_ID = {"type": "string", "pattern": f"^{spaces.ID.pattern}$"}
_PROVIDER_GROUP = {"type": "string", "maxLength": spaces.MAX_LABEL_CHARACTERS}
SHARING = body({"may": {"enum": [str(one) for one in spaces.Sharing]}})
NEW_SPACE = body({"id": _ID}, name=_LABEL)
CHANGED_SPACE = body({"name": _LABEL})
NEW_GROUP = body({"id": _ID}, name=_LABEL, provider_group=_PROVIDER_GROUP)
CHANGED_GROUP = body({}, name=_LABEL, provider_group=_PROVIDER_GROUP)


class Person(Shape):
    """A person with an account."""

    id: str
    name: str
    administrator: bool
    active: bool
    roles: dict[str, str] = Field(description="By space, without those of groups here")
    groups: list[str] = Field(description="Their ids")
    issuer: str = Field(description="The provider at which they sign in, or empty")
    created_at: datetime


class PersonLine(Person):
    """A person in a list."""

    leaving: bool = Field(description="Whether they are being erased")


class PersonPage(Shape):
    """A page of people, by name."""

    items: list[PersonLine]
    next: str | None = Field(description="As `cursor` of the next page")


class Erasure(Shape):
    """How far the erasing of a person is."""

    id: str
    pseudonym: str = Field(description="Stands for them in the audit log")
    state: Literal["erasing", "done"]
    began_at: datetime
    ended_at: datetime | None
    erased: dict[str, int] = Field(description="How much of what, so far")


class Member(Shape):
    """The role of a person or a group in a space."""

    kind: Literal["person", "group"]
    id: str
    name: str
    role: str
    active: bool


class MemberPage(Shape):
    """A page of those who have a role in a space: people, then groups."""

    items: list[Member]
    next: str | None = Field(description="As `cursor` of the next page")


class Space(Shape):
    """A space, and what somebody is in it."""

    id: str
    name: str
    created_at: datetime
    role: str | None = Field(description="None: an administrator who is no member")


class Sharing(Shape):
    """To which space a route belongs, and with which it is shared."""

    route: str
    space: str = Field(description="`*`: a service, which serves all spaces")
    shared: dict[str, Literal["run", "read"]] = Field(description="By space")


class Group(Shape):
    """A named list of people."""

    id: str
    name: str
    provider_group: str = Field(
        description="The group of the provider that it follows, or empty"
    )
    roles: dict[str, str] = Field(description="By space")
    created_at: datetime


class GroupPerson(Shape):
    """Somebody who is in a group."""

    id: str
    name: str
    active: bool


class GroupPeoplePage(Shape):
    """A page of those who are in a group, by name."""

    items: list[GroupPerson]
    next: str | None = Field(description="As `cursor` of the next page")


class Session(Shape):
    """Where somebody is signed in."""

    id: str
    label: str = Field(description="What the browser calls itself")
    created_at: datetime
    expires_at: datetime
    used_at: datetime = Field(description="To a minute")
    used_from: str = Field(description="The address")
    current: bool = False


class Token(Shape):
    """A token, without its secret."""

    id: str
    label: str
    scopes: list[str]
    announces: list[str] = Field(description="Routes of services, * is any text")
    created_at: datetime
    expires_at: datetime
    used_at: datetime = Field(description="To a minute")
    used_from: str = Field(description="The address")


class NewToken(Token):
    """A token that was just made."""

    token: str = Field(description="The secret, which is shown once")


class DeviceLogin(Shape):
    """A terminal waits until a person has confirmed its code."""

    device_code: str = Field(description="Its secret: for `redeem`, shown to nobody")
    user_code: str = Field(description="Typed by the person at `/device`")
    expires_in: int = Field(description="In seconds")
    interval: int = Field(description="How often it may ask, in seconds")


class Waiting(Shape):
    """Nobody has decided yet."""

    interval: int = Field(description="When to ask again, in seconds")


class WaitingTerminal(Shape):
    """A terminal as the person sees it who may confirm it."""

    machine: str = Field(description="What it calls itself")
    address: str = Field(description="From where it asks")
    same_address: bool = Field(description="Whether the person asks from there too")
    began_at: datetime
    scopes: list[str] = Field(description="Of the token that it would get")
    announces: list[str]
    days: int = Field(description="How long the token would be valid")


class AuditEntry(Shape):
    """What somebody did."""

    number: int
    at: datetime
    action: str = Field(description="The call")
    who: str = Field(description="The id of the person; empty: nobody who is known")
    name: str
    object: str = Field(description="What it concerned")
    outcome: Literal["done", "refused", "failed"]
    address: str
    before: str = Field(description="The hash of the entry before")
    hash: str
    salts: dict[str, str] = Field(description="By part: the hash is made with them")
    seals: dict[str, str] = Field(
        description="Of parts that were erased with a person: what stands in the hash"
    )


class AuditPage(Shape):
    """A page of the audit log, the oldest entry first."""

    items: list[AuditEntry]
    next: int | None = Field(description="As `after` of the next page")


class FoundAudit(Shape):
    """Entries of the audit log that were looked for, the newest first."""

    items: list[AuditEntry]
    next: int | None = Field(description="As `before`, to look on")


class VerifiedAudit(Shape):
    """Whether the entries follow each other, and none was changed."""

    entries: int = Field(description="How many were looked at")
    erased: int = Field(description="In how many of them a person was erased")
    wrong: str | None = Field(description="What is wrong with the first that is")
    next: int | None = Field(description="As `after`, to look on")


class SignedIn(Shape):
    """Who has signed in."""

    person: Person
    session: Session
