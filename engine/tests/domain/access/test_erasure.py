"""What becomes of the audit log when a person is erased."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from engine.domain.access.audit import Deed, following
from engine.domain.access.erasure import Erasure, without_person

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ERASURE = Erasure(
    id="5b1",
    name="Ada",
    pseudonym="erased-1",
    began_at=NOON,
    moved_at=NOON,
    erased={"tasks": 3},
)
SALTS = {"person": "a", "object": "b"}


def deed(action: str, who: str, object_: str) -> Deed:
    name = {"5b1": "Ada", "": ""}.get(who, "root")
    return Deed(
        action=action,
        who=who,
        name=name,
        object=object_,
        outcome="done",
        address="10.0.0.7",
    )


@pytest.mark.parametrize(
    ("before", "who", "object_"),
    [
        (deed("POST /services", "5b1", "blur"), "erased-1", "blur"),
        (deed("POST /tokens", "5b1", "my phone"), "erased-1", "erased-1"),
        (deed("POST /sessions", "5b1", "ADA"), "erased-1", "erased-1"),
        (deed("POST /sessions", "", "ada"), "", "erased-1"),
        (deed("PATCH /people/{id}", "r", "5b1"), "r", "erased-1"),
        (deed("PUT /spaces", "r", "main/ada reader"), "r", "main/erased-1 reader"),
        (deed("PUT /secrets/{name}", "r", "adam"), "r", "adam"),
    ],
)
def test_the_pseudonym_stands_for_the_person(
    before: Deed, who: str, object_: str
) -> None:
    entry = following(None, before, NOON, SALTS)

    after = without_person(entry, ERASURE)

    is_root = who == "r"
    assert after.deed.who == who
    assert after.deed.name == ("root" if is_root else who)
    assert after.deed.object == object_
    assert after.deed.address == ("10.0.0.7" if is_root else "")
    assert after.sealed() == after
    assert after.hash == entry.hash


def test_an_entry_about_others_stays_the_same_one() -> None:
    for before in (
        deed("POST /sessions", "", "adam"),
        deed("DELETE /tasks/{task}", "r", "task-1"),
    ):
        entry = following(None, before, NOON, SALTS)

        assert without_person(entry, ERASURE) is entry
        assert without_person(entry, replace(ERASURE, name="")) is entry


def test_what_was_erased_stays_as_it_is_the_next_time() -> None:
    entry = following(None, deed("POST /tokens", "5b1", "Ada"), NOON, SALTS)
    once = without_person(entry, ERASURE)

    assert without_person(once, ERASURE) is once


def test_an_erasure_counts_and_is_kept_as_it_is() -> None:
    later = NOON + timedelta(seconds=1)
    counted = ERASURE.counted({"tasks": 2, "tokens": 1}, later)
    ended = replace(counted, ended_at=later, revision=3)

    tried = counted.with_tried([("b", "1"), ("a", "2")]).with_tried([("a", "2")])
    assert tried.tried == (("a", "2"), ("b", "1"))
    assert Erasure.from_json(tried.to_json(), 1) == tried
    assert (tried.without_name().name, tried.without_name().tried) == ("", ())
    assert counted.erased == {"tasks": 5, "tokens": 1}
    assert Erasure.from_json(ended.to_json(), 3) == ended
    assert Erasure.from_json(counted.to_json(), 1) == counted
    assert (ERASURE.shown()["state"], ended.shown()["state"]) == ("erasing", "done")
    assert "Ada" not in str(ended.shown())
