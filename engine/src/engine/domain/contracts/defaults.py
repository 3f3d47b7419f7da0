"""Fills in what a contract gives for keys that are left out."""

from collections.abc import Iterator, Mapping

import orjson

from engine.domain.contracts.judge import Judge
from engine.domain.contracts.keywords import (
    Schema,
    inner_schemas,
    keyed,
    listed,
    target,
)
from engine.domain.errors import TooMuch
from engine.domain.values import Json

MAX_FILLED_BYTES = 1 << 20
"""Of one request: the default of a list's items is filled in once for each item."""

MAX_LOOKS = 5_000_000
"""At keys that a request could have: half a second, in a thread."""

MAX_LEVELS = 32
"""As deep as JSON of a request may be; a schema may refer to itself."""


def has_defaults(root: Schema) -> bool:
    """Whether a key anywhere in a schema has a default."""
    return any("default" in one for one in _all_schemas(root))


def count_keys(root: Schema) -> int:
    """How many keys of objects are named anywhere in a schema."""
    return sum(len(keyed(one.get("properties"))) for one in (root, *_all_schemas(root)))


def _all_schemas(schema: Schema) -> Iterator[Schema]:
    for _, inner in inner_schemas(schema):
        yield inner
        yield from _all_schemas(inner)


class Filling:
    """Fills in the defaults of a schema, within a budget."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._root = judge.root
        self._bytes_left = MAX_FILLED_BYTES
        self._looks_left = MAX_LOOKS

    def filled(self, schema: Schema, value: Json, levels: int = MAX_LEVELS) -> Json:
        """The value with all defaults; what it was given stays as it is.

        No object is made in order to fill it. Raises `TooMuch`.
        """
        if levels == 0 or not isinstance(value, dict | list):
            return value
        for one in self._applied(schema):
            if isinstance(value, dict):
                value = self._object(keyed(one.get("properties")), value, levels)
            elif isinstance(value, list) and isinstance(one.get("items"), Mapping):
                items = one["items"]
                value = [self.filled(items, item, levels - 1) for item in value]
        return value

    def _applied(self, schema: Schema) -> list[Schema]:
        """The schema, and those that it surely applies to the same value."""
        found: list[Schema] = []
        todo = [schema]
        while todo and len(found) < MAX_LEVELS:
            one = todo.pop()
            found.append(one)
            referred = target(one, self._root)
            todo += [referred] if referred is not None else []
            todo += [keyed(inner) for inner in listed(one.get("allOf"))]
            todo += _besides_null(one)
        return found

    def _object(
        self, properties: Schema, value: dict[str, Json], levels: int
    ) -> dict[str, Json]:
        self._look(len(properties))
        made = dict(value)
        for key, schema in properties.items():
            inner = keyed(schema)
            if key in made:
                made[key] = self.filled(inner, made[key], levels - 1)
            elif "default" in inner and self._judge.fits_default(inner):
                default = self._taken(inner["default"])
                made[key] = self.filled(inner, default, levels - 1)
        return made

    def _look(self, keys: int) -> None:
        self._looks_left -= keys
        if self._looks_left < 0:
            raise TooMuch("what could be filled in", MAX_LOOKS, "keys")

    def _taken(self, default: Json) -> Json:
        self._bytes_left -= len(orjson.dumps(default))
        if self._bytes_left < 0:
            raise TooMuch("what the defaults of the route add", MAX_FILLED_BYTES)
        return default


def _besides_null(schema: Schema) -> list[Schema]:
    """Of “this or null”, this."""
    choices = [keyed(one) for one in listed(schema.get("anyOf"))]
    others = [one for one in choices if one.get("type") != "null"]
    return others if len(others) == 1 else []
