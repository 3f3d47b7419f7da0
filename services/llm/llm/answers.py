"""Gathers what a model says, piece by piece, and what it cost."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from ollama import ChatResponse, EmbedResponse, GenerateResponse
from service_sdk import Progress
from service_sdk.progress import MAX_MESSAGE_CHARACTERS

from llm.errors import BrokenOff, NotJson

Part = GenerateResponse | ChatResponse
NANO = 1e9


@dataclass(frozen=True)
class Said:
    """A whole answer."""

    text: str
    last: Part

    def told(self, schema: dict[str, Any] | None) -> dict[str, Any]:
        """The answer of the operation; by a schema the text is read as JSON, too."""
        read = {"json": self._read()} if schema is not None else {}
        return {"text": self.text, **read, "model": self.last.model, **cost(self.last)}

    def _read(self) -> Any:
        try:
            return json.loads(self.text)
        except ValueError:
            raise NotJson(self.text, self.last.done_reason) from None


async def gathered(parts: AsyncIterator[Part], progress: Progress) -> Said:
    """The whole answer; what is there of it so far is told as it grows."""
    pieces, end = [], ""
    async for part in parts:
        piece = _piece(part)
        pieces.append(piece)
        end = (end + piece)[-MAX_MESSAGE_CHARACTERS:]
        if end:
            progress(end)
        if part.done:
            return Said("".join(pieces), part)
    raise BrokenOff


def _piece(part: Part) -> str:
    said = part.message.content if isinstance(part, ChatResponse) else part.response
    return said or ""


def cost(last: Part) -> dict[str, Any]:
    """How the answer ended, how many tokens it took, how many seconds."""
    seconds = {
        "total": last.total_duration,
        "load": last.load_duration,
        "prompt": last.prompt_eval_duration,
        "answer": last.eval_duration,
    }
    return {
        "ended": last.done_reason,
        "tokens": {
            "prompt": last.prompt_eval_count or 0,
            "answer": last.eval_count or 0,
        },
        "seconds": {name: (spent or 0) / NANO for name, spent in seconds.items()},
    }


def cost_of(batches: list[EmbedResponse]) -> dict[str, Any]:
    """The same for vectors, all batches together."""
    durations = [batch.total_duration or 0 for batch in batches]
    return {
        "model": batches[0].model,
        "tokens": {"prompt": sum(batch.prompt_eval_count or 0 for batch in batches)},
        "seconds": {"total": sum(durations) / NANO},
    }
