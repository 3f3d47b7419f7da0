"""The data that code receives, and the checks of the data that it gives back."""

import json
from collections.abc import Iterator, Mapping, Set
from typing import Any, NoReturn

import orjson

from engine.adapters.sandbox.limits import SandboxLimits
from engine.adapters.sandbox.met import LimitMet
from engine.domain.errors import CodeFailed
from engine.domain.values import BLOB_KEY, LARGE_KEY, Json


def encode(value: Json) -> bytes:
    """What the sandbox gets to read."""
    try:
        return orjson.dumps(value)
    except TypeError as error:
        raise CodeFailed("the data that the code reads are not JSON") from error


def has_key(value: Json, keys: Set[str]) -> bool:
    """Whether an object anywhere inside value has one of the keys.

    A text that looks like a key counts too. That costs only time, for opening what no
    code opens.
    """
    # A search in the text is much faster than a walk through the value.
    text = encode(value)
    return any(f'"{key}":'.encode() in text for key in keys)


def parse(text: Any, limits: SandboxLimits) -> Json:
    """The value that the sandbox wrote down, if it keeps within the limits.

    The prelude checks most of this already. But an author's code may have taken over
    its worker, so that nothing which comes from there is believed.
    """
    if not isinstance(text, str) or len(text) > limits.output_bytes:
        raise LimitMet(
            "output_bytes", f"the result is larger than {limits.output_bytes:,} bytes"
        )

    # Not orjson: it would turn integers over 64 bits into floats without a word.
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise CodeFailed("the result of the code cannot be read") from error

    for count, (item, depth) in enumerate(_walk(value), start=1):
        if count > limits.output_values:
            raise LimitMet(
                "output_values",
                f"the result has more than {limits.output_values:,} values",
            )
        if depth > limits.output_depth:
            raise LimitMet(
                "output_depth",
                f"the result is nested deeper than {limits.output_depth} levels",
            )
        _check_item(item, limits)

    # Only an escape can bring a surrogate: most results need no second look.
    if "\\u" in text:
        _check_surrogates(value)
    return value


def check_blobs(result: Json, given: Json) -> None:
    """Refuse a result with a reference to a blob other than those that were given.

    Otherwise an author could read any binary whose key he guesses.
    """
    known: dict[Json, Json] | None = None

    for blob in _blobs(result):
        # Made when it is needed: most results have no blob, and the data are large.
        if known is None:
            known = {one[BLOB_KEY]: one for one in _blobs(given)}

        key = blob[BLOB_KEY]
        if not isinstance(key, str) or known.get(key) != blob:
            raise CodeFailed(
                "code may copy the reference of a blob, but not make or change one"
            )


def _blobs(value: Json) -> Iterator[Mapping[str, Json]]:
    for item, _ in _walk(value):
        if isinstance(item, dict) and BLOB_KEY in item:
            yield item


def _walk(value: Json) -> Iterator[tuple[Json, int]]:
    """Every value inside, with how many containers it stands in."""
    # A list and no recursion: the value may be nested as deeply as its author likes.
    todo = [(value, 0)]

    while todo:
        value, depth = todo.pop()
        yield value, depth

        if isinstance(value, dict):
            todo.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list):
            todo.extend((item, depth + 1) for item in value)


def _check_item(value: Json, limits: SandboxLimits) -> None:
    if isinstance(value, int):
        bound = 1 << (limits.integer_bits - 1)
        if not -bound <= value < bound:
            raise LimitMet(
                "integer_bits",
                f"an integer needs more than {limits.integer_bits} bits",
            )

    # A literal such as 1e999 is valid JSON, and infinite. (inf - inf is no number.)
    if isinstance(value, float) and value - value != 0:
        _refuse_constant("Infinity")

    # The store would read the object as the key of a value that it keeps elsewhere.
    if isinstance(value, dict) and LARGE_KEY in value:
        raise CodeFailed(f"the key “{LARGE_KEY}” is reserved for the engine")


def _check_surrogates(value: Json) -> None:
    """orjson refuses half of a surrogate pair, which no store could keep either."""
    try:
        orjson.dumps(value)
    except TypeError as error:
        raise CodeFailed("a text in the result has a lone surrogate") from error


def _refuse_constant(name: str) -> NoReturn:
    raise CodeFailed(f"the result holds {name}, which JSON does not know")
