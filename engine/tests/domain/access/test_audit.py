"""Each entry of the audit log follows the one before; what is changed is found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from engine.domain.access.audit import (
    MAX_OBJECT_CHARACTERS,
    Deed,
    Entry,
    broken,
    following,
)

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
DEED = Deed(
    action="POST /people",
    who="root",
    name="root",
    object="ada",
    outcome="done",
    address="::1",
)


def log_of(count: int) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(count):
        last = entries[-1] if entries else None
        entries.append(following(last, DEED, NOON + timedelta(seconds=number)))
    return entries


def test_an_entry_follows_the_one_before() -> None:
    entries = log_of(5)

    assert [one.number for one in entries] == [1, 2, 3, 4, 5]
    assert broken(entries) is None
    assert broken([]) is None
    assert broken(Entry.from_json(one.to_json()) for one in entries) is None


def test_old_entries_can_be_forgotten_from_the_front() -> None:
    assert broken(log_of(5)[2:]) is None


@pytest.mark.parametrize("field", ["action", "who", "name", "object", "outcome"])
def test_an_entry_that_was_changed_is_found(field: str) -> None:
    entries = log_of(5)
    entries[2] = replace(entries[2], deed=replace(DEED, **{field: "other"}))

    assert broken(entries) == "entry 3 was changed: its hash is of other content"


def test_an_entry_that_was_changed_and_sealed_again_does_not_fit() -> None:
    entries = log_of(5)
    entries[2] = replace(entries[2], deed=replace(DEED, who="eve")).sealed()

    assert broken(entries) == "entry 4 follows another entry 3"


def test_a_missing_entry_is_found() -> None:
    entries = log_of(5)
    del entries[2]

    assert broken(entries) == "behind entry 2 comes entry 4"


def test_what_is_long_is_cut() -> None:
    deed = replace(DEED, object="x" * 10_000)
    entry = following(None, deed, NOON)

    assert len(deed.object) == MAX_OBJECT_CHARACTERS
    assert len(entry.deed.object) == MAX_OBJECT_CHARACTERS
