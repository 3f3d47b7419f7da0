"""Reads JSON so that all programs read the same values, as the engine does."""

import json
import math
from collections import Counter
from typing import Any

MAX_SHOWN_CHARACTERS = 40
"""Of a key or number that a message shows: they may be as long as the body."""


class NotJson(ValueError):
    """The text cannot be read, or programs would read different values from it."""


def read_json(text: bytes) -> Any:
    """The value; raises `NotJson`.

    >>> read_json(b'{"a": [1, 2.5, 123456789012345678901234567890]}')
    {'a': [1, 2.5, 123456789012345678901234567890]}
    """
    try:
        return json.loads(
            text.decode(),
            object_pairs_hook=_object,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except RecursionError:
        raise NotJson("it is nested too deeply") from None
    except ValueError as fault:
        raise NotJson(str(fault)) from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        twice = next(key for key, count in counts.items() if count > 1)
        raise NotJson(f"the key “{twice[:MAX_SHOWN_CHARACTERS]}” is given twice")
    return found


def _no_constant(name: str) -> Any:
    raise NotJson(f"{name} is no number of JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotJson(f"the number {text[:MAX_SHOWN_CHARACTERS]} is too large")
    return number
