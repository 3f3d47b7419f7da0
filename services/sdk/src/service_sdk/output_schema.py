"""The `outputSchema` of an operation, made from the annotation of its result."""

import logging
import re
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter

from service_sdk.json_schemas import OF_NAMES, OF_VALUES, Schema, result_schema_of
from service_sdk.protocol import RESULT_KEY

log = logging.getLogger("service_sdk.output_schema")

NOTHING: Schema = {"type": "object", "properties": {}, "additionalProperties": False}
"""The schema of a result without any field."""

NUMBER_IN_LIST = "(0|[1-9][0-9]*)"
"""Files of a list are sent one by one, under the name of the list with a number."""


def output_schema(function: str, annotation: Any, description: str) -> Schema | None:
    """What a function with this annotation of its result gives; None: anything."""
    if annotation in (Any, object):
        return None

    try:
        whole = result_schema_of(TypeAdapter(annotation))
    except Exception as fault:
        # The types are the author's, and may raise anything. The operation works all
        # the same; only nobody is told what it gives.
        reason = str(fault).partition("\n")[0]
        log.warning("%s: its result cannot be announced: %s", function, reason)
        return None

    definitions = whole.pop("$defs", {})
    schema = _as_object(whole, definitions)
    if schema is None:
        return None
    if description:
        schema = {"description": description, **schema}
    return _with_needed(schema, definitions)


def _as_object(schema: Schema, definitions: Schema) -> Schema | None:
    """The schema of the object that a value becomes; None: it can be any."""
    choices = list(choices_of(schema, definitions))
    if any(not choice for choice in choices):
        return None

    nothing = [choice for choice in choices if choice.get("type") == "null"]
    objects = [choice for choice in choices if choice.get("type") == "object"]
    values = [c for c in choices if c not in nothing and c not in objects]

    forms = [_with_lists_of_files(one) for one in objects]
    if values:
        value = values[0] if len(values) == 1 else {"anyOf": values}
        forms.append(_with_lists_of_files(_only({RESULT_KEY: value})))
    if nothing:
        forms.append(NOTHING)

    if len(forms) == 1:
        return forms[0]
    return {"type": "object", "anyOf": forms}


def choices_of(schema: Schema, definitions: Schema) -> Iterator[Schema]:
    """The schemas of a union, or the schema itself; what it refers to in its place."""
    match schema:
        case {"$ref": str(reference)}:
            yield from choices_of(definitions[_name_in(reference)], definitions)
        case {"anyOf": list(choices)} | {"oneOf": list(choices)}:
            for choice in choices:
                yield from choices_of(choice, definitions)
        case _:
            yield schema


def _only(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _with_lists_of_files(schema: Schema) -> Schema:
    """An object whose files in lists are told as they are sent: one by one."""
    properties = schema.get("properties", {})
    lists = {name: _files_in(inner) for name, inner in properties.items()}
    patterns = {
        f"^{re.escape(name)}{NUMBER_IN_LIST}$": file
        for name, file in lists.items()
        if file is not None
    }

    # Only an empty list is there under its own name.
    required = [name for name in schema.get("required", ()) if lists.get(name) is None]
    changed: Schema = {"required": required} if required else {}
    if patterns:
        changed["patternProperties"] = patterns

    of_others = schema.get("additionalProperties")
    file = _files_in(of_others) if isinstance(of_others, dict) else None
    if file is not None:
        changed["additionalProperties"] = {"anyOf": [of_others, file]}

    is_open = "properties" not in schema
    kept = {key: value for key, value in schema.items() if key != "required"}
    return {"additionalProperties": is_open, **kept, **changed}


def _files_in(schema: Schema) -> Schema | None:
    """What the items are of a list that can hold files; None: it cannot."""
    for choice in schema.get("anyOf", [schema]):
        match choice:
            case {"type": "array", "items": {"format": "binary"} as file}:
                return dict(file)
            case {"type": "array", "items": items} if not items:
                return {}
    return None


def _with_needed(schema: Schema, definitions: Schema) -> Schema:
    """With the definitions that it refers to, and those that these refer to."""
    needed: Schema = {}
    waiting = list(_references(schema))
    while waiting:
        name = waiting.pop()
        if name not in needed:
            needed[name] = definitions[name]
            waiting += _references(definitions[name])

    in_order = {name: definitions[name] for name in definitions if name in needed}
    return {**schema, "$defs": in_order} if needed else schema


def _references(schema: Any) -> Iterator[str]:
    for inner in subschemas_of(schema):
        if isinstance(inner.get("$ref"), str):
            yield _name_in(inner["$ref"])


def subschemas_of(schema: Any) -> Iterator[Schema]:
    """The schema and all schemas in it."""
    if isinstance(schema, list):
        for item in schema:
            yield from subschemas_of(item)
    if not isinstance(schema, dict):
        return

    yield schema
    for key, value in schema.items():
        if key in OF_NAMES:
            yield from subschemas_of(list(value.values()))
        elif key not in OF_VALUES:
            yield from subschemas_of(value)


def _name_in(reference: str) -> str:
    return reference.rpartition("/")[2]
