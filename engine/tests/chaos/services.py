"""No-op services that do as they should, and write down what they did.

Every execution and what the engine said to its result is appended to the log.
"""

import asyncio
import base64
import hashlib
import os
import time
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import Any

import aiohttp
import orjson
from aiohttp import web
from chaos.logs import Answer, Burst, Execution, Pushed
from yarl import URL

SETTLED = frozenset({200, 404, 409})
BRINGING = aiohttp.ClientTimeout(total=5)  # a frozen engine takes, but never answers


@dataclass(frozen=True)
class Call:
    """What the engine asks for; `task_id` is the id of the attempt."""

    task_id: str
    callback_url: str
    path: str
    node: str
    attempt: int
    data: dict[str, Any]
    files: dict[str, bytes]
    query: dict[str, str]
    request: web.Request
    broken: str | None = None

    @property
    def task(self) -> str:
        return self.path.partition("/")[0]


def address(task_id: str) -> tuple[str, str, int]:
    """The frame, the node and the attempt that an id was signed for.

    >>> address("WyJ0IiwibiIsMV0.mac")
    ('t', 'n', 1)
    """
    body = task_id.partition(".")[0]
    path, node, attempt = orjson.loads(
        base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    )
    return path, node, attempt


def checksum(content: bytes) -> str:
    """What blobs are named, so that everybody can see whether they are whole."""
    return hashlib.sha256(content).hexdigest()


async def read(request: web.Request) -> Call:
    """Take a request apart; a file must have the checksum that is its name."""
    data, files, broken = {}, {}, None
    if request.content_type == "application/json":
        data = await request.json()
    else:
        async for part in await request.multipart():
            assert isinstance(part, aiohttp.BodyPartReader)
            content = bytes(await part.read())
            if part.filename is None:
                data |= orjson.loads(content)
            else:
                files[str(part.name)] = content
                if part.filename != checksum(content):
                    broken = f"{part.name} is not {part.filename}"
    query = dict(request.query)
    task_id, url = query.pop("task_id"), query.pop("callback_url")
    return Call(task_id, url, *address(task_id), data, files, query, request, broken)


class Services:
    """Everything the process does; a way is how one operation behaves."""

    client: aiohttp.ClientSession

    def __init__(self, log: str) -> None:
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._under_way = set[asyncio.Task[None]]()
        self.ways: dict[str, Callable[[Call], Awaitable[web.StreamResponse]]] = {
            "polite": self.polite,
            "together": self.together,
        }
        self._gathered = defaultdict[str, dict[str, tuple[Call, str]]](dict)

    def note(self, what: Any) -> None:
        """Append a line to the log; a kill leaves no half of it among others."""
        line = orjson.dumps([type(what).__name__, asdict(what)])
        os.write(self._log, b"\n" + line)

    def begin(self, call: Call, way: str) -> str:
        """The work of an attempt is done now; the name of this execution."""
        by = uuid.uuid4().hex
        self.note(
            Execution(
                by,
                call.task_id,
                call.path,
                call.node,
                call.attempt,
                time.time(),
                way,
                call.data,
                call.broken,
            )
        )
        return by

    def beside(self, work: Awaitable[None]) -> None:
        """Do this after the answer."""
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def take(self, request: web.Request) -> web.StreamResponse:
        """A call from the engine."""
        return await self.ways[request.match_info["way"]](await read(request))

    async def polite(self, call: Call) -> web.StreamResponse:
        """Do the work once, bring the result until it is taken."""
        by, seconds = self.begin(call, "polite"), float(call.query.get("delay", 0))
        self.beside(self.bring(call, by, seconds))
        return accepted()

    async def bring(self, call: Call, by: str, after: float = 0) -> None:
        """Bring a result again and again, with growing delays."""
        await asyncio.sleep(after)
        delay = 0.1
        while await self.post(call, by, self.result(call, by)) not in SETTLED:
            await asyncio.sleep(delay)
            delay = min(delay * 2, 2)

    def result(self, call: Call, by: str) -> dict[str, Any]:
        """What came, and by whom it goes back; as arguments of a request."""
        out = {**call.data, "by": by}
        if not call.files:
            return {"json": out}
        form = aiohttp.FormData()
        for name, content in call.files.items():
            form.add_field(name, content, filename=checksum(content))
        form.add_field("data", orjson.dumps(out), content_type="application/json")
        return {"data": form}

    async def post(self, call: Call, by: str, body: dict[str, Any]) -> int | None:
        """Bring a result once; what the engine said, None: nothing."""
        url = URL(call.callback_url).update_query(task_id=call.task_id)
        try:
            async with self.client.post(url, **body) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None
        self.note(Answer(by, status, time.time()))
        return status

    async def together(self, call: Call) -> web.StreamResponse:
        """Wait until all branches of a task are here; then all results go at once."""
        group = self._gathered[call.path]
        if call.node in group:
            return accepted()  # called again while it waits
        group[call.node] = call, self.begin(call, "together")
        if len(group) == int(call.query["of"]):
            self.beside(self._burst(list(group.values())))
        return accepted()

    async def _burst(self, group: list[tuple[Call, str]]) -> None:
        """Send first, listen later; then each result is brought like any other."""
        try:
            lines = [await _opened(call) for call, _ in group]
        except OSError:
            lines = []  # no engine is there now
        began = time.perf_counter()
        for (call, by), (_, writer) in zip(group, lines, strict=False):
            writer.write(_composed(call, {**call.data, "by": by}))
        self.note(Burst(group[0][0].task, len(lines), time.perf_counter() - began))
        for reader, writer in lines:
            with suppress(OSError):
                await asyncio.wait_for(reader.readline(), 5)
            writer.close()
        for call, by in group:
            await self.bring(call, by)

    async def pushed(self, request: web.Request) -> web.StreamResponse:
        """The end result of a task comes to whoever started it."""
        self.note(Pushed(request.query["task_id"], await _content(request)))
        return web.json_response({})


async def echo(request: web.Request) -> web.StreamResponse:
    """Answer at once, with what was asked."""
    return web.json_response({"number": int(request.query["number"])})


async def _content(request: web.Request) -> Any:
    if request.content_type == "application/json":
        return await request.json()
    await request.read()
    return None


def accepted() -> web.Response:
    return web.json_response({}, status=202)


async def _opened(call: Call) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    url = URL(call.callback_url)
    return await asyncio.open_connection(url.host, url.port)


def _composed(call: Call, out: dict[str, Any]) -> bytes:
    url = URL(call.callback_url).update_query(task_id=call.task_id)
    content = orjson.dumps(out)
    head = (
        f"POST {url.raw_path_qs} HTTP/1.1\r\nhost: {url.host}:{url.port}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
