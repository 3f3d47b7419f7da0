"""Requests of http nodes: any interface, asked, followed, and understood."""

import asyncio
from contextlib import aclosing
from dataclasses import dataclass

from aiohttp import ClientResponse
from multidict import CIMultiDict
from yarl import URL

from engine.adapters.http import answers, failures
from engine.adapters.http.bodies import Content, request_body
from engine.adapters.http.fields import Headers, checked_headers
from engine.adapters.http.limits import Limits
from engine.adapters.http.payloads import CannotTravel, as_query
from engine.adapters.http.rules import AddressRules, shown
from engine.adapters.http.sessions import Session
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One request on the way along redirects."""

    verb: str
    url: URL
    body: Content
    headers: Headers

    def redirected(self, status: int, url: URL) -> "Hop":
        """What a browser would ask for next."""
        headers = self.headers.copy()

        # An author's headers, which may hold keys, are meant for one origin only.
        if url.origin() != self.url.origin():
            kind = headers.get("Content-Type")
            headers = CIMultiDict({"Content-Type": kind} if kind else {})

        if status == 303 or (status in (301, 302) and self.verb == "POST"):
            headers.pop("Content-Type", None)
            return Hop(verb="GET", url=url, body=None, headers=headers)
        return Hop(verb=self.verb, url=url, body=self.body, headers=headers)


class Requests:
    """Sends the requests of http nodes, and follows redirects as the rules allow."""

    def __init__(
        self,
        *,
        blobs: BlobStore,
        rules: AddressRules,
        kept: Session,
        afresh: Session,
        limits: Limits,
    ) -> None:
        self._blobs = blobs
        self._rules = rules
        self._kept = kept
        self._afresh = afresh
        self._limits = limits

    async def request(self, request: Request) -> Answered | Refused:
        """The answer's JSON, or `{"raw": blob}` when it is not JSON."""
        address = request.url
        now = asyncio.get_running_loop().time()
        deadline = now + request.timeout.total_seconds()

        try:
            hop = self._first(request)
            for _ in range(self._limits.redirects + 1):
                outcome = await self._ask(hop, request, deadline)
                if not isinstance(outcome, Hop):
                    return outcome
                hop = outcome
                address = str(hop.url)
        except failures.FAULTS as error:
            return failures.refusal(error, address, request.timeout)
        return Refused(f"{shown(request.url)} redirects too often")

    def _first(self, request: Request) -> Hop:
        url = self._rules.check(request.url)
        verb = request.verb.upper()
        payload = request.payload
        if verb not in VERBS:
            raise CannotTravel("the request", f"{verb!a} is not one of {VERBS}")

        if verb in IN_QUERY:
            query = {**as_query(payload), **as_query(dict(request.query))}
            return Hop(
                verb=verb,
                url=url.update_query(query),
                body=None,
                headers=checked_headers(request.headers),
            )

        body, headers = request_body(payload, request.headers, self._blobs)
        return Hop(
            verb=verb,
            url=url.update_query(request.query),
            body=body,
            headers=headers,
        )

    async def _ask(
        self, hop: Hop, request: Request, deadline: float
    ) -> Answered | Refused | Hop:
        session = self._afresh if hop.verb in UNREPEATABLE else self._kept
        async with (
            asyncio.timeout_at(deadline),
            session.get().request(
                hop.verb,
                hop.url,
                data=hop.body,
                headers=hop.headers,
                allow_redirects=False,
            ) as answer,
        ):
            onward = self._onward(hop, answer)
            return onward or await self._answered(answer, request)

    def _onward(self, hop: Hop, answer: ClientResponse) -> Hop | None:
        """Where the answer points; None: it is the last."""
        target = answer.headers.get("Location")
        if answer.status not in REDIRECTS or target is None:
            return None

        url = hop.url.join(URL(target))
        return hop.redirected(answer.status, self._rules.check(str(url)))

    async def _answered(
        self, answer: ClientResponse, request: Request
    ) -> Answered | Refused:
        limits = self._limits
        read = answer.content.readany

        if not 200 <= answer.status < 300:
            detail = await answers.glance(read, limits.detail_bytes, limits.linger)
            return failures.refused(answer, detail, limits.retry_after)

        if answers.is_json(answer):
            return await self._json(answer, read)
        return await self._blob(answer, read, request.task)

    async def _json(self, answer: ClientResponse, read: answers.Read) -> Answered:
        limits = self._limits
        size = answer.content_length
        content = answers.pieces(read, size, limits.json_bytes)
        text = b"".join([piece async for piece in content])
        if not text:
            return Answered({})

        value = answers.parsed(text, limits.json_depth)
        return Answered(value if isinstance(value, dict) else {"body": value})

    async def _blob(
        self, answer: ClientResponse, read: answers.Read, task: str
    ) -> Answered:
        size = answer.content_length
        content = answers.pieces(read, size, self._limits.blob_bytes)
        async with aclosing(content):
            first = await anext(content, b"")
            if not first:
                return Answered({})

            blob = await self._blobs.put(
                task,
                answers.joined(first, content),
                answers.media_type(answer),
                answers.file_name(answer),
            )
        return Answered({"raw": blob.to_json()})
