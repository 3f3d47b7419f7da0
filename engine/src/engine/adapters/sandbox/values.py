"""What code sees of the data, and what is accepted of that which it gives back."""

import json
from collections.abc import Iterator, Mapping, Set
from typing import Any, NoReturn

import orjson

from engine.domain.errors import CodeFailed
from engine.domain.values import BLOB_KEY, Json

from .limits import SandboxLimits


def encode(value: Json) -> bytes:
    """What the sandbox gets to read."""
    try:
        return orjson.dumps(value)
    except TypeError as error:
        raise CodeFailed("the data that the code reads are not JSON") from error


def has_key(value: Json, keys: Set[str]) -> bool:
    """Whether an object anywhere inside value has one of the keys."""
    text = encode(value)  # much faster to search than the value itself
    return any(f'"{key}":'.encode() in text for key in keys)


def parse(text: Any, limits: SandboxLimits) -> Json:
    """The value that the sandbox wrote down, if it keeps within the limits."""
    if not isinstance(text, str) or len(text) > limits.output_bytes:
        raise CodeFailed(f"the result is larger than {limits.output_bytes:,} bytes")
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise CodeFailed("the result of the code cannot be read") from error
    for count, (item, depth) in enumerate(_walk(value), start=1):
        if count > limits.output_values:
            raise CodeFailed(f"the result has over {limits.output_values:,} values")
        if depth > limits.output_depth:
            raise CodeFailed(f"the result nests over {limits.output_depth} levels deep")
        _check_scalar(item, limits)
    if "\\u" in text:
        _check_surrogates(value)
    return value


def check_blobs(result: Json, given: Json) -> None:
    """Refuse a result with a reference to a blob other than those that were given."""
    known: dict[Json, Json] | None = None
    for value in _blobs(result):
        if known is None:
            known = {blob[BLOB_KEY]: blob for blob in _blobs(given)}
        key = value[BLOB_KEY]
        if not isinstance(key, str) or known.get(key) != value:
            raise CodeFailed(
                "code may move the reference of a blob, not make or alter it"
            )


def _blobs(value: Json) -> Iterator[Mapping[str, Json]]:
    return (v for v, _ in _walk(value) if isinstance(v, dict) and BLOB_KEY in v)


def _walk(value: Json) -> Iterator[tuple[Json, int]]:
    """Every value inside, with how many containers it stands in."""
    todo = [(value, 0)]
    while todo:
        value, depth = todo.pop()
        yield value, depth
        if isinstance(value, dict):
            todo.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list):
            todo.extend((item, depth + 1) for item in value)


def _check_scalar(value: Json, limits: SandboxLimits) -> None:
    if isinstance(value, int):
        bound = 1 << (limits.integer_bits - 1)
        if not -bound <= value < bound:
            raise CodeFailed(f"an integer needs more than {limits.integer_bits} bits")
    if isinstance(value, float) and value - value != 0:
        _no_constant("Infinity")


def _check_surrogates(value: Json) -> None:
    try:
        orjson.dumps(value)
    except TypeError as error:
        raise CodeFailed("a text in the result has a lone surrogate") from error


def _no_constant(name: str) -> NoReturn:
    raise CodeFailed(f"the result holds {name}, which JSON does not know")
