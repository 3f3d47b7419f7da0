"""Examples of what a schema asks for, from what it says itself."""

from engine.domain.contracts.keywords import (
    ANYTHING,
    UNIONS,
    Schema,
    is_file,
    keyed,
    listed,
    target,
)
from engine.domain.values import Json

MAX_VALUES = 200
"""Of an example that is made: a schema may refer to itself, several times."""

MAX_LEVELS = 6

FILE_NAME = "file"


def example_of(schema: Schema, root: Schema = ANYTHING) -> Json:
    """A value that fits; None where nothing is known.

    >>> example_of({"type": "object", "properties": {"n": {"type": "integer"}}})
    {'n': 1}
    """
    return _Making(root).example(schema, MAX_LEVELS)


class _Making:
    """The making of one example."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._left = MAX_VALUES

    def example(self, schema: Schema, levels: int) -> Json:
        self._left -= 1
        told = _told(schema)
        if told is not None or levels == 0 or self._left < 0:
            return told

        instead = self._instead(schema)
        if instead is not None and "properties" not in schema:
            return self.example(instead, levels - 1)
        match schema.get("type"):
            case "object":
                return self._object(schema, levels)
            case "array":
                return self._array(schema, levels)
            case "integer" | "number":
                return _number(schema)
            case "string":
                return FILE_NAME if is_file(schema) else "text"
            case "boolean":
                return True
        return None

    def _instead(self, schema: Schema) -> Schema | None:
        """The schema that says what this one is, where it does not say it itself."""
        referred = target(schema, self._root)
        if referred is not None:
            return referred
        choices = (one for word in ("allOf", *UNIONS) for one in _all(schema, word))
        return next(choices, None)

    def _object(self, schema: Schema, levels: int) -> Json:
        properties = keyed(schema.get("properties"))
        made = {}
        for key, inner in properties.items():
            if self._left > 0:
                made[key] = self.example(keyed(inner), levels - 1)
        return made

    def _array(self, schema: Schema, levels: int) -> Json:
        wanted = _all(schema, "prefixItems") or [keyed(schema.get("items"))]
        return [self.example(one, levels - 1) for one in wanted if one]


def _told(schema: Schema) -> Json:
    """What the schema itself gives as an example."""
    told = [schema.get("default"), schema.get("const")]
    told += [*listed(schema.get("examples"))[:1], *listed(schema.get("enum"))[:1]]
    return next((example for example in told if example is not None), None)


def _all(schema: Schema, keyword: str) -> list[Schema]:
    return [keyed(one) for one in listed(schema.get(keyword))]


def _number(schema: Schema) -> Json:
    limits = (schema.get("minimum"), schema.get("maximum"))
    return next((limit for limit in limits if isinstance(limit, int | float)), 1)
