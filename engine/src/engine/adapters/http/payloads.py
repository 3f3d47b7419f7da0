"""Writes the typed data of a payload as text: as JSON, or into the query."""

from collections.abc import Iterable
from urllib.parse import urlencode

import orjson

from engine.domain.errors import EngineError
from engine.domain.values import BLOB_KEY, Json, is_blob

_QUOTED_BLOB_KEY = f'"{BLOB_KEY}"'.encode()


class CannotTravel(EngineError):
    """Something that no request can carry; trying again does not help."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(what, reason)
        self.what = what
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.what} cannot be sent: {self.reason}"


def dumps(value: Json) -> bytes:
    """Typed data as JSON; a blob in the middle of it cannot travel."""
    try:
        text = orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATACLASS)
    except TypeError as error:
        raise CannotTravel("the data", f"it is not JSON: {error}") from None

    # The search in the text is cheap and almost always says no.
    place = place_of_blob(value) if _QUOTED_BLOB_KEY in text else None
    if place is not None:
        raise CannotTravel(
            f"the blob in “{place}”",
            "a blob travels only under a key of its own or in a list of blobs, not "
            "inside other data",
        )
    return text


def place_of_blob(value: Json, place: str = "") -> str | None:
    """Where the first blob reference inside value is.

    >>> place_of_blob({"a": [1, {"b": {"$blob": "t/1"}}]})
    'a.1.b'
    """
    if is_blob(value):
        return place

    for key, item in _items(value):
        found = place_of_blob(item, f"{place}.{key}" if place else str(key))
        if found is not None:
            return found
    return None


def _items(value: Json) -> Iterable[tuple[object, Json]]:
    if isinstance(value, dict):
        return value.items()
    if isinstance(value, list):
        return enumerate(value)
    return ()


def as_query(payload: Json, what: str = "a query") -> dict[str, str | list[str]]:
    """A payload as query parameters: lists repeat, objects are JSON text.

    `what` it becomes is named in errors.

    >>> as_query({"size": 3, "tags": ["a", "b"], "box": {"x": 1}})
    {'size': '3', 'tags': ['a', 'b'], 'box': '{"x":1}'}
    """
    if not isinstance(payload, dict):
        raise CannotTravel("the input", f"{what} needs an object, with names")

    place = place_of_blob(payload)
    if place is not None:
        raise CannotTravel(f"the blob “{place}”", f"{what} carries only text")

    # This raises what is not JSON: a URL would leave it out without an error.
    dumps(payload)
    return {key: _parameter(value) for key, value in payload.items()}


def as_form(payload: Json) -> bytes:
    """A payload as the body of a form: one field for each key, as `as_query`.

    >>> as_form({"name": "Ada & co", "tags": ["a", "b"]})
    b'name=Ada+%26+co&tags=a&tags=b'
    """
    return urlencode(as_query(payload, "a form"), doseq=True).encode()


def _parameter(value: Json) -> str | list[str]:
    if isinstance(value, list):
        return [_text(item) for item in value]
    return _text(value)


def _text(value: Json) -> str:
    return value if isinstance(value, str) else dumps(value).decode()
