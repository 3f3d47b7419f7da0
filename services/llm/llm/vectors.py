"""Turns texts into vectors, and ranks them by how similar they are to one of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ollama import AsyncClient, EmbedResponse
from service_sdk import Progress

from llm.answers import cost_of_vectors
from llm.errors import IncompleteAnswer
from llm.results import Cost

# Texts in one request to Ollama. Progress is reported, and a cancelled task noticed,
# between two of them.
BATCH_TEXTS = 32

# Added to each length, so that a vector of zeros is not divided by zero.
TINY_LENGTH = 1e-12


@dataclass(frozen=True)
class Embedded:
    """A vector for each text, and what they cost."""

    vectors: list[list[float]]
    cost: Cost


async def embed(
    client: AsyncClient,
    *,
    model: str,
    texts: Sequence[str],
    progress: Progress,
    options: dict[str, Any] | None = None,
) -> Embedded:
    """The vectors in the order of the texts; a text that is too long is refused."""
    batches: list[EmbedResponse] = []
    vectors: list[list[float]] = []

    for first in range(0, len(texts), BATCH_TEXTS):
        batch = texts[first : first + BATCH_TEXTS]

        # Without `truncate=False` Ollama would cut long texts and not say so.
        response = await client.embed(model, batch, truncate=False, options=options)
        if len(response.embeddings) != len(batch):
            raise IncompleteAnswer

        batches.append(response)
        vectors.extend(list(vector) for vector in response.embeddings)
        progress(f"{len(vectors)} of {len(texts)} texts")

    return Embedded(vectors, cost_of_vectors(batches))


def rank(vectors: Sequence[Sequence[float]]) -> list[tuple[int, float]]:
    """The other vectors by their similarity (cosine) to the first, the best one first.

    Each is named by its place behind the first.

    >>> rank([(1, 0), (0, 2), (3, 0), (1, 1)])
    [(1, 1.0), (2, 0.7071), (0, 0.0)]
    """
    matrix = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    matrix /= lengths + TINY_LENGTH

    similarity = matrix[1:] @ matrix[0]
    order = np.argsort(-similarity, kind="stable")
    return [(int(index), round(float(similarity[index]), 4)) for index in order]
