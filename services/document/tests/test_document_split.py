"""Passages are short enough, lose nothing, and end at the best places."""

import pytest
from document.operations import document_split
from document.passages import Passage, split
from hypothesis import given
from hypothesis import strategies as st
from service_sdk import BadInput

PARAGRAPHS = "\n\n".join(f"Paragraph {n} has a few words. And more." for n in range(9))


def test_paragraphs_stay_together_where_they_can() -> None:
    pieces = list(split(PARAGRAPHS, length=100, overlap=0))

    assert all(piece.startswith("Paragraph") for piece in pieces)
    assert all(piece.endswith("more.") for piece in pieces)


def test_sentences_end_a_passage_before_words_do() -> None:
    text = "One two three. Four five six seven. Eight nine ten."

    assert (
        list(split(text, length=50, overlap=0))[0]
        == "One two three. Four five six seven."
    )


def test_languages_without_blanks_are_cut_at_their_stops() -> None:
    text = "これは最初の文です。これは二番目の文です。これは三番目の文です。"

    assert all(piece.endswith("。") for piece in split(text, length=25, overlap=0))


def test_a_text_without_good_places_is_cut_anyway() -> None:
    assert list(split("x" * 130, length=50, overlap=10)) == [
        "x" * 50,
        "x" * 50,
        "x" * 30,
    ]


def test_a_passage_begins_with_the_end_of_the_one_before() -> None:
    text = "a few words that go on and on for so long now"

    first, second = list(split(text, length=30, overlap=12))

    assert first.split()[-1] in second.split()


@given(
    text=st.text(alphabet="ab .\n。", max_size=300),
    length=st.integers(50, 80),
    overlap=st.integers(0, 25),
)
def test_nothing_is_lost_and_nothing_is_too_long(
    text: str, length: int, overlap: int
) -> None:
    pieces = list(split(text, length=length, overlap=overlap))

    assert all(0 < len(piece) <= length for piece in pieces)
    if not overlap:
        assert "".join("".join(pieces).split()) == "".join(text.split())


def test_passages_know_their_page() -> None:
    passages = document_split(pages=["first page", "", "third page"])["passages"]

    assert passages == [Passage("first page", 1), Passage("third page", 3)]


def test_a_text_without_pages_has_passages_without() -> None:
    assert document_split(text="hello")["passages"] == [Passage("hello", None)]


def test_an_empty_text_has_no_passages() -> None:
    assert document_split(text=" \n ")["passages"] == []


def test_more_passages_than_wanted_are_refused() -> None:
    with pytest.raises(BadInput, match="text: gives more than 4 passages of 50"):
        document_split(text="word " * 50, length=50, overlap=0, most=4)


def test_an_overlap_beyond_half_a_passage_is_refused() -> None:
    with pytest.raises(BadInput, match="overlap: more than half of the length, 100"):
        document_split(text="word", length=100, overlap=60)


@pytest.mark.parametrize("both", [{}, {"pages": ["a"], "text": "b"}])
def test_either_pages_or_a_text_is_cut(both: dict[str, object]) -> None:
    with pytest.raises(BadInput, match="pages: send either pages or text"):
        document_split(**both)
