"""Calls other machines over HTTP: services, callbacks, and what http nodes ask for."""

import asyncio
from collections.abc import Awaitable, Iterable, Mapping
from contextlib import AsyncExitStack, aclosing
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientOSError,
    ClientResponse,
    ServerDisconnectedError,
)
from aiohttp.abc import AbstractResolver
from httptools import HttpParserError
from multidict import CIMultiDict
from yarl import URL

from engine.adapters.http import answers as answers
from engine.adapters.http.addresses import LOCAL, AddressRules, shown
from engine.adapters.http.payloads import (
    Body,
    CannotTravel,
    as_query,
    checked_headers,
    encode,
)
from engine.adapters.http.pool import Host, Lines, composed
from engine.adapters.http.sessions import Limits, session
from engine.domain.errors import EngineError
from engine.domain.media_types import JSON
from engine.domain.values import Json
from engine.ports import (
    Acknowledged,
    Answered,
    BlobStore,
    Delivery,
    Refused,
    Request,
)

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
IN_QUERY = frozenset({"GET", "DELETE"})
"""Verbs whose payload travels in the query."""
UNREPEATABLE = frozenset({"POST", "PATCH"})
"""Verbs that get a new connection each: a kept one may be closed while it is used,
and then nobody knows what the other side has seen. aiohttp repeats the others."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FAULTS = (ClientError, EngineError, HttpParserError, OSError, ValueError)
T = TypeVar("T")
Content = bytes | Body | None
Headers = CIMultiDict[str]


@dataclass(frozen=True, slots=True)
class Hop:
    """One request on the way along redirects."""

    verb: str
    url: URL
    body: Content
    headers: Headers

    def redirected(self, status: int, url: URL) -> "Hop":
        """What a browser would ask for next; an author's headers stay at home."""
        headers = self.headers.copy()
        if url.origin() != self.url.origin():
            kind = headers.get("Content-Type")
            headers = CIMultiDict({"Content-Type": kind} if kind else {})
        if status == 303 or (status in (301, 302) and self.verb == "POST"):
            headers.pop("Content-Type", None)
            return Hop("GET", url, None, headers)
        return Hop(self.verb, url, self.body, headers)


