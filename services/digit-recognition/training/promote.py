"""Stage `promote`: the candidate serves from now on, unless it is worse."""

import csv
import sys
from collections.abc import Iterator
from typing import Any

from digits.models import Card, Model
from digits.serving import publish, withdraw
from digits.stores import StoreError, chosen_place, store_at

from training.files import (
    CARD,
    CONFUSION,
    DATA_CARD,
    LEARNING,
    METRICS,
    NETWORK,
    ROUNDS,
    params,
    read_json,
)
from training.registry import Registry
from training.verdict import Worse, accuracy, judge

PICTURES_AND_CARDS = (DATA_CARD, METRICS, CONFUSION, LEARNING)


def follow(registry: Registry) -> str:
    """Let the services serve what the registry's alias names; says what that is."""
    store, version = store_at(chosen_place()), registry.serving()
    if version:
        card, network = registry.load(version)
        publish(store, card, network)
        return f"version {card.version} serves from {store}/{card.file}"
    withdraw(store)
    return "the built-in model serves"


def promote(registry: Registry) -> str:
    """Compare, record, promote; raises `Worse`. What was done, in a sentence."""
    network = NETWORK.read_bytes()
    candidate = Model(Card.from_json(CARD.read_bytes()), network)
    serving = registry.serving()
    rival = Model(*registry.load(serving)) if serving else Model.built_in()
    if serving and rival.card.digest == candidate.card.digest:
        return f"nothing new: {follow(registry)}"
    reached, to_reach = accuracy(candidate), accuracy(rival)
    steps = metrics({"accuracy": reached, "accuracy_of_serving": to_reach})
    version = registry.find(candidate.card.digest) or registry.record(
        candidate.card, network, all_params(), steps, PICTURES_AND_CARDS
    )
    judge(reached, to_reach, rival.card.version, params("promote")["margin"])
    registry.promote(version)
    compared = f"{reached:.4f}, that of version {rival.card.version} {to_reach:.4f}"
    return f"promoted: accuracy {compared}; {follow(registry)}"


def all_params() -> dict[str, Any]:
    """All that the training went by, as `stage.name`."""
    stages = ("data", "train", "export", "promote")
    return {
        f"{stage}.{name}": value
        for stage in stages
        for name, value in params(stage).items()
    }


def metrics(last: dict[str, float]) -> Iterator[dict[str, float]]:
    """The figures after each round; with the last those of each digit."""
    with ROUNDS.open(encoding="utf-8") as file:
        rows = [{k: float(v) for k, v in row.items()} for row in csv.DictReader(file)]
    yield from rows[:-1]
    digits = read_json(METRICS)["digits"].items()
    named = {
        f"{name}_{digit}": one[name]
        for digit, one in digits
        for name in ("precision", "recall")
    }
    yield rows[-1] | named | last


def main() -> None:
    """Promote; a model that is worse is an error."""
    try:
        print(promote(Registry()))
    except (Worse, StoreError) as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
