"""Stage `promote`: the candidate serves from now on, unless it is worse."""

import csv
import sys
from collections.abc import Iterator
from typing import Any

from digits.models import Card, Model
from digits.places import chosen_place, store_at
from digits.serving import find_card, publish, withdraw
from digits.stores import StoreError
from mlflow.entities.model_registry import ModelVersion

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
STAGES_WITH_PARAMS = ("data", "train", "export", "promote")


def follow(registry: Registry) -> str:
    """Let the service serve what the registry's alias names; says what that is."""
    store = store_at(chosen_place())

    version = registry.serving()
    if not version:
        withdraw(store)
        return "the built-in model serves"

    card, network = registry.load(version)
    publish(store, card, network)
    return f"version {card.version} serves from {store}/{card.file}"


def rival_of_store() -> Model:
    """What serves where the registry is new, as on a runner that has none of its own.

    Without this a model that is worse than the one that serves would take its place.
    """
    store = store_at(chosen_place())
    card = find_card(store)
    network = store.find(card.file) if card else None
    return Model(card, network) if card and network else Model.built_in()


def promote(registry: Registry) -> str:
    """Compare, record, promote; raises `Worse`. Returns a sentence about it."""
    network = NETWORK.read_bytes()
    candidate = Model(Card.from_json(CARD.read_bytes()), network)
    serving = registry.serving()
    rival = Model(*registry.load(serving)) if serving else rival_of_store()
    if serving and rival.card.digest == candidate.card.digest:
        return f"nothing new: {follow(registry)}"

    candidate_accuracy = accuracy(candidate)
    rival_accuracy = accuracy(rival)

    # Recorded before it is judged: a model that is not promoted is in the registry too.
    version = _recorded(
        registry,
        card=candidate.card,
        network=network,
        last_metrics={
            "accuracy": candidate_accuracy,
            "accuracy_of_serving": rival_accuracy,
        },
    )
    judge(
        candidate=candidate_accuracy,
        serving=rival_accuracy,
        version=rival.card.version,
        margin=params("promote")["margin"],
    )

    registry.promote(version)
    return (
        f"promoted: accuracy {candidate_accuracy:.4f}, that of version "
        f"{rival.card.version} {rival_accuracy:.4f}; {follow(registry)}"
    )


def _recorded(
    registry: Registry, *, card: Card, network: bytes, last_metrics: dict[str, float]
) -> ModelVersion:
    """The version of this network; a network that is known is not recorded again."""
    known = registry.find(card.digest)
    if known:
        return known

    return registry.record(
        card=card,
        network=network,
        params=all_params(),
        metrics=metrics(last_metrics),
        files=PICTURES_AND_CARDS,
    )


def all_params() -> dict[str, Any]:
    """The parameters of all stages, as `stage.name`."""
    return {
        f"{stage}.{name}": value
        for stage in STAGES_WITH_PARAMS
        for name, value in params(stage).items()
    }


def metrics(last: dict[str, float]) -> Iterator[dict[str, float]]:
    """The figures after each round; the last ones also have those of each digit."""
    with ROUNDS.open(encoding="utf-8") as file:
        rows = [
            {name: float(value) for name, value in row.items()}
            for row in csv.DictReader(file)
        ]
    yield from rows[:-1]

    of_digits = {}
    for digit, figures in read_json(METRICS)["digits"].items():
        of_digits[f"precision_{digit}"] = figures["precision"]
        of_digits[f"recall_{digit}"] = figures["recall"]
    yield rows[-1] | of_digits | last


def main() -> None:
    """Promote; a model that is worse is an error."""
    try:
        print(promote(Registry()))
    except (Worse, StoreError) as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
