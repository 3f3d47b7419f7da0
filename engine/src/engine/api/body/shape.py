"""Whether a value has the shape of an example, and where it does not."""

from collections.abc import Iterator, Mapping

from engine.domain.errors import Fault
from engine.domain.suggestions import REQUEST_STEPS, Suggestions, listed
from engine.domain.values import Json

MAX_EXAMPLE_CHARACTERS = 60
"""Of what a hint shows."""
MAX_FIELD_CHARACTERS = 500
"""Of a place: keys may be as long as the body."""
_NAMES = {
    bool: "true or false",
    int: "an integer",
    float: "a number",
    str: "a string",
    dict: "an object",
    list: "a list",
    type(None): "null",
}


Place = tuple[str | int, ...]
"""The keys and indices that lead to a value."""


def unlike(example: Json, value: Json) -> Iterator[Fault]:
    """Everything in a value that is not of the example's shape.

    A null in the example allows anything. An empty object or list in the example allows
    any keys or items.
    """
    return _unlike(example, value, (), Suggestions(REQUEST_STEPS))


def _unlike(
    example: Json, value: Json, place: Place, suggestions: Suggestions
) -> Iterator[Fault]:
    if example is None:
        return
    if not _is_same_kind(example, value):
        yield _wrong_type(example, value, place)
    elif isinstance(example, Mapping):
        yield from _unlike_object(example, value, place, suggestions)
    elif isinstance(example, list | tuple) and example:
        for index, item in enumerate(value):
            yield from _unlike(example[0], item, (*place, index), suggestions)


def _is_same_kind(example: Json, value: Json) -> bool:
    if isinstance(example, float):
        # In JSON 2 is as good a number as 2.0. In Python booleans are integers.
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(example, list | tuple):
        return isinstance(value, list)
    return type(value) is type(example)


def _unlike_object(
    example: Mapping[str, Json],
    value: Mapping[str, Json],
    place: Place,
    suggestions: Suggestions,
) -> Iterator[Fault]:
    if not example:
        return

    for key, wanted in example.items():
        inside = (*place, key)
        if key in value:
            yield from _unlike(wanted, value[key], inside, suggestions)
        elif wanted is not None:
            yield Fault(
                code="missing-key",
                message="is missing",
                hint=f"for example {_short(wanted)}",
                field=_written(inside),
            )

    for key in value.keys() - example.keys():
        yield Fault(
            code="unknown-key",
            message="is not expected here",
            hint=suggestions.hint(key, example) or f"known are {listed(example)}",
            field=_written((*place, key)),
        )


def _wrong_type(example: Json, value: Json, place: Place) -> Fault:
    wanted = _NAMES[type(example)]
    found = _NAMES[type(value)]
    return Fault(
        code="wrong-type",
        message=f"is {found}, but must be {wanted}",
        hint=f"for example {_short(example)}",
        field=_written(place),
    )


def _written(place: Place) -> str:
    """A place as a caller reads it: written for faults only, not for every value."""
    return ".".join(map(str, place))[:MAX_FIELD_CHARACTERS]


def _short(example: Json) -> str:
    """The beginning of an example, of which no more is written than is shown."""
    text = ""
    for piece in _pieces(example):
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
                yield f"{', ' if number else ''}{_short(key)}: "
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
