"""What people write as fields becomes the body that a route takes."""

import json
from pathlib import Path
from typing import Any

import pytest
from engine.cli.fields import Fields
from engine.cli.trouble import Trouble


def body(shape: Any, *words: str) -> dict[str, Any]:
    """The request, its files read."""
    with Fields.read(words).body(shape) as request:
        if "json" in request:
            return dict(request["json"])
        return {name: read_part(part) for name, part in request["files"]}


def read_part(part: tuple[Any, Any, str]) -> tuple[Any, str]:
    """Its content and its media type."""
    _, content, media_type = part
    if not isinstance(content, str):
        content = content.read()
    return content, media_type


def test_texts_take_the_type_of_the_example() -> None:
    example = {"name": "Myself", "age": 31, "size": 1.5, "new": True, "tags": ["a"]}

    sent = body(example, "name=5", "age=5", "size=2", "new=false", 'tags=["b", "c"]')

    assert sent == {"name": "5", "age": 5, "size": 2, "new": False, "tags": ["b", "c"]}


def test_a_key_that_the_example_does_not_have_is_left_to_the_engine() -> None:
    sent = body({"name": "Myself"}, "nmae=5")

    assert sent == {"nmae": "5"}


def test_raw_json_is_sent_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "zone.json"
    file.write_text('{"x": [1, 2]}')

    sent = body({}, "a:=[1, null]", f"b:=@{file}", "c=d=e")

    assert sent == {"a": [1, None], "b": {"x": [1, 2]}, "c": "d=e"}


def test_a_file_travels_with_its_media_type(tmp_path: Path) -> None:
    file = tmp_path / "photo.webp"
    file.write_bytes(b"pixels")

    sent = body("image", f"image=@{file}")

    assert sent == {"image": (b"pixels", "image/webp")}


def test_typed_data_goes_to_the_part_of_its_name_or_to_the_one_left(
    tmp_path: Path,
) -> None:
    file = tmp_path / "photo"
    file.write_bytes(b"pixels")

    parts = body(
        ["image", "areas", "settings"],
        f"image=@{file}",
        "areas:=[[1, 2, 3, 4]]",
        "width:=160",
        "withRatio:=true",
    )

    assert parts["image"] == (b"pixels", "application/octet-stream")
    assert json.loads(parts["areas"][0]) == {"areas": [[1, 2, 3, 4]]}
    assert json.loads(parts["settings"][0]) == {"width": 160, "withRatio": True}
    assert parts["settings"][1] == "application/json"


@pytest.mark.parametrize(
    "word, told",
    [
        ("image", "“image” is not a field"),
        ("=5", "“=5” is not a field"),
        ("image=@none.jpg", "image: there is no file “none.jpg”"),
        ("areas:=[1,", "areas: “[1,” is not JSON"),
        ("age=old", "age: “old” is not JSON"),
    ],
)
def test_what_cannot_be_read_is_told(word: str, told: str) -> None:
    with pytest.raises(Trouble) as caught:
        body({"age": 31}, word)

    assert str(caught.value).startswith(told)
    assert caught.value.remedy
