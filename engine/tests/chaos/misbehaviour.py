"""Services as they should not be: each way is one thing that goes wrong.

The first attempt of a run meets it, the next ones are served politely.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress

from aiohttp import web
from chaos.logs import Misdeed
from chaos.services import Call, Services, accepted

RUDE = (
    "hang",
    "drip",
    "babble",
    "busy",
    "overrun",
    "break_down",
    "move",
    "stammer",
    "boast",
    "die",
    "repeat",
    "hurry",
    "dawdle",
)
"""What a single call can meet; `swap` needs two, `park` is released by the test."""
TOO_LARGE = 300_000  # bytes of JSON: the scenario allows less


class Misbehaving(Services):
    """The ways that are no way to behave."""

    def __init__(self, log: str) -> None:
        super().__init__(log)
        self.ways |= {way: self.rudely for way in RUDE}
        self.ways |= {"swap": self.swap, "park": self.park}
        self._late = dict[tuple[str, str], tuple[Call, str]]()
        self._pairs = defaultdict[str, dict[str, tuple[Call, str]]](dict)
        self._parked = list[tuple[Call, str]]()

    async def rudely(self, call: Call) -> web.StreamResponse:
        """Once as the operation's name says, then politely."""
        way = call.request.match_info["way"]
        if call.attempt > 1:
            if late := self._late.pop((call.path, call.node), None):
                await self.bring(*late)
            return await self.polite(call)
        self.note(Misdeed(way, call.task_id))
        misdeed = getattr(self, way)
        answer: web.StreamResponse = await misdeed(call)
        return answer

    async def hang(self, call: Call) -> web.StreamResponse:
        """Take the connection, and never say a word."""
        await asyncio.Event().wait()
        return accepted()

    async def drip(self, call: Call) -> web.StreamResponse:
        """Answer, a byte at a time."""
        assert call.request.transport
        for byte in b"HTTP/1.1 202 Accepted\r\n" + b"x-drop: plop\r\n" * 1000:
            call.request.transport.write(bytes([byte]))
            await asyncio.sleep(0.2)
        return accepted()

    async def babble(self, call: Call) -> web.StreamResponse:
        """Answer, and never come to an end."""
        answer = web.StreamResponse(status=202)
        await answer.prepare(call.request)
        with suppress(ConnectionError):
            while True:
                await answer.write(b"blah " * 10_000)
        return answer

    async def busy(self, call: Call) -> web.StreamResponse:
        """Have no time now."""
        return web.Response(status=429, headers={"retry-after": "1"})

    async def overrun(self, call: Call) -> web.StreamResponse:
        """Have no time now either."""
        return web.Response(status=503, headers={"retry-after": "1"})

    async def break_down(self, call: Call) -> web.StreamResponse:
        """Have a bug."""
        return web.Response(status=500, text="Traceback: …")

    async def move(self, call: Call) -> web.StreamResponse:
        """Be somewhere else now."""
        return web.Response(status=301, headers={"location": "/polite"})

    async def stammer(self, call: Call) -> web.StreamResponse:
        """Bring a result that is no JSON."""
        by, text = self.begin(call, "stammer"), {"content-type": "application/json"}
        self.beside(self.once(call, by, {"data": b'{"number": ', "headers": text}))
        return accepted()

    async def boast(self, call: Call) -> web.StreamResponse:
        """Bring a result that is too large."""
        by = self.begin(call, "boast")
        self.beside(self.once(call, by, {"json": {"number": "9" * TOO_LARGE}}))
        return accepted()

    async def once(self, call: Call, by: str, body: dict[str, object]) -> None:
        """Bring something, and do not care what the engine says."""
        await self.post(call, by, body)

    async def die(self, call: Call) -> web.StreamResponse:
        """Take the work, and never be heard of again."""
        self.begin(call, "die")
        return accepted()

    async def repeat(self, call: Call) -> web.StreamResponse:
        """Bring ten different results at once."""
        self.beside(self._ten_results(call, self.begin(call, "repeat")))
        return accepted()

    async def _ten_results(self, call: Call, by: str) -> None:
        bodies = [{"json": {**call.data, "by": by, "copy": copy}} for copy in range(10)]
        await asyncio.gather(*(self.post(call, by, body) for body in bodies))
        await self.bring(call, by)

    async def hurry(self, call: Call) -> web.StreamResponse:
        """Bring the result before it was said that the work is taken."""
        await self.bring(call, self.begin(call, "hurry"))
        return accepted()

    async def dawdle(self, call: Call) -> web.StreamResponse:
        """Bring the result when the next attempt was called already."""
        self._late[call.path, call.node] = call, self.begin(call, "dawdle")
        return accepted()

    async def swap(self, call: Call) -> web.StreamResponse:
        """Bring the result of the first call after that of the second."""
        pair = self._pairs[call.path]
        pair[call.node] = call, self.begin(call, "swap")
        if len(pair) == 2:
            self.note(Misdeed("swap", call.task_id))
            self.beside(self._second_first(*pair.values()))
        return accepted()

    async def _second_first(
        self, first: tuple[Call, str], second: tuple[Call, str]
    ) -> None:
        await self.bring(*second)
        await self.bring(*first)

    async def park(self, call: Call) -> web.StreamResponse:
        """Fail once; then keep the work until it is released."""
        if call.attempt == 1:
            self.note(Misdeed("park", call.task_id))
            return await self.break_down(call)
        self._parked.append((call, self.begin(call, "park")))
        return accepted()

    async def release(self, request: web.Request) -> web.StreamResponse:
        """The test has seen enough of the parked work."""
        for call, by in self._parked:
            self.beside(self.bring(call, by))
        self._parked.clear()
        return web.json_response({})
