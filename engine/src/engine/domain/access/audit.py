"""The audit log: what was done, each entry bound to all before it by a hash.

    entry 1          entry 2          entry 3
    before: ""       before: h1       before: h2
    hash: h1 ◄─────  hash: h2 ◄─────  hash: h3

Who changes or removes an entry in the middle changes its hash, and the next one does
not fit any more. Old entries are forgotten from the front: then the first that is left
is the anchor. The last ones can be cut off unseen, by somebody who reaches the store:
keep exports elsewhere.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from engine.domain.values import Json

MAX_OBJECT_CHARACTERS = 200


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
        )

    def sealed(self) -> "Entry":
        """The entry with its hash."""
        told = {key: value for key, value in self.to_json().items() if key != "hash"}
        digest = hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS))
        return replace(self, hash=digest.hexdigest())


def following(last: Entry | None, deed: Deed, at: datetime) -> Entry:
    """The entry that comes after the last one; the first one if there is none."""
    return Entry(
        number=last.number + 1 if last else 1,
        at=at,
        deed=deed,
        before=last.hash if last else "",
    ).sealed()


class Chain:
    """Checks entries one after the other."""

    def __init__(self) -> None:
        self.last: Entry | None = None

    def take(self, entry: Entry) -> str | None:
        """What is wrong with the next entry; None: it fits."""
        last = self.last
        self.last = entry
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
