"""Each entry of the audit log follows the one before; what is changed is found."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from engine.domain.access.audit import (
    MAX_OBJECT_CHARACTERS,
    OBJECT,
    PERSON,
    Chain,
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


SALTS = {PERSON: "pepper", OBJECT: "sugar"}
NOBODY = replace(DEED, who="x", name="x", object="x", address="")


def log_of(count: int) -> list[Entry]:
    entries: list[Entry] = []
    for number in range(count):
        last = entries[-1] if entries else None
        at = NOON + timedelta(seconds=number)
        entries.append(following(last, DEED, at, SALTS))
    return entries


def old_log_of(count: int) -> list[Entry]:
    """As engines kept it that knew no parts."""
    entries: list[Entry] = []
    for number in range(count):
        last = entries[-1] if entries else None
        entries.append(following(last, DEED, NOON + timedelta(seconds=number), {}))
    return entries


def test_an_entry_follows_the_one_before() -> None:
    entries = log_of(5)

    assert [one.number for one in entries] == [1, 2, 3, 4, 5]
    assert broken(entries) is None
    assert broken([]) is None
    assert broken(Entry.from_json(one.to_json()) for one in entries) is None


def test_old_entries_can_be_forgotten_from_the_front() -> None:
    assert broken(log_of(5)[2:]) is None


@pytest.mark.parametrize("made", [log_of, old_log_of])
@pytest.mark.parametrize("field", ["action", "who", "name", "object", "outcome"])
def test_an_entry_that_was_changed_is_found(
    field: str, made: Callable[[int], list[Entry]]
) -> None:
    entries = made(5)
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
    entry = following(None, deed, NOON, SALTS)

    assert len(deed.object) == MAX_OBJECT_CHARACTERS
    assert len(entry.deed.object) == MAX_OBJECT_CHARACTERS


@pytest.mark.parametrize("part", [PERSON, OBJECT])
@pytest.mark.parametrize("made", [log_of, old_log_of])
def test_an_erased_part_is_gone_and_the_chain_holds(
    part: str, made: Callable[[int], list[Entry]]
) -> None:
    entries = made(5)

    entries[2] = entries[2].erased(part, NOBODY)
    again = Entry.from_json(orjson.loads(orjson.dumps(entries[2].to_json())))

    field = {PERSON: "name", OBJECT: "object"}[part]
    assert getattr(again.deed, field) == "x"
    assert broken([*entries[:2], again, *entries[3:]]) is None
    assert SALTS[part] not in str(again.to_json())


def test_all_parts_can_be_erased_one_after_the_other_and_again() -> None:
    for made in (log_of, old_log_of):
        entries = made(3)
        for part in (OBJECT, PERSON, OBJECT):
            entries[1] = entries[1].erased(part, NOBODY)

        chain = Chain()
        assert [chain.take(one) for one in entries] == [None] * 3
        assert chain.erased == 1
        assert entries[1].deed == NOBODY


def test_the_rest_of_an_entry_with_an_erased_part_cannot_be_changed() -> None:
    entries = log_of(3)
    erased = entries[1].erased(PERSON, NOBODY)
    entries[1] = replace(erased, deed=replace(erased.deed, object="other"))

    assert broken(entries) == "entry 2 was changed: its hash is of other content"


def test_an_entry_with_parts_cannot_be_made_one_that_is_older_than_parts() -> None:
    entries = log_of(3)
    hidden = replace(
        entries[1], deed=NOBODY, salts={}, seals={"entry": entries[1].hash}
    )
    entries[1] = hidden

    assert broken(entries) == "entry 2 hides what it was"
