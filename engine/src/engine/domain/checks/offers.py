"""What is known of the routes that a pipeline calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.domain.contracts.keywords import Schema
from engine.domain.entry_api import Api


@dataclass(frozen=True)
class Offer:
    """A route that can be called now."""

    api: Api
    gives: Schema | None = None
    """What comes out; None: it is not known."""


@dataclass(frozen=True)
class Offers:
    """The routes of an engine, as far as a document names them."""

    routes: Mapping[str, Offer] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    """Those of all routes, for a hint."""
    complete: bool = False
    """Whether a route that is not there is not announced; False: nobody has looked."""


NO_OFFERS = Offers()
