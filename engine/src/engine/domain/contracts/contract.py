"""A contract: what the schema of a route says, and what it makes of a value."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any, NamedTuple

import orjson
from body_parts.lists import name_of_list

from engine.domain.contracts.closing import closed
from engine.domain.contracts.defaults import Filling, count_keys, has_defaults
from engine.domain.contracts.faults import each_once, faults_of
from engine.domain.contracts.judge import Judge
from engine.domain.contracts.keywords import (
    UNIONS,
    Schema,
    is_file,
    keyed,
    listed,
    pattern_count,
    target,
)
from engine.domain.errors import Fault
from engine.domain.values import Json

MAX_CHOICE_LEVELS = 3
"""Of choices within each other: a schema may be a choice of itself."""

LIGHT_BYTES = 16_384
LIGHT_PATTERNS = 5
"""Up to here a schema is compiled, and what it costs is estimated, within some
milliseconds."""

SMALL_BYTES = 4_096
"""Data up to this size, as JSON, is gone through key by key in some milliseconds."""

LOOKS_AT_ONCE = 50_000
"""At keys that may have a default: some ten milliseconds."""

MAX_FAULTS = 200
"""That are told of one value: of each field the first."""


class Judged(NamedTuple):
    """What a contract makes of data."""

    data: dict[str, Json]
    """With the defaults of what it lacks."""
    faults: tuple[Fault, ...]
    """What does not fit."""


class Contract:
    """The schema of what a route takes, or of what it gives."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self._of_keys: dict[str, Contract] = {}

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

    def of_key(self, key: str) -> "Contract":
        """What is asked of the value of one key, by itself."""
        known = self._of_keys.get(key)
        if known is None:
            schema = {"properties": {key: self.properties[key]}}
            known = Contract(self.judge.alone(schema))
            self._of_keys[key] = known
        return known

    def takes_files(self, key: str) -> bool:
        """Whether the value of a key is a file, or a list of files."""
        return key in self._keys_of_files

    @cached_property
    def _keys_of_files(self) -> frozenset[str]:
        """Found once: there may be hundreds, each asked for several times."""
        return frozenset(
            key
            for key, schema in self.properties.items()
            if is_file(self._besides_null(schema)) or self._is_list_of_files(schema)
        )

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
        if not self._keys_with_defaults or not self.judge.is_readable:
            return data
        made: dict[str, Any] = Filling(self.judge).filled(self.schema, data)
        return made

    @cached_property
    def _keys_with_defaults(self) -> int:
        """How many keys are named in it; 0: none has a default."""
        return count_keys(self.schema) if has_defaults(self.schema) else 0

    @cached_property
    def is_light(self) -> bool:
        """Whether a schema is so small that its first use is hardly noticed."""
        is_short = len(orjson.dumps(self.schema)) <= LIGHT_BYTES
        return is_short and pattern_count(self.schema) <= LIGHT_PATTERNS

    def judged_at_once(
        self, data: dict[str, Json], json_bytes: int, *, fills: bool
    ) -> Judged | None:
        """The same as `judged`, if that takes some milliseconds; None: it may not.

        `json_bytes` is how large the data is as JSON.
        """
        if not self._is_quick(data, json_bytes):
            return None
        if json_bytes <= SMALL_BYTES:
            return self.judged(data, fills=fills)
        # To search for what is wrong takes many times as long.
        is_right = not self.judge.is_readable or self.judge.fits(
            self._sent(data, fills)
        )
        return Judged(data, ()) if is_right else None

    def _is_quick(self, data: dict[str, Json], json_bytes: int) -> bool:
        """Whether data of this size is judged before anybody notices."""
        if not self.is_light:
            return False
        if not self.judge.is_readable:
            return True
        # For each object in the data all keys that it could have are looked at.
        looks = json_bytes * self._keys_with_defaults
        return looks <= LOOKS_AT_ONCE and self.judge.is_quick(data, json_bytes)

    def judged(self, data: dict[str, Json], *, fills: bool) -> Judged:
        """Data with its defaults, if it `fills` them in, and what does not fit.

        It may take as long as whoever made the contract likes. Raises `TooMuch`.
        """
        made = self.filled(data) if fills else data
        faults = self.faults(self._sent(made, fills))
        return Judged(made, tuple(islice(each_once(faults), MAX_FAULTS)))

    def _sent(self, data: dict[str, Json], fills: bool) -> dict[str, Json]:
        """The data of a request without files that are null: they are left out."""
        if not fills or None not in data.values():
            return data
        return {
            key: value
            for key, value in data.items()
            if value is not None or not self.takes_files(key)
        }

    def faults(self, value: Json) -> Iterator[Fault]:
        """Everything in a value that does not fit."""
        return faults_of(self.judge, value)
