"""Erasing a person: what is known of it, and what becomes of the audit log. Pure.

    begun ──► credentials, schedules, documents, tasks ──► audit log ──► the account
                                                                            │
            forgotten ◄── once more, for what was still arriving ◄── done ◄─┘

Each step can be repeated: whoever is killed in the middle of it, the next round, of
any replica, begins again and finds less.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import ClassVar

from engine.domain.access.audit import OBJECT, PERSON, Deed, Entry
from engine.domain.access.people import key_of
from engine.domain.values import Json

OWN_WORDS = frozenset(
    {
        "POST /sessions",
        "POST /first-administrator",
        "GET /oidc/callback",
        "POST /tokens",
        "POST /device-logins/look",
        "POST /device-logins/decide",
        "POST /device-logins/redeem",
    }
)
"""Calls whose object is a word that a person chose: a name, or a label; or where they
were."""
WORD = re.compile(r"[^/\s]+")
"""Of an object: a name and an id have neither slashes nor spaces."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """A person who is being erased, or was."""

    KIND: ClassVar[str] = "erasure"

    id: str
    """Of the person."""
    name: str
    """Empty as soon as nothing has to be found by it any more."""
    pseudonym: str
    """Stands for the person in the audit log."""
    began_at: datetime
    moved_at: datetime
    """When it came on last."""
    ended_at: datetime | None = None
    erased: Mapping[str, int] = field(default_factory=dict)
    """How much of what, so far."""
    tried: tuple[tuple[str, str], ...] = ()
    """Routes and versions that the person only tried: they go with the last task."""
    revision: int = 1

    def counted(self, counts: Mapping[str, int], now: datetime) -> "Erasure":
        """The erasure with more that was erased."""
        known = dict(self.erased)
        for what, count in counts.items():
            known[what] = known.get(what, 0) + count
        return replace(self, erased=known, moved_at=now)

    def with_tried(self, tried: Iterable[tuple[str, str]]) -> "Erasure":
        """The erasure with more versions that go with the tasks."""
        return replace(self, tried=tuple(sorted({*self.tried, *tried})))

    def without_name(self) -> "Erasure":
        """The erasure when there is nothing left that would have to be found by it."""
        return replace(self, name="", tried=())

    def shown(self) -> dict[str, Json]:
        """What administrators see."""
        return {
            "id": self.id,
            "pseudonym": self.pseudonym,
            "state": "done" if self.ended_at else "erasing",
            "began_at": self.began_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "erased": dict(self.erased),
        }

    def to_json(self) -> dict[str, Json]:
        """What a store keeps, without the revision."""
        return {
            "id": self.id,
            "name": self.name,
            "pseudonym": self.pseudonym,
            "began_at": self.began_at.isoformat(),
            "moved_at": self.moved_at.isoformat(),
            "ended_at": self.ended_at.isoformat() if self.ended_at else None,
            "erased": dict(self.erased),
            "tried": [list(one) for one in self.tried],
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Json], revision: int) -> "Erasure":
        """What `to_json` gave."""
        ended_at = document["ended_at"]
        return cls(
            id=document["id"],
            name=document["name"],
            pseudonym=document["pseudonym"],
            began_at=datetime.fromisoformat(document["began_at"]),
            moved_at=datetime.fromisoformat(document["moved_at"]),
            ended_at=datetime.fromisoformat(ended_at) if ended_at else None,
            erased=document["erased"],
            tried=tuple((route, version) for route, version in document["tried"]),
            revision=revision,
        )


def without_person(entry: Entry, erasure: Erasure) -> Entry:
    """An entry of the audit log in which the pseudonym stands for the person.

    The same one: it does not name the person.
    """
    deed = entry.deed
    object_ = _without_name(deed.object, erasure)
    is_own = deed.who == erasure.id
    # Who tried to sign in under this name was most likely the person.
    is_try = object_ != deed.object and deed.who == "" and deed.action in OWN_WORDS
    if is_own and deed.action in OWN_WORDS:
        object_ = erasure.pseudonym

    if object_ != deed.object:
        entry = entry.erased(OBJECT, replace(deed, object=object_))
    if is_own or is_try:
        entry = entry.erased(PERSON, _by(deed, erasure.pseudonym if is_own else ""))
    return entry


def _by(deed: Deed, pseudonym: str) -> Deed:
    return replace(deed, who=pseudonym, name=pseudonym, address="")


def _without_name(object_: str, erasure: Erasure) -> str:
    """What a deed concerned, with the pseudonym in the place of id and name."""

    def replaced(word: re.Match[str]) -> str:
        is_named = word[0] == erasure.id or (
            erasure.name != "" and key_of(word[0]) == key_of(erasure.name)
        )
        return erasure.pseudonym if is_named else word[0]

    return WORD.sub(replaced, object_)
