"""Makes of a result what JSON can hold, or says what it cannot hold, and where."""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any
from uuid import UUID

from pydantic import BaseModel, SecretStr
from pydantic_core import to_jsonable_python

from service_sdk.fields import File
from service_sdk.protocol import MAX_INTEGER


class NotPlain(ValueError):
    """A value, or its key, that no result can have."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, reason)
        self.place = place
        self.reason = reason


MAX_DEPTH = 100
"""Deeper, it is a value that holds itself; the engine itself reads 32."""

RESERVED_KEYS = ("$blob", "$large")
"""Keys that only the engine writes."""

# JSON has no form of its own for these, but there is one that all programs use.
AS_TEXT = (date, time, timedelta, UUID, SecretStr)


def plain(value: object, place: str, depth: int = 0) -> Any:
    """The value in the types that JSON has; raises `NotPlain`."""
    inner = depth + 1
    if depth > MAX_DEPTH:
        raise NotPlain(place[:40] + "…", "is nested too deeply, or holds itself")

    match value:
        case None | bool() | str():
            return _text(value, place) if isinstance(value, str) else value
        case Enum():
            return plain(value.value, place, inner)
        case int() | float() | Decimal():
            return _number(value, place)
        case Mapping():
            return {
                key_text(key, value, place): plain(item, f"{place}.{key}", inner)
                for key, item in value.items()
            }
        case list() | tuple():
            return [
                plain(item, f"{place}.{at}", inner) for at, item in enumerate(value)
            ]
        case BaseModel():
            return plain(value.model_dump(mode="json", by_alias=True), place, inner)
        case File():
            raise NotPlain(
                place,
                "is a file inside other data; return it under a key of its own, or in "
                "a list under one",
            )
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {
                field.name: plain(
                    getattr(value, field.name), f"{place}.{field.name}", inner
                )
                for field in fields(value)
            }
    return _other(value, place, inner)


def _text(text: str, place: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise NotPlain(place, "is a text that UTF-8 cannot hold") from None
    return str(text)


def _number(number: int | float | Decimal, place: str) -> int | float | str:
    if not math.isfinite(number):
        raise NotPlain(place, f"is {number}, which is no number of JSON")
    if isinstance(number, Decimal):
        return str(number)
    if isinstance(number, int) and abs(number) > MAX_INTEGER:
        raise NotPlain(place, "is an integer of more than 64 bits")

    # Numbers of numpy and other subclasses are no JSON to every program.
    return int(number) if isinstance(number, int) else float(number)


def key_text(key: object, whole: Mapping[Any, object], place: str = "result") -> str:
    """A key as a text; numbers and choices are written as such."""
    if isinstance(key, Enum):
        key = key.value
    if not isinstance(key, str | int) or isinstance(key, bool):
        raise NotPlain(place, f"has a key that is no text, but {_kind(key)}")

    text = _text(str(key), place)
    if text in RESERVED_KEYS:
        raise NotPlain(place, f"has the key {text}, which only engines write")
    if not isinstance(key, str) and text in whole:
        raise NotPlain(place, f"has the key {text} twice: as a text and a number")
    return text


def _other(value: object, place: str, depth: int) -> Any:
    """Numbers and arrays of numpy become plain ones; no other type is guessed."""
    if isinstance(value, AS_TEXT):
        return to_jsonable_python(value)
    if isinstance(value, Fraction):
        return _number(float(value), place)
    if hasattr(value, "tolist"):
        listed = value.tolist()
        if type(listed) is not type(value):
            return plain(listed, place, depth)
    raise NotPlain(place, f"is {_kind(value)}, which {_advice(value)}")


def _kind(value: object) -> str:
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def _advice(value: object) -> str:
    if isinstance(value, bytes | bytearray | memoryview):
        return "JSON cannot hold; return File(…) for bytes"
    if isinstance(value, set | frozenset):
        return "JSON cannot hold; return a list"
    if hasattr(value, "save") and hasattr(value, "mode"):
        return "JSON cannot hold; return Image.of(picture)"
    return "cannot be written as JSON"
