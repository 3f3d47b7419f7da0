"""Whether a value has the shape of an example, and where it does not."""

from collections.abc import Iterator, Mapping

from engine.domain.contracts.keywords import Place
from engine.domain.contracts.words import kind_of, missing, unknown, wrong_type
from engine.domain.errors import Fault
from engine.domain.suggestions import REQUEST_STEPS, Suggestions
from engine.domain.values import Json


def unlike(example: Json, value: Json) -> Iterator[Fault]:
    """Everything in a value that is not of the example's shape.

    A null in the example allows anything. An empty object or list in the example allows
    any keys or items.
    """
    return _unlike(example, value, (), Suggestions(REQUEST_STEPS))


def _unlike(
    example: Json,
    value: Json,
    place: Place,
    suggestions: Suggestions,
) -> Iterator[Fault]:
    if example is None:
        return
    if not _is_same_kind(example, value):
        yield wrong_type(kind_of(example), value, place, example)
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
            yield missing(wanted, inside)

    for key in value.keys() - example.keys():
        yield unknown(example, (*place, key), suggestions)
