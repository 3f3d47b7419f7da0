"""Which model serves: the one that the alias in the store names."""

import logging
import threading
import time
from collections.abc import Callable

from digits.models import BrokenModel, Card, Model
from digits.stores import Store, StoreError

log = logging.getLogger("digits.serving")

ALIAS = "serving.json"  # the card of the model that serves

# After a failure the store is left alone for so long. Otherwise each request would wait
# for the store's timeouts, and write the same line into the log.
RETRY_SECONDS = 10.0


def publish(store: Store, card: Card, network: bytes) -> None:
    """Let this model serve."""
    # The alias comes last: it must never name a network that is not there yet.
    store.put(card.file, network)
    store.put(ALIAS, card.to_json())


def withdraw(store: Store) -> None:
    """Let the built-in model serve."""
    store.remove(ALIAS)


def find_card(store: Store) -> Card | None:
    """The card of the model that serves; None if it is the built-in model."""
    content = store.find(ALIAS)
    return Card.from_json(content) if content else None


class Serving:
    """Reads the alias for each request; many threads may ask at once.

    When the store or the model that it names fails, the last model stays.
    """

    def __init__(
        self, store: Store, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._clock = clock
        self._loading = threading.Lock()

        self._card: Card | None = None  # None: the built-in model
        self._model = Model.built_in()
        self._check_at = clock()

    def model(self) -> Model:
        """The model for one request; the request keeps it when another one is named."""
        if self._clock() < self._check_at:
            return self._model

        try:
            self._follow_alias()
        except (StoreError, BrokenModel) as fault:
            version = self._model.card.version
            log.error("version %s goes on serving: %s", version, fault)
            self._check_at = self._clock() + RETRY_SECONDS
        return self._model

    def _follow_alias(self) -> None:
        # Without the lock, so that requests do not wait for each other: nearly always
        # the alias has not changed.
        if find_card(self._store) == self._card:
            return

        with self._loading:
            # Read again: another thread may have loaded this model while this one
            # waited for the lock, or the alias may have changed once more.
            card = find_card(self._store)
            if card == self._card:
                return

            self._model = self._load(card)
            self._card = card
            log.info("version %s serves from now on", self._model.card.version)

    def _load(self, card: Card | None) -> Model:
        if card is None:
            return Model.built_in()

        network = self._store.find(card.file)
        if network is None:
            raise BrokenModel(f"{self._store} has no {card.file}")
        return Model(card, network)
