"""Says whether values fit a schema: what the validator says, within bounds.

A binary is in the data as a reference, which JSON Schema knows nothing of. So the
validator gets a schema in which each binary is the object that `Blob.to_json` writes,
and in which no other object may be one.

The validator does not let others run before it is done, and schemas come from outside.
So whoever shares a process with others asks before whether a value is judged soon.
"""

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import orjson
from jsonschema_rs import Draft202012Validator

from engine.domain.contracts.effort import Effort
from engine.domain.contracts.keywords import (
    DEFINITION,
    Schema,
    inner_schemas,
    is_file,
    keyed,
    media_types,
    with_inner,
)
from engine.domain.contracts.patterns import BadPattern, is_usable, pattern_options
from engine.domain.going_on import GoOn, go_on_always
from engine.domain.media_types import JSON, OCTET_STREAM, accepts
from engine.domain.values import BLOB_KEY, Json

COUNTED_BYTES = 4_096
"""JSON up to this size is looked through to see how deep it is."""

WORK_AT_ONCE = 100_000
"""Schemas applied to values in one go: 3 ms as a rule, 30 ms at most."""

BadSchema = BadPattern
"""What the validator raises for a schema that it cannot read."""


def validator(schema: Schema) -> Draft202012Validator:
    """It fetches nothing, and its patterns take linear time; raises `BadSchema`."""
    return Draft202012Validator(
        dict(schema),
        validate_formats=False,
        pattern_options=pattern_options(),
        offline=True,
        # Its words are not shown; with the value in them they would take long to make.
        mask="value",
    )


class Judge:
    """Judges values by a schema and by the schemas within it."""

    def __init__(
        self,
        root: Schema,
        effort: Effort | None = None,
        go_on: GoOn = go_on_always,
    ) -> None:
        self.root = root
        self._effort = effort
        self._go_on = go_on
        self._validators: dict[int, Draft202012Validator] = {}
        self._defaults: dict[int, bool] = {}
        self._rules: dict[tuple[int, str], Draft202012Validator] = {}
        self._definitions: dict[str, Any] = {}

    @cached_property
    def is_readable(self) -> bool:
        """Whether the schema is one: an engine that did not check may have stored it.

        What cannot be read asks for nothing.
        """
        try:
            return self.effort.is_finite and bool(self._validator(self.root))
        except BadSchema:
            return False

    @property
    def effort(self) -> Effort:
        """How much work it makes of values."""
        if self._effort is None:
            self._effort = Effort(self.root)
        return self._effort

    def is_quick(self, value: Json, json_bytes: int) -> bool:
        """Whether a value of this size as JSON is judged in one go."""
        # The levels of a large one would have to be counted.
        if self.effort.branching > 1 and json_bytes > COUNTED_BYTES:
            return False
        return self.effort.of(value, json_bytes) <= WORK_AT_ONCE

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
            value = {str(id(schema)): schema["default"]}
            known = self.can_judge_default(schema) and self._of_defaults.is_valid(value)
            self._defaults[id(schema)] = known
        return known

    @cached_property
    def _of_defaults(self) -> Draft202012Validator:
        """All schemas that have a default, each under a name of its own.

        There may be a thousand of them, which refer to the same definitions. Each by
        itself would be compiled with these.
        """
        having: dict[str, Any] = {}
        todo = [self.root]
        while todo:
            self._go_on()
            schema = todo.pop()
            todo += [inner for _, inner in inner_schemas(schema)]
            if "default" in schema:
                having[str(id(schema))] = schema
        return validator(self._whole({"properties": having}))

    def can_judge_default(self, schema: Schema) -> bool:
        """Whether a default is judged in one go; if not, it is not filled in."""
        default = schema["default"]
        return self.is_quick(default, len(orjson.dumps(default)))

    def keeps(self, schema: Schema, keywords: tuple[str, ...], value: Json) -> bool:
        """Whether a value keeps to some keywords of one of the schemas."""
        key = (id(schema), keywords[0])
        known = self._rules.get(key)
        if known is None:
            only = {word: schema[word] for word in keywords if word in schema}
            known = validator(self._whole(only))
            self._rules[key] = known
        return known.is_valid(value)

    def alone(self, schema: Schema) -> dict[str, Any]:
        """A schema with the definitions of this one that it needs."""
        known = keyed(self.root.get("$defs"))
        return {**schema, "$defs": {name: known[name] for name in self._needed(schema)}}

    def _validator(self, schema: Schema) -> Draft202012Validator:
        known = self._validators.get(id(schema))
        if known is None:
            known = validator(self._whole(schema))
            self._validators[id(schema)] = known
        return known

    def _whole(self, schema: Schema) -> dict[str, Any]:
        """What the validator gets: with the definitions that it needs, and no others.

        A root that has many is compiled for each schema in it that is looked at.
        """
        made = self._with_references(schema)
        names = self._needed(schema)
        if not names:
            return made
        return made | {"$defs": {name: self._definition(name) for name in names}}

    def _needed(self, schema: Schema) -> Mapping[str, None]:
        known = keyed(self.root.get("$defs"))
        found: dict[str, None] = {}
        todo = [schema]
        while todo:
            self._go_on()
            one = todo.pop()
            name = _referred(one)
            if name is not None and name in known and name not in found:
                found[name] = None
                todo.append(keyed(known[name]))
            todo += [inner for _, inner in inner_schemas(one)]
        return found

    def _definition(self, name: str) -> Any:
        known = self._definitions.get(name)
        if known is None:
            told = keyed(self.root.get("$defs"))[name]
            is_schema = isinstance(told, Mapping)
            known = self._with_references(told) if is_schema else told
            self._definitions[name] = known
        return known

    def _with_references(self, schema: Schema) -> dict[str, Any]:
        """The schema for data in which binaries are references."""
        self._go_on()
        if is_file(schema):
            return _reference(media_types(schema))

        usable = _without_unusable(schema)
        made = with_inner(usable, lambda _, inner: self._with_references(inner))

        takes_objects = "properties" in schema or "object" in _types(schema)
        if takes_objects and isinstance(made.get("properties", {}), Mapping):
            made["properties"] = {**made.get("properties", {}), BLOB_KEY: False}
        return made


def _referred(schema: Schema) -> str | None:
    """The name of the definition that a schema refers to."""
    reference = schema.get("$ref")
    if not isinstance(reference, str) or not reference.startswith(DEFINITION):
        return None
    return reference.removeprefix(DEFINITION)


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
