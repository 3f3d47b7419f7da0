"""Services that misbehave: each behaviour is one thing that goes wrong.

The first attempt of a run meets it, the next attempts are served as they should be.
"""

import asyncio
from collections import defaultdict
from contextlib import suppress

import aiohttp
from aiohttp import web
from chaos.logs import Misdeed
from chaos.services import Behaviour, Call, Executed, Services, accepted

SINGLE_CALL_MISBEHAVIOURS = (
    "never_answer",
    "answer_slowly",
    "answer_without_end",
    "answer_429",
    "answer_503",
    "answer_500",
    "answer_redirect",
    "result_not_json",
    "result_too_large",
    "never_deliver",
    "ten_results",
    "result_before_answer",
    "result_after_next_attempt",
)
"""What can happen to a single call. `swap_results` needs two calls, `hold_result` is
ended by the test."""

TOO_LARGE_CHARACTERS = 300_000
"""Of JSON. The scenario's engine allows less."""

SLOW_BYTE_SECONDS = 0.2


class MisbehavingServices(Services):
    """All behaviours, those that are not allowed too."""

    def __init__(self, log: str, client: aiohttp.ClientSession) -> None:
        super().__init__(log, client)
        self._delayed = dict[tuple[str, str], Executed]()
        self._pairs = defaultdict[str, dict[str, Executed]](dict)
        self._held = list[Executed]()

    def behaviours(self) -> dict[str, Behaviour]:
        return {
            **super().behaviours(),
            **dict.fromkeys(SINGLE_CALL_MISBEHAVIOURS, self.misbehave_once),
            "swap_results": self.swap_results,
            "hold_result": self.hold_result,
        }

    async def misbehave_once(self, call: Call) -> web.StreamResponse:
        """The first time as the operation's name says, then politely."""
        if call.attempt > 1:
            delayed = self._delayed.pop((call.path, call.node), None)
            if delayed:
                await self.deliver(delayed)
            return await self.polite(call)

        behaviour = call.request.match_info["behaviour"]
        self.note(Misdeed(behaviour, call.task_id))
        misbehave: Behaviour = getattr(self, behaviour)
        return await misbehave(call)

    async def never_answer(self, call: Call) -> web.StreamResponse:
        """Accept the connection, and never answer."""
        await asyncio.Event().wait()
        return accepted()

    async def answer_slowly(self, call: Call) -> web.StreamResponse:
        """Answer byte by byte."""
        assert call.request.transport
        for byte in b"HTTP/1.1 202 Accepted\r\n" + b"x-drop: plop\r\n" * 1000:
            call.request.transport.write(bytes([byte]))
            await asyncio.sleep(SLOW_BYTE_SECONDS)
        return accepted()

    async def answer_without_end(self, call: Call) -> web.StreamResponse:
        """Answer, with a body that never ends."""
        answer = web.StreamResponse(status=202)
        await answer.prepare(call.request)
        with suppress(ConnectionError):
            while True:
                await answer.write(b"blah " * 10_000)
        return answer

    async def answer_429(self, call: Call) -> web.StreamResponse:
        return web.Response(status=429, headers={"retry-after": "1"})

    async def answer_503(self, call: Call) -> web.StreamResponse:
        return web.Response(status=503, headers={"retry-after": "1"})

    async def answer_500(self, call: Call) -> web.StreamResponse:
        return web.Response(status=500, text="Traceback: …")

    async def answer_redirect(self, call: Call) -> web.StreamResponse:
        return web.Response(status=301, headers={"location": "/polite"})

    async def result_not_json(self, call: Call) -> web.StreamResponse:
        """Send a result whose JSON breaks off, once."""
        executed = self.execute(call, "result_not_json")
        headers = {"content-type": "application/json"}
        body: dict[str, object] = {"data": b'{"number": ', "headers": headers}
        self.in_background(self._post_once(executed, body))
        return accepted()

    async def result_too_large(self, call: Call) -> web.StreamResponse:
        """Send a result that is too large, once."""
        executed = self.execute(call, "result_too_large")
        body: dict[str, object] = {"json": {"number": "9" * TOO_LARGE_CHARACTERS}}
        self.in_background(self._post_once(executed, body))
        return accepted()

    async def _post_once(self, executed: Executed, body: dict[str, object]) -> None:
        await self.post(executed, body)

    async def never_deliver(self, call: Call) -> web.StreamResponse:
        """Take the work, and never send a result."""
        self.execute(call, "never_deliver")
        return accepted()

    async def ten_results(self, call: Call) -> web.StreamResponse:
        """Send ten different results at once."""
        executed = self.execute(call, "ten_results")
        self.in_background(self._post_ten(executed))
        return accepted()

    async def _post_ten(self, executed: Executed) -> None:
        out = {**executed.call.data, "by": executed.by}
        bodies = [{"json": {**out, "copy": copy}} for copy in range(10)]
        await asyncio.gather(*(self.post(executed, body) for body in bodies))
        await self.deliver(executed)

    async def result_before_answer(self, call: Call) -> web.StreamResponse:
        """Deliver the result before the work is acknowledged."""
        await self.deliver(self.execute(call, "result_before_answer"))
        return accepted()

    async def result_after_next_attempt(self, call: Call) -> web.StreamResponse:
        """Deliver the result when the next attempt was called already."""
        executed = self.execute(call, "result_after_next_attempt")
        self._delayed[call.path, call.node] = executed
        return accepted()

    async def swap_results(self, call: Call) -> web.StreamResponse:
        """Deliver the result of the first call after that of the second."""
        pair = self._pairs[call.path]
        pair[call.node] = self.execute(call, "swap_results")
        if len(pair) == 2:
            self.note(Misdeed("swap_results", call.task_id))
            self.in_background(self._deliver_second_first(*pair.values()))
        return accepted()

    async def _deliver_second_first(self, first: Executed, second: Executed) -> None:
        await self.deliver(second)
        await self.deliver(first)

    async def hold_result(self, call: Call) -> web.StreamResponse:
        """Fail once; then keep the result until it is released."""
        if call.attempt == 1:
            self.note(Misdeed("hold_result", call.task_id))
            return await self.answer_500(call)

        self._held.append(self.execute(call, "hold_result"))
        return accepted()

    async def release(self, request: web.Request) -> web.StreamResponse:
        """Deliver the results that were held."""
        for executed in self._held:
            self.in_background(self.deliver(executed))
        self._held.clear()
        return web.json_response({})
