"""Reads JSON that means the same to every reader, and refuses all other JSON.

Everything that comes from outside is read here: requests, the results of services, and
what http nodes are answered.

`orjson.loads` does most of the work: it takes neither NaN nor broken UTF-8 nor lone
surrogates, and its recursion is bounded. It lets four things pass that are looked for
afterwards:

    too many values or levels    by `_survey`, which walks through the value
    a reserved key               by the gate
    a key given twice            by the parser of Python, which can tell
    an integer above 64 bits     by a search in the bytes

Looking for these takes long compared with the parsing. So the bytes are looked at
first: counting and searching them is fast, and almost always shows that there is
nothing to look for (docs/decisions/0007-what-the-profile-taught.md).
"""

import json
import re
from typing import NoReturn, Protocol

import orjson

from engine.domain.charsets import as_utf8
from engine.domain.errors import Fault, ReservedKey, TooMuch, Unreadable
from engine.domain.gate import reserved_key
from engine.domain.values import Json

MIN_INTEGER = -(2**63)
MAX_INTEGER = 2**63 - 1
MAX_INTEGER_CHARACTERS = 20
"""A sign and 19 digits: longer integers are not even converted, which is slow."""
MAX_SHOWN_CHARACTERS = 20

_NESTED = frozenset({dict, list})
# An unrolled loop, which never goes back: a hostile text costs one pass, as any other.
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
# 19 digits may be too large; not if they are part of a number with a fraction or an
# exponent, which is a float.
_LONG_INTEGER = re.compile(rb"(?<![\d.eE+-])-?\d{19,}(?![\d.eE])")
_DIGITS_AS_ZEROS = bytes.maketrans(b"123456789", b"0" * 9)
_LONG_RUN_OF_ZEROS = b"0" * 19

_REMEDIES = (
    (r"-?(NaN|Infinity|inf)", "JSON has no such number: send null, or leave it out"),
    (r"-?\d", "the number is too large: send it as a string"),
    (r"\\u[dD]", "half of a surrogate pair is no character: send well-formed text"),
    (r"'", "write JSON strings in double quotes"),
    (r"(None|True|False)", "JSON has null, true and false"),
    (r"(//|/\*|#)", "JSON has no comments: remove it"),
    (r"[“”„‘’]", 'write straight double quotes: "'),
)
"""By what stands at the place of the error: what to do about it."""

_REMEDIES_OF_REASONS = (
    ("trailing comma", "remove the comma before the bracket"),
    ("leading zero", "write the number without a zero before it"),
    ("control character", r"write \n for a line break in a string"),
    ("escaped sequence", "double the backslash: \\\\"),
    ("unexpected end", "something is not closed: a bracket, or a quote"),
    ("not valid UTF-8", "send it, or save the file, as UTF-8"),
)
"""By what the parser says; these reasons are clear wherever they stand."""

_LAST_REMEDIES = (
    ("expected ','", "is a comma missing before it, or a bracket?"),
    ("string key", "write the key in double quotes"),
)
"""The same, where what stands there tells nothing."""


class JsonLimits(Protocol):
    """How large a document may be."""

    @property
    def json_depth(self) -> int:
        """Levels of lists and objects in each other."""

    @property
    def json_values(self) -> int:
        """Items of all lists and objects together."""


def unreadable(code: str, message: str, hint: str = "") -> Unreadable:
    """The error of one fault."""
    return Unreadable([Fault(code=code, message=message, hint=hint)])


def parse(raw: bytes, limits: JsonLimits, charset: str = "") -> Json:
    """The value of a document; raises `Unreadable` or `TooMuch`.

    `charset` is the one that it was sent with; without one it is UTF-8.
    """
    raw = as_utf8(raw, charset)
    _refuse_before_parsing(raw, limits)
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        _explain(raw, error, limits)

    if _needs_survey(raw, limits):
        _survey(value, limits)
    # Reserved keys begin with “$”, which can also be written as an escape, \u0024.
    if b"$" in raw or b"\\u00" in raw:
        _refuse_reserved_keys(value)
    if _may_repeat_keys(raw, value):
        json.loads(raw, object_pairs_hook=_refuse_duplicates)
    if _LONG_RUN_OF_ZEROS in raw.translate(_DIGITS_AS_ZEROS):
        without_strings = _STRING.sub(b"", raw)
        _check_integers(_LONG_INTEGER.findall(without_strings))

    return value


def parse_object(raw: bytes, limits: JsonLimits, charset: str = "") -> dict[str, Json]:
    """Like `parse`, and it must be an object."""
    value = parse(raw, limits, charset)
    if not isinstance(value, dict):
        found = "list" if isinstance(value, list) else "single value"
        raise unreadable(
            "not-an-object", f"the body is a {found}", "send a JSON object: {…}"
        )
    return value


def too_many_values(limits: JsonLimits) -> TooMuch:
    return TooMuch("the JSON", limits.json_values, "values", setting="MAX_VALUES")


