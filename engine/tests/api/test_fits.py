"""What a request brought either fits its route, or every fault is named."""

from typing import Any

import pytest
from engine.api.body.fits import Received, check_input, refuse_part, refuse_text
from engine.domain.entry_api import Api
from engine.domain.errors import InvalidInput, UnsupportedMedia
from engine.domain.media_types import JSON
from engine.domain.values import Blob

PNG = Blob("t/a", "image/png", 3)
EXAMPLE = {
    "name": "Myself",
    "age": 31,
    "size": 1.5,
    "tags": ["a"],
    "more": {"on": True},
}
GOOD = {"name": "You", "age": 1, "size": 2, "tags": [], "more": {"on": False}}
PERSON = Api(route="person", body=EXAMPLE)
PHOTO = Api.model_validate(
    {
        "route": "photo",
        "body": ["image", "areas"],
        "bodyType": ["[image/png, image/jpeg]", "[application/json]"],
    }
)
FILE = Api(route="file", body="image")


def faults(api: Api, received: Received) -> dict[str | None, str]:
    with pytest.raises(InvalidInput) as refused:
        check_input(api, received)
    return {fault.field: fault.code for fault in refused.value.faults}


def test_a_field_called_data_takes_a_file_beside_the_part_of_typed_data() -> None:
    api = Api.model_validate(
        {"route": "x", "body": ["data", "n"], "bodyType": [["image/png"], [JSON]]}
    )
    both = Received(typed={"n": 1}, blobs={"data": PNG}, json_parts={"data"})
    only_typed = Received(typed={"n": 1}, json_parts={"data"})

    assert refuse_part(api, "data", JSON) is None
    assert refuse_part(api, "data", "image/png") is None
    assert check_input(api, both) == {"n": 1, "data": PNG.to_json()}
    # The file is missing: typed data are not of the types that the field accepts.
    assert faults(api, only_typed) == {"data": "media-type"}


@pytest.mark.parametrize("data", [{"name": "Ada"}, {"name": "Ada", "age": [36]}])
def test_a_key_that_is_null_in_the_example_takes_anything_or_nothing(
    data: dict[str, Any],
) -> None:
    api = Api(route="person", body={"name": "Myself", "age": None})

    assert check_input(api, Received(typed=data)) == data


def test_json_of_the_shape_of_the_example_passes() -> None:
    data = check_input(PERSON, Received(typed=dict(GOOD)))

    assert data == GOOD


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": 1}, "name", "wrong-type"),
        ({"age": True}, "age", "wrong-type"),
        ({"age": 1.0}, "age", "wrong-type"),
        ({"size": "2"}, "size", "wrong-type"),
        ({"size": False}, "size", "wrong-type"),
        ({"tags": {}}, "tags", "wrong-type"),
        ({"tags": ["a", 1]}, "tags.1", "wrong-type"),
        ({"more": {"on": None}}, "more.on", "wrong-type"),
        ({"more": {}}, "more.on", "missing-key"),
        ({"nmae": "x"}, "nmae", "unknown-key"),
        ({"more": {"on": True, "off": 1}}, "more.off", "unknown-key"),
    ],
)
def test_a_value_of_another_shape_is_named(change: Any, field: str, code: str) -> None:
    found = faults(PERSON, Received(typed={**GOOD, **change}))

    assert found == {field: code}


def test_all_faults_are_told_at_once_and_misspelt_keys_are_guessed() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_input(PERSON, Received(typed={"nmae": "x", "age": "old"}))

    told = {fault.field: fault for fault in refused.value.faults}
    assert told.keys() == {"name", "age", "size", "tags", "more", "nmae"}
    assert told["nmae"].hint == "did you mean “name”?"


def test_the_number_of_faults_is_bounded() -> None:
    keys: dict[str, Any] = {f"k{i}": 1 for i in range(1000)}

    with pytest.raises(InvalidInput) as refused:
        check_input(PERSON, Received(typed=keys))

    assert len(refused.value.faults) == 100


