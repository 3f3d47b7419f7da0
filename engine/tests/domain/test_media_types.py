"""What is a media type, and which of them a list of accepted types lets in."""

import pytest
from body_parts.media_types import is_media_type
from engine.domain.media_types import (
    OCTET_STREAM,
    accepts,
    is_accepted_type,
    media_type_or_bytes,
)


@pytest.mark.parametrize(
    "text",
    [
        "image/png",
        "Text/Plain",
        "image/svg+xml",
        "model/x!#$&^_.+-y",
        "text/plain; charset=utf-8",
        "text/plain;charset=utf-8",
        "a/" + 127 * "b",
    ],
)
def test_every_character_of_a_token_is_legal(text: str) -> None:
    assert is_media_type(text)
    assert is_accepted_type(text)


@pytest.mark.parametrize(
    "text",
    ["", "png", "image/", "/png", "a/b/c", "a b/c", "a/é", "a/b q", "a/b\r\nX: 1"],
)
def test_what_cannot_stand_in_a_header_is_no_media_type(text: str) -> None:
    assert not is_media_type(text)
    assert not is_accepted_type(text)


def test_a_name_has_at_most_127_characters() -> None:
    assert not is_media_type("a/" + 128 * "b")


@pytest.mark.parametrize("text", ["*", "*/*", "image/*", "*/*; q=1"])
def test_a_star_stands_for_any_name_in_a_list_only(text: str) -> None:
    assert is_accepted_type(text)
    assert not is_media_type(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Model/X!Y; q=1", "model/x!y"),
        (" image/png ", "image/png"),
        ("image/*", OCTET_STREAM),
        ("nonsense", OCTET_STREAM),
    ],
)
def test_what_is_no_media_type_is_only_bytes(text: str, plain: str) -> None:
    assert media_type_or_bytes(text) == plain


@pytest.mark.parametrize(
    ("accepted", "media_type", "fits"),
    [
        ([], "a/b", True),
        (["*"], "a/b", True),
        (["*/*"], "a/b", True),
        (["image/*"], "Image/PNG", True),
        (["image/png; q=1"], "image/png; x=y", True),
        (["image/png", "text/plain"], "text/plain", True),
        (["image/*"], "text/plain", False),
    ],
)
def test_a_list_accepts_its_types_and_their_families(
    accepted: list[str], media_type: str, fits: bool
) -> None:
    assert accepts(accepted, media_type) is fits
