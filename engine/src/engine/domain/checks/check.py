"""All that is wrong with the document of a pipeline, found in one go."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from engine.domain.checks.code.faults import code_faults
from engine.domain.checks.contracts import contract_faults
from engine.domain.checks.document import Document
from engine.domain.checks.graph import graph_faults
from engine.domain.checks.nodes import node_faults
from engine.domain.checks.offers import NO_OFFERS, Offers
from engine.domain.checks.references import reference_faults
from engine.domain.checks.shape import shape_faults
from engine.domain.checks.size import limit_faults, size_faults
from engine.domain.checks.words import described
from engine.domain.errors import ERROR, Fault, InvalidPipeline
from engine.domain.going_on import GoOn, go_on_always
from engine.domain.pipeline import Pipeline
from engine.domain.values import Json

# These bound the answer: a document of some megabytes can hold a fault at each value,
# and its texts, which messages quote, can be as long as the document.
MAX_FAULTS = 1000
MAX_WORDS_CHARACTERS = 500
MAX_ID_CHARACTERS = 120
MAX_FIELD_CHARACTERS = 200

CHECKS: tuple[Callable[[Document], Iterator[Fault]], ...] = (
    shape_faults,
    graph_faults,
    node_faults,
    reference_faults,
    code_faults,
)


class Accepted(NamedTuple):
    """A document without errors."""

    pipeline: Pipeline
    warnings: tuple[Fault, ...]


def check(
    document: Json, go_on: GoOn = go_on_always, offers: Offers = NO_OFFERS
) -> tuple[Fault, ...]:
    """Every fault of a document, of any JSON at all; the first thousand at most.

    `go_on` is called again and again, and ends the check by raising an error. `offers`
    are the routes that it may call; some faults are warnings only.
    """
    faults = islice(_faults(document, go_on, offers), MAX_FAULTS)
    return tuple(_printable(fault) for fault in faults)


def read(
    document: Json, go_on: GoOn = go_on_always, offers: Offers = NO_OFFERS
) -> Pipeline:
    """The pipeline of a document; raises `InvalidPipeline` with all its faults."""
    return accept(document, go_on, offers).pipeline


def accept(
    document: Json, go_on: GoOn = go_on_always, offers: Offers = NO_OFFERS
) -> Accepted:
    """The pipeline of a document, and its warnings; raises `InvalidPipeline`."""
    faults = check(document, go_on, offers)
    errors = [fault for fault in faults if fault.level == ERROR]
    warnings = tuple(fault for fault in faults if fault.level != ERROR)
    if errors:
        # Errors first: they are why it is refused.
        raise InvalidPipeline((*errors, *warnings))
    return Accepted(Pipeline.from_json(document), warnings)


def _faults(raw: Json, go_on: GoOn, offers: Offers) -> Iterator[Fault]:
    if not isinstance(raw, dict):
        message = f"a pipeline is an object, not {described(raw)}"
        yield Fault("wrong-type", message, 'write {"type": "pipeline", "nodes": […]}')
        return

    # What comes next recurses into the document, and Python's stack is bounded.
    # Several checks take more than linear time, so size is judged before all else.
    too_large = tuple(size_faults(raw))
    if too_large:
        yield from too_large
        return

    with Document(raw, go_on) as document:
        yield from _faults_of(document, offers)


def _faults_of(document: Document, offers: Offers) -> Iterator[Fault]:
    too_much = tuple(limit_faults(document))
    if too_much:
        yield from too_much
        return

    is_right = True
    for find in CHECKS:
        for fault in find(document):
            is_right = False
            yield fault

    # A service cannot be called as it wants to be by what is wrong in itself.
    if is_right:
        yield from contract_faults(document, offers)


def _printable(fault: Fault) -> Fault:
    """The fault in words of bounded length that any client can decode."""
    return replace(
        fault,
        message=_short(fault.message, MAX_WORDS_CHARACTERS),
        hint=_short(fault.hint, MAX_WORDS_CHARACTERS),
        node=_short(fault.node, MAX_ID_CHARACTERS) if fault.node else None,
        field=_short(fault.field, MAX_FIELD_CHARACTERS) if fault.field else None,
    )


def _short(text: str, limit: int) -> str:
    # A lone surrogate, which JSON can write, cannot be encoded in an answer. Cut first:
    # a thousand messages may each quote a text of megabytes.
    beginning = text[: limit + 1]
    decodable = beginning.encode(errors="backslashreplace").decode()
    if len(decodable) <= limit:
        return decodable
    return f"{decodable[:limit]}…"
