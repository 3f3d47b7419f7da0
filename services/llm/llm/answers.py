"""Gathers an answer from its chunks, and says what it cost."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from ollama import ChatResponse, EmbedResponse, GenerateResponse
from service_sdk import Progress

from llm.errors import IncompleteAnswer, NotJson

Chunk = GenerateResponse | ChatResponse
NANOSECONDS = 1e9  # in a second; Ollama counts in them

# Progress shows this much of the end of the answer so far.
PROGRESS_CHARACTERS = 1000


@dataclass(frozen=True)
class Answer:
    """A whole answer, and the last chunk, which says what it cost."""

    text: str
    last_chunk: Chunk

    def as_result(self, schema: dict[str, Any] | None) -> dict[str, Any]:
        """The result of the operation; with a schema also the text read as JSON."""
        result: dict[str, Any] = {"text": self.text}
        if schema is not None:
            result["json"] = self._read()

        result["model"] = self.last_chunk.model
        return result | cost_of_answer(self.last_chunk)

    def _read(self) -> Any:
        try:
            return json.loads(self.text)
        except ValueError:
            raise NotJson(self.text, self.last_chunk.done_reason) from None


async def gather_answer(chunks: AsyncIterator[Chunk], progress: Progress) -> Answer:
    """The whole answer; its end is reported as progress while it grows."""
    texts = []
    end = ""
    async for chunk in chunks:
        text = _text_of(chunk)
        texts.append(text)

        end = (end + text)[-PROGRESS_CHARACTERS:]
        if end:
            progress(end)

        if chunk.done:
            return Answer("".join(texts), chunk)
    raise IncompleteAnswer


def _text_of(chunk: Chunk) -> str:
    if isinstance(chunk, ChatResponse):
        return chunk.message.content or ""
    return chunk.response or ""


def cost_of_answer(last_chunk: Chunk) -> dict[str, Any]:
    """How the answer ended, its tokens, and its seconds."""
    durations = {
        "total": last_chunk.total_duration,
        "load": last_chunk.load_duration,
        "prompt": last_chunk.prompt_eval_duration,
        "answer": last_chunk.eval_duration,
    }
    return {
        "ended": last_chunk.done_reason,
        "tokens": {
            "prompt": last_chunk.prompt_eval_count or 0,
            "answer": last_chunk.eval_count or 0,
        },
        "seconds": {
            name: (duration or 0) / NANOSECONDS for name, duration in durations.items()
        },
    }


def cost_of_vectors(batches: list[EmbedResponse]) -> dict[str, Any]:
    """The model, the tokens and the seconds of all batches together."""
    tokens = sum(batch.prompt_eval_count or 0 for batch in batches)
    duration = sum(batch.total_duration or 0 for batch in batches)

    return {
        "model": batches[0].model,
        "tokens": {"prompt": tokens},
        "seconds": {"total": duration / NANOSECONDS},
    }
