"""Machines that `Outside` calls in tests."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from aiohttp import web
from engine.domain.values import Json
from engine.ports import Delivery, Request
from multidict import CIMultiDictProxy

SOON = timedelta(seconds=20)


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    verb: str
    path: str
    headers: CIMultiDictProxy[str]
    body: bytes


@dataclass
class Peer:
    """Another machine: remembers what came, answers as told."""

    url: str = ""
    answer: Callable[[], web.Response] = web.Response
    seen: list[Seen] = field(default_factory=list)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await request.content.read()
        seen = Seen(request.method, request.path_qs, request.headers, body)
        self.seen.append(seen)
        return self.answer()

    def delivery(self, payload: Json) -> Delivery:
        return Delivery(self.url, {"task_id": "t1"}, payload, {}, SOON)

    def request(self, verb: str = "GET", payload: Json = None) -> Request:
        return Request("t1", verb, self.url, {}, {}, payload or {}, SOON)


async def content(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
