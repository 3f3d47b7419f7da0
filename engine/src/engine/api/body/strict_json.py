"""Reads JSON that means the same to everybody; what does not is refused in words."""

import json
import re
from typing import NoReturn

import orjson

from engine.api.limits import ApiLimits
from engine.domain.errors import Fault, InvalidInput, TooMuch
from engine.domain.values import BLOB_KEY, LARGE_KEY, Json

_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
_LONG_INTEGER = re.compile(rb"(?<![\d.eE+-])-?\d{19,}(?![\d.eE])")
_ZEROS, _LONG = bytes.maketrans(b"123456789", b"0" * 9), b"0" * 19
_NESTED = frozenset({dict, list})
_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_REMEDIES = (
    (r"-?(NaN|Infinity|inf)", "JSON has no such number: send null, or leave it out"),
    (r"-?\d", "the number is too large: send it as a string"),
    (r"\\u[dD]", "half of a surrogate pair is no character: send well-formed text"),
    (r"'", "JSON strings stand in double quotes"),
    (r"(None|True|False)", "JSON spells it null, true, false"),
)


class Unreadable(InvalidInput):
    """A body that cannot be read at all, so nothing can be said of its fields."""


def unreadable(code: str, message: str, hint: str = "") -> Unreadable:
    """The error of one fault."""
    return Unreadable([Fault(code, message, hint)])


def parse(raw: bytes, limits: ApiLimits) -> Json:
    """The value of a document; raises `Unreadable` or `TooMuch`.

    orjson neither recurses without bound nor takes NaN, broken UTF-8 or lone
    surrogates. What it lets pass is looked for afterwards, without recursion, unless
    the bytes show at a glance that there is none. A key given twice is read once, so
    that the value, written again, lacks a colon; in text it may be sent as \\u003a.
    """
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        _explain(raw, error, limits)
    brackets = raw.count(b"[") + raw.count(b"{")
    large = brackets > limits.json_depth or len(raw) > limits.json_values
    if large or b"$" in raw or b"\\u00" in raw:
        _survey(value, limits)
    if b"\\u003" in raw or orjson.dumps(value).count(b":") != raw.count(b":"):
        json.loads(raw, object_pairs_hook=_refuse_duplicates)
    if _LONG in raw.translate(_ZEROS):
        _check_integers(_LONG_INTEGER.findall(_STRING.sub(b"", raw)))
    return value


def parse_object(raw: bytes, limits: ApiLimits) -> dict[str, Json]:
    """Like `parse`, and it must be an object."""
    value = parse(raw, limits)
    if not isinstance(value, dict):
        found = "list" if isinstance(value, list) else "single value"
        raise unreadable(
            "not-an-object", f"the body is a {found}", "send a JSON object: {…}"
        )
    return value


def _survey(value: Json, limits: ApiLimits) -> None:
    """Refuse too much and what is reserved; level by level: depth costs no stack."""
    seen = depth = 0
    level = [value] if type(value) in _NESTED else []
    while level:
        below: list[Json] = []
        for item in level:
            if type(item) is dict:
                if BLOB_KEY in item or LARGE_KEY in item:
                    raise _reserved(BLOB_KEY if BLOB_KEY in item else LARGE_KEY)
                below.extend(item.values())
            else:
                below.extend(item)
        depth += 1
        seen += len(below)
        if depth > limits.json_depth:
            raise TooMuch("the nesting of the JSON", limits.json_depth, "levels")
        if seen > limits.json_values:
            raise TooMuch("the JSON", limits.json_values, "values")
        level = [item for item in below if type(item) in _NESTED]


def _reserved(key: str) -> Unreadable:
    return unreadable(
        "reserved-key",
        f"the key “{key}” is the engine's own and cannot be sent",
        "rename it; a file travels as a part of a multipart body",
    )


def _refuse_duplicates(pairs: list[tuple[str, Json]]) -> None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            raise unreadable(
                "duplicate-key",
                f"the key “{key}” is given twice in one object",
                "keep one of them",
            )
        seen.add(key)


def _check_integers(found: list[bytes]) -> None:
    for text in found:
        if len(text) > 20 or not _SMALLEST <= int(text) <= _LARGEST:
            raise unreadable(
                "integer-too-large",
                f"the integer {text[:30].decode()} needs more than 64 bits",
                "send it as a string or as a float (1.5e30)",
            )


def _explain(raw: bytes, error: orjson.JSONDecodeError, limits: ApiLimits) -> NoReturn:
    if "depth" in error.msg:
        raise TooMuch("the nesting of the JSON", limits.json_depth, "levels")
    if not raw.strip():
        raise unreadable("empty-body", "the body is empty", "send a JSON object: {…}")
    text = raw.decode(errors="replace")
    at = text[error.pos : error.pos + 20]
    place = f"line {error.lineno} column {error.colno}"
    raise unreadable(
        "not-json",
        f"the body is no valid JSON: {error.msg} ({place}, at “{at}”)",
        next((hint for start, hint in _REMEDIES if re.match(start, at)), ""),
    ) from None
