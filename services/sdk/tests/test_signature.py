"""A function's signature is its announcement."""

from typing import Any

import pytest
import sample_service
from service_sdk import Image, Service
from service_sdk.errors import BadSignature

PICTURE_TYPES = list(Image.media_types)


def announced(route: str) -> Any:
    [found] = [
        announcement
        for announcement in sample_service.service.announcements("http://here:9000")
        if announcement["url"] == f"http://here:9000/{route}"
    ]
    assert found["type"] == "service"
    return found["api"]


def test_a_picture_is_announced_with_its_media_types() -> None:
    api = announced("average-shade")

    assert api == {
        "route": "average-shade",
        "summary": "The mean colour of a picture.",
        "description": "The mean colour of a picture.\n\nEach channel from 0 to 255.",
        "body": "image",
        "bodyType": [PICTURE_TYPES],
        "resultType": ["application/json"],
        "output": {"red": 255, "green": 0, "blue": 0},
        "inputSchema": {
            "type": "object",
            "properties": {
                "image": {
                    "type": "string",
                    "format": "binary",
                    "contentMediaType": ", ".join(PICTURE_TYPES),
                }
            },
            "required": ["image"],
            "additionalProperties": False,
            "examples": [{"image": "image.png"}],
        },
        "outputSchema": {
            "type": "object",
            "properties": {
                "red": {"type": "number"},
                "green": {"type": "number"},
                "blue": {"type": "number"},
            },
            "required": ["red", "green", "blue"],
            "additionalProperties": False,
        },
    }


def test_what_has_a_default_is_announced_as_optional() -> None:
    contract = announced("split")["inputSchema"]

    assert contract["required"] == ["text"]
    assert list(contract["properties"]) == ["text", "extra", "at", "strip"]
    assert contract["properties"]["at"]["default"] == 1


def test_the_models_of_a_contract_stand_in_it() -> None:
    contract = announced("grow")["inputSchema"]

    assert contract["required"] == ["person"]
    assert contract["properties"]["person"] == {"$ref": "#/$defs/Person"}
    assert contract["$defs"]["Person"]["properties"]["age"]["default"] == 31


def test_files_and_typed_values_are_announced_side_by_side() -> None:
    api = announced("split")

    assert api["body"] == ["text", "extra", "options"]
    assert api["bodyType"] == [["text/plain"], ["*/*"], ["application/json"]]


def test_a_body_without_files_is_announced_by_the_author_s_example() -> None:
    api = announced("greet")

    assert api["body"] == {"person": {"name": "Ada", "age": 36}}
    assert "bodyType" not in api


def test_without_an_example_one_is_made_from_the_types() -> None:
    assert announced("grow")["body"] == {
        "person": {"name": "Myself", "age": 31},
        "howMany": 1,
        "notes": None,
    }
    assert announced("wait")["body"] == {"name": "text"}


def test_a_file_that_comes_back_is_announced_with_its_type() -> None:
    assert announced("echo")["resultType"] == ["*/*"]


def untyped(image) -> None:  # type: ignore[no-untyped-def]  # that is the point
    """Has a parameter without a type."""


def many(*images: Image) -> None:
    """Has parameters without names."""


@pytest.mark.parametrize(
    ("function", "message"), [(untyped, "image has no type"), (many, r"\*images")]
)
def test_a_function_that_cannot_be_announced_is_refused(
    function: Any, message: str
) -> None:
    with pytest.raises(BadSignature, match=message):
        Service("odd").operation(route="odd")(function)


@pytest.mark.parametrize("route", ["docs", "a/b", "taken"])
def test_a_route_that_cannot_be_used_is_refused(route: str) -> None:
    service = Service("odd")
    service.operation(route="taken")(sample_service.whoami)

    with pytest.raises(BadSignature, match=route):
        service.operation(route=route)(sample_service.whoami)
