"""Services that do no work, behave as they should, and write down what they did.

Every execution, and the engine's answer to its result, is appended to the log.
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

FINAL_STATUSES = frozenset({200, 404, 409})
"""Answers to a result after which it is not sent again."""

# A frozen engine accepts a connection, but never answers.
DELIVERY_TIMEOUT = aiohttp.ClientTimeout(total=5)

FIRST_DELAY_SECONDS = 0.1
LONGEST_DELAY_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Call:
    """What the engine asks for; `task_id` is the callback id of the attempt."""

    task_id: str
    callback_url: str
    path: str
    node: str
    attempt: int
    data: dict[str, Any]
    files: dict[str, bytes]
    query: dict[str, str]
    request: web.Request
    broken: str | None

    @property
    def task(self) -> str:
        return self.path.partition("/")[0]


@dataclass(frozen=True)
class Executed:
    """A call whose work was done, and the name of that execution."""

    call: Call
    by: str


def address(task_id: str) -> tuple[str, str, int]:
    """The frame, the node and the attempt that a callback id was signed for.

    >>> address("WyJ0IiwibiIsMV0.mac")
    ('t', 'n', 1)
    """
    body = task_id.partition(".")[0]
    padding = "=" * (-len(body) % 4)
    path, node, attempt = orjson.loads(base64.urlsafe_b64decode(body + padding))
    return path, node, attempt


def checksum(content: bytes) -> str:
    """The name of a blob, so that each receiver can see whether it is whole."""
    return hashlib.sha256(content).hexdigest()


async def read(request: web.Request) -> Call:
    """Read a request; a file must have the checksum that is its name."""
    data: dict[str, Any] = {}
    files: dict[str, bytes] = {}
    broken = None

    if request.content_type == "application/json":
        data = await request.json()
    else:
        async for part in await request.multipart():
            assert isinstance(part, aiohttp.BodyPartReader)
            content = bytes(await part.read())
            if part.filename is None:
                data |= orjson.loads(content)
                continue

            files[str(part.name)] = content
            if part.filename != checksum(content):
                broken = f"{part.name} is not {part.filename}"

    query = dict(request.query)
    task_id = query.pop("task_id")
    callback_url = query.pop("callback_url")
    path, node, attempt = address(task_id)

    return Call(
        task_id=task_id,
        callback_url=callback_url,
        path=path,
        node=node,
        attempt=attempt,
        data=data,
        files=files,
        query=query,
        request=request,
        broken=broken,
    )


Behaviour = Callable[[Call], Awaitable[web.StreamResponse]]


class Services:
    """All operations of the process; the name of an operation is its behaviour."""

    def __init__(self, log: str, client: aiohttp.ClientSession) -> None:
        self._client = client
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._background = set[asyncio.Task[None]]()
        self._gathered = defaultdict[str, dict[str, Executed]](dict)

    def behaviours(self) -> dict[str, Behaviour]:
        """What the services can do, by name."""
        return {"polite": self.polite, "together": self.together}

    def note(self, entry: Any) -> None:
        """Append a line to the log."""
        line = orjson.dumps([type(entry).__name__, asdict(entry)])

        # One write, and the line's end first: a kill leaves at most the last line
        # incomplete, and the next process begins a new one.
        os.write(self._log, b"\n" + line)

    def execute(self, call: Call, behaviour: str) -> Executed:
        """The work of an attempt is done now."""
        by = uuid.uuid4().hex
        self.note(
            Execution(
                by=by,
                id=call.task_id,
                path=call.path,
                node=call.node,
                attempt=call.attempt,
                at=time.time(),
                behaviour=behaviour,
                data=call.data,
                broken=call.broken,
            )
        )
        return Executed(call, by)

    def in_background(self, work: Awaitable[None]) -> None:
        """Do this after the answer."""
        task = asyncio.ensure_future(work)

        # asyncio itself does not keep a task alive.
        self._background.add(task)
        task.add_done_callback(self._background.discard)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """A call from the engine."""
        behave = self.behaviours()[request.match_info["behaviour"]]
        return await behave(await read(request))

    async def polite(self, call: Call) -> web.StreamResponse:
        """Do the work once, deliver the result until it is accepted."""
        executed = self.execute(call, "polite")
        seconds = float(call.query.get("delay", 0))
        self.in_background(self.deliver(executed, seconds))
        return accepted()

    async def deliver(self, executed: Executed, after_seconds: float = 0) -> None:
        """Send a result again and again, with growing delays."""
        await asyncio.sleep(after_seconds)

        delay = FIRST_DELAY_SECONDS
        while await self.post(executed, result_of(executed)) not in FINAL_STATUSES:
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY_SECONDS)

    async def post(self, executed: Executed, body: dict[str, Any]) -> int | None:
        """Send a result once; the engine's status, None: no answer."""
        try:
            async with self._client.post(_callback_of(executed.call), **body) as answer:
                await answer.read()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError):
            return None

        self.note(Answer(executed.by, status, time.time()))
        return status

    async def together(self, call: Call) -> web.StreamResponse:
        """Wait until all branches of a task are here; then send all results at once."""
        group = self._gathered[call.path]

        # The engine calls again when it was killed before it saved the call.
        if call.node in group:
            return accepted()

        group[call.node] = self.execute(call, "together")
        if len(group) == int(call.query["of"]):
            self.in_background(self._burst(list(group.values())))
        return accepted()

    async def _burst(self, group: list[Executed]) -> None:
        """Send all first and read the answers later; then deliver each as usual."""
        try:
            connections = [await _connect(executed.call) for executed in group]
        except OSError:
            # The engine was killed, and is not back yet.
            connections = []

        began = time.perf_counter()
        for executed, (_, writer) in zip(group, connections, strict=False):
            writer.write(_raw_request(executed))
        spread = time.perf_counter() - began
        self.note(Burst(group[0].call.task, len(connections), spread))

        for reader, writer in connections:
            with suppress(OSError):
                await asyncio.wait_for(reader.readline(), DELIVERY_TIMEOUT.total)
            writer.close()

        for executed in group:
            await self.deliver(executed)

    async def pushed(self, request: web.Request) -> web.StreamResponse:
        """The end result of a task comes to the client that started it."""
        content = None
        if request.content_type == "application/json":
            content = await request.json()
        else:
            await request.read()

        self.note(Pushed(request.query["task_id"], content))
        return web.json_response({})


