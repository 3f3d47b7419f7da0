"""Whether a schema can be a contract, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import orjson
from jsonschema_rs import ValidationError, meta

from engine.domain.contracts.effort import Effort
from engine.domain.contracts.judge import Judge, validator
from engine.domain.contracts.keywords import (
    DEFINITION,
    FOREIGN,
    UNIONS,
    Place,
    Schema,
    inner_schemas,
    keyed,
    listed,
    own_patterns,
    target,
)
from engine.domain.contracts.patterns import is_usable
from engine.domain.errors import Fault
from engine.domain.going_on import GoOn, go_on_always
from engine.domain.suggestions import REQUEST_STEPS, Suggestions
from engine.domain.suggestions import listed as in_words

DIALECT = "https://json-schema.org/draft/2020-12/schema"

MAX_SCHEMA_BYTES = 64 << 10
MAX_SCHEMAS = 1_000
MAX_LEVELS = 30
MAX_CHOICES = 1_000
MAX_PATTERNS = 50
MAX_PATTERN_CHARACTERS = 1_000

NAME_STEPS = REQUEST_STEPS // 30
"""Of the search for the definition that is meant: a schema may name hundreds of them
that are not there."""

LEFT_TO_SERVICES = frozenset({"bad-pattern", "bad-default"})
"""Codes of faults that an announcement may have: the engine does without the pattern,
or the default, and the service has its own."""


def contract_faults(
    takes: Schema | None, gives: Schema | None, go_on: GoOn = go_on_always
) -> Iterator[Fault]:
    """What is wrong with the `inputSchema` and `outputSchema` of a route."""
    if takes is not None:
        whole = {"type": "object", **takes}
        yield from schema_faults(whole, "api.inputSchema", go_on)
    if gives is not None:
        yield from schema_faults(gives, "api.outputSchema", go_on)


def schema_faults(
    schema: Schema, field: str, go_on: GoOn = go_on_always
) -> Iterator[Fault]:
    """What is wrong with a schema; `field` is its place."""
    for fault in _all_faults(schema, go_on):
        yield replace(fault, field=_joined(field, fault.field))


def _all_faults(schema: Schema, go_on: GoOn) -> list[Fault]:
    # What comes next would stumble over what is wrong, or say it again.
    found = list(_size_faults(schema, go_on)) or list(_form_faults(schema, go_on))
    if found:
        return found

    effort = Effort(schema, go_on)
    if not effort.is_finite:
        message = "schemas in it apply themselves, or a thousand others, to one value"
        hint = "let them refer to parts of the value"
        return [_fault("endless-schema", message, hint)]
    return list(_default_faults(schema, effort, go_on))


def _joined(field: str, inner: str | None) -> str:
    return f"{field}.{inner}" if inner else field


def _fault(code: str, message: str, hint: str, place: Place = ()) -> Fault:
    return Fault(code, message, hint, field=".".join(map(str, place)))


def _size_faults(root: Schema, go_on: GoOn) -> Iterator[Fault]:
    if len(orjson.dumps(root)) > MAX_SCHEMA_BYTES:
        message = f"the schema is larger than {MAX_SCHEMA_BYTES >> 10} KiB"
        yield _fault("too-large", message, "say less, or take less")
        return

    number = patterns = 0
    todo: list[tuple[Place, Schema, int]] = [((), root, 1)]
    while todo:
        go_on()
        place, schema, level = todo.pop()
        number += 1
        patterns += own_patterns(schema)
        if level > MAX_LEVELS:
            message = f"the schema is nested deeper than {MAX_LEVELS} levels"
            yield _fault("too-deep", message, "move parts of it to “$defs”", place)
            return
        todo += [
            ((*place, *steps), inner, level + 1)
            for steps, inner in inner_schemas(schema)
        ]

    if number > MAX_SCHEMAS:
        message = f"the schema has more than {MAX_SCHEMAS} schemas in it"
        yield _fault("too-large", message, "say less, or take less")
    if patterns > MAX_PATTERNS:
        message = f"the schema has more than {MAX_PATTERNS} patterns"
        yield _fault("too-large", message, "leave some of them to the service")


def _form_faults(root: Schema, go_on: GoOn) -> Iterator[Fault]:
    dialect = root.get("$schema", DIALECT)
    if not isinstance(dialect, str) or dialect.rstrip("#") != DIALECT:
        hint = f"write {DIALECT}, or leave it out"
        yield _fault("wrong-dialect", "the schema is not 2020-12", hint, ("$schema",))
        return

    foreign = list(_foreign_faults(root, root, (), go_on))
    yield from foreign
    if foreign:
        return  # it could not be compiled

    try:
        meta.validate(dict(root))
        validator(root)
    except ValidationError as error:
        place = tuple(error.instance_path)
        keyword = place[-1] if place else "the schema"
        message = f"the value of “{keyword}” is not as JSON Schema 2020-12 has it"
        hint = "json-schema.org says what it can be"
        yield _fault("bad-schema", message, hint, place)
        return

    if not _is_object(root, root):
        message = (
            "what goes in or comes out is an object, and the schema says otherwise"
        )
        yield _fault("no-object", message, 'write "type": "object" at its top')


def _foreign_faults(
    schema: Schema, root: Schema, place: Place, go_on: GoOn
) -> Iterator[Fault]:
    go_on()
    for keyword in FOREIGN:
        if keyword in schema:
            message = f"“{keyword}” cannot be used: a contract stands alone"
            hint = "refer to “#/$defs/…” only"
            yield _fault("foreign-schema", message, hint, (*place, keyword))

    reference = schema.get("$ref")
    if reference is not None:
        yield from _reference_faults(reference, root, (*place, "$ref"))

    choices = listed(schema.get("enum"))
    if len(choices) > MAX_CHOICES:
        message = f"there are more than {MAX_CHOICES} choices"
        yield _fault("too-large", message, "use a pattern", (*place, "enum"))

    patterns = [schema.get("pattern"), *keyed(schema.get("patternProperties"))]
    for pattern in filter(None, patterns):
        yield from _pattern_faults(str(pattern), place)

    for steps, inner in inner_schemas(schema):
        yield from _foreign_faults(inner, root, (*place, *steps), go_on)


def _pattern_faults(pattern: str, place: Place) -> Iterator[Fault]:
    if len(pattern) > MAX_PATTERN_CHARACTERS:
        message = f"a pattern is longer than {MAX_PATTERN_CHARACTERS} characters"
        yield _fault("too-long", message, "shorten it", (*place, "pattern"))
    elif not is_usable(pattern):
        message = f"the pattern “{pattern}” cannot be used"
        hint = "write one that is small, without look-around and back-references"
        yield _fault("bad-pattern", message, hint, (*place, "pattern"))


def _reference_faults(reference: Any, root: Schema, place: Place) -> Iterator[Fault]:
    known = keyed(root.get("$defs"))
    name = str(reference).removeprefix(DEFINITION)
    if not str(reference).startswith(DEFINITION):
        message = f"the reference “{reference}” leads out of the schema"
        yield _fault("foreign-schema", message, "refer to “#/$defs/…” only", place)
    elif not isinstance(known.get(name), Mapping):
        message = f"there is no “{name}” in “$defs”"
        suggestions = Suggestions(NAME_STEPS)
        hint = suggestions.hint(name, known) or f"there are {in_words(known)}"
        yield _fault("unknown-definition", message, hint, place)


def _is_object(schema: Schema, root: Schema, levels: int = 0) -> bool:
    """Whether everything that fits is an object, as far as its types say."""
    if levels > MAX_LEVELS:
        return False
    if "type" in schema:
        return bool(schema["type"] == "object")
    if "properties" in schema:
        return True

    referred = target(schema, root)
    if referred is not None:
        return _is_object(referred, root, levels + 1)
    parts = [keyed(one) for one in listed(schema.get("allOf"))]
    if any(_is_object(one, root, levels + 1) for one in parts):
        return True
    choices = [keyed(one) for word in UNIONS for one in listed(schema.get(word))]
    return bool(choices) and all(_is_object(one, root, levels + 1) for one in choices)


def _default_faults(root: Schema, effort: Effort, go_on: GoOn) -> Iterator[Fault]:
    """Defaults that do not fit: what is filled in is not refused later."""
    judge = Judge(root, effort, go_on)
    todo: list[tuple[Place, Schema]] = [((), root)]
    while todo:
        go_on()
        place, schema = todo.pop()
        if "default" in schema and not judge.fits_default(schema):
            message = "the default does not fit its own schema"
            hint = "correct it, or leave it out"
            if not judge.can_judge_default(schema):
                message = "it makes too much work to check the default"
                hint = "make it smaller, or leave it out"
            yield _fault("bad-default", message, hint, (*place, "default"))
        todo += [((*place, *steps), inner) for steps, inner in inner_schemas(schema)]
