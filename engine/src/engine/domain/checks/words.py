"""What pydantic finds wrong with a document, in words for its author."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.entry_api import Api
from engine.domain.pipeline import Side, field_names
from engine.domain.suggestions import MAX_WORD_CHARACTERS, Suggestions
from engine.domain.values import Json

Finding = tuple[str, str, str, str]
"""A field, the code, the message and the hint."""
Wording = Callable[[str, Json, Any, Any], Finding]

# What a field wants, where that is more than its type says.
WANTED = {
    "api.body": "an object, the name of a field or a list of names",
    "api.bodyType": "the media types of every field, as lists",
    "then": "an object or code",
    "else": "an object or code",
    "items": 'a reference to a list, such as "faces.out.answer"',
    "delay": 'a text such as "30s", "10m", "2h" or "1d"',
    "input": 'an object of values, such as {"image": "photo.out.image"}',
    "collect": 'an object of references, such as {"face": "crop.out.result"}',
}
CODE_FIELDS = frozenset({"ready", "before", "after", "if", "then.exec", "else.exec"})
TYPES = {
    "string_type": "a text",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "list_type": "a list",
    "datetime_from_date_parsing": "an instant such as 2026-06-01T12:00:00Z",
    "datetime_parsing": "an instant such as 2026-06-01T12:00:00Z",
    "timezone_aware": "an instant with its time zone, such as 2026-06-01T12:00:00Z",
}
# By pydantic's name for it, which numbers are within a range.
RANGES = {
    "greater_than": "more than {gt:g}",
    "greater_than_equal": "{ge:g} or more",
    "less_than": "less than {lt:g}",
    "less_than_equal": "{le:g} or less",
}
# What to write in a field that has a pattern: `NodeId` and `Route` in pipeline.py.
_CHARACTERS = "letters, digits, “_”, “-”"
PATTERNS = {
    "id": ("bad-id", f"use {_CHARACTERS}; begin with a letter or “_”; at most 100"),
    "api.route": (
        "bad-route",
        f"use {_CHARACTERS}, “.”, not “validate”; begin with a letter or digit",
    ),
    "service": ("bad-route", "write the route of a service or of a pipeline"),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The names that fields can have, and who finds the one that is meant."""

    names: tuple[str, ...]
    suggestions: Suggestions


def translated(error: Any, raw: Mapping[str, Json], known: Vocabulary) -> Finding:
    """One complaint of pydantic as an author can understand it."""
    field, value = _found(error["loc"], raw)
    wording: Wording = WORDS.get(error["type"], _wrong_type)
    return wording(field, value, error, known)


def parameter_said(error: Any) -> str:
    """What pydantic finds wrong with a parameter of a request, behind its name."""
    kind = error["type"]
    details = error.get("ctx", {})

    if kind in RANGES:
        return f"must be {RANGES[kind].format(**details)}"
    if kind in TYPES:
        return f"must be {TYPES[kind]}"
    if kind in ("enum", "literal_error"):
        return f"must be {details['expected']}"
    if kind == "string_too_long":
        return f"is longer than {details['max_length']} characters"
    if kind == "missing":
        return "is missing"
    return f"cannot be used: {error['msg']}"


def _found(loc: Iterable[str | int], raw: Json) -> tuple[str, Json]:
    """The field meant, as far as the author wrote it, and its value."""
    field = ""
    value = raw

    for step in loc:
        if isinstance(value, dict) and step in value:
            field = f"{field}.{step}"
        elif isinstance(value, list) and isinstance(step, int):
            field = f"{field}[{step}]"
        else:
            break  # a field that is missing, or a step that pydantic added
        value = value[step]

    return field.lstrip("."), value


def _wrong_type(field: str, value: Json, error: Any, known: object) -> Finding:
    # All elements of a list want the same.
    key = re.sub(r"\[.*", "", field)
    wanted = WANTED.get(key) or TYPES.get(
        error["type"], "as docs/reference/pipelines.md says"
    )

    hint = f"write {wanted}"
    if wanted == "a list" and _is_word(value):
        hint = f'write ["{value}"]'
    elif field in ("then", "else") and isinstance(value, list):
        hint = 'write {"next": ["…"]} to lead to nodes'
    elif field in CODE_FIELDS and isinstance(value, bool):
        hint = f'write "{value}", as a text'
    elif field in CODE_FIELDS and isinstance(value, list):
        hint = "write one text; \\n begins a new line of it"
    elif wanted in NUMBERS and isinstance(value, str):
        hint = _number_in(value) or hint

    message = f"“{field}” must be {wanted}, not {described(value)}"
    return field, "wrong-type", message, hint


