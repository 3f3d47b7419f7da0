"""What is said of a value that does not fit: what is wrong, and what would be right."""

from collections.abc import Collection, Iterator, Mapping

from engine.domain.contracts.keywords import Place
from engine.domain.errors import Fault
from engine.domain.suggestions import Suggestions, listed
from engine.domain.values import Json, is_blob

MAX_EXAMPLE_CHARACTERS = 60
"""Of what a hint shows."""
MAX_FIELD_CHARACTERS = 500
"""Of a place: keys may be as long as the body."""

FILE = "a file"

TYPES = {
    "boolean": "true or false",
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "object": "an object",
    "array": "a list",
    "null": "null",
}
_NAMES = {
    bool: TYPES["boolean"],
    int: TYPES["integer"],
    float: TYPES["number"],
    str: TYPES["string"],
    dict: TYPES["object"],
    list: TYPES["array"],
    type(None): TYPES["null"],
}


def kind_of(value: Json) -> str:
    """What a value is, in words."""
    if is_blob(value):
        return FILE
    # The examples of a route are frozen: their lists are tuples.
    return _NAMES[list if isinstance(value, tuple) else type(value)]


def missing(example: Json, place: Place) -> Fault:
    """The fault of a key that is not there."""
    return Fault(
        code="missing-key",
        message="is missing",
        hint="send it" if example is None else f"for example {short(example)}",
        field=written(place),
    )


def unknown(known: Collection[str], place: Place, suggestions: Suggestions) -> Fault:
    """The fault of a key that nothing takes."""
    all_known = f"known are {listed(known)}" if known else "nothing is"
    return Fault(
        code="unknown-key",
        message="is not expected here",
        hint=suggestions.hint(str(place[-1]), known) or all_known,
        field=written(place),
    )


def wrong_type(wanted: str, value: Json, place: Place, example: Json = None) -> Fault:
    """The fault of a value of another type."""
    return Fault(
        code="wrong-type",
        message=f"is {kind_of(value)}, but must be {wanted}",
        hint=f"send {wanted}" if example is None else f"for example {short(example)}",
        field=written(place),
    )


def written(place: Place) -> str:
    """A place as a caller reads it: written for faults only, not for every value."""
    return ".".join(map(str, place))[:MAX_FIELD_CHARACTERS]


def short(value: Json) -> str:
    """The beginning of a value, of which no more is written than is shown."""
    text = ""
    for piece in _pieces(value):
        text += piece
        if len(text) > MAX_EXAMPLE_CHARACTERS:
            return text[: MAX_EXAMPLE_CHARACTERS - 1] + "…"
    return text


def _pieces(value: Json) -> Iterator[str]:
    """The pieces of what `repr` would make of a value; of long texts the beginning."""
    match value:
        case str():
            yield repr(value[: MAX_EXAMPLE_CHARACTERS + 1])
        case Mapping():
            yield "{"
            for number, (key, item) in enumerate(value.items()):
                yield f"{', ' if number else ''}{short(key)}: "
                yield from _pieces(item)
            yield "}"
        case list() | tuple():
            yield "["
            for number, item in enumerate(value):
                yield ", " if number else ""
                yield from _pieces(item)
            yield "]"
        case _:
            yield repr(value)
