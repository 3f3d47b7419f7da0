"""What the parts of an `api` say of each other: each is made from another one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from engine.domain.contracts.contract import Contract
from engine.domain.contracts.examples import example_of
from engine.domain.contracts.keywords import (
    Schema,
    inner_schemas,
    is_file,
    keyed,
    media_types,
)
from engine.domain.media_types import JSON
from engine.domain.protocol import TYPED_DATA_PART
from engine.domain.values import Json

ANY_TYPE = "*/*"

_KINDS = {str: "string", bool: "boolean", int: "integer", float: "number"}


def body_of(contract: Contract) -> Any:
    """`body`: an example of the typed data, or the names of the parts."""
    files = [key for key in contract.properties if contract.takes_files(key)]
    typed = contract.typed_keys
    if not files:
        return example_of(contract.schema, contract.schema) or {}

    if typed:
        files.append(typed[0] if len(typed) == 1 else TYPED_DATA_PART)
    return tuple(files) if len(files) > 1 else files[0]


def body_types_of(contract: Contract) -> tuple[tuple[str, ...], ...]:
    """`bodyType`: the media types of each part, in the order of `body`."""
    files = [key for key in contract.properties if contract.takes_files(key)]
    if not files:
        return ()
    types = [_types_of(contract, key) for key in files]
    return (*types, (JSON,)) if contract.typed_keys else tuple(types)


def _types_of(contract: Contract, key: str) -> tuple[str, ...]:
    schema = contract.properties[key]
    found = next(_files_in(schema, contract), schema)
    return media_types(found) or (ANY_TYPE,)


def result_types_of(schema: Schema) -> tuple[str, ...]:
    """`resultType`: the media types of all files, and JSON where there is other data.

    >>> result_types_of({"properties": {"n": {"type": "integer"}}})
    ('application/json',)
    """
    contract = Contract(schema)
    types: dict[str, None] = {}
    for found in _files_in(schema, contract):
        types.update(dict.fromkeys(media_types(found) or (ANY_TYPE,)))
    if not types or any(not contract.takes_files(key) for key in contract.properties):
        types[JSON] = None
    return tuple(types)


def _files_in(schema: Schema, contract: Contract) -> Iterator[Schema]:
    """The schemas of files within a schema, its definitions included."""
    if is_file(schema):
        yield schema
        return
    referred = contract.resolved(schema)
    if referred is not schema and is_file(referred):
        yield referred
    for _, inner in inner_schemas(schema):
        yield from _files_in(inner, contract)


def input_schema_of(body: Any, accepted: Mapping[str, Sequence[str]]) -> Schema:
    """`inputSchema` of a route that has only `body` and `bodyType`.

    >>> input_schema_of({"n": 1.5}, {})["properties"]
    {'n': {'type': 'number'}}
    """
    if isinstance(body, Mapping):
        return schema_of_example(body)

    properties = {name: _part(types) for name, types in accepted.items()}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _part(types: Sequence[str]) -> Schema:
    if tuple(types) == (JSON,):
        return {"description": "JSON: its keys join the typed data"}
    told = {"contentMediaType": ", ".join(types)} if types else {}
    return {"type": "string", "format": "binary"} | told


def schema_of_example(example: Json) -> dict[str, Any]:
    """The schema of everything that has the example's shape.

    >>> schema_of_example([1.5])
    {'type': 'array', 'items': {'type': 'number'}}
    """
    if isinstance(example, Mapping):
        return _object(example)
    if isinstance(example, list | tuple):
        items = schema_of_example(example[0]) if example else {}
        return {"type": "array", "items": items}

    kind = _KINDS.get(type(example))
    # A null in an example allows anything.
    if kind is None:
        return {}
    return {"type": kind} | _bounds(example)


def _object(example: Mapping[str, Json]) -> dict[str, Any]:
    if not example:
        return {"type": "object"}
    return {
        "type": "object",
        "properties": {key: schema_of_example(one) for key, one in example.items()},
        "required": [key for key, one in example.items() if one is not None],
        "additionalProperties": False,
    }


def _bounds(example: Json) -> dict[str, Any]:
    if type(example) is int:
        return {"format": "int64", "minimum": -(2**63), "maximum": 2**63 - 1}
    return {}


def output_schema_of(example: Json) -> dict[str, Any] | None:
    """`outputSchema` of a route that gives an example of its output only.

    Other keys may come: an example need not have all.
    """
    if not isinstance(example, Mapping) or not example:
        return None
    properties = {key: schema_of_example(one) for key, one in example.items()}
    return {"type": "object", "properties": keyed(properties)}
