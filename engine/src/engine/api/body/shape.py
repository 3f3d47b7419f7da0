"""Whether a value has the shape of an example, and where it does not."""

from collections.abc import Iterator, Mapping

from engine.domain.errors import Fault
from engine.domain.pipeline import suggestion
from engine.domain.values import Json

MAX_EXAMPLE_CHARACTERS = 60
"""Of what a hint shows."""
_NAMES = {
    bool: "true or false",
    int: "an integer",
    float: "a number",
    str: "a string",
    dict: "an object",
    list: "a list",
    type(None): "null",
}


def unlike(example: Json, value: Json, place: str = "") -> Iterator[Fault]:
    """Everything in a value that is not of the example's shape.

    A null in the example allows anything. An empty object or list in the example allows
    any keys or items.
    """
    if example is None:
        return
    if not _is_same_kind(example, value):
        yield _wrong_type(example, value, place)
    elif isinstance(example, Mapping):
        yield from _unlike_object(example, value, place)
    elif isinstance(example, list | tuple) and example:
        for index, item in enumerate(value):
            yield from unlike(example[0], item, _inside(place, index))


def _is_same_kind(example: Json, value: Json) -> bool:
    if isinstance(example, float):
        # In JSON 2 is as good a number as 2.0. In Python booleans are integers.
        return isinstance(value, int | float) and not isinstance(value, bool)
    if isinstance(example, list | tuple):
        return isinstance(value, list)
    return type(value) is type(example)


def _unlike_object(
    example: Mapping[str, Json], value: Mapping[str, Json], place: str
) -> Iterator[Fault]:
    if not example:
        return

    for key, wanted in example.items():
        inside = _inside(place, key)
        if key in value:
            yield from unlike(wanted, value[key], inside)
        elif wanted is not None:
            yield Fault(
                code="missing-key",
                message="is missing",
                hint=f"for example {_short(wanted)}",
                field=inside,
            )

    for key in value.keys() - example.keys():
        yield Fault(
            code="unknown-key",
            message="is not expected here",
            hint=suggestion(key, example) or f"known are {', '.join(example)}",
            field=_inside(place, key),
        )


def _wrong_type(example: Json, value: Json, place: str) -> Fault:
    wanted = _NAMES[type(example)]
    found = _NAMES[type(value)]
    return Fault(
        code="wrong-type",
        message=f"is {found}, but must be {wanted}",
        hint=f"for example {_short(example)}",
        field=place,
    )


def _inside(place: str, key: str | int) -> str:
    return f"{place}.{key}" if place else str(key)


def _short(example: Json) -> str:
    text = repr(example)
    if len(text) <= MAX_EXAMPLE_CHARACTERS:
        return text
    return text[: MAX_EXAMPLE_CHARACTERS - 1] + "…"
