"""Somebody who judges data by contracts, and does not keep others waiting meanwhile."""

from typing import Protocol

from engine.domain.contracts.contract import Judged
from engine.domain.contracts.keywords import Schema
from engine.domain.values import Json


class Judges(Protocol):
    """Every adapter passes tests/contracts/test_judges.py."""

    async def judged(
        self, schema: Schema, data: dict[str, Json], *, fills: bool
    ) -> Judged:
        """What `Contract.judged` makes of data by a contract with this schema.

        Raises `TooMuch` if the contract says so or the work takes too long, and
        `Unavailable`.
        """
