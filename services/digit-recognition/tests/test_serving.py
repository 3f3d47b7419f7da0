"""Which model serves: the one that the alias names, or the last one that loaded."""

import logging
from pathlib import Path

import numpy as np
import pytest
from digits.models import BrokenModel, Card
from digits.serving import ALIAS, RETRY_SECONDS, Serving, publish, withdraw
from digits.stores import Folder, StoreError
from tiny_models import card_of, tiny_model

SHEET = np.zeros((1, 28, 28), np.float32)


class HandClock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class BrokenStore(Folder):
    """Can be broken and mended."""

    broken = False
    looks = 0

    def find(self, name: str) -> bytes | None:
        self.looks += 1
        if self.broken:
            raise StoreError("the store has failed")
        return super().find(name)


def version(serving: Serving) -> str:
    return serving.model().card.version


def test_with_nothing_published_the_built_in_model_serves(store: Folder) -> None:
    assert version(Serving(store)) == "built-in"


def test_a_published_model_serves_from_the_next_request_on(store: Folder) -> None:
    serving = Serving(store)
    before = version(serving)

    publish(store, *tiny_model("1", 0.1, 0.9))

    assert (before, version(serving)) == ("built-in", "1")
    assert serving.model().scores(SHEET).tolist() == [
        [pytest.approx(0.1), pytest.approx(0.9)]
    ]


def test_the_built_in_model_serves_again_when_the_others_are_withdrawn(
    store: Folder,
) -> None:
    serving = Serving(store)
    first = tiny_model("1", 0.1, 0.9)
    second = tiny_model("2", 0.9, 0.1)
    seen = []

    for step in (first, second, first):
        publish(store, *step)
        seen.append(version(serving))
    withdraw(store)
    seen.append(version(serving))

    assert seen == ["1", "2", "1", "built-in"]


def test_a_request_keeps_its_model_when_another_is_published(store: Folder) -> None:
    publish(store, *tiny_model("1", 0.1, 0.9))
    serving = Serving(store)
    mine = serving.model()

    publish(store, *tiny_model("2", 1.0))
    serving.model()

    assert mine.scores(SHEET).shape == (1, 2)


SECOND = card_of(b"rubbish", "2")
BROKEN = {
    "not a card of a model": {ALIAS: b"{}"},
    "has no mnist_model_0/": {ALIAS: SECOND.to_json()},
    "does not have the digest in its name": {
        SECOND.file: b"other",
        ALIAS: SECOND.to_json(),
    },
    "cannot be loaded": {SECOND.file: b"rubbish", ALIAS: SECOND.to_json()},
}


@pytest.mark.parametrize("reason", BROKEN)
def test_a_broken_model_leaves_the_one_before_in_place(
    store: Folder, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    serving = Serving(store)
    publish(store, *tiny_model("1", 0.1, 0.9))
    serving.model()

    for name, content in BROKEN[reason].items():
        store.put(name, content)

    assert version(serving) == "1"
    assert "version 1 goes on serving" in caplog.text and reason in caplog.text


def test_a_store_that_fails_is_left_alone_for_a_while(tmp_path: Path) -> None:
    clock = HandClock()
    store = BrokenStore(tmp_path)
    serving = Serving(store, clock)
    publish(store, *tiny_model("1", 0.1, 0.9))
    store.broken = True

    seen = [version(serving), version(serving)]
    looks = store.looks
    store.broken = False
    clock.now += RETRY_SECONDS
    seen.append(version(serving))

    assert looks == 1
    assert seen == ["built-in", "built-in", "1"]


def test_a_change_of_the_model_is_logged(
    store: Folder, caplog: pytest.LogCaptureFixture
) -> None:
    serving = Serving(store)

    with caplog.at_level(logging.INFO, "digits.serving"):
        publish(store, *tiny_model("7", 1.0))
        serving.model()
        serving.model()

    assert caplog.messages == ["version 7 serves from now on"]


def test_a_card_is_read_as_it_was_written() -> None:
    card, _ = tiny_model("3", 0.5, 0.5)

    assert Card.from_json(card.to_json()) == card
    with pytest.raises(BrokenModel):
        Card.from_json(b"no card")
