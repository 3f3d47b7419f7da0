"""The relay: the engine's HTTP traffic, and nothing kept between two requests.

A route's name ends in how many calls there are and how many go side by side:
`row-3-1`, `parallel-20-20`, `loop-100-16`. Call `i` is followed by call
`i + side`; the last one to be made brings the result to the caller. All that
is needed to go on travels in the `task_id` of each callback. `http-3-1` asks an
interface, whose answer is the result: it is asked three times, one after the other.
"""

import asyncio
import base64
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import aiohttp
import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

JSON = {"Content-Type": "application/json"}


class Call(NamedTuple):
    """One call of a task, and all that is needed to go on after it."""

    calls: int
    side_by_side: int
    number: int
    push: str
    """Where the result of the task goes."""
    task: str


class Relay:
    """Sends one request on for each that comes in."""

    def __init__(self, url: str, service: str) -> None:
        self._callback_url = f"{url}/callback"
        self._service = service
        self._under_way: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def lifespan(self, app: FastAPI) -> AsyncIterator[None]:
        connector = aiohttp.TCPConnector(
            limit=512, limit_per_host=64, keepalive_timeout=4
        )
        jar = aiohttp.DummyCookieJar()
        async with aiohttp.ClientSession(connector=connector, cookie_jar=jar) as http:
            self._http = http
            yield

    async def start(self, request: Request) -> Response:
        data = orjson.loads(await request.body())
        query = request.query_params
        shape, count, side = request.path_params["route"].split("-")
        first = Call(int(count), int(side), 0, query["callback_url"], query["task_id"])

        if shape == "http":
            self._run(self._ask_in_turn(first))
            return _answer({"jobId": first.task}, 202)

        for index in range(min(first.calls, first.side_by_side)):
            payload = {"item": index} if "items" in data else data
            self._call(first._replace(number=index), payload)
        return _answer({"jobId": first.task}, 202)

    async def callback(self, request: Request) -> Response:
        state = orjson.loads(base64.urlsafe_b64decode(request.query_params["task_id"]))
        data = orjson.loads(await request.body())
        call = Call(*state)

        following = call.number + call.side_by_side
        if following < call.calls:
            self._call(call._replace(number=following), data)
        elif call.number == call.calls - 1:
            self._run(self._sent(call.push, {"task_id": call.task}, data))
        return _answer({"accepted": True}, 200)

    def _call(self, call: Call, data: Any) -> None:
        id_ = base64.urlsafe_b64encode(orjson.dumps(list(call))).decode()
        query = {"task_id": id_, "callback_url": self._callback_url}
        self._run(self._sent(self._service, query, data))

    def _run(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(doing)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _sent(self, url: str, query: dict[str, str], data: Any) -> None:
        async with self._http.post(
            url, params=query, data=orjson.dumps(data), headers=JSON
        ) as answer:
            await answer.read()

    async def _ask_in_turn(self, call: Call) -> None:
        data: Any = {}
        for _ in range(call.calls):
            async with self._http.get(self._service) as answer:
                data = orjson.loads(await answer.read())
        await self._sent(call.push, {"task_id": call.task}, data)


def _answer(content: Any, status: int) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def create(url: str, service: str) -> FastAPI:
    """The relay as an application, on the engine's HTTP stack."""
    relay = Relay(url, service)
    app = FastAPI(lifespan=relay.lifespan, openapi_url=None)
    app.add_route("/callback", relay.callback, ["POST"])
    app.add_route("/services/{route}", relay.start, ["POST"])
    return app