class HttpOutside:
    """Outside over aiohttp, an async context manager.

    `services`: the addresses allowed for services and callbacks. `nodes`: those
    that http nodes may reach besides the public ones.
    """

    def __init__(
        self,
        blobs: BlobStore,
        services: Iterable[str] = LOCAL,
        nodes: Iterable[str] = (),
        limits: Limits = Limits(),  # noqa: B008 - it is frozen
        resolver: AbstractResolver | None = None,
    ) -> None:
        self._blobs, self._limits, self._resolver = blobs, limits, resolver
        self._services = AddressRules(services)
        self._nodes = AddressRules(nodes, public=True)
        self._sessions = AsyncExitStack()

    async def __aenter__(self) -> Self:
        enter, limits = self._sessions.enter_async_context, self._limits
        self._lines = Lines(limits)
        self._sessions.push_async_callback(self._lines.close)
        self._place = lru_cache(maxsize=1024)(self._service)
        deliveries = session(self._services, self._resolver, limits, plain=True)
        self._deliveries = await enter(deliveries)
        self._requests = await enter(session(self._nodes, self._resolver, limits))
        afresh = session(self._nodes, self._resolver, limits, keep=False)
        self._afresh = await enter(afresh)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._sessions.aclose()

    def check(self, url: str) -> None:
        """Raises `AddressRefused` if the rules cannot allow a service at this URL."""
        self._services.check(url)

    async def deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        """POST the payload: JSON, or multipart when there are blobs in it."""
        try:
            return await self._deliver(delivery)
        except FAULTS as error:
            return answers.refusal(error, delivery.url, delivery.timeout)

    async def request(self, request: Request) -> Answered | Refused:
        """The answer's JSON, or `{"raw": blob}` when it is not JSON."""
        return await self._bounded(self._request(request), request.url, request.timeout)

    async def _bounded(
        self, call: Awaitable[T], url: str, timeout: timedelta
    ) -> T | Refused:
        try:
            async with asyncio.timeout(timeout.total_seconds()):
                return await call
        except FAULTS as error:
            return answers.refusal(error, url, timeout)

    def _service(self, address: str) -> tuple[URL, Host | None]:
        url = self._services.check(address)
        return url, self._lines.host(url)

    async def _deliver(self, delivery: Delivery) -> Acknowledged | Refused:
        url, host = self._place(delivery.url)
        body, headers = self._content(delivery.payload, delivery.headers)
        if host is None or not isinstance(body, bytes):
            url = url.update_query(delivery.query)
            call = self._post(delivery.url, url, body, headers)
            return await self._bounded(call, delivery.url, delivery.timeout)
        request = composed(url, delivery.query, headers, body)
        answer = await host.post(url, request, delivery.timeout.total_seconds())
        if 200 <= answer.status < 300:
            return Acknowledged(delivery.url)
        busy = answer.status in answers.BUSY
        return answers.refused(answer, answer.body, self._limits.retry_after, busy)

    async def _post(
        self, instance: str, url: URL, body: Content, headers: Headers
    ) -> Acknowledged | Refused:
        try:
            return await self._posted(instance, url, body, headers)
        except (ServerDisconnectedError, ClientOSError) as error:
            if isinstance(error, ClientConnectorError):
                raise
            # a kept connection may just have been closed: once more
            return await self._posted(instance, url, body, headers)

    async def _posted(
        self, instance: str, url: URL, body: Content, headers: Headers
    ) -> Acknowledged | Refused:
        async with self._deliveries.post(
            url, data=body, headers=headers, allow_redirects=False
        ) as answer:
            if not 200 <= answer.status < 300:
                return await self._refused(answer, busy=answer.status in answers.BUSY)
            if isinstance(body, Body) and not body.sent:
                said = answers.reason(answer, b"")
                return Refused(f"{said} before it had read everything")
            if answer.connection is not None:
                most = self._limits.acknowledgement_bytes
                await answers.glance(answer, most, self._limits.linger)
            return Acknowledged(instance)

    async def _refused(self, answer: ClientResponse, busy: bool = False) -> Refused:
        limits = self._limits
        body = await answers.glance(answer, limits.detail_bytes, limits.linger)
        return answers.refused(answer, body, limits.retry_after, busy)

    async def _request(self, request: Request) -> Answered | Refused:
        url = self._nodes.check(request.url)
        verb, payload = request.verb.upper(), request.payload
        if verb not in VERBS:
            raise CannotTravel("the request", f"{verb!a} is not one of {VERBS}")
        if verb in IN_QUERY:
            url = url.update_query(
                {**as_query(payload), **as_query(dict(request.query))}
            )
            hop = Hop(verb, url, None, checked_headers(request.headers))
        else:
            url = url.update_query(request.query)
            hop = Hop(verb, url, *self._content(payload, request.headers))
        return await self._follow(hop, request, self._limits.redirects)

    async def _follow(
        self, hop: Hop, request: Request, left: int
    ) -> Answered | Refused:
        way = self._afresh if hop.verb in UNREPEATABLE else self._requests
        async with way.request(
            hop.verb,
            hop.url,
            data=hop.body,
            headers=hop.headers,
            allow_redirects=False,
        ) as answer:
            if answer.status not in REDIRECTS or "Location" not in answer.headers:
                return await self._answered(answer, request)
            if not left:
                return Refused(f"{shown(request.url)} redirects too often")
            url = hop.url.join(URL(answer.headers["Location"]))
            onward = hop.redirected(answer.status, self._nodes.check(str(url)))
        call = self._follow(onward, request, left - 1)
        return await self._bounded(call, str(url), request.timeout)

    async def _answered(
        self, answer: ClientResponse, request: Request
    ) -> Answered | Refused:
        limits = self._limits
        if not 200 <= answer.status < 300:
            return await self._refused(answer)
        if answers.is_json(answer):
            content = answers.pieces(answer, limits.json_bytes)
            text = b"".join([piece async for piece in content])
            value = answers.parsed(text, limits.json_depth) if text else {}
            return Answered(value if isinstance(value, dict) else {"body": value})
        async with aclosing(answers.pieces(answer, limits.blob_bytes)) as content:
            first = await anext(content, b"")
            if not first:
                return Answered({})
            kind, name = answers.media_type(answer), answers.file_name(answer)
            whole = answers.joined(first, content)
            blob = await self._blobs.put(request.task, whole, kind, name)
        return Answered({"raw": blob.to_json()})

    def _content(
        self, payload: Json, headers: Mapping[str, str]
    ) -> tuple[Content, Headers]:
        body, kind = encode(payload, self._blobs)
        ready = checked_headers(headers)
        if kind != JSON or "Content-Type" not in ready:
            ready["Content-Type"] = kind
        return body, ready
