"""Calls other machines over HTTP: services, callers, and what http nodes ask."""

from collections.abc import Iterable
from types import TracebackType
from typing import Self

from aiohttp.abc import AbstractResolver
from yarl import URL

from engine.adapters.http.deliveries import Deliveries
from engine.adapters.http.limits import Limits
from engine.adapters.http.places import Places
from engine.adapters.http.pool import Host, Pool
from engine.adapters.http.requests import Requests
from engine.adapters.http.rules import AddressRules
from engine.adapters.http.sessions import Session
from engine.ports import (
    Acknowledged,
    Answered,
    BlobStore,
    Delivery,
    Refused,
    Request,
)
from engine.settings import LOCAL_ADDRESSES


class HttpOutside:
    """Outside over HTTP; an async context manager, whose end closes connections.

    `services`: the addresses allowed for services and callers. `nodes`: those that
    http nodes may reach besides the public ones. `lean`: small bodies over plain HTTP
    do without aiohttp, which costs three times as much; the promises are the same.
    """

    def __init__(
        self,
        *,
        blobs: BlobStore,
        services: Iterable[str] = LOCAL_ADDRESSES,
        nodes: Iterable[str] = (),
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        resolver: AbstractResolver | None = None,
        lean: bool = True,
    ) -> None:
        service_rules = AddressRules(services)
        node_rules = AddressRules(nodes, public=True)

        # A connection must never serve the other kind, whose rules may forbid where
        # it leads: so each kind has pools and sessions of its own.
        self._service_pool = Pool(rules=service_rules, resolver=resolver, limits=limits)
        self._node_pool = Pool(rules=node_rules, resolver=resolver, limits=limits)
        self._delivering = Session(
            rules=service_rules,
            resolver=resolver,
            limits=limits,
            uncompressed=True,
        )
        self._asking = Session(rules=node_rules, resolver=resolver, limits=limits)
        self._asking_afresh = Session(
            rules=node_rules, resolver=resolver, limits=limits, keep=False
        )

        self._deliveries = Deliveries(
            blobs=blobs,
            places=Places(service_rules, self._service_pool.host if lean else _nowhere),
            session=self._delivering,
            slots=self._service_pool.slots,
            limits=limits,
        )
        self._requests = Requests(
            blobs=blobs,
            places=Places(node_rules, self._node_pool.host if lean else _nowhere),
            kept=self._asking,
            afresh=self._asking_afresh,
            slots=self._node_pool.slots,
            limits=limits,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for session in (self._asking_afresh, self._asking, self._delivering):
            await session.close()
        for pool in (self._node_pool, self._service_pool):
            await pool.close()

    def check(self, url: str) -> None:
        """Raises `AddressRefused` if the rules cannot allow a service at this URL."""
        self._deliveries.check(url)

    async def deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        """POST the payload: JSON, or multipart when there are blobs in it."""
        return await self._deliveries.deliver(delivery)

    async def request(self, request: Request) -> Answered | Refused:
        """The answer's JSON, or `{"raw": blob}` when it is not JSON."""
        return await self._requests.request(request)


def _nowhere(url: URL) -> Host | None:
    """No lean connection leads to any URL."""
    return None
