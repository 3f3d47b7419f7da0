"""Which model answers: the one that the alias names, from the next request on."""

import logging
import threading
import time
from collections.abc import Callable

from digits.models import BrokenModel, Card, Model
from digits.stores import Store, StoreError

log = logging.getLogger("digits.serving")

ALIAS = "serving.json"
PAUSE = 10.0  # seconds until a store that failed is asked again


def publish(store: Store, card: Card, network: bytes) -> None:
    """Let this model serve; the alias moves last, in one step."""
    store.put(card.file, network)
    store.put(ALIAS, card.to_json())


def withdraw(store: Store) -> None:
    """Let the built-in model serve."""
    store.remove(ALIAS)


def find_card(store: Store) -> Card | None:
    """The card of the model that serves; None: it is the built-in one."""
    content = store.find(ALIAS)
    return Card.from_json(content) if content else None


class Serving:
    """Looks at the alias for every request; many threads may ask at once.

    What cannot be had leaves the model in place that answered last.
    """

    def __init__(
        self, store: Store, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._clock = store, clock
        self._lock = threading.Lock()
        self._named: Card | None = None
        self._model = Model.built_in()
        self._look_at = clock()

    def model(self) -> Model:
        """The model for one request."""
        if self._clock() >= self._look_at:
            try:
                self._look()
            except (StoreError, BrokenModel) as fault:
                version = self._model.card.version
                log.error("version %s goes on serving: %s", version, fault)
                self._look_at = self._clock() + PAUSE
        return self._model

    def _look(self) -> None:
        if find_card(self._store) == self._named:
            return
        with self._lock:
            card = find_card(self._store)  # it may have moved on meanwhile
            if card != self._named:
                self._model, self._named = self._load(card), card
                log.info("version %s serves from now on", self._model.card.version)

    def _load(self, card: Card | None) -> Model:
        if card is None:
            return Model.built_in()
        network = self._store.find(card.file)
        if network is None:
            raise BrokenModel(f"{self._store} has no {card.file}")
        return Model(card, network)
