"""The document of a pipeline: its JSON form, its version, its words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from documents import around, branch, end, entry, node, pipeline
from engine.domain.checks.check import read
from engine.domain.entry_api import Api
from engine.domain.errors import InvalidPipeline
from engine.domain.pipeline import BranchNode, Pipeline
from engine.domain.service import Instance, automatic_pipeline
from engine.domain.suggestions import Suggestions
from engine.domain.values import Blob, Large, blobs_in, is_blob, unwrap

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def api(**fields: Any) -> Api:
    return Api.model_validate({"route": "test", **fields})


def test_a_document_keeps_what_was_written_and_no_more() -> None:
    document = around(node("a", params={"x": [1, {"y": None}]}, position={"x": 1.5}))

    assert read(document).to_json() == document


def test_the_same_content_is_the_same_version() -> None:
    document = around(node("a", params={"x": 1, "y": 2}))
    shuffled = around(node("a", params={"y": 2, "x": 1}))

    assert read(document).version == read(shuffled).version
    assert read(document).version != read(around(node("a"))).version


def test_a_pipeline_is_called_by_the_route_of_its_entry() -> None:
    made = read(pipeline(end(), entry("end", route="face-blur")))

    assert made.route == "face-blur"
    assert (made.entry.id, made.end.id) == ("photo", "end")


def test_reading_without_checks_still_refuses_a_wrong_shape() -> None:
    with pytest.raises(InvalidPipeline) as raised:
        Pipeline.from_json({"nodes": []})

    assert [fault.field for fault in raised.value.faults] == ["nodes"]
    with pytest.raises(InvalidPipeline):
        Pipeline.from_json("text")


def test_a_side_that_is_a_text_is_code() -> None:
    node_ = read(around(branch("check", "node.out.x = 1", next=["end"]))).nodes[1]

    assert isinstance(node_, BranchNode)
    assert node_.then.exec == "node.out.x = 1"
    assert node_.next_of(node_.then) == ("end",)


def test_a_misspelt_word_gets_a_hint() -> None:
    assert Suggestions().hint("nxet", ["id", "next"]) == "did you mean “next”?"


def test_a_word_unlike_all_others_gets_no_hint() -> None:
    assert Suggestions().hint("xyz", ["id", "next"]) == ""


@pytest.mark.parametrize(
    "body, fields",
    [
        ("image", ("image",)),
        (["image", "areas"], ("image", "areas")),
        ({"name": "Ada"}, ()),
    ],
)
def test_a_body_has_fields_unless_it_is_json(
    body: Any, fields: tuple[str, ...]
) -> None:
    assert api(body=body).fields == fields


TWO = ("image/png", "image/jpeg")


@pytest.mark.parametrize(
    "body, types, of_image",
    [
        ("image", ["image/png", "image/jpeg"], TWO),
        ("image", [["image/png", "image/jpeg"]], TWO),
        ("image", ["[image/png, image/jpeg]"], TWO),
        ("image", "[image/png, image/jpeg]", TWO),
        ("image", "image/png", ("image/png",)),
        ("image", [], ()),
        (["image", "areas"], ["image/png", "application/json"], ("image/png",)),
        (["image", "areas"], [["image/png", "image/jpeg"]], TWO),
        (["image", "areas"], ["[image/png, image/jpeg]", "[a/b]"], TWO),
        (["areas", "image"], [["a/b"]], ()),
        ("other", ["a/b"], ()),
    ],
)
def test_media_types_are_understood_in_all_spellings(
    body: Any, types: Any, of_image: tuple[str, ...]
) -> None:
    assert api(body=body, bodyType=types).types_of("image") == of_image


def test_media_types_of_another_form_are_refused() -> None:
    with pytest.raises(ValueError, match="bodyType"):
        api(bodyType=3)


def test_an_announced_operation_can_be_called_as_a_pipeline() -> None:
    announced = api(body="image", bodyType=["image/png"], summary="Blur")

    made = automatic_pipeline(announced)

    assert made.route == "test"
    assert made.entry.api == announced
    assert [n.type for n in made.nodes] == ["entry", "service", "end"]


def test_a_service_not_heard_of_for_ninety_seconds_is_gone() -> None:
    instance = Instance("blur", "http://host/blur", NOON)

    assert instance.alive(NOON + timedelta(seconds=89))
    assert not instance.alive(NOON + timedelta(seconds=90))


@pytest.mark.parametrize("name", [None, "face.png"])
def test_a_blob_travels_as_a_reference_in_the_data(name: str | None) -> None:
    blob = Blob("t1/a", "image/png", 3, name)

    assert is_blob(blob.to_json())
    assert Blob.from_json(blob.to_json()) == blob


def test_blobs_are_found_at_any_depth() -> None:
    blobs = [Blob("t/a", "image/png", 3), Blob("t/b", "image/png", 4, "b.png")]
    data = {"a": [1, {"b": blobs[0].to_json()}], "c": blobs[1].to_json(), "d": "$blob"}

    assert list(blobs_in(data)) == blobs


def test_a_large_value_is_the_same_if_it_is_kept_under_the_same_key() -> None:
    large = Large("key", {"a": 1})

    assert large == Large("key", None)
    assert large != Large("other", {"a": 1})
    assert large != {"a": 1}
    assert len({large, Large("key", None)}) == 1
    assert unwrap(large) == unwrap({"a": 1}) == {"a": 1}
