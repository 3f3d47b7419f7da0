"""What a check has found out of a document does not stay in memory.

Of the largest documents that is twenty megabytes, and Python looks for what is in rings
so seldom that hundreds of megabytes gathered.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from documents import end, entry, loop, node, pipeline
from engine.domain.checks.check import accept, check
from engine.domain.checks.document import Document
from engine.domain.checks.level import Level, Seen
from engine.domain.checks.offers import NO_OFFERS
from engine.domain.checks.outputs import output_schema
from engine.domain.edits.rename import rename
from engine.domain.errors import EngineError
from engine.domain.pipeline import Pipeline


def document(**fields: Any) -> Any:
    inner = node("inner", "loopEnd", input={"a": "first.out.a"})
    return pipeline(
        entry("first"),
        node("first", "each", after="node.out = {'a': 1}"),
        loop("each", [inner], "end"),
        end(input={"a": "first.out.a"}, **fields),
    )


USES: dict[str, Callable[[], object]] = {
    "check": lambda: check(document()),
    "faults": lambda: check(document(unknown=1)),
    "too many nodes": lambda: check(pipeline(*[node(f"n{at}") for at in range(1_001)])),
    "accept": lambda: accept(document()),
    "refuse": lambda: accept(document(unknown=1)),
    "rename": lambda: rename(document(), "first", "begin"),
    "do not rename": lambda: rename(document(), "nobody", "begin"),
    "outputs": lambda: output_schema(Pipeline.from_json(document()), NO_OFFERS),
}


@pytest.fixture
def seldom() -> Iterator[None]:
    """Nobody looks for what is in rings."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def kept() -> list[object]:
    return [one for one in gc.get_objects() if isinstance(one, Document | Level | Seen)]


@pytest.mark.usefixtures("seldom")
@pytest.mark.parametrize("use", USES)
def test_nothing_that_was_found_out_is_kept(use: str) -> None:
    assert not kept()

    with suppress(EngineError):
        USES[use]()

    assert not kept()
