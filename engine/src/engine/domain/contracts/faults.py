"""Everything in a value that does not fit its contract, in the words of its sender.

The validator says only whether a value fits. Where one does not, its keys and items are
looked at, down to those that are wrong, and there each keyword by itself.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from engine.domain.contracts.examples import example_of
from engine.domain.contracts.judge import Judge
from engine.domain.contracts.keywords import (
    CONDITIONS,
    UNIONS,
    Place,
    Schema,
    is_file,
    keyed,
    listed,
    media_types,
    target,
)
from engine.domain.contracts.words import (
    FILE,
    TYPES,
    kind_of,
    missing,
    short,
    unknown,
    written,
    wrong_type,
)
from engine.domain.errors import Fault
from engine.domain.suggestions import REQUEST_STEPS, Suggestions
from engine.domain.values import Json, is_blob

MEDIA_TYPE = "media-type"
"""The code of the fault that makes the answer a 415."""

MAX_CHOICES = 12
"""Of the values that a message lists."""

Wording = Callable[[Any, Json], tuple[str, str]]
"""By what a keyword asks for, and the value: a message and a hint."""


def faults_of(judge: Judge, value: Json) -> Iterator[Fault]:
    """All that does not fit. It may take long (`Judge.is_quick`)."""
    if not judge.is_readable or judge.fits(value):
        return
    yield from _Search(judge).faults(judge.root, value, ())


def each_once(faults: Iterator[Fault]) -> Iterator[Fault]:
    """Of each field the first fault: others may follow from it."""
    told: set[str | None] = set()
    for fault in faults:
        if fault.field not in told:
            told.add(fault.field)
            yield fault


class _Search:
    """One search through a value."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._root = judge.root
        self._suggestions = Suggestions(REQUEST_STEPS)

    def faults(self, schema: Schema, value: Json, place: Place) -> Iterator[Fault]:
        if self._judge.fits_inner(schema, value):
            return

        found = False
        for fault in self._in_detail(schema, value, place):
            found = True
            yield fault
        if not found:
            yield _unlike(place)

    def _in_detail(self, schema: Schema, value: Json, place: Place) -> Iterator[Fault]:
        if is_file(schema):
            yield from self._file(schema, value, place)
            return
        is_file_instead = is_blob(value) and "type" in schema
        if is_file_instead or not self._keeps_type(schema, value):
            yield wrong_type(_types(schema), value, place, example_of(schema))
            return

        yield from self._own(schema, value, place)
        if isinstance(value, dict):
            yield from self._keys(schema, value, place)
        elif isinstance(value, list):
            yield from self._items(schema, value, place)
        yield from self._in_place(schema, value, place)

    def _keeps_type(self, schema: Schema, value: Json) -> bool:
        return "type" not in schema or self._keeps(schema, value, "type")

    def _keeps(self, schema: Schema, value: Json, *keywords: str) -> bool:
        return self._judge.keeps(schema, keywords, value)

    def _file(self, schema: Schema, value: Json, place: Place) -> Iterator[Fault]:
        if not is_blob(value):
            yield wrong_type(FILE, value, place)
            return

        wanted = ", ".join(media_types(schema))
        message = f"is a file of type {value['type']}, but must be {wanted}"
        yield Fault(MEDIA_TYPE, message, f"send one of {wanted}", field=written(place))

    def _own(self, schema: Schema, value: Json, place: Place) -> Iterator[Fault]:
        """What keywords say of the value itself."""
        for keyword, (code, wording) in WORDS.items():
            if keyword in schema and not self._keeps(schema, value, keyword):
                message, hint = wording(schema[keyword], value)
                yield Fault(code, message, hint, field=written(place))

    def _keys(
        self, schema: Schema, value: Mapping[str, Json], place: Place
    ) -> Iterator[Fault]:
        properties = keyed(schema.get("properties"))
        for key in listed(schema.get("required")):
            if key not in value:
                inner = keyed(properties.get(key))
                yield missing(example_of(inner, self._root), (*place, key))

        for key, item in value.items():
            if key not in properties:
                yield from self._other_key(schema, item, (*place, key))
            elif isinstance(properties[key], Mapping):
                yield from self.faults(properties[key], item, (*place, key))

        if "patternProperties" in schema:
            yield from self._unlike_patterns(schema, value, place)

    def _other_key(self, schema: Schema, value: Json, place: Place) -> Iterator[Fault]:
        """A key that is not named; with patterns it is judged by those."""
        rest = schema.get("additionalProperties")
        if "patternProperties" in schema:
            return
        if rest is False:
            known = keyed(schema.get("properties"))
            yield unknown(known, place, self._suggestions)
        elif isinstance(rest, Mapping):
            yield from self.faults(rest, value, place)

    def _unlike_patterns(
        self, schema: Schema, value: Mapping[str, Json], place: Place
    ) -> Iterator[Fault]:
        """The keys whose schema is found by a pattern; none may be, too."""
        for key, item in value.items():
            if key not in keyed(schema.get("properties")):
                if not self._keeps(schema, {key: item}, *_BY_PATTERN):
                    yield _unlike((*place, key))

    def _items(
        self, schema: Schema, value: list[Json], place: Place
    ) -> Iterator[Fault]:
        first = listed(schema.get("prefixItems"))
        for at, inner in enumerate(first[: len(value)]):
            yield from self.faults(keyed(inner), value[at], (*place, at))

        others = schema.get("items")
        if isinstance(others, Mapping):
            for at in range(len(first), len(value)):
                yield from self.faults(others, value[at], (*place, at))

    def _in_place(self, schema: Schema, value: Json, place: Place) -> Iterator[Fault]:
        """What other schemas say of the same value."""
        referred = target(schema, self._root)
        if referred is not None:
            yield from self.faults(referred, value, place)
        for inner in listed(schema.get("allOf")):
            yield from self.faults(keyed(inner), value, place)

        # The others can only be judged as a whole.
        for keyword in UNIONS:
            if keyword in schema and not self._keeps(schema, value, keyword):
                yield from self._union(schema, listed(schema[keyword]), value, place)
        if "not" in schema and not self._keeps(schema, value, "not"):
            yield _unlike(place)
        if "if" in schema and not self._keeps(schema, value, *CONDITIONS[1:]):
            yield _unlike(place)

    def _union(
        self, schema: Schema, choices: Any, value: Json, place: Place
    ) -> Iterator[Fault]:
        """What the choice that is meant says, where it is clear which that is."""
        alike = [one for one in map(keyed, choices) if self._has_type(one, value)]
        if len(alike) == 1:
            faults = list(self.faults(alike[0], value, place))
            yield from faults or [_unlike(place)]
            return

        kinds = dict.fromkeys(_types(self._resolved(keyed(one))) for one in choices)
        example = example_of(schema, self._root)
        if not alike and "" not in kinds:
            yield wrong_type(" or ".join(kinds), value, place, example)
        else:
            yield _unlike(place)

    def _has_type(self, schema: Schema, value: Json) -> bool:
        resolved = self._resolved(schema)
        if is_file(resolved):
            return is_blob(value)
        if "const" in resolved and not self._keeps(resolved, value, "const"):
            return False
        return self._keeps_type(resolved, value)

    def _resolved(self, schema: Schema) -> Schema:
        return target(schema, self._root) or schema


