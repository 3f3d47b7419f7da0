"""The keywords of JSON Schema that hold schemas: how a walk through one finds them."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from engine.domain.values import Json

Schema = Mapping[str, Any]

ANYTHING: Schema = {}
"""The schema that says nothing."""

DEFINITION = "#/$defs/"
"""What every reference begins with: schemas refer to their own definitions only."""

FOREIGN = (
    "$id",
    "$anchor",
    "$dynamicRef",
    "$dynamicAnchor",
    "$recursiveRef",
    "$recursiveAnchor",
    "$vocabulary",
)
"""Keywords by which a schema would be found from elsewhere, or find others."""

UNIONS = ("anyOf", "oneOf")

CONDITIONS = ("not", "if", "then", "else")

_ONE = {
    "items",
    "additionalProperties",
    "contains",
    "propertyNames",
    "unevaluatedItems",
    "unevaluatedProperties",
    *CONDITIONS,
}
_LISTS = {"allOf", "anyOf", "oneOf", "prefixItems"}
_BY_KEY = {"properties", "patternProperties", "dependentSchemas", "$defs"}

IN_PLACE = frozenset({"allOf", *UNIONS, *CONDITIONS, "dependentSchemas"})
"""Those whose schemas are applied to the same value as the schema itself."""

Place = tuple[str | int, ...]
"""The keys and indices that lead to a value, or to a schema within another."""

Steps = tuple[str] | tuple[str, str | int]
"""A keyword, and a key or an index where it holds several schemas."""


def inner_schemas(schema: Schema) -> Iterator[tuple[Steps, Schema]]:
    """The schemas right inside of one, each with its place; booleans are left out.

    >>> list(inner_schemas({"items": {"type": "string"}, "anyOf": [True]}))
    [(('items',), {'type': 'string'})]
    """
    for keyword, held in schema.items():
        if keyword in _ONE:
            if _is_schema(held):
                yield (keyword,), held
            continue

        several: Iterable[tuple[str | int, Any]] = ()
        if keyword in _LISTS:
            several = enumerate(listed(held))
        elif keyword in _BY_KEY:
            several = keyed(held).items()
        for key, inner in several:
            if _is_schema(inner):
                yield (keyword, key), inner


def _is_schema(value: Any) -> bool:
    # Schemas are dicts as a rule. To ask for `Mapping` takes ten times as long, and it
    # is asked thousands of times for each schema with many keys.
    kind = type(value)
    return kind is dict or (kind is not bool and isinstance(value, Mapping))


def with_inner(
    schema: Schema, change: Callable[[Steps, Schema], Schema]
) -> dict[str, Any]:
    """The schema with each of the schemas right inside of it changed."""
    made = dict(schema)
    for steps, inner in inner_schemas(schema):
        changed = change(steps, inner)
        keyword, *rest = steps
        holder: Any = schema[str(keyword)]
        if not rest:
            made[str(keyword)] = changed
            continue
        if made[str(keyword)] is holder:
            copied = dict(holder) if isinstance(holder, Mapping) else list(holder)
            made[str(keyword)] = copied
        made[str(keyword)][rest[0]] = changed
    return made


def pattern_count(schema: Schema) -> int:
    """How many patterns there are in a schema."""
    inner = sum(pattern_count(inner) for _, inner in inner_schemas(schema))
    return own_patterns(schema) + inner


def own_patterns(schema: Schema) -> int:
    """How many patterns there are in a schema, without schemas in it."""
    return ("pattern" in schema) + len(keyed(schema.get("patternProperties")))


def keyed(value: Any) -> Schema:
    """The object, if it is one."""
    return value if _is_schema(value) else ANYTHING


def listed(value: Any) -> list[Json] | tuple[Json, ...]:
    """The list, if it is one."""
    return value if isinstance(value, list | tuple) else ()


def target(schema: Schema, root: Schema) -> Schema | None:
    """The definition that a schema refers to; None: it refers to none."""
    reference = schema.get("$ref")
    if not isinstance(reference, str) or not reference.startswith(DEFINITION):
        return None
    definitions = keyed(root.get("$defs"))
    return keyed(definitions.get(reference.removeprefix(DEFINITION)))


def is_file(schema: Schema) -> bool:
    """Whether it stands for a binary."""
    return schema.get("format") == "binary"


def media_types(schema: Schema) -> tuple[str, ...]:
    """The media types of a binary; none: any.

    >>> media_types({"contentMediaType": "image/png, image/jpeg"})
    ('image/png', 'image/jpeg')
    """
    told = schema.get("contentMediaType")
    if not isinstance(told, str):
        return ()
    return tuple(name.strip() for name in told.split(",") if name.strip())
