"""Texts as vectors, and which of them are most like another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ollama import AsyncClient, EmbedResponse
from service_sdk import Progress

from llm.answers import cost_of
from llm.errors import BrokenOff

BATCH = 32  # texts of one request to Ollama


@dataclass(frozen=True)
class Embedded:
    """One vector a text, and what they cost."""

    vectors: list[list[float]]
    cost: dict[str, Any]


async def embedded(
    client: AsyncClient,
    model: str,
    texts: Sequence[str],
    progress: Progress,
    options: dict[str, Any] | None = None,
) -> Embedded:
    """The vectors in the order of the texts; a text too long for it is refused."""
    batches: list[EmbedResponse] = []
    vectors: list[list[float]] = []
    for first in range(0, len(texts), BATCH):
        batch = texts[first : first + BATCH]
        got = await client.embed(model, batch, truncate=False, options=options)
        if len(got.embeddings) != len(batch):
            raise BrokenOff
        batches.append(got)
        vectors += map(list, got.embeddings)
        progress(f"{len(vectors)} of {len(texts)} texts")
    return Embedded(vectors, cost_of(batches))


def ranked(vectors: Sequence[Sequence[float]]) -> list[tuple[int, float]]:
    """Which of the others are most like the first, and how much (their cosine).

    >>> ranked([(1, 0), (0, 2), (3, 0), (1, 1)])
    [(1, 1.0), (2, 0.7071), (0, 0.0)]
    """
    matrix = np.asarray(vectors, np.float64)
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True) + 1e-12
    likeness = matrix[1:] @ matrix[0]
    order = np.argsort(-likeness, kind="stable")
    return [(int(index), round(float(likeness[index]), 4)) for index in order]
