"""Every operation of the repository is a form that a person can fill in."""

import importlib
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator
from service_sdk.output_schema import subschemas_of

MODULES = (
    "digit_recognition",
    "document.operations",
    "face_analyzer.operations",
    "face_detection.operations",
    "image_processing.operations",
    "llm.operations",
    "object_detection.operations",
)


def declared() -> list[Any]:
    services: list[Any] = [
        importlib.import_module(module).service for module in MODULES
    ]
    return [
        pytest.param(announcement["api"], id=announcement["api"]["route"])
        for service in services
        for announcement in service.announcements("http://here")
    ]


@pytest.mark.parametrize("api", declared())
def test_every_input_has_words(api: Any) -> None:
    properties = api["inputSchema"]["properties"]

    assert [
        name for name in properties if not properties[name].get("description")
    ] == []


@pytest.mark.parametrize("api", declared())
def test_every_result_is_told_key_by_key_with_words(api: Any) -> None:
    output = api["outputSchema"]
    closed = [one for one in subschemas_of(output) if "properties" in one]

    assert output.get("description") or output.get("anyOf")
    assert closed
    for name in api.get("output", ()):
        assert any(name in one["properties"] for one in closed), name


@pytest.mark.parametrize("api", declared())
def test_every_example_is_as_announced(api: Any) -> None:
    [example] = api["inputSchema"]["examples"]

    assert example
    Draft202012Validator(api["inputSchema"]).validate(example)
    if "output" in api:
        Draft202012Validator(api["outputSchema"]).validate(api["output"])


@pytest.mark.parametrize("api", declared())
def test_every_list_of_an_input_is_bounded(api: Any) -> None:
    for name, schema in api["inputSchema"]["properties"].items():
        for inner in subschemas_of(schema):
            is_list_of_data = inner.get("type") == "array" and "items" in inner
            if is_list_of_data and "prefixItems" not in inner:
                assert "maxItems" in inner, name