_BY_PATTERN = ("patternProperties", "properties", "additionalProperties")


def _unlike(place: Place) -> Fault:
    return Fault(
        code="does-not-fit",
        message="does not fit what the route says of it",
        hint="compare it with the schema: GET /services/{route}",
        field=written(place) or None,
    )


def _types(schema: Schema) -> str:
    """The types that a schema names, in words; empty: it names none."""
    if is_file(schema):
        return FILE
    if "const" in schema:
        return short(schema["const"])
    kind = schema.get("type")
    names = [kind] if isinstance(kind, str) else listed(kind)
    return " or ".join(TYPES.get(name, str(name)) for name in names)


def _choices(choices: Any, value: Json) -> tuple[str, str]:
    shown = [short(choice) for choice in choices[:MAX_CHOICES]]
    if len(choices) > MAX_CHOICES:
        shown.append("…")
    known = [choice for choice in choices if isinstance(choice, str)]
    word = value if isinstance(value, str) else ""
    hint = Suggestions(REQUEST_STEPS // 10).hint(word, known)
    all_shown = ", ".join(shown)
    return f"is {_said(value)}, but must be one of {all_shown}", hint or "send one"


def _said(value: Json) -> str:
    """A short value itself, a long one by its kind."""
    return kind_of(value) if isinstance(value, dict | list) else short(value)


def _const(wanted: Any, value: Json) -> tuple[str, str]:
    return f"is {_said(value)}, but must be {short(wanted)}", f"send {short(wanted)}"


def _number(words: str) -> Wording:
    """Words for a number that is out of its range."""

    def wording(limit: Any, value: Json) -> tuple[str, str]:
        right = f"{words} {limit:g}" if abs(limit) < 1e6 else f"{words} {limit}"
        return f"is {_said(value)}, but must be {right}", f"send {right}"

    return wording


def _length(words: str, unit: str) -> Wording:
    """Words for what has too much or too little of something."""

    def wording(limit: Any, value: Json) -> tuple[str, str]:
        found = len(value)
        return f"has {found} {unit}, but must have {words} {limit}", f"{words} {limit}"

    return wording


def _pattern(pattern: Any, value: Json) -> tuple[str, str]:
    return f"is {_said(value)}, which is not of the form {pattern}", "change it"


def _equal(wanted: Any, value: Json) -> tuple[str, str]:
    return "has items that are equal, but each must be another", "send each once"


def _not_contained(wanted: Any, value: Json) -> tuple[str, str]:
    return "has no item of the kind that one of them must be", "add one"


def _key_named(wanted: Any, value: Json) -> tuple[str, str]:
    return "has a key whose name is not of the form that it must be", "rename it"


def _with_others(wanted: Any, value: Json) -> tuple[str, str]:
    return "lacks a key that must come with another one", "send both"


WORDS: Mapping[str, tuple[str, Wording]] = {
    "enum": ("not-a-choice", _choices),
    "const": ("not-a-choice", _const),
    "minimum": ("out-of-range", _number("at least")),
    "maximum": ("out-of-range", _number("at most")),
    "exclusiveMinimum": ("out-of-range", _number("more than")),
    "exclusiveMaximum": ("out-of-range", _number("less than")),
    "multipleOf": ("out-of-range", _number("a multiple of")),
    "minLength": ("too-short", _length("at least", "characters")),
    "maxLength": ("too-long", _length("at most", "characters")),
    "pattern": ("wrong-form", _pattern),
    "minItems": ("too-short", _length("at least", "items")),
    "maxItems": ("too-long", _length("at most", "items")),
    "uniqueItems": ("repeated-items", _equal),
    "contains": ("missing-item", _not_contained),
    "minProperties": ("too-short", _length("at least", "keys")),
    "maxProperties": ("too-long", _length("at most", "keys")),
    "propertyNames": ("wrong-form", _key_named),
    "dependentRequired": ("missing-key", _with_others),
}
"""By keyword: the code of its fault, and what is said of it."""
