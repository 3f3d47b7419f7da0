"""The relay: the engine's HTTP traffic, and nothing kept between two requests.

A route's name ends in how many calls there are and how many go side by side:
`row-3-1`, `parallel-20-20`, `loop-100-16`. Call `i` is followed by call
`i + side`; the last one to be made brings the result to the caller. All that
is needed to go on travels in the `task_id` of each callback.
"""

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

JSON = {"Content-Type": "application/json"}


class Relay:
    """Sends one request on for each that comes in."""

    def __init__(self, url: str, service: str) -> None:
        self._url, self._service = f"{url}/callback", service
        self._under_way = set[asyncio.Task[None]]()

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
        data, query = orjson.loads(await request.body()), request.query_params
        _, count, side = request.path_params["route"].split("-")
        push, task = query["callback_url"], query["task_id"]
        for index in range(min(int(count), int(side))):
            payload = {"item": index} if "items" in data else data
            self._call([int(count), int(side), index, push, task], payload)
        return _answer({"jobId": task}, 202)

    async def callback(self, request: Request) -> Response:
        state = orjson.loads(base64.urlsafe_b64decode(request.query_params["task_id"]))
        data = orjson.loads(await request.body())
        count, side, index, push, task = state
        if index + side < count:
            self._call([count, side, index + side, push, task], data)
        elif index == count - 1:
            self._send(push, task, data)
        return _answer({"accepted": True}, 200)

    def _call(self, state: list[Any], data: Any) -> None:
        id_ = base64.urlsafe_b64encode(orjson.dumps(state)).decode()
        self._send(self._service, id_, data, callback_url=self._url)

    def _send(self, url: str, task_id: str, data: Any, **query: str) -> None:
        sent = self._sent(url, {"task_id": task_id, **query}, orjson.dumps(data))
        task = asyncio.get_running_loop().create_task(sent)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _sent(self, url: str, query: dict[str, str], body: bytes) -> None:
        async with self._http.post(
            url, params=query, data=body, headers=JSON
        ) as answer:
            await answer.read()


def _answer(content: Any, status: int) -> Response:
    return Response(orjson.dumps(content), status, media_type="application/json")


def create(url: str, service: str) -> FastAPI:
    """The relay as an application, on the engine's HTTP stack."""
    relay = Relay(url, service)
    app = FastAPI(lifespan=relay.lifespan, openapi_url=None)
    app.add_route("/callback", relay.callback, ["POST"])
    app.add_route("/services/{route}", relay.start, ["POST"])
    return app
