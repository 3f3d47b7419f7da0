"""Fetches the model that serves: `make promoted-model`, before another one is trained.

From the store that DIGIT_MODELS names into the folder `models` of the service. There it
is at hand when that store is not, and shows beside what a new model was judged.
"""

import sys

from digits.models import BrokenModel, Model
from digits.places import HOME, chosen_place, store_at
from digits.serving import find_card, publish, withdraw
from digits.stores import Folder, Store, StoreError


def fetch(source: Store, target: Store) -> str:
    """Copy what serves; a sentence about it. Raises `StoreError`, `BrokenModel`."""
    card = find_card(source)
    if card is None:
        withdraw(target)
        return "the built-in model serves"

    network = source.find(card.file)
    if network is None:
        raise BrokenModel(f"{source} has no {card.file}")

    # A network that cannot be loaded, or is another one, is no rival.
    Model(card, network)
    publish(target, card, network)
    return f"version {card.version} serves; it is in {target}/{card.file}"


def main() -> None:
    """Fetch it, and say which it is."""
    HOME.mkdir(exist_ok=True)
    try:
        print(fetch(store_at(chosen_place()), Folder(HOME)))
    except (StoreError, BrokenModel) as fault:
        sys.exit(str(fault))


if __name__ == "__main__":
    main()
