"""Whether the pieces of a document have the right form, in words for people."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel, ValidationError

from engine.domain.checks.document import Document, Level, Seen
from engine.domain.checks.words import (
    MAX_MISSPELT_CHARACTERS,
    Finding,
    described,
    translated,
)
from engine.domain.errors import Fault
from engine.domain.pipeline import (
    KINDS,
    MAX_NODES,
    Pipeline,
    PlainNode,
    field_names,
    suggestion,
)
from engine.domain.values import Json

MAX_ALL_CODE_CHARACTERS = 200_000
MAX_LOOP_NESTING = 8
MAX_DEPTH = 32
"""How many objects and lists may stand within each other."""
MAX_FINDINGS = 100
"""How many faults of one node are told."""

# Half of a surrogate pair: JSON can write it as an escape, but it is no character and
# cannot be encoded, so no store takes it.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")

# The nodes of a body are checked one by one. In the loop (or the pipeline) itself one
# right node stands for all of them, so that their faults are not found twice.
_STAND_IN = [{"id": "some", "type": "node"}]


def limit_faults(document: Document) -> Iterator[Fault]:
    """What is so large that nothing else is looked at."""
    if document.size > MAX_NODES:
        message = f"there are more than {MAX_NODES} nodes"
        yield Fault(
            "too-many-nodes",
            message,
            "call another pipeline as a service",
            field="nodes",
        )

    if len(document.code) > MAX_ALL_CODE_CHARACTERS:
        limit = MAX_ALL_CODE_CHARACTERS
        message = f"the code of all nodes is longer than {limit} characters"
        yield Fault("too-much-code", message, "move the work into a service")

    for level in document.levels:
        # Told once, of the outermost loop that is too deep.
        nesting = len(list(level.around))
        if level.loop and nesting == MAX_LOOP_NESTING + 1:
            message = f"loops are nested more than {MAX_LOOP_NESTING} deep"
            yield level.loop.fault(
                "nodes", "too-deep", message, "call another pipeline as a service"
            )


def shape_faults(document: Document) -> Iterator[Fault]:
    """Fields that are missing, unknown, or not of the form they must have."""
    raw = _without_body(document.raw)
    for finding in _findings(Pipeline, raw, field_names(Pipeline)):
        field, code, message, hint = finding
        yield Fault(code, message, hint, field=field)

    for level in document.levels:
        yield from _entries_that_are_no_nodes(level)
        for node in level.nodes:
            yield from (node.fault(*finding) for finding in _node_findings(node))


def depth(value: Json) -> int:
    """How many objects and lists stand within each other.

    It goes layer by layer: recursion would fail for what is nested too deep.

    >>> depth({"a": [{}]})
    3
    """
    deep = 0
    layer = _containers([value])

    while layer:
        deep += 1
        inner: list[Json] = []
        for outer in layer:
            inner.extend(outer.values() if isinstance(outer, dict) else outer)
        layer = _containers(inner)
    return deep


def _containers(values: Iterable[Json]) -> list[Json]:
    return [value for value in values if isinstance(value, (dict, list))]


def _entries_that_are_no_nodes(level: Level) -> Iterator[Fault]:
    for place, entry in level.raw.items():
        if not isinstance(entry, dict):
            message = f"a node is an object, not {described(entry)}"
            yield Fault("wrong-type", message, 'write {"id": …}', field=place)


def _node_findings(node: Seen) -> Iterator[Finding]:
    if node.kind is None:
        yield _bad_type(node.raw)
        # Of the other fields only those that every node has can be judged.
        common = field_names(PlainNode)
        known = {name: value for name, value in node.raw.items() if name in common}
        yield from _findings(PlainNode, known | {"type": "node"}, ())
        return

    raw = _without_body(node.raw)
    yield from _findings(node.kind, raw, field_names(node.kind))


def _without_body(raw: Mapping[str, Json]) -> dict[str, Json]:
    """The fields with a stand-in for a body; an empty body is a fault and stays."""
    fields = dict(raw)
    nodes = fields.get("nodes")
    if isinstance(nodes, list) and nodes:
        fields["nodes"] = _STAND_IN
    return fields


def _bad_type(raw: Mapping[str, Json]) -> Finding:
    write_one = f"write one of {', '.join(KINDS)}"

    if "type" not in raw:
        return "type", "missing-field", "“type” is missing", write_one

    kind = raw["type"]
    if not isinstance(kind, str):
        message = f"“type” must be a text, not {described(kind)}"
        return "type", "wrong-type", message, write_one

    hint = suggestion(kind[:MAX_MISSPELT_CHARACTERS], KINDS) or write_one
    return "type", "unknown-type", f"there is no type “{kind}” of node", hint


def _findings(
    model: type[BaseModel],
    raw: Mapping[str, Json],
    names: Iterable[str],
) -> Iterator[Finding]:
    """All that is wrong with a node or the pipeline, one finding per field."""
    found = {finding[0]: finding for finding in _bad_values(raw)}

    try:
        model.model_validate(raw)
    except ValidationError as error:
        for complaint in error.errors(include_url=False)[:MAX_FINDINGS]:
            finding = translated(complaint, raw, names)
            found.setdefault(finding[0], finding)

    yield from found.values()


def _bad_values(raw: Json, place: str = "") -> Iterator[Finding]:
    """Values that JSON can write but stores and services cannot take."""
    match raw:
        case dict():
            for key, value in raw.items():
                yield from _bad_values(key, place)
                yield from _bad_values(value, f"{place}.{key}".lstrip("."))
        case list():
            for at, value in enumerate(raw):
                yield from _bad_values(value, f"{place}[{at}]")
        case str() if LONE_SURROGATE.search(raw):
            message = f"“{place}” contains an incomplete character (a lone surrogate)"
            yield place, "bad-value", message, "write the whole character"
        case int() | float() if not _storable(raw):
            message = (
                f"the number in “{place}” is not finite, or needs more than 64 bits"
            )
            yield place, "bad-value", message, "write it as a text"


def _storable(number: int | float) -> bool:
    if isinstance(number, float):
        return math.isfinite(number)
    # BSON, the form of documents in MongoDB, has no larger integers.
    return -(2**63) <= number < 2**63
