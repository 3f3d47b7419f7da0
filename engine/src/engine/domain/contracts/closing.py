"""Says in a schema itself which of its objects take no other keys.

A route that names its keys takes no others, also where its schema does not say so: a
key that is misspelt would go unnoticed otherwise.
"""

from collections.abc import Iterator
from typing import Any

from engine.domain.contracts.keywords import (
    DEFINITION,
    IN_PLACE,
    Schema,
    Steps,
    inner_schemas,
    with_inner,
)

_SAYS_WHICH = frozenset(
    {"additionalProperties", "patternProperties", "unevaluatedProperties", "$ref"}
)


def closed(root: Schema) -> dict[str, Any]:
    """The schema of an input, with each object that names its keys closed."""
    shared = frozenset(_shared_definitions(root))
    return _closed(root, shared)


def _closed(schema: Schema, shared: frozenset[str]) -> dict[str, Any]:
    def close(steps: Steps, inner: Schema) -> Schema:
        is_part = steps[0] in IN_PLACE or (steps[0] == "$defs" and steps[-1] in shared)
        return inner if is_part else _closed(inner, shared)

    made = with_inner(schema, close)
    says_which = (_SAYS_WHICH | IN_PLACE) & schema.keys()
    if schema.get("properties") and not says_which:
        made["additionalProperties"] = False
    return made


def _shared_definitions(schema: Schema, in_place: bool = False) -> Iterator[str]:
    """The definitions that say only a part of what an object is."""
    reference = schema.get("$ref")
    if in_place and isinstance(reference, str):
        yield reference.removeprefix(DEFINITION)
    for (keyword, *_), inner in inner_schemas(schema):
        yield from _shared_definitions(inner, keyword in IN_PLACE)
