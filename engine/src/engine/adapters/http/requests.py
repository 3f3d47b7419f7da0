"""Requests of http nodes: sends them, follows redirects, reads the answers."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from typing import NamedTuple

from multidict import CIMultiDict

from engine.adapters.http import answers, failures
from engine.adapters.http.answers import Head, Read, Told
from engine.adapters.http.blackout import Blackout, FilledRequest, with_secrets
from engine.adapters.http.bodies import Body, Content, request_body
from engine.adapters.http.composing import composed
from engine.adapters.http.exchange import Exchange
from engine.adapters.http.fields import Headers, checked_headers
from engine.adapters.http.limits import Limits
from engine.adapters.http.payloads import CannotTravel, as_query
from engine.adapters.http.places import Place, Places
from engine.adapters.http.rules import shown
from engine.adapters.http.sessions import Session
from engine.adapters.http.slots import Slots
from engine.adapters.http.unpacking import unpacked
from engine.adapters.http.written import resolved
from engine.domain.gate import NOTHING, admit
from engine.domain.run_faults import Cause
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
LEAKING = (
    "the answer redirects to another host, with a secret in the address: call that "
    "host itself if it may know the secret"
)
NOTHING_HIDDEN = Blackout({})


class Asked(NamedTuple):
    """What all hops of a request share."""

    task: str
    deadline: float
    """An instant of the event loop's clock."""
    blackout: Blackout
    """What must not be shown of any answer."""
    full: bool
    """Every status is a result, which tells it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One request on the way along redirects."""

    verb: str
    place: Place
    body: Content
    headers: Headers

    def redirected(self, status: int, place: Place) -> "Hop":
        """What a browser would ask for next."""
        headers = self.headers.copy()

        # An author's headers, which may hold keys, are meant for one origin only.
        if place.url.origin() != self.place.url.origin():
            kind = headers.get("Content-Type")
            headers = CIMultiDict({"Content-Type": kind} if kind else {})

        if status == 303 or (status in (301, 302) and self.verb == "POST"):
            headers.pop("Content-Type", None)
            return Hop(verb="GET", place=place, body=None, headers=headers)
        return Hop(verb=self.verb, place=place, body=self.body, headers=headers)


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
        blackout = NOTHING_HIDDEN
        if request.secrets:
            # In a thread: what finds a long secret takes a second to be made.
            blackout = await asyncio.to_thread(Blackout, request.secrets)
        outcome = await self._follow(with_secrets(request), blackout)
        return await blackout.outcome(outcome)

    async def _follow(
        self, request: FilledRequest, blackout: Blackout
    ) -> Answered | Refused:
        address = request.url
        now = asyncio.get_running_loop().time()
        deadline = now + request.timeout.total_seconds()

        try:
            hop = self._first(request)
            for _ in range(self._limits.redirects + 1):
                asked = Asked(request.task, deadline, blackout, request.full)
                outcome = await self._send(hop, asked)
                if not isinstance(outcome, Hop):
                    return outcome
                hop = outcome
                address = hop.place.address
        except failures.FAULTS as error:
            return failures.refusal(error, address, request.timeout)
        said = f"{shown(request.url)} redirects too often"
        return Refused(said, code=Cause.HTTP_ERROR)

    def _first(self, request: FilledRequest) -> Hop:
        place = self._places.find(request.url)
        verb = request.verb.upper()
        payload = request.payload
        if verb not in VERBS:
            raise CannotTravel("the request", f"{verb!a} is not one of {VERBS}")

        body: Content = None
        query = as_query(dict(request.query))
        if verb in IN_QUERY and not request.send:
            query = as_query(payload) | query
            headers = checked_headers(request.headers)
        else:
            body, headers = request_body(
                payload, request.headers, self._blobs, request.send
            )

        return Hop(verb=verb, place=place.with_query(query), body=body, headers=headers)

    async def _send(self, hop: Hop, asked: Asked) -> Answered | Refused | Hop:
        host = hop.place.host
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
            url=hop.place.url,
            target=hop.place.target,
            headers=hop.headers,
            body=body,
            last=not repeatable,
        )
        return await host.ask(
            url=hop.place.url,
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
            self._slots.share(hop.place.url),
            session.get().request(
                hop.verb,
                hop.place.for_aiohttp,
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
            address = resolved(hop.place.address, target)
            place = self._places.find(address)
            is_elsewhere = place.url.origin() != hop.place.url.origin()
            if is_elsewhere and asked.blackout.hides(address):
                return Refused(LEAKING, final=True, code=Cause.ADDRESS_REFUSED)
            return hop.redirected(answer.status, place)

        limits = self._limits
        if not asked.full and not 200 <= answer.status < 300:
            read = asked.blackout.reading(read)
            detail = await answers.glance(read, limits.detail_bytes, limits.linger)
            return failures.refused(answer, detail, limits.retry_after)

        # aiohttp has unpacked it already.
        if isinstance(answer, Exchange):
            read = unpacked(answer, read)
        head = answers.told(answer) if asked.full else None
        if answers.is_json(answer):
            return await self._json(answer, read, head)

        # The store takes time of its own, of which the connection knows nothing.
        async with asyncio.timeout_at(asked.deadline):
            read = asked.blackout.reading(read)
            return await self._blob(answer, read, asked.task, head)

    async def _json(self, answer: Head, read: Read, head: Told | None) -> Answered:
        limits = self._limits
        size = answer.content_length
        content = answers.pieces(read, size, limits.json_bytes)
        text = b"".join([piece async for piece in content])
        if not text:
            return _empty(head)

        charset = answers.charset(answer)
        if len(text) < limits.json_thread_bytes:
            result = answers.result(text, limits, charset, head)
        else:
            result = await asyncio.to_thread(
                answers.result, text, limits, charset, head
            )
        return Answered(result)

    async def _blob(
        self, answer: Head, read: Read, task: str, head: Told | None
    ) -> Answered:
        size = answer.content_length
        content = answers.pieces(read, size, self._limits.blob_bytes)
        async with aclosing(content):
            first = await anext(content, b"")
            if not first:
                return _empty(head)

            blob = await self._blobs.put(
                task,
                answers.joined(first, content),
                answers.media_type(answer),
                answers.file_name(answer),
            )
        named = blob.with_charset(answers.charset(answer))
        if head is None:
            return Answered(admit({}, {"raw": named}))
        return Answered(admit(head, {"body": named}))


def _empty(head: Told | None) -> Answered:
    """The result of an answer without a body."""
    return Answered(NOTHING if head is None else admit(head | {"body": None}))