async def echo(request: web.Request) -> web.StreamResponse:
    """Answer at once, with what was asked."""
    return web.json_response({"number": int(request.query["number"])})


def accepted() -> web.Response:
    return web.json_response({}, status=202)


def result_of(executed: Executed) -> dict[str, Any]:
    """What came goes back, with the execution's name; as arguments of a request."""
    out = {**executed.call.data, "by": executed.by}
    if not executed.call.files:
        return {"json": out}

    form = aiohttp.FormData()
    for name, content in executed.call.files.items():
        form.add_field(name, content, filename=checksum(content))
    form.add_field("data", orjson.dumps(out), content_type="application/json")
    return {"data": form}


def _callback_of(call: Call) -> URL:
    return URL(call.callback_url).update_query(task_id=call.task_id)


async def _connect(call: Call) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    url = URL(call.callback_url)
    return await asyncio.open_connection(url.host, url.port)


def _raw_request(executed: Executed) -> bytes:
    """A callback as bytes: an HTTP client would take too long between two of them."""
    url = _callback_of(executed.call)
    content = orjson.dumps({**executed.call.data, "by": executed.by})
    head = (
        f"POST {url.raw_path_qs} HTTP/1.1\r\n"
        f"host: {url.host}:{url.port}\r\n"
        "content-type: application/json\r\n"
        f"content-length: {len(content)}\r\n"
        "\r\n"
    )
    return head.encode() + content
