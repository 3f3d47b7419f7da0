"""POSTs of work to services and of results to callers: the status is the answer."""

import asyncio
from dataclasses import replace

from aiohttp import (
    ClientConnectorError,
    ClientOSError,
    ServerDisconnectedError,
)
from yarl import URL

from engine.adapters.http import failures
from engine.adapters.http.answers import Head, glance
from engine.adapters.http.bodies import Body, Content, request_body
from engine.adapters.http.composing import composed
from engine.adapters.http.fields import Headers
from engine.adapters.http.limits import Limits
from engine.adapters.http.places import Places
from engine.adapters.http.sessions import Session
from engine.adapters.http.slots import Slots
from engine.adapters.http.written import with_pairs
from engine.domain.run_faults import Cause
from engine.ports import Acknowledged, BlobStore, Delivery, Refused


class Deliveries:
    """Sends deliveries over lean connections, or over aiohttp what these cannot do."""

    def __init__(
        self,
        *,
        blobs: BlobStore,
        places: Places,
        session: Session,
        slots: Slots,
        limits: Limits,
    ) -> None:
        self._blobs = blobs
        self._places = places
        self._session = session
        self._slots = slots
        self._limits = limits

    async def deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        """POST the payload: JSON, or multipart when there are blobs in it."""
        try:
            return await self._deliver(delivery)
        except failures.FAULTS as error:
            return failures.refusal(error, delivery.url, delivery.timeout)

    def check(self, url: str) -> None:
        """Raises `AddressRefused` if the rules cannot allow a delivery to this URL."""
        self._places.find(url)

    async def _deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        place = self._places.find(delivery.url)
        host = place.host
        body, headers = request_body(delivery.payload, delivery.headers, self._blobs)

        if host is None or not isinstance(body, bytes):
            async with (
                asyncio.timeout(delivery.timeout.total_seconds()),
                self._slots.share(place.url),
            ):
                url = place.with_query(delivery.query).for_aiohttp
                return await self._post(delivery.url, url, body, headers)

        request = composed(
            verb="POST",
            url=place.url,
            target=with_pairs(place.target, delivery.query),
            headers=headers,
            body=body,
        )
        now = asyncio.get_running_loop().time()
        deadline = now + delivery.timeout.total_seconds()
        answer = await host.post(url=place.url, request=request, deadline=deadline)
        if 200 <= answer.status < 300:
            return Acknowledged(delivery.url)
        return self._refused(answer, bytes(answer.body))

    async def _post(
        self, instance: str, url: URL, body: Content, headers: Headers
    ) -> Acknowledged | Refused:
        try:
            return await self._post_once(instance, url, body, headers)
        except (ServerDisconnectedError, ClientOSError) as error:
            if isinstance(error, ClientConnectorError):
                raise
            # A kept connection may just have been closed: once more.
            return await self._post_once(instance, url, body, headers)

    async def _post_once(
        self, instance: str, url: URL, body: Content, headers: Headers
    ) -> Acknowledged | Refused:
        limits = self._limits
        async with self._session.get().post(
            url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            read = answer.content.readany

            if not 200 <= answer.status < 300:
                detail = await glance(read, limits.detail_bytes, limits.linger)
                return self._refused(answer, detail)

            if isinstance(body, Body) and not body.sent:
                said = failures.reason(answer, b"")
                reason = f"{said} before it had read the whole request"
                return Refused(reason, code=Cause.HTTP_ERROR)

            # Without a connection the answer has been read to its end already.
            if answer.connection is not None:
                await glance(read, limits.acknowledgement_bytes, limits.linger)
            return Acknowledged(instance)

    def _refused(self, answer: Head, body: bytes) -> Refused:
        refused = failures.refused(answer, body, self._limits.retry_after)
        # A service that is busy says nothing about the work, so that it is not counted
        # as a failed attempt, with or without Retry-After.
        return replace(
            refused,
            busy=answer.status in failures.BUSY,
            unawaited=answer.status in failures.UNAWAITED,
        )
