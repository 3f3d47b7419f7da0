"""Gathers an answer from its chunks, and says what it cost."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from ollama import ChatResponse, EmbedResponse, GenerateResponse
from service_sdk import Progress

from llm.errors import IncompleteAnswer, NotJson
from llm.results import Cost

Chunk = GenerateResponse | ChatResponse
NANOSECONDS = 1e9  # in a second; Ollama counts in them

CUT_OFF = "length"  # how Ollama calls the end of an answer that was not complete

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


async def gather_answer(
    chunks: AsyncIterator[Chunk], progress: Progress, model: str
) -> Answer:
    """The whole answer; its end is reported as progress while it grows.

    An answer without a text is reported too. Otherwise the last message of a run that
    has ended would be “asks MODEL”.
    """
    texts = []
    end = ""
    thoughts = 0
    async for chunk in chunks:
        text = _text_of(chunk)
        texts.append(text)
        thoughts += len(_thoughts_of(chunk))

        end = (end + text)[-PROGRESS_CHARACTERS:]
        if end.strip():
            progress(end)

        if chunk.done:
            answer = Answer("".join(texts), chunk)
            if not answer.text.strip():
                progress(_without_text(answer, model, has_thoughts=thoughts > 0))
            return answer
    raise IncompleteAnswer


def _text_of(chunk: Chunk) -> str:
    if isinstance(chunk, ChatResponse):
        return chunk.message.content or ""
    return chunk.response or ""


def _thoughts_of(chunk: Chunk) -> str:
    if isinstance(chunk, ChatResponse):
        return chunk.message.thinking or ""
    return chunk.thinking or ""


def _without_text(answer: Answer, model: str, *, has_thoughts: bool) -> str:
    tokens = answer.last_chunk.eval_count or 0
    wrote = "only thoughts, and no text" if has_thoughts else "no text"
    told = f"{model} wrote {wrote} ({tokens} tokens)"

    was_cut = answer.last_chunk.done_reason == CUT_OFF
    return f"{told}; raise the option num_predict" if was_cut else told


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


def cost_of_vectors(batches: list[EmbedResponse]) -> Cost:
    """The model, the tokens and the seconds of all batches together."""
    tokens = sum(batch.prompt_eval_count or 0 for batch in batches)
    duration = sum(batch.total_duration or 0 for batch in batches)

    return {
        "model": batches[0].model,
        "tokens": {"prompt": tokens},
        "seconds": {"total": duration / NANOSECONDS},
    }