def test_an_example_that_says_nothing_allows_everything() -> None:
    free = Api(route="free", body={"any": {}, "list": [], "what": None})
    data = {"any": {"x": [1]}, "list": [1, "a"], "what": "ever"}

    of_free = check_input(free, Received(typed=dict(data)))
    of_none = check_input(Api(route="none"), Received(typed={"x": 1}))

    assert of_free == data
    assert of_none == {"x": 1}


def test_files_and_typed_data_become_one_object() -> None:
    received = Received(
        typed={"areas": [[1, 2]]}, blobs={"image": PNG}, json_parts={"areas"}
    )

    data = check_input(PHOTO, received)

    assert data == {"areas": [[1, 2]], "image": PNG.to_json()}


@pytest.mark.parametrize(
    "received",
    [
        Received(typed={"areas": []}, blobs={"image": PNG}, json_parts={"data"}),
        Received(typed={"zones": []}, blobs={"image": PNG}, json_parts={"areas"}),
        Received(typed={"zones": []}, blobs={"image": PNG}, json_parts={"data"}),
    ],
    ids=["its key in the part data", "its part with other keys", "other keys in data"],
)
def test_a_typed_field_is_there_by_its_part_its_key_or_the_part_data(
    received: Received,
) -> None:
    data = check_input(PHOTO, received)

    assert data.keys() == {"image", *received.typed}


FILES = {"type": "array", "items": {"type": "string", "format": "binary"}}
CONTRACT = {
    "type": "object",
    "properties": {
        "image": {"type": "string", "format": "binary"},
        "pages": FILES,
        "gain": {"type": "number", "default": 1},
        "person": {"$ref": "#/$defs/Person"},
        "either": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
        "pair": {"type": "array", "prefixItems": [{"type": "integer"}, {}]},
        "rows": {"type": "array", "items": {"type": "integer"}},
    },
    "required": ["person"],
    "$defs": {
        "Person": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
            "required": ["name"],
        }
    },
}
ADA = {"name": "Ada"}
TYPED = Api.model_validate(
    {
        "route": "typed",
        "body": {
            "gain": 1,
            "person": {"name": "Ada", "age": 36},
            "either": 1,
            "pair": [1, "a"],
            "rows": [1],
        },
        "inputSchema": CONTRACT,
    }
)
PARTS = Api.model_validate(
    {
        "route": "parts",
        "body": ["image", "pages", "data"],
        "bodyType": [["image/png"], ["image/png"], [JSON]],
        "inputSchema": CONTRACT,
    }
)


@pytest.mark.parametrize(
    "data",
    [
        {"person": ADA},
        {"person": ADA, "gain": 1.5},
        {"person": ADA | {"age": 36}, "either": "a"},
        {"person": ADA, "pair": [1, "a"], "rows": []},
    ],
)
def test_what_a_contract_allows_may_be_left_out(data: dict[str, Any]) -> None:
    received = Received(typed=data, json_parts={"data"})

    assert check_input(TYPED, received) == {"gain": 1} | data
    assert check_input(PARTS, received) == {"gain": 1} | data


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, {"person": "missing-key"}),
        ({"person": {}}, {"person.name": "missing-key"}),
        ({"person": ADA, "gian": 1}, {"gian": "unknown-key"}),
        ({"person": ADA | {"aeg": 3}}, {"person.aeg": "unknown-key"}),
        ({"person": ADA, "gain": "much"}, {"gain": "wrong-type"}),
        ({"person": ADA, "rows": [1, 1.5]}, {"rows.1": "wrong-type"}),
    ],
)
def test_what_a_contract_does_not_allow_is_named(
    data: dict[str, Any], expected: dict[str, str]
) -> None:
    assert faults(TYPED, Received(typed=data)) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({}, {"person": "missing-key"}),
        ({"person": ADA, "gian": 1}, {"gian": "unknown-key"}),
        ({"person": ADA, "image": {"content": "/etc/hostname"}}, None),
    ],
)
def test_the_data_beside_files_is_compared_too(
    data: dict[str, Any], expected: dict[str, str] | None
) -> None:
    received = Received(typed=data, json_parts={"data"})

    if expected is None:
        with pytest.raises(UnsupportedMedia):
            check_input(PARTS, received)
    else:
        assert faults(PARTS, received) == expected


