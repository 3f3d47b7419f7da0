"""What pydantic finds wrong with a document, in words for its author."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.domain.pipeline import Api, Side, field_names
from engine.domain.suggestions import MAX_WORD_CHARACTERS, Suggestions
from engine.domain.values import Json

Finding = tuple[str, str, str, str]
"""A field, the code, the message and the hint."""
Wording = Callable[[str, Json, Any, Any], Finding]

# What a field wants, where that is more than its type says.
WANTED = {
    "api.body": "an object, the name of a field or a list of names",
    "api.bodyType": "the media types of every field, as lists",
    "query.": "a text, a number, true or false",
    "then": "an object or code",
    "else": "an object or code",
}
TYPES = {
    "string_type": "a text",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "int_type": "a whole number",
    "float_type": "a number",
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
    # All elements of a list, and all keys of `query`, want the same.
    key = re.sub(r"\[.*|(?<=^query\.).*", "", field)
    wanted = WANTED.get(key) or TYPES.get(
        error["type"], "as docs/reference/pipelines.md says"
    )

    hint = f"write {wanted}"
    if wanted == "a list" and _is_word(value):
        hint = f'write ["{value}"]'

    message = f"“{field}” must be {wanted}, not {described(value)}"
    return field, "wrong-type", message, hint


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
    return field, code, f"“{value}” cannot be used as “{field}”", hint


def _empty(field: str, value: Json, error: Any, known: object) -> Finding:
    return field, "empty", f"“{field}” is empty", "fill it or leave it out"


def _long(field: str, value: Json, error: Any, known: object) -> Finding:
    limit = error["ctx"]["max_length"]
    message = f"“{field}” is longer than {limit} characters"
    return field, "too-long", message, "shorten it"


def _range(field: str, value: Json, error: Any, known: object) -> Finding:
    message = f"“{field}” is {value}, out of its range"
    return field, "out-of-range", message, error["msg"].replace("Input", "it")


def _literal(field: str, value: Json, error: Any, known: object) -> Finding:
    wanted = error["ctx"]["expected"]
    return field, "bad-value", f"“{field}” cannot be “{value}”", f"write {wanted}"


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
    "less_than_equal": _range,
    "literal_error": _literal,
    "value_error": _address,
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
