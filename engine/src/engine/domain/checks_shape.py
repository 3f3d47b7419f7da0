"""Whether the parts of a document have the right form, in words for people."""

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from engine.domain.checks_document import LOOPS, NODES, Document, Level, Seen
from engine.domain.errors import Fault
from engine.domain.pipeline import (
    KINDS,
    Api,
    Pipeline,
    PlainNode,
    Side,
    field_names,
    suggestion,
)
from engine.domain.values import Json

CODE, DEPTH, FINDINGS = 200_000, 32, 100
HALF = re.compile("[\ud800-\udfff]")
STAND_IN = [{"id": "some", "type": "node"}]
Finding = tuple[str, str, str, str]
"""A field, the code, the message and the hint."""
Wording = Callable[[str, Json, Any, Any], Finding]


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
    for place, entry in level.entries.items():
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
            finding = _translated(one, raw, names)
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


# what a field wants, where that is more than its type says
WANTED = {
    "api.body": "an object, the name of a field or a list of names",
    "api.bodyType": "the media types of every field, as lists",
    "query.": "a text, a number, true or false",
    "then": "an object or code",
    "else": "an object or code",
}
TYPES = {
    "string_type": "a text",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "int_type": "a whole number",
    "float_type": "a number",
}
NAME = "letters, digits, “_”, “-”"
PATTERNS = {
    "id": ("bad-id", f"use {NAME}; begin with a letter or “_”; at most 100"),
    "api.route": ("bad-route", f"use {NAME}, “.”; begin with a letter or digit"),
    "service": ("bad-route", "write the route of a service or of a pipeline"),
}


def _translated(error: Any, raw: Mapping[str, Json], names: Iterable[str]) -> Finding:
    """One complaint of pydantic as an author can understand it."""
    field, value = _found(error["loc"], raw)
    say: Wording = WORDS.get(error["type"], _wrong_type)
    return say(field, value, error, names)


def _found(loc: Iterable[str | int], raw: Json) -> tuple[str, Json]:
    """The field meant, as far as the author wrote it, and its value."""
    field = ""
    for part in loc:
        if isinstance(raw, dict) and part in raw:
            field, raw = f"{field}.{part}", raw[part]
        elif isinstance(raw, list) and isinstance(part, int):
            field, raw = f"{field}[{part}]", raw[part]
        else:
            break
    return field.lstrip("."), raw


def _wrong_type(field: str, value: Json, error: Any, names: object) -> Finding:
    key = re.sub(r"\[.*|(?<=^query\.).*", "", field)
    wanted = WANTED.get(key) or TYPES.get(error["type"], "of another form")
    hint = f'write ["{value}"]' if wanted == "a list" and _word(value) else ""
    message = f"“{field}” must be {wanted}, not {described(value)}"
    return field, "wrong-type", message, hint or f"write {wanted}"


def _word(value: Json) -> bool:
    return isinstance(value, str) and 0 < len(value) < 100


def _missing(field: str, value: Json, error: Any, names: object) -> Finding:
    name = ".".join(filter(None, (field, error["loc"][-1])))
    return name, "missing-field", f"“{name}” is missing", f"add “{name}”"


def _unknown(field: str, value: Json, error: Any, names: Iterable[str]) -> Finding:
    *outer, name = error["loc"]
    own = names if not outer else field_names(Api if outer == ["api"] else Side)
    hint = suggestion(name[:100], own) or f"the fields here are {', '.join(own)}"
    return field, "unknown-field", f"there is no field “{field}” here", hint


def _pattern(field: str, value: Json, error: Any, names: object) -> Finding:
    code, hint = PATTERNS[field]
    return field, code, f"“{value}” cannot be used as “{field}”", hint


def _empty(field: str, value: Json, error: Any, names: object) -> Finding:
    return field, "empty", f"“{field}” is empty", "fill it or leave it out"


def _long(field: str, value: Json, error: Any, names: object) -> Finding:
    limit = error["ctx"]["max_length"]
    message = f"“{field}” is longer than {limit} characters"
    return field, "too-long", message, "shorten it"


def _range(field: str, value: Json, error: Any, names: object) -> Finding:
    message = f"“{field}” is {value}, out of its range"
    return field, "out-of-range", message, error["msg"].replace("Input", "it")


def _literal(field: str, value: Json, error: Any, names: object) -> Finding:
    wanted = error["ctx"]["expected"]
    return field, "bad-value", f"“{field}” cannot be “{value}”", f"write {wanted}"


def _address(field: str, value: Json, error: Any, names: object) -> Finding:
    both = value.get("url") is not None
    message = "both “service” and “url” are given" if both else "no service is named"
    return "service", "service-or-url", message, "name either a “service” or a “url”"


WORDS: Mapping[str, Wording] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_pattern_mismatch": _pattern,
    "string_too_short": _empty,
    "too_short": _empty,
    "string_too_long": _long,
    "greater_than": _range,
    "greater_than_equal": _range,
    "less_than_equal": _range,
    "literal_error": _literal,
    "value_error": _address,
}


def described(value: Json) -> str:
    """What kind of thing a value is.

    >>> described([])
    'an empty list'
    """
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            return f"the number {value:.6g}" if abs(value) < 1e15 else "a number"
        case "":
            return "an empty text"
        case str():
            return f"the text “{value}”"
        case list():
            return "a list" if value else "an empty list"
    return "an object"
