"""The audit log: what was done, each entry bound to all before it by a hash.

    entry 1          entry 2          entry 3
    before: ""       before: h1       before: h2
    hash: h1 ◄─────  hash: h2 ◄─────  hash: h3

Who changes or removes an entry in the middle changes its hash, and the next one does
not fit any more. Old entries are forgotten from the front: then the first that is left
is the anchor. The last ones can be cut off unseen, by somebody who reaches the store:
keep exports elsewhere.

Who did it and to what may have to be erased, and the chain must hold all the same. So
the hash is not made of these parts, but of a seal of each: the hash of a random salt
and the part. An erased part loses its salt and keeps its seal: nobody can try out any
more whose name it was, and the rest of the entry is as it was.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import orjson

from engine.domain.values import Json

MAX_OBJECT_CHARACTERS = 200
PERSON = "person"
OBJECT = "object"
PARTS: Mapping[str, tuple[str, ...]] = {
    PERSON: ("who", "name", "address"),
    OBJECT: ("object",),
}
"""The fields of a deed that each part has, which can be erased by itself."""
WHOLE = "entry"
"""In the place of a part: the entry is older than parts, so all of it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """What somebody did, or tried to do."""

    action: str
    """As the call is called: `POST /people`."""
    who: str
    """The id of the person; empty: nobody who is known."""
    name: str
    object: str
    """What it concerned: a route, a task, a person, a name that was tried."""
    outcome: str
    """`done`, `refused` or `failed`."""
    address: str

    def __post_init__(self) -> None:
        # Strangers choose it, and it is remembered: cut before anything keeps it.
        object.__setattr__(self, "object", self.object[:MAX_OBJECT_CHARACTERS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A deed in the log."""

    number: int
    """From 1 on, without a gap."""
    at: datetime
    deed: Deed
    before: str
    """The hash of the entry before; empty: there was none."""
    hash: str = ""
    salts: Mapping[str, str] = field(default_factory=dict)
    """By part; one that was erased has none. Entries without any are older than parts.
    """
    seals: Mapping[str, str] = field(default_factory=dict)
    """Of the parts that were erased."""

    def to_json(self) -> dict[str, Json]:
        """The entry as it is stored, shown and exported."""
        deed = self.deed
        return {
            "number": self.number,
            "at": self.at.isoformat(),
            "action": deed.action,
            "who": deed.who,
            "name": deed.name,
            "object": deed.object,
            "outcome": deed.outcome,
            "address": deed.address,
            "before": self.before,
            "hash": self.hash,
            "salts": dict(self.salts),
            "seals": dict(self.seals),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Json]) -> "Entry":
        """What `to_json` gave; raises `KeyError`, `ValueError`, `TypeError`."""
        return cls(
            number=value["number"],
            at=datetime.fromisoformat(value["at"]),
            deed=Deed(
                action=value["action"],
                who=value["who"],
                name=value["name"],
                object=value["object"],
                outcome=value["outcome"],
                address=value["address"],
            ),
            before=value["before"],
            hash=value["hash"],
            # Engines whose entries had no parts stored none.
            salts=value.get("salts", {}),
            seals=value.get("seals", {}),
        )

    def sealed(self) -> "Entry":
        """The entry with its hash."""
        if WHOLE in self.seals:
            return replace(self, hash=self.seals[WHOLE])

        told = self.to_json()
        for name in ("hash", "salts", "seals"):
            del told[name]
        if self.salts or self.seals:
            for part, names in PARTS.items():
                told[part] = self._seal(part)
                for name in set(names) - {part}:
                    del told[name]
        return replace(self, hash=_digest(told))

    def _seal(self, part: str) -> str:
        """What stands for a part in the hash of the entry."""
        if part in self.seals:
            return self.seals[part]
        values = [getattr(self.deed, name) for name in PARTS[part]]
        return _digest([self.salts.get(part, ""), *values])

    def erased(self, part: str, deed: Deed) -> "Entry":
        """The entry with a part erased, in the place of which stands that of `deed`."""
        known = {name: getattr(deed, name) for name in PARTS[part]}
        changed = replace(self.deed, **known)
        if not self.salts and not self.seals:
            return replace(self, deed=changed, seals={WHOLE: self.hash})
        if WHOLE in self.seals:
            return replace(self, deed=changed)

        salts = {name: salt for name, salt in self.salts.items() if name != part}
        seals = {**self.seals, part: self._seal(part)}
        return replace(self, deed=changed, salts=salts, seals=seals)


def _digest(value: Json) -> str:
    written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(written).hexdigest()


def following(
    last: Entry | None, deed: Deed, at: datetime, salts: Mapping[str, str]
) -> Entry:
    """The entry that comes after the last one; the first one if there is none.

    `salts` has a random text for each part.
    """
    return Entry(
        number=last.number + 1 if last else 1,
        at=at,
        deed=deed,
        before=last.hash if last else "",
        salts=salts,
    ).sealed()


class Chain:
    """Checks entries one after the other."""

    def __init__(self) -> None:
        self.last: Entry | None = None
        self.erased = 0
        """How many entries had parts that were erased."""
        self._has_parts = False

    def take(self, entry: Entry) -> str | None:
        """What is wrong with the next entry; None: it fits."""
        last = self.last
        self.last = entry
        self.erased += bool(entry.seals)
        # Only what is older than parts may have been erased as a whole.
        if WHOLE in entry.seals and self._has_parts:
            return f"entry {entry.number} hides what it was"
        # An entry with all parts erased has no salts any more.
        self._has_parts = self._has_parts or bool(
            entry.salts or (entry.seals and WHOLE not in entry.seals)
        )
        if entry.sealed().hash != entry.hash:
            return f"entry {entry.number} was changed: its hash is of other content"
        if last is None:
            return None
        if entry.number != last.number + 1:
            return f"behind entry {last.number} comes entry {entry.number}"
        if entry.before != last.hash:
            return f"entry {entry.number} follows another entry {last.number}"
        return None


def broken(entries: Iterable[Entry]) -> str | None:
    """What is wrong with a log; None: each entry follows the one before."""
    chain = Chain()
    for entry in entries:
        wrong = chain.take(entry)
        if wrong:
            return wrong
    return None
