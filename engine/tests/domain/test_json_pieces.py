"""Pieces of JSON are together what is written in one go, and none of them is large."""

import orjson
import pytest
from engine.domain.json_pieces import PIECE_BYTES, json_pieces
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
    with pytest.MonkeyPatch.context() as patched:
        # So that even small values have several.
        patched.setattr("engine.domain.json_pieces.PIECE_BYTES", 30)
        pieces = list(json_pieces(value))

    assert b"".join(pieces) == orjson.dumps(value)


def nested(value: Json, levels: int) -> Json:
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    "value",
    [
        list(range(100_000)),
        {f"k{at}": at for at in range(50_000)},
        {f"n{at}": {"out": {"numbers": [at] * 5_000}} for at in range(200)},
        [[at, {"k": "v" * 900}] for at in range(2_000)],
        nested(list(range(100_000)), 20),
        # Light ones, and then heavy ones.
        [*range(5_000), *([[1] * 9_000] * 50), {"k" * 500: 1}],
    ],
    ids=["numbers", "keys", "many with much", "many with texts", "deep", "mixed"],
)
def test_no_piece_is_much_longer_than_it_should_be(value: Json) -> None:
    pieces = list(json_pieces(value))

    assert b"".join(pieces) == orjson.dumps(value)
    assert max(map(len, pieces)) < 3 * PIECE_BYTES


def test_large_texts_are_written_one_by_one() -> None:
    runs = {f"n{at}": {"out": {"text": TEXT, "again": [TEXT]}} for at in range(20)}

    pieces = list(json_pieces({"runs": runs}))

    assert b"".join(pieces) == orjson.dumps({"runs": runs})
    assert max(map(len, pieces)) < 2 * len(TEXT)
