"""Makes a small example of a value from its JSON schema."""

import mimetypes
from collections.abc import Mapping
from typing import Any

EXAMPLES_BY_TYPE: dict[str, object] = {
    "string": "text",
    "integer": 1,
    "number": 0.5,
    "boolean": True,
    "array": [],
    "object": {},
}


def example_of_call(
    contract: Mapping[str, Any], typed: Mapping[str, object] | None
) -> dict[str, object]:
    """What a caller could send: what must be there, and what the author shows.

    A file is shown as its name. `typed` is the body that the author shows; null in it
    stands for "any value", and a caller leaves it out.
    """
    shown = {key: value for key, value in (typed or {}).items() if value is not None}
    if shown:
        return shown

    for key, schema in contract["properties"].items():
        if key in contract["required"] or "examples" in schema:
            shown[key] = _file_example(key, schema) or example_of(schema, contract)
    return shown


def _file_example(key: str, schema: Mapping[str, Any]) -> object:
    match schema:
        case {"items": {"format": "binary"} as file, **words}:
            number = max(words.get("minItems", 1), 1)
            return [_file_example(f"{key}{at}", file) for at in range(number)]
        case {"format": "binary"}:
            first_type = schema.get("contentMediaType", "").partition(",")[0]
            return key + (mimetypes.guess_extension(first_type) or "")
    return None


def example_of(
    schema: Mapping[str, Any],
    root: Mapping[str, Any],
    within: tuple[str, ...] = (),
) -> Any:
    """A small value of that schema; `root` is the schema that holds the `$defs`.

    A type inside itself ends in null, which the engine reads as "any value".
    `within` are the definitions that this schema is in.

    >>> name, age = {"type": "string"}, {"type": "integer", "default": 31}
    >>> example_of({"properties": {"name": name, "age": age}}, {})
    {'name': 'text', 'age': 31}
    """
    match schema:
        case {"examples": [first, *_]}:
            return first

        # A default of null stays null, which the engine reads as "any value".
        case {"default": value}:
            return value

        case {"$ref": str(reference)}:
            name = reference.rpartition("/")[2]
            if name in within:
                return None
            return example_of(root["$defs"][name], root, (*within, name))

        case {"anyOf": [choice, *_]} | {"enum": [choice, *_]}:
            # A choice of `anyOf` is a schema, a choice of `enum` is a value.
            is_schema = isinstance(choice, dict)
            return example_of(choice, root, within) if is_schema else choice

        case {"properties": properties}:
            return {
                key: example_of(value, root, within)
                for key, value in properties.items()
            }

        case {"prefixItems": items}:
            return [example_of(item, root, within) for item in items]

        case {"items": item}:
            return [example_of(item, root, within)]

        case _:
            return EXAMPLES_BY_TYPE.get(schema.get("type", ""))
