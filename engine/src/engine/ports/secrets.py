"""Where secrets are kept, and who seals them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredSecret:
    """A secret as it is kept."""

    name: str
    sealed: bytes
    stored_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretLine:
    """What a list tells of a secret."""

    name: str
    stored_at: datetime


class SecretStore(Protocol):
    """Keeps sealed secrets: contracts/test_secret_store.py.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def put(self, secret: StoredSecret) -> None:
        """Store under its name, in the place of what was there."""

    async def reseal(self, name: str, before: bytes, sealed: bytes) -> None:
        """Replace what is sealed, if it is still the same as before."""

    async def find(self, name: str) -> StoredSecret | None:
        """The secret of this name, or None."""

    async def all(self) -> Sequence[StoredSecret]:
        """Every secret, by name: for work that is done once, at a start."""

    async def count(self) -> int:
        """How many there are; none of them is read for that."""

    async def lines(self) -> Sequence[SecretLine]:
        """What a list tells of every secret, by name."""

    async def remove(self, name: str) -> bool:
        """Forget a secret; False if there is none of this name."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What was sealed."""

    value: str = field(repr=False)
    is_current: bool
    """It was sealed under the key that is in use now."""


class Sealer(Protocol):
    """Makes values unreadable for everybody without the key."""

    def seal(self, name: str, value: str) -> bytes:
        """Seal a value, bound to its name: it can be opened under no other one."""

    def open(self, name: str, sealed: bytes) -> Opening | None:
        """What was sealed; None: no key that is known opens it under this name."""
