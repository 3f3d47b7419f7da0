"""A contract: what the schema of a route says, and what it makes of a value."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from body_parts.lists import name_of_list

from engine.domain.contracts.closing import closed
from engine.domain.contracts.defaults import Filling, has_defaults
from engine.domain.contracts.faults import faults_of
from engine.domain.contracts.judge import Judge
from engine.domain.contracts.keywords import (
    UNIONS,
    Schema,
    is_file,
    keyed,
    listed,
    target,
)
from engine.domain.errors import Fault
from engine.domain.values import Json

MAX_CHOICE_LEVELS = 3
"""Of choices within each other: a schema may be a choice of itself."""


class Contract:
    """The schema of what a route takes, or of what it gives."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    @classmethod
    def of_input(cls, schema: Schema) -> "Contract":
        """What a route takes: an object, and no keys but those that are named."""
        return cls(closed({"type": "object"} | dict(schema)))

    @cached_property
    def judge(self) -> Judge:
        """Compiled when the first value is judged."""
        return Judge(self.schema)

    @cached_property
    def properties(self) -> Mapping[str, Schema]:
        """By key, the schema of its value, with what it refers to."""
        properties = keyed(self.schema.get("properties"))
        return {key: self.resolved(keyed(one)) for key, one in properties.items()}

    @cached_property
    def required(self) -> Mapping[str, None]:
        """The keys that must be there, in the order of the schema."""
        names = listed(self.schema.get("required"))
        return dict.fromkeys(name for name in names if isinstance(name, str))

    @cached_property
    def is_closed(self) -> bool:
        """Whether there are no keys but those."""
        return self.schema.get("additionalProperties") is False

    def resolved(self, schema: Schema) -> Schema:
        """A schema within this one, or the definition that it refers to."""
        return target(schema, self.schema) or schema

    @cached_property
    def typed_keys(self) -> tuple[str, ...]:
        """The keys of typed data, those of files left out."""
        return tuple(key for key in self.properties if not self.takes_files(key))

    def takes_files(self, key: str) -> bool:
        """Whether the value of a key is a file, or a list of files."""
        schema = self.properties.get(key, {})
        return is_file(self._besides_null(schema)) or self._is_list_of_files(schema)

    def takes_text(self, key: str) -> bool:
        """Whether a text may be the value of a key as it is."""
        return self._takes_text(self.properties.get(key, {}), MAX_CHOICE_LEVELS)

    def _takes_text(self, schema: Schema, levels: int) -> bool:
        choices = [keyed(one) for word in UNIONS for one in listed(schema.get(word))]
        if choices and levels:
            inner = map(self.resolved, choices)
            return any(self._takes_text(one, levels - 1) for one in inner)
        if "type" in schema:
            kind = schema["type"]
            return kind == "string" or "string" in listed(kind)
        known = [*listed(schema.get("enum")), schema.get("const")]
        return any(isinstance(one, str) for one in known) or not any(known)

    def takes_structures(self, key: str) -> bool:
        """Whether the value of a key is a list or an object, and no text."""
        kind = self._besides_null(self.properties.get(key, {})).get("type")
        return kind in ("array", "object") or not self.takes_text(key) and kind is None

    def list_field(self, part: str) -> str | None:
        """The list of files that takes a part: one of its name, or of it with a number.

        >>> files = {"type": "array", "items": {"type": "string", "format": "binary"}}
        >>> contract = Contract({"properties": {"page": files}})
        >>> contract.list_field("page"), contract.list_field("page10")
        ('page', 'page')
        >>> contract.list_field("pages1") is None
        True
        """
        name = part if part in self.properties else name_of_list(part) or ""
        schema = self.properties.get(name, {})
        return name if self._is_list_of_files(schema) else None

    def _is_list_of_files(self, schema: Schema) -> bool:
        items = self._besides_null(schema).get("items")
        return is_file(self.resolved(keyed(items)))

    def _besides_null(self, schema: Schema) -> Schema:
        """Of “this or null”, this."""
        choices = [self.resolved(keyed(one)) for one in listed(schema.get("anyOf"))]
        others = [one for one in choices if one.get("type") != "null"]
        return others[0] if len(others) == 1 else schema

    def filled(self, data: dict[str, Json]) -> dict[str, Json]:
        """Data with the defaults of what it lacks; raises `TooMuch`."""
        if not self._has_defaults or not self.judge.is_readable:
            return data
        made: dict[str, Any] = Filling(self.judge).filled(self.schema, data)
        return made

    @cached_property
    def _has_defaults(self) -> bool:
        return has_defaults(self.schema)

    def is_quick(self, json_bytes: int) -> bool:
        """Whether data of this size is judged before anybody notices."""
        return not self.judge.is_readable or self.judge.is_quick(json_bytes)

    def faults(self, value: Json, json_bytes: int) -> Iterator[Fault]:
        """Everything in a value that does not fit; its size as JSON is known."""
        return faults_of(self.judge, value, json_bytes)
