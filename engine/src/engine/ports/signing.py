"""What the engine signs, so that others can tell that it said so."""

from collections.abc import Mapping
from typing import Protocol

from engine.domain.values import Json


class Signer(Protocol):
    """Signs claims with a key that nobody else has."""

    def sign(self, claims: Mapping[str, Json]) -> str:
        """The claims as a signed token (JWT)."""

    def public_keys(self) -> Json:
        """The public halves of the keys, old ones too, as a JSON Web Key Set."""
