"""Where it is kept what services announced."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.domain.entry_api import Api
from engine.domain.service import Heard, Instance


class ServiceStore(Protocol):
    """Keeps what services announced: contracts/test_service_store.py.

    Every method raises `Unavailable` when the store cannot be reached.
    """

    async def announce(self, instance: Instance, api: Api, start: str = "") -> None:
        """Remember that this instance was heard; one write.

        An announcement that comes late makes nothing older. `start` names the process:
        if others were heard of at this address, and this one was not, the instance has
        `restarted_at` from now on. Without a name nothing is known of it. An instance
        that leaves takes work again if it is another process that is heard.
        """

    async def leave(self, route: str, url: str, start: str, at: datetime) -> bool:
        """This process says that it leaves; one write. False: it changes nothing.

        The instance `leaves` from now on, and was heard at this instant. Only the
        process that began last at an address speaks for it.
        """

    async def find(self, route: str) -> Sequence[Instance]:
        """The instances of a route, alive or not, by URL."""

    async def all(self) -> Sequence[Instance]:
        """Every instance, by route and URL."""

    async def restarts(self, after: datetime) -> dict[str, datetime]:
        """The last restart at each URL, of those after an instant.

        One query that reads nothing else: it is asked twice a second.
        """

    async def heard(self, after: datetime | None = None) -> Mapping[str, Heard]:
        """By route, the instances that were heard after an instant; None: ever.

        Those that leave are not counted, but their route is there. One query, and one
        row for each route, however many instances there are.
        """

    async def remove(self, route: str) -> bool:
        """Forget a route's instances; False if there are none."""

    async def forget(self, heard_before: datetime, route: str | None = None) -> None:
        """Forget instances that were last heard before an instant.

        Those of one route; None: of all.
        """
