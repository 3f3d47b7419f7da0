"""Says whether values fit a schema: what the validator says, within bounds.

A binary is in the data as a reference, which JSON Schema knows nothing of. So the
validator gets a schema in which each binary is the object that `Blob.to_json` writes,
and in which no other object may be one.

The validator does not let others run before it is done, and schemas come from outside.
So the work is estimated first: how often schemas may be applied to one value, and how
many values there are.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from itertools import islice
from typing import Any

from jsonschema_rs import (
    Draft202012Validator,
    ReferencingError,
    RegexOptions,
    ValidationError,
)

from engine.domain.contracts.keywords import (
    FOREIGN,
    IN_PLACE,
    Schema,
    inner_schemas,
    is_file,
    keyed,
    media_types,
    target,
    with_inner,
)
from engine.domain.media_types import JSON, OCTET_STREAM, accepts
from engine.domain.values import BLOB_KEY, Json

# Of one pattern, compiled. The engine of these patterns takes linear time whatever they
# are, and some of them much memory.
PATTERN_BYTES = 256 << 10

MAX_IN_PLACE = 1_000
"""Schemas that are applied to one value. A few that refer to each other can become
millions."""

BYTES_AT_ONCE = 4_096
"""JSON up to this size is judged without an estimate, where a schema is ordinary."""

VISITS_AT_ONCE = 100_000
"""Schemas applied to values in one go: 3 ms as a rule, 30 ms at most."""

MAX_VISITS = 3_000_000
"""Of one request altogether. What would take longer is left to the service."""

_PATTERNS = RegexOptions(size_limit=PATTERN_BYTES, dfa_size_limit=PATTERN_BYTES)

BadSchema = (ValidationError, ReferencingError, ValueError)
"""What the validator raises for a schema that it cannot read."""


def validator(schema: Schema) -> Draft202012Validator:
    """It fetches nothing, and its patterns take linear time; raises `BadSchema`."""
    return Draft202012Validator(
        dict(schema),
        validate_formats=False,
        pattern_options=_PATTERNS,
        offline=True,
        # Its words are not shown; with the value in them they would take long to make.
        mask="value",
    )


class Judge:
    """Judges values by a schema and by the schemas within it."""

    def __init__(self, root: Schema) -> None:
        self.root = root
        self._validators: dict[int, Draft202012Validator] = {}
        self._defaults: dict[int, bool] = {}
        self._rules: dict[tuple[int, str], Draft202012Validator] = {}

    @cached_property
    def is_readable(self) -> bool:
        """Whether the schema is one: an engine that did not check may have stored it.

        What cannot be read asks for nothing.
        """
        try:
            return self._effort.is_finite and bool(self._validator(self.root))
        except (*BadSchema, RecursionError):
            return False

    def fits(self, value: Json) -> bool:
        """Whether a value fits the whole schema."""
        return self._validator(self.root).is_valid(value)

    def fits_inner(self, schema: Schema, value: Json) -> bool:
        """Whether a value fits one of the schemas within it."""
        return self._validator(schema).is_valid(value)

    def fits_default(self, schema: Schema) -> bool:
        """Whether the default of a schema within it is a value of that one.

        It is found once. Announcements have others: `x: int = None` in Python.
        """
        known = self._defaults.get(id(schema))
        if known is None:
            known = self.fits_inner(schema, schema["default"])
            self._defaults[id(schema)] = known
        return known

    def keeps(self, schema: Schema, keywords: tuple[str, ...], value: Json) -> bool:
        """Whether a value keeps to some keywords of one of the schemas."""
        key = (id(schema), keywords[0])
        known = self._rules.get(key)
        if known is None:
            only = {word: schema[word] for word in keywords if word in schema}
            known = validator(self._with_definitions(_with_references(only)))
            self._rules[key] = known
        return known.is_valid(value)

    def judges_at_once(self, json_bytes: int) -> bool:
        """Whether data of this size needs no estimate of its own."""
        return json_bytes <= BYTES_AT_ONCE and self.is_quick(json_bytes)

    def is_quick(self, json_bytes: int) -> bool:
        """Whether data of this size is judged in one go, whatever is in it."""
        # A value takes two bytes at least, itself and a comma.
        visits = self._effort.per_value * json_bytes / 2
        return visits <= VISITS_AT_ONCE and not self.multiplies

    def visits(self, value: Json) -> int:
        """How often schemas may be applied to a value and to what is in it."""
        values, depth = _extent(value)
        effort = self._effort
        return int(values * effort.per_value * effort.branching**depth)

    @property
    def multiplies(self) -> bool:
        """Whether each level of a value may take several times the work."""
        return self._effort.branching > 1

    @cached_property
    def _effort(self) -> "Effort":
        return Effort(self.root)

    @cached_property
    def _definitions(self) -> dict[str, Any]:
        return _with_references({"$defs": self.root.get("$defs", {})})

    def _validator(self, schema: Schema) -> Draft202012Validator:
        known = self._validators.get(id(schema))
        if known is None:
            known = validator(self._with_definitions(_with_references(schema)))
            self._validators[id(schema)] = known
        return known

    def _with_definitions(self, schema: dict[str, Any]) -> dict[str, Any]:
        return schema | self._definitions if self.root.get("$defs") else schema


def _with_references(schema: Schema) -> dict[str, Any]:
    """The schema for data in which binaries are references."""
    if is_file(schema):
        return _reference(media_types(schema))

    usable = _without_unusable(schema)
    made = with_inner(usable, lambda _, inner: _with_references(inner))

    takes_objects = "properties" in schema or "object" in _types(schema)
    if takes_objects and isinstance(made.get("properties", {}), Mapping):
        made["properties"] = {**made.get("properties", {}), BLOB_KEY: False}
    return made


def _without_unusable(schema: Schema) -> dict[str, Any]:
    """The schema without patterns that cannot be used; a service checks those."""
    made = dict(schema)
    if not is_usable(made.get("pattern", "")):
        del made["pattern"]

    by_pattern = keyed(made.get("patternProperties"))
    usable = {key: inner for key, inner in by_pattern.items() if is_usable(key)}
    if len(usable) < len(by_pattern):
        made["patternProperties"] = usable
        # The keys of the others are not known.
        made.pop("additionalProperties", None)
    return made


@lru_cache(maxsize=1_000)
def is_usable(pattern: str) -> bool:
    """Whether the engine that takes linear time can read a pattern."""
    try:
        validator({"pattern": pattern})
    except BadSchema:
        return False
    return True


def _reference(accepted: tuple[str, ...]) -> dict[str, Any]:
    # JSON that takes the place of a file travels as typed data.
    if accepts(accepted, JSON):
        return {}

    names = [*accepted, OCTET_STREAM]
    pattern = "|".join(re.escape(name.lower()).replace(r"\*", ".*") for name in names)
    kind = {"pattern": f"^({pattern})$"}
    return {"type": "object", "required": [BLOB_KEY], "properties": {"type": kind}}


def _types(schema: Schema) -> tuple[Any, ...]:
    kind = schema.get("type")
    return tuple(kind) if isinstance(kind, list | tuple) else (kind,)


def _extent(value: Json) -> tuple[int, int]:
    """How many values there are, and in how many levels."""
    values = 1
    depth = 0
    level = [value]
    while level:
        below: list[Json] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        values += len(below)
        depth += bool(below)
        level = below
    return values, depth


class Effort:
    """How much work a schema may make of one value."""

    def __init__(self, root: Schema) -> None:
        self._root = root
        self._known: dict[int, int] = {}
        self._open: set[int] = set()
        self._endless: set[int] = set()

        self.is_finite = True
        """False: a schema applies itself, or too many others, to the same value, or
        others that are not in it."""
        self.branching = 1
        """How often a schema applies itself to the same value one level below."""
        self.per_value = self._visits(root)

    def _visits(self, schema: Schema) -> int:
        """At most so many schemas are applied to one value, or to one below it."""
        key = id(schema)
        if key in self._known:
            return self._known[key]

        self._open.add(key)
        in_place = list(islice(self._in_place(schema, ()), MAX_IN_PLACE + 1))
        if len(in_place) > MAX_IN_PLACE:
            self.is_finite = False

        visits = len(in_place)
        for group in _groups(in_place):
            visits = max(visits, self._visits_of_group(group, key))
        self._open.discard(key)

        self._known[key] = visits
        return visits

    def _visits_of_group(self, group: list[Schema], outer: int) -> int:
        """All that is applied to one value right below."""
        visits = 0
        returning = 0
        for inner in group:
            if id(inner) in self._open:
                visits += 1
            else:
                visits += self._visits(inner)
            returning += id(inner) in self._open or id(inner) in self._endless

        if returning:
            self._endless.add(outer)
        self.branching = max(self.branching, returning)
        return visits

    def _in_place(self, schema: Schema, above: tuple[int, ...]) -> Iterator[Schema]:
        """The schema, and those that it applies to the same value."""
        referred = target(schema, self._root)
        leads_out = "$ref" in schema and referred is None
        if id(schema) in above or leads_out or not schema.keys().isdisjoint(FOREIGN):
            self.is_finite = False
            return

        yield schema
        above = (*above, id(schema))
        if referred is not None:
            yield from self._in_place(referred, above)
        for (keyword, *_), inner in inner_schemas(schema):
            if keyword in IN_PLACE:
                yield from self._in_place(inner, above)


_EACH_KEY = ("additionalProperties", "patternProperties", "unevaluatedProperties")


def _groups(schemas: list[Schema]) -> Iterator[list[Schema]]:
    """Of schemas that are applied to one value, those for the same value below it."""
    by_key: defaultdict[str, list[Schema]] = defaultdict(list)
    each_key: list[Schema] = []
    items: list[Schema] = []

    for schema in schemas:
        for key, inner in keyed(schema.get("properties")).items():
            by_key[key].append(keyed(inner))
        for (keyword, *_), inner in inner_schemas(schema):
            if keyword in _EACH_KEY:
                each_key.append(inner)
            elif keyword in ("items", "prefixItems", "contains", "unevaluatedItems"):
                items.append(inner)

    yield items
    yield each_key
    for group in by_key.values():
        yield [*group, *each_key]
