"""How the stores of an engine do: how long their calls take, and how many fail."""

from collections.abc import Mapping
from itertools import product

from engine.domain.durations import Durations

DOCUMENTS = "documents"
"""All that is in SQLite or MongoDB."""
BLOBS = "blobs"
"""A disk or S3."""
INBOX = "inbox"
"""What other replicas are told, and NATS keeps for them."""

READ = "read"
WRITE = "write"


class StoreCalls:
    """Calls of one store that do one kind of thing, those that fail too."""

    __slots__ = ("errors", "seconds")

    def __init__(self) -> None:
        self.seconds = Durations()
        """From a call until its answer."""
        self.errors = 0
        """Of these: the store was away."""


StoreFigures = Mapping[tuple[str, str], StoreCalls]
"""By store and operation. All are there from the start: a rate needs a first value."""


def store_figures() -> StoreFigures:
    """Of an engine that has asked nothing yet."""
    stores = (DOCUMENTS, BLOBS, INBOX)
    return {key: StoreCalls() for key in product(stores, (READ, WRITE))}
