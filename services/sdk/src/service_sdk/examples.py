"""Makes a small example of a value from its JSON schema."""

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


def example_of(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Any:
    """A small value of that schema; `root` is the schema that holds the `$defs`.

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
            return example_of(root["$defs"][name], root)

        case {"anyOf": [choice, *_]} | {"enum": [choice, *_]}:
            # A choice of `anyOf` is a schema, a choice of `enum` is a value.
            return example_of(choice, root) if isinstance(choice, dict) else choice

        case {"properties": properties}:
            return {key: example_of(value, root) for key, value in properties.items()}

        case {"prefixItems": items}:
            return [example_of(item, root) for item in items]

        case {"items": item}:
            return [example_of(item, root)]

        case _:
            return EXAMPLES_BY_TYPE.get(schema.get("type", ""))
