"""Whether the parts of a document have the right form, in words for people."""

import math
import re
from collections.abc import Iterable, Iterator, Mapping

from pydantic import BaseModel, ValidationError

from engine.domain.checks.document import LOOPS, NODES, Document, Level, Seen
from engine.domain.checks.words import Finding, described, translated
from engine.domain.errors import Fault
from engine.domain.pipeline import (
    KINDS,
    Pipeline,
    PlainNode,
    field_names,
    suggestion,
)
from engine.domain.values import Json

CODE, DEPTH, FINDINGS = 200_000, 32, 100
HALF = re.compile("[\ud800-\udfff]")
STAND_IN = [{"id": "some", "type": "node"}]


def limit_faults(document: Document) -> Iterator[Fault]:
    """What is so large that nothing else is looked at."""
    if document.size > NODES:
        message = f"there are more than {NODES} nodes"
        yield Fault("too-many-nodes", message, "call another pipeline", None, "nodes")
    if len(document.code) > CODE:
        message = f"the code of all nodes is longer than {CODE} characters"
        yield Fault("too-much-code", message, "move the work into a service")
    for level in document.levels:
        if len(list(level.around)) == LOOPS + 1 and level.loop:
            message = f"loops are nested more than {LOOPS} deep"
            yield level.loop.fault("nodes", "too-deep", message, "call a pipeline")


def shape_faults(document: Document) -> Iterator[Fault]:
    """Fields that are missing, unknown, or not of the form they must have."""
    raw = dict(document.raw)
    if isinstance(raw.get("nodes"), list):
        raw["nodes"] = raw["nodes"] and STAND_IN
    for finding in _findings(Pipeline, raw, field_names(Pipeline)):
        field, code, message, hint = finding
        yield Fault(code, message, hint, None, field)
    for level in document.levels:
        yield from _strangers(level)
        for node in level.nodes:
            yield from (node.fault(*finding) for finding in _node_findings(node))


def depth(value: Json) -> int:
    """How many objects and lists stand within each other.

    >>> depth({"a": [{}]})
    3
    """
    layer, deep = [value], 0
    while layer := [v for v in layer if isinstance(v, (dict, list))]:
        deep += 1
        layer = [
            inner
            for outer in layer
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return deep


def _strangers(level: Level) -> Iterator[Fault]:
    for place, entry in level.raw.items():
        if not isinstance(entry, dict):
            message = f"a node is an object, not {described(entry)}"
            yield Fault("wrong-type", message, 'write {"id": …}', None, place)


def _node_findings(node: Seen) -> Iterator[Finding]:
    raw = dict(node.raw)
    if node.kind is None:
        yield _bad_type(raw)
        raw = {k: v for k, v in raw.items() if k in field_names(PlainNode)}
        yield from _findings(PlainNode, raw | {"type": "node"}, ())
        return
    if isinstance(raw.get("nodes"), list):
        raw["nodes"] = raw["nodes"] and STAND_IN
    yield from _findings(node.kind, raw, field_names(node.kind))


def _bad_type(raw: Mapping[str, Json]) -> Finding:
    kinds = f"one of {', '.join(KINDS)}"
    if "type" not in raw:
        return "type", "missing-field", "“type” is missing", f"write {kinds}"
    kind = raw["type"]
    if not isinstance(kind, str):
        message = f"“type” must be a text, not {described(kind)}"
        return "type", "wrong-type", message, f"write {kinds}"
    hint = suggestion(kind[:100], KINDS) or f"write {kinds}"
    return "type", "unknown-type", f"there is no type “{kind}” of node", hint


def _findings(
    model: type[BaseModel], raw: Mapping[str, Json], names: Iterable[str]
) -> Iterator[Finding]:
    """All that is wrong with a part, one finding per field."""
    found = {finding[0]: finding for finding in _bad_values(raw)}
    try:
        model.model_validate(raw)
    except ValidationError as error:
        for one in error.errors(include_url=False)[:FINDINGS]:
            finding = translated(one, raw, names)
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
        case str() if HALF.search(raw):
            message = f"“{place}” holds half a character (a lone surrogate)"
            yield place, "bad-value", message, "write the whole character"
        case int() | float() if not _storable(raw):
            message = f"the number in “{place}” is not finite, or beyond 64 bits"
            yield place, "bad-value", message, "write it as a text"


def _storable(number: int | float) -> bool:
    if isinstance(number, float):
        return math.isfinite(number)
    return -(2**63) <= number < 2**63