class ValuesOfParts:
    """How many values the JSON parts of one body have together.

    Each part is within the limit by itself, and there may be a hundred.
    """

    def __init__(self, limits: JsonLimits) -> None:
        self._limits = limits
        self._counted = 0

    def add(self, raw: bytes, value: Json) -> None:
        """Count one part more; raises `TooMuch`."""
        # Before a value stands a comma or the bracket that it is the first in. In a
        # text commas may mean nothing: so this is too many rather than too few.
        most = raw.count(b",") + raw.count(b"[") + raw.count(b"{") + 1
        if self._counted + most > self._limits.json_values:
            most = _number_of_values(value)

        self._counted += most
        if self._counted > self._limits.json_values:
            raise too_many_values(self._limits)


def _number_of_values(value: Json) -> int:
    """The value itself, and all items of its lists and objects at any depth."""
    number = 1
    level = [value] if type(value) in _NESTED else []
    while level:
        below: list[Json] = []
        for item in level:
            below.extend(item.values() if type(item) is dict else item)

        number += len(below)
        level = [item for item in below if type(item) in _NESTED]
    return number


def _refuse_before_parsing(raw: bytes, limits: JsonLimits) -> None:
    """Refuse a document whose values would fill the memory.

    Every comma is followed by one more value, and every list and object but the
    outermost is one: so there is at least one value for each of them. Without commas a
    document is one value in many levels; the parser refuses these by itself.
    """
    commas = raw.count(b",")
    if not commas or max(commas, _containers(raw) - 1) <= limits.json_values:
        return

    # Within texts they mean nothing.
    without_strings = _STRING.sub(b"", raw)
    least = max(without_strings.count(b","), _containers(without_strings) - 1)
    if least > limits.json_values:
        raise too_many_values(limits)


def _containers(raw: bytes) -> int:
    return raw.count(b"[") + raw.count(b"{")


def _needs_survey(raw: bytes, limits: JsonLimits) -> bool:
    """Whether the value may be too deep or too large."""
    brackets = raw.count(b"[") + raw.count(b"{")
    # A level needs a bracket, a value at least one byte.
    return brackets > limits.json_depth or len(raw) > limits.json_values


def _may_repeat_keys(raw: bytes, value: Json) -> bool:
    """Whether a key may be given twice: the value has only one of the two.

    So the value, written again, has fewer colons than the bytes that were read. A
    colon in a text may be sent as an escape, \\u003a, which would hide the difference.
    """
    # Each key takes a colon. With as many colons as the object has keys, no key is
    # given twice, and there are no objects in it: so it need not be written again.
    colons = raw.count(b":")
    if type(value) is dict and len(value) == colons:
        return False
    return b"\\u003" in raw or orjson.dumps(value).count(b":") != colons


def _survey(value: Json, limits: JsonLimits) -> None:
    """Refuse too many values or levels.

    Level by level, not by recursion: a deep value must not overflow the stack.
    """
    depth = 0
    seen = 0
    level = [value] if type(value) in _NESTED else []
    while level:
        below: list[Json] = []
        for item in level:
            if type(item) is dict:
                below.extend(item.values())
            else:
                below.extend(item)

        depth += 1
        seen += len(below)
        if depth > limits.json_depth:
            raise _too_deep(limits)
        if seen > limits.json_values:
            raise too_many_values(limits)
        level = [item for item in below if type(item) in _NESTED]


def _refuse_reserved_keys(value: Json) -> None:
    """Refuse at once what the gate would refuse later: here its place is known."""
    found = reserved_key(value)
    if found:
        raise Unreadable(ReservedKey(found.key, found.place).faults)


def _refuse_duplicates(pairs: list[tuple[str, Json]]) -> None:
    """Called by Python's parser for every object; its result is not used."""
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
        is_long = len(text) > MAX_INTEGER_CHARACTERS
        if is_long or not MIN_INTEGER <= int(text) <= MAX_INTEGER:
            shown = text[:MAX_SHOWN_CHARACTERS].decode()
            raise unreadable(
                "integer-too-large",
                f"the integer {shown} needs more than 64 bits",
                "send it as a string or as a float (1.5e30)",
            )


def _too_deep(limits: JsonLimits) -> TooMuch:
    return TooMuch(
        "the nesting of the JSON", limits.json_depth, "levels", setting="MAX_DEPTH"
    )


def _explain(raw: bytes, error: orjson.JSONDecodeError, limits: JsonLimits) -> NoReturn:
    """Raise the error that says where the document is wrong, and what to do."""
    # orjson has a bound of its own for the nesting, and no error class for it.
    if "depth" in error.msg:
        raise _too_deep(limits)
    if not raw.strip():
        raise unreadable("empty-body", "the body is empty", "send a JSON object: {…}")

    text = raw.decode(errors="replace")
    shown = text[error.pos : error.pos + MAX_SHOWN_CHARACTERS]
    place = f"line {error.lineno} column {error.colno}"
    hints = [
        *(hint for reason, hint in _REMEDIES_OF_REASONS if reason in error.msg),
        *(hint for pattern, hint in _REMEDIES if re.match(pattern, shown)),
        *(hint for reason, hint in _LAST_REMEDIES if reason in error.msg),
    ]
    raise unreadable(
        "not-json",
        f"the body is not valid JSON: {error.msg} ({place}, at “{shown}”)",
        hints[0] if hints else "",
    ) from None
