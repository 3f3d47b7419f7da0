"""Judges data by contracts: small data at once, all other beside the engine."""

import orjson

from engine.domain.contracts.contract import Contract, Judged
from engine.domain.errors import Unavailable
from engine.domain.values import Json
from engine.ports.judging import Judges
from engine.usecases.fair_places import FairPlaces

NEVER_AT_ONCE_BYTES = 256 << 10
"""JSON of this size is not even measured."""

MAX_WAITING = 100
"""Requests whose data waits for the others before it; each holds its data in memory."""


class Judging:
    """Whoever asks for others' contracts waits for no contract but that one."""

    def __init__(self, judges: Judges) -> None:
        self._judges = judges
        self._places = FairPlaces(1, 1)
        self._waiting = 0

    async def judged(
        self,
        route: str,
        contract: Contract,
        data: dict[str, Json],
        *,
        fills: bool,
        sent_bytes: int = 0,
    ) -> Judged:
        """What a contract of a route makes of data; raises `TooMuch`, `Unavailable`.

        `sent_bytes` of the data came with a request; there may be more of it.
        """
        if contract.is_light and sent_bytes < NEVER_AT_ONCE_BYTES:
            json_bytes = len(orjson.dumps(data))
            judged = contract.judged_at_once(data, json_bytes, fills=fills)
            if judged is not None:
                return judged
        return await self._beside(route, contract, data, fills)

    async def _beside(
        self, route: str, contract: Contract, data: dict[str, Json], fills: bool
    ) -> Judged:
        if self._waiting >= MAX_WAITING:
            raise Unavailable("the check of data", "much is being checked")

        self._waiting += 1
        try:
            # One that takes long must not keep those of other routes waiting again.
            async with self._places.turn(route):
                return await self._judges.judged(contract.schema, data, fills=fills)
        finally:
            self._waiting -= 1
