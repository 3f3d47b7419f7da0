"""How large values are said to be, and how long it takes to say it."""

import orjson
import pytest
from engine.domain.errors import ValueTooDeep
from engine.domain.sizes import (
    ITEM_BYTES,
    MAX_JSON_PER_BYTE,
    MAX_VALUE_DEPTH,
    Size,
    Sizes,
    text_bytes,
)
from engine.domain.values import Json, Large
from hypothesis import given
from hypothesis import strategies as st

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=9), inner),
)


def nested(levels: int) -> Json:
    value: Json = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "size"),
    [
        (None, Size(ITEM_BYTES, 0)),
        (7, Size(ITEM_BYTES, 0)),
        ("abc", Size(ITEM_BYTES + 3, 0)),
        ([], Size(ITEM_BYTES, 1)),
        ({"key": "abc"}, Size(2 * ITEM_BYTES + 6, 1)),
        ([1, [2]], Size(4 * ITEM_BYTES, 2)),
        (Large("t/1", ["a"]), Size(2 * ITEM_BYTES + 1, 1)),
    ],
)
def test_a_size_counts_texts_and_items(value: Json, size: Size) -> None:
    assert Sizes().of(value) == size


@given(JSON_VALUES)
def test_no_value_is_much_larger_in_json_than_its_size_says(value: Json) -> None:
    assert len(orjson.dumps(value)) <= MAX_JSON_PER_BYTE * Sizes().of(value).bytes


def test_long_texts_count_the_bytes_of_their_json() -> None:
    text = "\x01é" * 100

    assert text_bytes(text) == len(orjson.dumps(text))


def test_what_is_shared_counts_fully_and_takes_the_time_of_once() -> None:
    value: Json = ["x" * 2000]
    for _ in range(200):
        value = {"a": value, "b": value}

    size = Sizes().of(value)

    # Without remembering, this would take longer than the universe is old.
    assert size.bytes > 2000 * 2**200
    assert size.depth == 201


def test_a_value_may_be_nested_up_to_the_limit() -> None:
    assert Sizes().of(nested(MAX_VALUE_DEPTH)).depth == MAX_VALUE_DEPTH


@pytest.mark.parametrize("levels", [MAX_VALUE_DEPTH + 1, 100_000])
def test_what_is_nested_deeper_is_refused(levels: int) -> None:
    with pytest.raises(ValueTooDeep, match=f"more than {MAX_VALUE_DEPTH} objects"):
        Sizes().of(nested(levels))


def test_what_was_measured_before_counts_its_levels_where_it_stands_now() -> None:
    sizes = Sizes()
    deep = [nested(MAX_VALUE_DEPTH - 1), "x" * 2000]
    sizes.of(deep)

    with pytest.raises(ValueTooDeep):
        sizes.of([deep])
