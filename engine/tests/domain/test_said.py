"""What other machines say about their failures is found, however they send it."""

import pytest
from engine.domain.said import words_in, words_of_markup


def test_what_no_browser_shows_is_no_reason() -> None:
    page = (
        "<html><head><style>p {color: red}</style></head><!-- build 7 -->"
        "<body><h1>Out of <b>memory</b></h1><script>track('x')</script>Ask us.</body>"
    )

    words = words_of_markup(page)

    assert words == "Out of memory Ask us."


def test_what_is_too_deep_or_too_long_is_cut() -> None:
    deep = {"error": {"error": {"error": {"error": {"error": "never seen"}}}}}
    many = {"errors": [f"fault {number}" for number in range(12)]}

    assert words_in(deep) == ""
    assert words_in(many).endswith("fault 9; and 2 more")


@pytest.mark.parametrize(
    "opening", ["<script>", "<!--", "<title>", "<title ", "<head><!--", "<"]
)
def test_a_page_of_openings_is_read_in_the_time_of_its_length(opening: str) -> None:
    # If the time grew with the square of the size, it would be hours.
    page = opening * 200_000

    words = words_of_markup(page)

    assert len(words) <= len(page)
