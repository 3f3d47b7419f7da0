"""Pieces of JSON are together what is written in one go, and none of them is large."""

import orjson
import pytest
from engine.domain.json_pieces import json_pieces
from engine.domain.values import Json
from hypothesis import given
from hypothesis import strategies as st

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=5),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=5), inner),
)

TEXT = "x" * 100_000


@given(VALUES)
def test_together_they_are_what_is_written_in_one_go(value: Json) -> None:
    assert b"".join(json_pieces(value)) == orjson.dumps(value)


@pytest.mark.parametrize(
    "many", [list(range(2_500)), {f"k{at}": at for at in range(2_500)}]
)
def test_many_items_are_written_some_at_a_time(many: Json) -> None:
    pieces = list(json_pieces({"many": many}))

    assert b"".join(pieces) == orjson.dumps({"many": many})
    assert max(map(len, pieces)) < len(orjson.dumps(many)) / 2


def test_large_texts_are_written_one_by_one() -> None:
    runs = {f"n{at}": {"out": {"text": TEXT, "again": [TEXT]}} for at in range(20)}

    pieces = list(json_pieces({"runs": runs}))

    assert b"".join(pieces) == orjson.dumps({"runs": runs})
    assert max(map(len, pieces)) < 2 * len(TEXT)
