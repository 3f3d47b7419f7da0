"""What people write as fields becomes the body that a route takes."""

import json
from pathlib import Path
from typing import Any

import pytest
from engine.cli.fields import Fields
from engine.cli.trouble import Trouble


def body(shape: Any, *words: str, types: Any = ()) -> dict[str, Any]:
    """The request, its files read."""
    with Fields.read(words).body(shape, types) as request:
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


def test_typed_data_never_takes_the_place_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "photo"
    file.write_bytes(b"pixels")

    parts = body(
        ["image", "mask", "data"],
        f"image=@{file}",
        "gain:=2",
        types=[["image/png"], ["image/png"], ["application/json"]],
    )

    assert "mask" not in parts
    assert json.loads(parts["data"][0]) == {"gain": 2}


def test_several_files_of_one_name_are_all_sent(tmp_path: Path) -> None:
    words = []
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text(name)
        words.append(f"files=@{tmp_path / name}")

    with Fields.read(words).body("files", [["*/*"]]) as request:
        names = [part[1].read() for _, part in request["files"]]

    assert names == [b"one.txt", b"two.txt"]


@pytest.mark.parametrize(
    "word, told",
    [
        ("image", "“image” is not a field"),
        ("=5", "“=5” is not a field"),
        ("image=@none.jpg", "image: there is no file “none.jpg”"),
        ("areas:=[1,", "areas: “[1,” is not JSON"),
        ("age=old", "age: “old” is not JSON"),
        ('areas:={"a":1,"a":2}', 'areas: “{"a":1,"a":2}” is not JSON'),
    ],
)
def test_what_cannot_be_read_is_told(word: str, told: str) -> None:
    with pytest.raises(Trouble) as caught:
        body({"age": 31}, word)

    assert str(caught.value).startswith(told)
    assert caught.value.remedy


def test_a_forgotten_at_is_told(tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(b"pixels")

    for types in ([], [["image/jpeg"]], [["application/json"]]):
        with (
            pytest.raises(Trouble) as told,
            Fields.read([f"image={file}"]).body("image", types),
        ):
            pass
        assert told.value.remedy == f"did you forget the “@”? Write image=@{file}"


def test_a_text_where_only_a_file_can_be_is_told() -> None:
    fields = Fields.read(["image=none.jpg"])

    with pytest.raises(Trouble) as told, fields.body(["image"], [["image/png"]]):
        pass

    assert told.value.remedy == "did you forget the “@”? Write image=@PATH"


def test_a_text_that_is_no_file_travels_where_json_is_taken() -> None:
    for types in ([], [["application/json"]]):
        with Fields.read(["text=hello"]).body("text", types) as request:
            assert ("text", (None, '{"text": "hello"}', "application/json")) in (
                request["files"]
            )
