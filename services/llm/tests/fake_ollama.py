"""A fake Ollama for what a real one cannot be made to do: hang, break off, fail."""

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

NDJSON = "application/x-ndjson"  # one JSON document on each line
NANOSECONDS = 10**9  # in a second

# `echo` says what it was asked; the others say its first word, then do as their name.
KNOWN = set("echo seer breaks-off stalls faints babbles proxy fussy".split())
KNOWN |= set("mute thinker blank small".split())
CONTEXT_CHARACTERS = 100  # of `small`

# A vector counts these words in its text.
WORDS = "engine loom weaves flowers numbers cat mat sat".split()


class FakeOllama(Loopback):
    """Answers as the name of the model says."""

    def __init__(self) -> None:
        self.hung_up = threading.Event()  # the client left a stalled answer
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
        if model == "small" and _is_refused(asked):
            return JSONResponse({"error": "the input exceeds the context length"}, 400)
        return Streaming(self._lines(asked), media_type=NDJSON)

    async def _lines(self, asked: dict[str, Any]) -> AsyncIterator[str]:
        for word in _spoken(asked):
            yield _line(_chunk(f"{word} ", asked), asked)

        match asked["model"]:
            case "thinker":
                yield _line(_chunk("", asked, thinking="Hm."), asked)
            case "breaks-off":
                return
            case "babbles":
                yield "this is no JSON\n"
            case "faints":
                yield _line({"error": "the runner has died"}, asked)
            case "stalls":
                await self._stall()

        counts = {
            "prompt_eval_count": 7,
            "eval_count": 3,
            "total_duration": 2 * NANOSECONDS,
        }
        done = {"response": "", "message": {"role": "assistant", "content": ""}}
        reason = "length" if asked["model"] == "thinker" else "stop"
        yield _line({**done, "done": True, "done_reason": reason, **counts}, asked)

    async def _stall(self) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            self.hung_up.set()

    async def _embed(self, request: Request) -> Response:
        asked = await request.json()
        self.asked.append(asked)

        texts = asked["input"]
        if asked["model"] == "forgets":
            texts = texts[1:]

        # Never zero: a text without any of the words has a direction too.
        vectors = [
            [text.lower().count(word) + 0.01 for word in WORDS] for text in texts
        ]
        counts = {"prompt_eval_count": 5, "total_duration": NANOSECONDS}
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
        return PlainTextResponse(lines, media_type=NDJSON)

    async def _show(self, request: Request) -> Response:
        model = (await request.json())["model"]
        capabilities = ["completion"]
        if model == "seer":
            capabilities.append("vision")
        return JSONResponse({"capabilities": capabilities, "model_info": {}})


def _spoken(asked: dict[str, Any]) -> list[str]:
    """What the model says before it does as its name says."""
    words = _text(asked).split(" ")
    match asked["model"]:
        case "echo":
            return words
        case "mute" | "thinker":
            return []
        case "blank":
            return ["", "\n"]
        case _:
            return words[:1]


def _text(asked: dict[str, Any]) -> str:
    is_chat = "messages" in asked
    return str(asked["messages"][-1]["content"] if is_chat else asked["prompt"])


def _is_refused(asked: dict[str, Any]) -> bool:
    """Whether a text is too long, and must not be cut."""
    is_long = len(_text(asked)) > CONTEXT_CHARACTERS
    return is_long and asked.get("truncate") is False


def _chunk(said: str, asked: dict[str, Any], **more: str) -> dict[str, Any]:
    if "messages" in asked:
        return {"message": {"role": "assistant", "content": said, **more}}
    return {"response": said, **more}


def _line(chunk: dict[str, Any], asked: dict[str, Any]) -> str:
    return json.dumps({"model": asked["model"], "done": False, **chunk}) + "\n"
