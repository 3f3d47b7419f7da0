"""People who leave: erase them with all that is theirs, and give it to them before."""

import re
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from engine.api.access import shapes
from engine.api.access.sessions import Id
from engine.api.answers import Answer, Answers, EngineDep, Streamed, documented
from engine.api.files import disposition
from engine.api.forwarded import prefix_of
from engine.api.principals import concerns
from engine.api.routers import new_router
from engine.api.zip_stream import measured, zipped
from engine.domain.access.errors import NoAccounts
from engine.usecases.engine import Engine
from engine.usecases.erasures import Erasures
from engine.usecases.exports import Export, Exports, Part

router = new_router("accounts")

ZIP = "application/zip"
EXPORT_ANSWERS: Answers = {
    200: {"description": "The whole file", "content": {ZIP: {}}},
    206: {"description": "What was missing of it", "content": {ZIP: {}}},
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
TAG = re.compile(r'"(\d{1,17})-[0-9a-f]{32}"')
OPEN_RANGE = re.compile(r"bytes=(\d{1,18})-")


@dataclass(frozen=True, slots=True)
class Asked:
    """The rest of an export that broke off."""

    tag: str
    as_of: datetime
    """When that one was begun."""
    start: int

    @classmethod
    def of(cls, headers: Headers) -> "Asked | None":
        """What a request asks for; None: the whole file."""
        tag = headers.get("if-range", "")
        instant = TAG.fullmatch(tag)
        start = OPEN_RANGE.fullmatch(headers.get("range", "").strip())
        if instant is None or start is None:
            return None
        as_of = EPOCH + int(instant[1]) * MICROSECOND
        return cls(tag, as_of, int(start[1]))

    @staticmethod
    def tag_of(export: Export) -> str:
        """The ETag: when it was begun, and with what."""
        return f'"{(export.as_of - EPOCH) // MICROSECOND}-{export.tag}"'


@router.delete(
    "/people/{id}",
    operation_id="erase_person",
    status_code=202,
    responses=documented(None, 404, 409)
    | {202: {"description": "It has begun", "model": shapes.Erasure}},
)
async def erase_person(id: Id, request: Request, engine: EngineDep) -> Response:
    """Erase somebody: tasks with their files, documents, schedules, tokens, sessions.

    They are locked out at once, the rest follows. In the audit log a pseudonym takes
    their place. What they published belongs to its space, and stays.
    """
    erasure = await _erasures(engine).begin(id)
    concerns(request, erasure.pseudonym)
    location = f"{prefix_of(request.scope)}/people/{id}/erasure"
    return Answer(erasure.shown(), 202, {"location": location})


@router.get(
    "/people/{id}/erasure",
    operation_id="read_erasure",
    responses=documented(shapes.Erasure, 404),
)
async def read_erasure(id: Id, engine: EngineDep) -> Response:
    """Tell how far the erasing of somebody is; forgotten an hour after its end."""
    return Answer((await _erasures(engine).get(id)).shown())


@router.get(
    "/people/{id}/export",
    operation_id="export_person",
    responses=EXPORT_ANSWERS | documented(None, 404),
    response_class=Response,
)
async def export_person(id: Id, request: Request, engine: EngineDep) -> Response:
    """Download all that is known of somebody as a ZIP file: of oneself, too.

    It is made while it is sent. A download that broke off goes on with `Range` and
    `If-Range`, as clients do by themselves, also at another replica.
    """
    exports = _exports(engine)
    exports.expect_place()
    asked = Asked.of(request.headers)
    export = await exports.begin(id, asked.as_of if asked else None)
    headers = _headers_of(export)
    start = 0
    status = 200
    if asked is not None and headers["etag"] == asked.tag:
        with exports.place():
            size = await measured(
                exports.first_parts(export), exports.last_parts(export)
            )
        # Behind the first parts nothing has to be as it was.
        if asked.start <= size.first:
            start = asked.start
            status = 206
            headers |= {
                "content-range": f"bytes {start}-{size.whole - 1}/{size.whole}",
            }
    elif asked is not None:
        export = await exports.begin(id)
        headers = _headers_of(export)

    pieces = _sent(exports, export, start)
    # The first one is empty: then it has its place, or is refused.
    await anext(pieces)
    return Streamed(pieces, status, headers)


async def _sent(
    exports: Exports, export: Export, start: int
) -> AsyncGenerator[bytes, None]:
    """The ZIP file from a byte on."""

    async def parts() -> AsyncIterator[Part]:
        async for part in exports.first_parts(export):
            yield part
        async for part in exports.last_parts(export):
            yield part

    with exports.place():
        yield b""
        left_out = start
        async for piece in zipped(parts(), exports.content):
            # What was sent before is made again, for the sums at the end.
            if left_out < len(piece):
                yield piece[left_out:]
            left_out = max(0, left_out - len(piece))


def _headers_of(export: Export) -> dict[str, str]:
    day = export.as_of.date().isoformat()
    return {
        "content-type": ZIP,
        "content-disposition": disposition(f"{export.person.name}-{day}.zip"),
        "etag": Asked.tag_of(export),
        "accept-ranges": "bytes",
        "cache-control": "private, no-store",
    }


def _erasures(engine: Engine) -> Erasures:
    """Raises `NoAccounts`."""
    if engine.erasures is None:
        raise NoAccounts()
    return engine.erasures


def _exports(engine: Engine) -> Exports:
    """Raises `NoAccounts`."""
    if engine.exports is None:
        raise NoAccounts()
    return engine.exports
