"""Where a reference leads to in data of which only the schema is known."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.contracts.judge import validator
from engine.domain.contracts.keywords import (
    ANYTHING,
    UNIONS,
    Schema,
    Steps,
    is_file,
    keyed,
    listed,
    target,
    with_inner,
)
from engine.domain.contracts.patterns import is_usable
from engine.domain.references import keys_from

MAX_LEVELS = 8
"""Of schemas that stand for others: they may stand for themselves."""


@dataclass(frozen=True)
class Known:
    """A schema, and the one that has its definitions."""

    schema: Schema
    root: Schema

    def inner(self, schema: object) -> "Known":
        return Known(keyed(schema), self.root)


NOTHING_KNOWN = Known(ANYTHING, ANYTHING)


@dataclass(frozen=True)
class Found:
    """What stands at a place."""

    choices: tuple[Known, ...]
    """What it may be, as far as that is known."""

    certain: bool = True
    """Whether it is nothing else; False: the schema leaves it open."""

    @property
    def is_absent(self) -> bool:
        """Whether there surely is nothing."""
        return not self.choices and self.certain


OPEN = Found((), certain=False)
ABSENT = Found(())


def alternatives(known: Known, levels: int = MAX_LEVELS) -> Iterator[Known]:
    """The schemas one of which a value has, references and choices resolved."""
    referred = target(known.schema, known.root)
    if levels == 0:
        yield NOTHING_KNOWN
    elif referred is not None:
        yield from alternatives(known.inner(referred), levels - 1)
    else:
        choices = [one for word in UNIONS for one in listed(known.schema.get(word))]
        for one in choices:
            yield from alternatives(known.inner(one), levels - 1)
        if not choices:
            yield known


def find(known: Known, fields: tuple[str, ...]) -> Found:
    """What stands below some fields of a value."""
    if not fields:
        return Found((known,))
    found = [_find_in(one, fields) for one in alternatives(known)]
    choices = [choice for one in found for choice in one.choices]
    return Found(tuple(choices), all(one.certain for one in found))


def _find_in(known: Known, fields: tuple[str, ...]) -> Found:
    schema = known.schema
    # The reference of a file has fields too: its name, its type, its size.
    if is_file(schema) or "allOf" in schema or "if" in schema:
        return OPEN
    match schema.get("type"):
        case "object":
            return _find_key(known, fields)
        case "array" if fields[0].lstrip("-").isdigit():
            return find(known.inner(schema.get("items")), fields[1:])
        case "string" | "integer" | "number" | "boolean" | "null" | "array":
            return ABSENT
    return _find_key(known, fields) if "properties" in schema else OPEN


def _find_key(known: Known, fields: tuple[str, ...]) -> Found:
    schema = known.schema
    properties = keyed(schema.get("properties"))
    choices: list[Known] = []
    certain = True
    for count, key in enumerate(keys_from(fields), 1):
        named = [properties[key]] if key in properties else _by_pattern(schema, key)
        for one in named:
            found = find(known.inner(one), fields[count:])
            choices += found.choices
            certain = certain and found.certain
    if choices or not certain:
        return Found(tuple(choices), certain)

    others = schema.get("additionalProperties", True)
    if isinstance(others, Mapping) and others:
        return find(known.inner(others), fields[1:])
    return ABSENT if others is False else OPEN


def _by_pattern(schema: Schema, key: str) -> list[object]:
    patterns = keyed(schema.get("patternProperties"))
    return [inner for pattern, inner in patterns.items() if _matches(pattern, key)]


def _matches(pattern: str, key: str) -> bool:
    # One that cannot be used may mean any key.
    return not is_usable(pattern) or validator({"pattern": pattern}).is_valid(key)


def names(known: Known) -> list[str]:
    """The keys that a value may have, for a hint."""
    found: dict[str, None] = {}
    for one in alternatives(known):
        found |= dict.fromkeys(keyed(one.schema.get("properties")))
    return list(found)


MAX_RESOLVED = 500
"""Schemas in one that is made to stand alone."""


def whole(found: Found) -> dict[str, Any]:
    """The schema of what stands at a place; it stands alone."""
    if not found.choices or not found.certain:
        return {}
    resolving = _Resolving()
    schemas = [resolving.resolved(one, MAX_LEVELS) for one in found.choices]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


class _Resolving:
    """Puts definitions in the places that refer to them; what is deep is left out."""

    def __init__(self) -> None:
        self._left = MAX_RESOLVED

    def resolved(self, known: Known, levels: int) -> dict[str, Any]:
        self._left -= 1
        if levels == 0 or self._left < 0:
            return {}
        referred = target(known.schema, known.root)
        if referred is not None:
            return self.resolved(known.inner(referred), levels - 1)

        plain = {key: one for key, one in known.schema.items() if key != "$defs"}

        def resolve(_: Steps, inner: Schema) -> Schema:
            return self.resolved(known.inner(inner), levels - 1)

        return with_inner(plain, resolve)
