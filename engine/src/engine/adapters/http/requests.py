"""Requests of http nodes: sends them, follows redirects, reads the answers."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import NamedTuple

from multidict import CIMultiDict
from yarl import URL

from engine.adapters.http import answers, failures
from engine.adapters.http.answers import Head, Read
from engine.adapters.http.bodies import Body, Content, request_body
from engine.adapters.http.composing import composed
from engine.adapters.http.exchange import Exchange
from engine.adapters.http.fields import Headers, checked_headers
from engine.adapters.http.limits import Limits
from engine.adapters.http.payloads import CannotTravel, as_query
from engine.adapters.http.places import Places
from engine.adapters.http.pool import Host
from engine.adapters.http.rules import shown
from engine.adapters.http.sessions import Session
from engine.adapters.http.slots import Slots
from engine.adapters.http.unpacking import unpacked
from engine.domain.gate import NOTHING, admit
from engine.ports import Answered, BlobStore, Refused, Request

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
IN_QUERY = frozenset({"GET", "DELETE"})
"""Verbs whose payload travels in the query."""
UNREPEATABLE = frozenset({"POST", "PATCH"})
"""Verbs that get a new connection each.

The other side may close a kept connection just when it is used again. Whether it has
seen the request is not known then, and only the other verbs may be sent once more.
"""
REDIRECTS = frozenset({301, 302, 303, 307, 308})


class Asked(NamedTuple):
    """What all hops of a request share."""

    task: str
    deadline: float
    """An instant of the event loop's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One request on the way along redirects."""

    verb: str
    url: URL
    host: Host | None
    """Where lean connections lead to it; None: aiohttp must go there."""
    body: Content
    headers: Headers

    def redirected(self, status: int, url: URL, host: Host | None) -> "Hop":
        """What a browser would ask for next."""
        headers = self.headers.copy()

        # An author's headers, which may hold keys, are meant for one origin only.
        if url.origin() != self.url.origin():
            kind = headers.get("Content-Type")
            headers = CIMultiDict({"Content-Type": kind} if kind else {})

        if status == 303 or (status in (301, 302) and self.verb == "POST"):
            headers.pop("Content-Type", None)
            return Hop(verb="GET", url=url, host=host, body=None, headers=headers)
        return Hop(verb=self.verb, url=url, host=host, body=self.body, headers=headers)


class Requests:
    """Sends the requests of http nodes, and follows redirects as the rules allow."""

    def __init__(
        self,
        *,
        blobs: BlobStore,
        places: Places,
        kept: Session,
        afresh: Session,
        slots: Slots,
        limits: Limits,
    ) -> None:
        self._blobs = blobs
        self._places = places
        self._kept = kept
        self._afresh = afresh
        self._slots = slots
        self._limits = limits

    async def request(self, request: Request) -> Answered | Refused:
        """The answer's JSON, or `{"raw": blob}` when it is not JSON."""
        address = request.url
        now = asyncio.get_running_loop().time()
        deadline = now + request.timeout.total_seconds()

        try:
            hop = self._first(request)
            for _ in range(self._limits.redirects + 1):
                outcome = await self._send(hop, Asked(request.task, deadline))
                if not isinstance(outcome, Hop):
                    return outcome
                hop = outcome
                address = str(hop.url)
        except failures.FAULTS as error:
            return failures.refusal(error, address, request.timeout)
        return Refused(f"{shown(request.url)} redirects too often")

    def _first(self, request: Request) -> Hop:
        url, host = self._places.find(request.url)
        verb = request.verb.upper()
        payload = request.payload
        if verb not in VERBS:
            raise CannotTravel("the request", f"{verb!a} is not one of {VERBS}")

        body: Content = None
        if verb in IN_QUERY:
            query = {**as_query(payload), **as_query(dict(request.query))}
            headers = checked_headers(request.headers)
        else:
            query = dict(request.query)
            body, headers = request_body(payload, request.headers, self._blobs)

        if query:
            url = url.update_query(query)
        return Hop(verb=verb, url=url, host=host, body=body, headers=headers)

    async def _send(self, hop: Hop, asked: Asked) -> Answered | Refused | Hop:
        host = hop.host
        body = hop.body

        # Everything that lean connections cannot do is known before a byte is sent.
        # Who asks for compression by name gets it, and aiohttp knows more kinds.
        lean = host is not None and "Accept-Encoding" not in hop.headers
        if host is None or not lean or isinstance(body, Body):
            return await self._send_by_aiohttp(hop, asked)

        async def read(answer: Exchange) -> Answered | Refused | Hop:
            return await self._outcome(hop, answer, answer.read, asked)

        repeatable = hop.verb not in UNREPEATABLE
        request = composed(
            verb=hop.verb,
            url=hop.url,
            target=hop.url.raw_path_qs,
            headers=hop.headers,
            body=body,
            last=not repeatable,
        )
        return await host.ask(
            url=hop.url,
            request=request,
            deadline=asked.deadline,
            repeatable=repeatable,
            read=read,
        )

    async def _send_by_aiohttp(
        self, hop: Hop, asked: Asked
    ) -> Answered | Refused | Hop:
        session = self._afresh if hop.verb in UNREPEATABLE else self._kept
        async with (
            asyncio.timeout_at(asked.deadline),
            self._slots.share(hop.url),
            session.get().request(
                hop.verb,
                hop.url,
                data=hop.body,
                headers=hop.headers,
                allow_redirects=False,
            ) as answer,
        ):
            return await self._outcome(hop, answer, answer.content.readany, asked)

    async def _outcome(
        self, hop: Hop, answer: Head, read: Read, asked: Asked
    ) -> Answered | Refused | Hop:
        target = answer.headers.get("Location")
        if answer.status in REDIRECTS and target is not None:
            url, host = self._places.find(str(hop.url.join(URL(target))))
            return hop.redirected(answer.status, url, host)

        limits = self._limits
        if not 200 <= answer.status < 300:
            detail = await answers.glance(read, limits.detail_bytes, limits.linger)
            return failures.refused(answer, detail, limits.retry_after)

        # aiohttp has unpacked it already.
        if isinstance(answer, Exchange):
            read = unpacked(answer, read)
        if answers.is_json(answer):
            return await self._json(answer, read)

        # The store takes time of its own, of which the connection knows nothing.
        async with asyncio.timeout_at(asked.deadline):
            return await self._blob(answer, read, asked.task)

    async def _json(self, answer: Head, read: Read) -> Answered:
        limits = self._limits
        size = answer.content_length
        content = answers.pieces(read, size, limits.json_bytes)
        text = b"".join([piece async for piece in content])
        if not text:
            return Answered(NOTHING)

        if len(text) < limits.json_thread_bytes:
            value = answers.parsed(text, limits)
        else:
            value = await asyncio.to_thread(answers.parsed, text, limits)
        return Answered(answers.admitted(value))

    async def _blob(self, answer: Head, read: Read, task: str) -> Answered:
        size = answer.content_length
        content = answers.pieces(read, size, self._limits.blob_bytes)
        async with aclosing(content):
            first = await anext(content, b"")
            if not first:
                return Answered(NOTHING)

            blob = await self._blobs.put(
                task,
                answers.joined(first, content),
                answers.media_type(answer),
                answers.file_name(answer),
            )
        return Answered(admit({}, {"raw": blob}))
