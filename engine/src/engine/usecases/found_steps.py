"""Finds the steps of pipelines that call a route, or that bear a word.

Nobody may have to wait while a thousand documents are read: of each pipeline a short
text is remembered (`Listing`), a line for a step, and only those lines are searched.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import orjson

from engine.domain.pipeline import HttpNode, LoopNode, Node, ServiceNode
from engine.ports import Published

MAX_STEPS_BYTES = 16 << 10
"""Of the lines of one pipeline: some hundred steps, those that call a route first."""

MAX_PIPELINES = 200
"""Of an answer. Who gets so many looks for something else."""
MAX_STEPS = 20
"""Shown of each of them."""
MAX_SHOWN_URL = 500
"""Characters of an address."""

Row = TypeVar("Row")


class Step(NamedTuple):
    """What is known of a node where it is looked for."""

    node: str
    type: str
    service: str
    """The route that it calls by name; empty: none."""
    url: str


@dataclass(frozen=True, slots=True)
class Found(Generic[Row]):
    """A pipeline of which some steps match."""

    row: Row
    steps: tuple[Step, ...]
    total: int


def step_lines(published: Published) -> bytes:
    """The steps of a pipeline, each a line of JSON; the piece of a list."""
    steps = sorted(_steps(published.pipeline.nodes), key=lambda step: not step.service)
    kept: list[bytes] = []
    left = MAX_STEPS_BYTES
    for step in steps:
        line = orjson.dumps(list(step))
        left -= len(line) + 1
        if left < 0:
            break
        kept.append(line)
    return b"\n".join(kept)


def _steps(nodes: Sequence[Node]) -> Iterator[Step]:
    """The steps of a document, those of bodies included."""
    for node in nodes:
        match node:
            case ServiceNode():
                url = (node.url or "")[:MAX_SHOWN_URL]
                yield Step(node.id, node.type, node.service or "", url)
            case HttpNode():
                yield Step(node.id, node.type, "", node.url[:MAX_SHOWN_URL])
            case LoopNode():
                yield Step(node.id, node.type, "", "")
                yield from _steps(node.nodes)
            case _:
                yield Step(node.id, node.type, "", "")


def callers(pieces: Sequence[tuple[Row, bytes]], route: str) -> list[Found[Row]]:
    """The pipelines that call a route by name, and with which of their steps."""
    # Most call something else: their lines need not be read.
    needle = orjson.dumps(route)
    found = []
    for row, text in pieces:
        if needle in text:
            steps = [step for step in _read(text) if step.service == route]
            found += _found(row, steps)
    return found


def bearers(pieces: Sequence[tuple[Row, bytes]], words: str) -> list[Found[Row]]:
    """The pipelines with a step in whose id, kind or address all words are."""
    wanted = words.lower().split()
    if not wanted:
        return []

    found = []
    for row, text in pieces:
        lower = text.decode().lower()
        if not all(word in lower for word in wanted):
            continue
        steps = [
            step
            for step in _read(text)
            if all(word in " ".join(step).lower() for word in wanted)
        ]
        found += _found(row, steps)
    return found


def _read(text: bytes) -> Iterator[Step]:
    for line in text.splitlines():
        yield Step(*orjson.loads(line))


def _found(row: Row, steps: Sequence[Step]) -> list[Found[Row]]:
    if not steps:
        return []
    return [Found(row, tuple(steps[:MAX_STEPS]), len(steps))]