NUMBERS = ("a number", "a whole number")


def _number_in(text: str) -> str:
    """What to write in place of a text such as `10s` or `5`."""
    # The blanks in the middle are not given back (`*+`): the pattern would share them
    # out between both places in all ways, in a time that grows with their square.
    found = re.fullmatch(r"\s*(\d{1,9})\s*+(s|sec|seconds)?\s*", text)
    return f"write the number {found[1]}, without quotes" if found else ""


def _is_word(value: Json) -> bool:
    return isinstance(value, str) and 0 < len(value) < MAX_WORD_CHARACTERS


def _missing(field: str, value: Json, error: Any, known: object) -> Finding:
    name = ".".join(filter(None, (field, error["loc"][-1])))
    return name, "missing-field", f"“{name}” is missing", f"add “{name}”"


def _unknown(field: str, value: Json, error: Any, known: Vocabulary) -> Finding:
    *outer, name = error["loc"]
    names = known.names
    if outer:
        names = field_names(Api if outer == ["api"] else Side)

    hint = known.suggestions.hint(name, names)
    hint = hint or f"the fields here are {', '.join(names)}"
    return field, "unknown-field", f"there is no field “{field}” here", hint


def _pattern(field: str, value: Json, error: Any, known: object) -> Finding:
    code, hint = PATTERNS[field]
    if field == "service" and "://" in str(value):
        hint = "an address belongs into “url”, without “service”"
    if field == "api.route" and str(value).strip("/") != value:
        hint = "leave out the “/” at its beginning and end"
    return field, code, f"“{value}” cannot be used as “{field}”", hint


def _empty(field: str, value: Json, error: Any, known: object) -> Finding:
    # Of a pipeline and of a loop: neither is anything without them.
    hint = "add a node" if field == "nodes" else "fill it or leave it out"
    return field, "empty", f"“{field}” is empty", hint


def _long(field: str, value: Json, error: Any, known: object) -> Finding:
    limit = error["ctx"]["max_length"]
    message = f"“{field}” is longer than {limit} characters"
    return field, "too-long", message, "shorten it"


def _range(field: str, value: Json, error: Any, known: object) -> Finding:
    message = f"“{field}” is {value}, out of its range"
    within = RANGES[error["type"]].format(**error["ctx"])
    return field, "out-of-range", message, f"write {within}"


def _literal(field: str, value: Json, error: Any, known: object) -> Finding:
    wanted = error["ctx"]["expected"]
    shown = f"“{value}”" if isinstance(value, str) else described(value)
    return field, "bad-value", f"“{field}” cannot be {shown}", f"write {wanted}"


def _no_delay(field: str, value: Json, error: Any, known: object) -> Finding:
    message = f"“{value}” is no span of time"
    return field, "bad-value", message, f"write {WANTED['delay']}"


def _long_delay(field: str, value: Json, error: Any, known: object) -> Finding:
    message = f"“{field}” is {value}, out of its range"
    return field, "out-of-range", message, "write 7d or less"


def _address(field: str, value: Json, error: Any, known: object) -> Finding:
    # The only rule over two fields: a service node has either of these.
    message = "neither “service” nor “url” is given"
    if value.get("url") is not None:
        message = "both “service” and “url” are given"
    return "service", "service-or-url", message, "write one of the two"


WORDS: Mapping[str, Wording] = {
    "missing": _missing,
    "extra_forbidden": _unknown,
    "string_pattern_mismatch": _pattern,
    "string_too_short": _empty,
    "too_short": _empty,
    "string_too_long": _long,
    "greater_than": _range,
    "greater_than_equal": _range,
    "less_than": _range,
    "less_than_equal": _range,
    "literal_error": _literal,
    "value_error": _address,
    "bad_delay": _no_delay,
    "long_delay": _long_delay,
}


def described(value: Json) -> str:
    """What kind of thing a value is.

    >>> described([])
    'an empty list'
    """
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case int() | float():
            # A larger integer may not fit into the float that is printed.
            return f"the number {value:.6g}" if abs(value) < 1e15 else "a number"
        case "":
            return "an empty text"
        case str():
            return f"the text “{value}”"
        case list():
            return "a list" if value else "an empty list"
    return "an object"
