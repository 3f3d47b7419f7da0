"""The examples in the docstrings are true."""

import doctest
import importlib

import pytest


@pytest.mark.parametrize(
    "module",
    [
        "service_sdk.callback",
        "service_sdk.docstrings",
        "service_sdk.examples",
        "service_sdk.json_schemas",
        "service_sdk.log",
        "service_sdk.result_check",
        "image_processing.areas",
        "image_processing.pictures",
        "face_analyzer.measures",
        "face_analyzer.operations",
        "face_detection.detector",
        "object_detection.labels",
        "object_detection.layouts",
        "object_detection.letterbox",
    ],
)
def test_the_examples_of_a_module_are_true(module: str) -> None:
    result = doctest.testmod(importlib.import_module(module))

    assert result.attempted > 0
    assert result.failed == 0
