"""An Ollama that behaves as a test wants it, as no real one can be made to."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from typing import Any

from service_sdk.testing import Loopback
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.responses import StreamingResponse as Streaming
from starlette.routing import Route

LINES = "application/x-ndjson"
KNOWN = {"echo", "seer", "breaks-off", "stalls", "faints", "babbles", "proxy", "fussy"}
WORDS = "engine loom weaves flowers numbers cat mat sat".split()


class StageOllama(Loopback):
    """Named by what it does; `echo` says what it was asked, one word at a time."""

    def __init__(self) -> None:
        self.left = threading.Event()  # somebody hung up on a stalled answer
        self.pulled: set[str] = set()
        self.asked: list[dict[str, Any]] = []
        calls = {
            "/api/generate": self._speak,
            "/api/chat": self._speak,
            "/api/embed": self._embed,
            "/api/pull": self._pull,
            "/api/show": self._show,
        }
        routes = [Route(path, call, methods=["POST"]) for path, call in calls.items()]
        super().__init__(Starlette(routes=routes))

    async def _speak(self, request: Request) -> Response:
        asked = await request.json()
        self.asked.append(asked)
        model = asked["model"]
        if model not in KNOWN | self.pulled:
            return JSONResponse({"error": f"model '{model}' not found"}, 404)
        if model == "proxy":
            return PlainTextResponse("<html>Bad gateway", 502)
        if model == "fussy":
            return JSONResponse({"error": "option “mood” is unknown"}, 400)
        return Streaming(self._lines(asked), media_type=LINES)

    async def _lines(self, asked: dict[str, Any]) -> AsyncIterator[str]:
        is_chat = "messages" in asked
        text = asked["messages"][-1]["content"] if is_chat else asked["prompt"]
        for word in text.split(" "):
            said = f"{word} "
            piece = {"message": {"role": "assistant", "content": said}}
            yield _line(piece if is_chat else {"response": said}, asked)
            if asked["model"] != "echo":
                break
        match asked["model"]:
            case "breaks-off":
                return
            case "babbles":
                yield "this is no JSON\n"
            case "faints":
                yield _line({"error": "the runner has died"}, asked)
            case "stalls":
                await self._stall()
        counts = {"prompt_eval_count": 7, "eval_count": 3, "total_duration": 2 * 10**9}
        done = {"response": "", "message": {"role": "assistant", "content": ""}}
        yield _line({**done, "done": True, "done_reason": "stop", **counts}, asked)

    async def _stall(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.left.set()

    async def _embed(self, request: Request) -> Response:
        asked = await request.json()
        self.asked.append(asked)
        if asked["model"] == "forgets":
            asked["input"] = asked["input"][1:]
        vectors = [
            [one.lower().count(word) + 0.01 for word in WORDS] for one in asked["input"]
        ]
        counts = {"prompt_eval_count": 5, "total_duration": 10**9}
        return JSONResponse({"model": asked["model"], "embeddings": vectors, **counts})

    async def _pull(self, request: Request) -> Response:
        model = (await request.json())["model"]
        steps: list[dict[str, object]] = [{"status": "pulling manifest"}]
        if model == "unknown":
            steps.append({"error": "pull model manifest: file does not exist"})
        else:
            self.pulled.add(model)
            steps.append({"status": "pulling 4f2", "completed": 512, "total": 2048})
            steps.append({"status": "success"})
        lines = "".join(f"{json.dumps(step)}\n" for step in steps)
        return PlainTextResponse(lines, media_type=LINES)

    async def _show(self, request: Request) -> Response:
        model = (await request.json())["model"]
        sight = ["vision"] * (model == "seer")
        return JSONResponse({"capabilities": ["completion", *sight], "model_info": {}})


def _line(piece: dict[str, Any], asked: dict[str, Any]) -> str:
    return json.dumps({"model": asked["model"], "done": False, **piece}) + "\n"
