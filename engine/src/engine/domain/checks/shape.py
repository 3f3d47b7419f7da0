"""Whether the pieces of a document have the right form, in words for people."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from pydantic import BaseModel, ValidationError

from engine.domain.checks.document import Document
from engine.domain.checks.level import Level, Seen
from engine.domain.checks.words import (
    Finding,
    Vocabulary,
    described,
    translated,
)
from engine.domain.errors import Fault
from engine.domain.pipeline import KINDS, Pipeline, PlainNode, field_names
from engine.domain.suggestions import Suggestions
from engine.domain.values import RESERVED_KEYS, Json

MAX_FINDINGS = 100
"""How many faults of one node are told."""

# Half of a surrogate pair: JSON can write it as an escape, but it is no character and
# cannot be encoded, so no store takes it.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")

# The nodes of a body are checked one by one. In the loop (or the pipeline) itself one
# right node stands for all of them, so that their faults are not found twice.
_STAND_IN = [{"id": "some", "type": "node"}]


def shape_faults(document: Document) -> Iterator[Fault]:
    """Fields that are missing, unknown, or not of the form they must have."""
    raw = _without_body(document.raw)
    for finding in _findings(
        Pipeline, raw, Vocabulary(field_names(Pipeline), document.suggestions)
    ):
        field, code, message, hint = finding
        yield Fault(code, message, hint, field=field)

    for level in document.levels:
        yield from _entries_that_are_no_nodes(level)
        for node in level.nodes:
            yield from (
                node.fault(*finding)
                for finding in _node_findings(node, document.suggestions)
            )


def _entries_that_are_no_nodes(level: Level) -> Iterator[Fault]:
    for place, entry in level.raw.items():
        if not isinstance(entry, dict):
            message = f"a node is an object, not {described(entry)}"
            yield Fault("wrong-type", message, 'write {"id": …}', field=place)


def _node_findings(node: Seen, suggestions: Suggestions) -> Iterator[Finding]:
    if node.kind is None:
        yield _bad_type(node.raw, suggestions)
        # Of the other fields only those that every node has can be judged.
        common = field_names(PlainNode)
        known = {name: value for name, value in node.raw.items() if name in common}
        nothing = Vocabulary((), suggestions)
        yield from _findings(PlainNode, known | {"type": "node"}, nothing)
        return

    raw = _without_body(node.raw)
    vocabulary = Vocabulary(field_names(node.kind), suggestions)
    yield from _findings(node.kind, raw, vocabulary)


def _without_body(raw: Mapping[str, Json]) -> dict[str, Json]:
    """The fields with a stand-in for a body; an empty body is a fault and stays."""
    fields = dict(raw)
    nodes = fields.get("nodes")
    if isinstance(nodes, list) and nodes:
        fields["nodes"] = _STAND_IN
    return fields


def _bad_type(raw: Mapping[str, Json], suggestions: Suggestions) -> Finding:
    write_one = f"write one of {', '.join(KINDS)}"

    if "type" not in raw:
        return "type", "missing-field", "“type” is missing", write_one

    kind = raw["type"]
    if not isinstance(kind, str):
        message = f"“type” must be a text, not {described(kind)}"
        return "type", "wrong-type", message, write_one

    hint = suggestions.hint(kind, KINDS) or write_one
    return "type", "unknown-type", f"there is no type “{kind}” of node", hint


def _findings(
    model: type[BaseModel],
    raw: Mapping[str, Json],
    known: Vocabulary,
) -> Iterator[Finding]:
    """All that is wrong with a node or the pipeline, one finding per field."""
    found = {finding[0]: finding for finding in islice(_bad_values(raw), MAX_FINDINGS)}

    try:
        model.model_validate(raw)
    except ValidationError as error:
        for complaint in error.errors(include_url=False)[:MAX_FINDINGS]:
            finding = translated(complaint, raw, known)
            found.setdefault(finding[0], finding)

    yield from found.values()


def _bad_values(raw: Json, *place: str | int) -> Iterator[Finding]:
    """Values that JSON can write but stores and services cannot take."""
    # The place is written only for what is bad: to write it for each value would take
    # as long as keys are, for each of them.
    match raw:
        case dict():
            for key, value in raw.items():
                if key in RESERVED_KEYS:
                    yield _reserved(key, _written((*place, key)))
                yield from _bad_values(key, *place)
                yield from _bad_values(value, *place, key)
        case list():
            for at, value in enumerate(raw):
                yield from _bad_values(value, *place, at)
        case str() if LONE_SURROGATE.search(raw):
            field = _written(place)
            message = f"“{field}” contains an incomplete character (a lone surrogate)"
            yield field, "bad-value", message, "write the whole character"
        case int() | float() if not _storable(raw):
            field = _written(place)
            message = (
                f"the number in “{field}” is not finite, or needs more than 64 bits"
            )
            yield field, "bad-value", message, "write it as a text"


def _reserved(key: str, field: str) -> Finding:
    message = f"the key “{key}” in “{field}” is reserved for the engine"
    return field, "reserved-key", message, "use another key"


def _written(place: Iterable[str | int]) -> str:
    """A place as authors write it.

    >>> _written(["params", "sizes", 2])
    'params.sizes[2]'
    """
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return "".join(steps).lstrip(".")


def _storable(number: int | float) -> bool:
    if isinstance(number, float):
        return math.isfinite(number)
    # BSON, the form of documents in MongoDB, has no larger integers.
    return -(2**63) <= number < 2**63
