"""All that is wrong with the document of a pipeline, found in one go."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, islice

from engine.domain.checks.code import code_faults
from engine.domain.checks.document import Document
from engine.domain.checks.graph import graph_faults
from engine.domain.checks.nodes import node_faults
from engine.domain.checks.references import reference_faults
from engine.domain.checks.shape import (
    DEPTH,
    depth,
    limit_faults,
    shape_faults,
)
from engine.domain.checks.words import described
from engine.domain.errors import Fault, InvalidPipeline
from engine.domain.pipeline import Pipeline
from engine.domain.values import Json

FAULTS = 1000
CHECKS: tuple[Callable[[Document], Iterator[Fault]], ...] = (
    shape_faults,
    graph_faults,
    node_faults,
    reference_faults,
    code_faults,
)


def check(document: Json) -> tuple[Fault, ...]:
    """Every fault of a document, of any JSON at all; the first thousand at most."""
    return tuple(map(_printable, islice(_faults(document), FAULTS)))


def read(document: Json) -> Pipeline:
    """The pipeline of a document; raises `InvalidPipeline` with all its faults."""
    if faults := check(document):
        raise InvalidPipeline(faults)
    return Pipeline.from_json(document)


def _faults(raw: Json) -> Iterator[Fault]:
    if not isinstance(raw, dict):
        message = f"a pipeline is an object, not {described(raw)}"
        yield Fault("wrong-type", message, 'write {"type": "pipeline", "nodes": […]}')
        return
    if depth(raw) > DEPTH:
        message = f"the document is nested deeper than {DEPTH} levels"
        yield Fault("too-deep", message, "flatten the data in it")
        return
    document = Document(raw)
    if too_much := tuple(limit_faults(document)):
        yield from too_much
        return
    yield from chain.from_iterable(find(document) for find in CHECKS)


def _printable(fault: Fault) -> Fault:
    """The fault in words of bearable length that any client can decode."""
    return replace(
        fault,
        message=_short(fault.message, 500),
        hint=_short(fault.hint, 500),
        node=_short(fault.node, 120) if fault.node else None,
        field=_short(fault.field, 200) if fault.field else None,
    )


def _short(text: str, limit: int) -> str:
    text = text.encode(errors="backslashreplace").decode()
    return text if len(text) <= limit else f"{text[:limit]}…"