@pytest.mark.parametrize(
    "contract",
    [
        {"required": 5, "properties": [], "$defs": 1},
        {"properties": {"a": True, "b": {"$ref": "#/$defs/b"}}},
        {"properties": {"a": {"$ref": "#/$defs/x"}}, "$defs": {"x": {"$ref": "#"}}},
        {"type": ["object", "null"]},
    ],
)
def test_a_contract_that_says_nothing_asks_for_nothing(
    contract: dict[str, Any],
) -> None:
    api = Api.model_validate(
        {"route": "odd", "body": {"a": 1, "b": 2}, "inputSchema": contract}
    )

    assert check_input(api, Received(typed={"a": "x"})) == {"a": "x"}


def test_the_parts_of_a_list_are_taken_by_their_name_or_number() -> None:
    assert refuse_part(PARTS, "pages", "image/png") is None
    assert refuse_part(PARTS, "pages12", "image/png") is None
    assert refuse_part(PARTS, "image1", "image/png")
    assert refuse_part(PARTS, "pages1", "text/plain")


def test_missing_parts_are_named() -> None:
    found = faults(PHOTO, Received())

    assert found == {"image": "missing-part", "areas": "missing-part"}


def test_typed_data_is_no_file_where_only_pictures_are_accepted() -> None:
    received = Received(
        typed={"image": "aGVsbG8=", "areas": []}, blobs={}, json_parts={"data"}
    )

    with pytest.raises(UnsupportedMedia) as refused:
        check_input(PHOTO, received)

    assert [fault.field for fault in refused.value.faults] == ["image"]


def test_typed_data_may_take_the_place_of_a_file_of_any_type() -> None:
    data = check_input(
        FILE, Received(typed={"image": "x"}, blobs={}, json_parts={"data"})
    )

    assert data == {"image": "x"}


def test_a_field_that_is_both_file_and_data_is_refused() -> None:
    found = faults(
        FILE, Received(typed={"image": "x"}, blobs={"image": PNG}, json_parts={"data"})
    )

    assert found == {"image": "given-twice"}


@pytest.mark.parametrize(
    ("types", "sent", "fits"),
    [
        ([["image/*"]], "image/webp", True),
        ([["image/*"]], "video/mp4", False),
        ([["image/PNG"]], "image/png", True),
        ([["image/png; q=1"]], "image/png", True),
        ([["*/*"]], "a/b", True),
        ([["image/png"]], "application/json", False),
        ([], "application/json", True),
    ],
)
def test_media_types_are_compared_without_parameters(
    types: list[list[str]], sent: str, fits: bool
) -> None:
    api = Api.model_validate({"route": "r", "body": ["image"], "bodyType": types})

    fault = refuse_part(api, "image", sent)

    assert (fault is None) is fits


def test_an_unknown_part_is_refused_with_a_guess() -> None:
    fault = refuse_part(PHOTO, "imgae", "image/png")

    assert fault
    assert fault.code == "unknown-part"
    assert fault.hint == "did you mean “image”?"


def test_plain_text_is_a_value_only_where_json_is_accepted_by_name() -> None:
    of_a_file = refuse_text(PHOTO, "image")
    of_a_json_field = refuse_text(PHOTO, "areas")

    assert of_a_file
    assert "image=@path" in of_a_file.hint
    assert of_a_json_field is None


NO_TYPES = Api(route="blur", body=("image", "areas"))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({"areas": [], "strenght": 2}, {"strenght": "unknown-key"}),
        ({"ares": []}, {"ares": "unknown-key", "areas": "missing-part"}),
    ],
)
def test_keys_beside_files_are_those_of_the_route(
    typed: dict[str, Any], expected: dict[str, str]
) -> None:
    received = Received(typed=typed, blobs={"image": PNG}, json_parts={"data"})

    found = faults(NO_TYPES, received)

    assert found == expected


def test_a_part_named_after_a_field_may_have_keys_of_its_own() -> None:
    received = Received(
        typed={"strength": 2}, blobs={"image": PNG}, json_parts={"areas"}
    )

    data = check_input(NO_TYPES, received)

    assert data == {"strength": 2, "image": PNG.to_json()}
