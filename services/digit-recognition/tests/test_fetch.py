"""The model that serves is fetched before another one is trained."""

from pathlib import Path

import pytest
from digits.models import BrokenModel
from digits.serving import find_card, publish
from digits.stores import Folder
from tiny_models import tiny_model
from training.fetch import fetch

CARD, NETWORK = tiny_model("7", 0.1, 0.9)


def test_what_serves_is_there_afterwards(store: Folder, tmp_path: Path) -> None:
    publish(store, CARD, NETWORK)
    here = Folder(tmp_path / "here")

    said = fetch(store, here)

    assert said.startswith("version 7 serves")
    assert find_card(here) == CARD
    assert here.find(CARD.file) == NETWORK


def test_where_the_built_in_model_serves_it_does_so_afterwards(
    store: Folder, tmp_path: Path
) -> None:
    here = Folder(tmp_path / "here")
    publish(here, CARD, NETWORK)

    said = fetch(store, here)

    assert said == "the built-in model serves"
    assert find_card(here) is None


def test_a_network_that_is_missing_is_told(store: Folder, tmp_path: Path) -> None:
    publish(store, CARD, NETWORK)
    store.remove(CARD.file)

    with pytest.raises(BrokenModel, match=CARD.digest):
        fetch(store, Folder(tmp_path / "here"))


def test_a_network_that_is_another_one_is_told(store: Folder, tmp_path: Path) -> None:
    _, other = tiny_model("8", 0.9, 0.1)
    publish(store, CARD, other)

    with pytest.raises(BrokenModel, match="does not have the digest"):
        fetch(store, Folder(tmp_path / "here"))
