"""The reader of JSON refuses what a slow, plain definition refuses, and only that."""

import json
from typing import Any

import pytest
from engine.api.limits import ApiLimits
from engine.domain.errors import TooMuch
from engine.domain.strict_json import Unreadable, parse
from hypothesis import example, given, settings
from hypothesis import strategies as st

LIMITS = ApiLimits(json_depth=4, json_values=30)
PIECES = (
    "a", "b", "$", "$blob", "$large", ":", "{", "[", "]", "}", ",", "é", " ", "9" * 20,
    r"\"", r"\\", r"\n", r"\/", r"\u0061", r"\u003a", r"\u003A", r"\u0024", r"\u0022",
    r"\u005b", r"\u00e9", r"\u20ac", "u003a",
)  # fmt: skip  # one alphabet, read as one
NUMBERS = (
    "0", "-1", "1.5e3", "9223372036854775807", "9223372036854775808",
    "-9223372036854775808", "-9223372036854775809", "18446744073709551616",
    "0.12345678901234567890123", "12345678901234567890.5", "1E25", "1" * 25 + "e2",
)  # fmt: skip  # as above
GAPS = st.sampled_from(("", "", " ", "\n"))
STRINGS = st.lists(st.sampled_from(PIECES), max_size=3).map(
    lambda pieces: f'"{"".join(pieces)}"'
)
SCALARS = st.sampled_from((*NUMBERS, "true", "null")) | STRINGS


def wrapped(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(STRINGS, GAPS, inner).map(lambda p: f"{p[0]}{p[1]}:{p[2]}")
    lists = st.lists(inner, max_size=4).map(lambda items: f"[{', '.join(items)}]")
    return lists | st.lists(pairs, max_size=4).map(lambda p: f"{{{','.join(p)}}}")


TEXTS = st.recursive(SCALARS, wrapped, max_leaves=25)


def depth(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return 0
    return 1 + max(map(depth, value), default=0)


def values(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return 0
    return len(value) + sum(map(values, value))


def faults(text: str) -> set[str]:
    """Everything that is wrong with a document that is JSON."""
    found: set[str] = set()

    def read_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            found.add("duplicate-key")
        if {"$blob", "$large"} & set(keys):
            found.add("reserved-key")
        return dict(pairs)

    def read_integer(digits: str) -> int:
        if not -(2**63) <= int(digits) < 2**63:
            found.add("integer-too-large")
        return int(digits)

    value = json.loads(text, object_pairs_hook=read_object, parse_int=read_integer)

    if depth(value) > LIMITS.json_depth:
        found.add("too-deep")
    if values(value) > LIMITS.json_values:
        found.add("too-many")
    return found


def refused(raw: bytes) -> str | None:
    try:
        parse(raw, LIMITS)
    except Unreadable as error:
        return error.faults[0].code
    except TooMuch as error:
        return "too-deep" if "nesting" in str(error) else "too-many"
    return None


@settings(max_examples=600, deadline=None)
@given(TEXTS)
@example(r'{"a": 1, "a\u003a": 2, "a": "::"}')
@example(r'{"a": "\u003a", "a": 1}')
@example(r'{"\u0024blob": 1}')
@example('{"a": ":", "a": 1}')
@example('{"a": {"$blob": 1}}')
@example('{"a": {"$large": 1}}')
@example("[[[[[1]]]]]")
@example('[["]", [[["[", 1]]]]]')
def test_exactly_what_the_definition_refuses_is_refused(text: str) -> None:
    wrong = faults(text)

    said = refused(text.encode())

    if wrong:
        assert said in wrong
    else:
        assert said is None


@pytest.mark.parametrize("values", [30, 31])
def test_as_many_values_as_the_limit_are_fine(values: int) -> None:
    text = "[" + ",".join(["1"] * values) + "]"

    said = refused(text.encode())

    assert said == (None if values <= LIMITS.json_values else "too-many")
