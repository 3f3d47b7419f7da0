"""The fixed part of the OpenAPI document says all that a maker of clients needs."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from engine.api.app import fixed_document
from engine.api.problems import PROBLEM_TYPE

Json = Any

# Clients have functions of these names: none may go or change.
NAMES = {
    "cancel_task",
    "check_health",
    "check_readiness",
    "delete_dead_letter",
    "download_blob",
    "download_file",
    "erase_task",
    "evaluate_code",
    "follow_task",
    "list_dead_letters",
    "list_items",
    "list_routes",
    "list_runs",
    "list_tasks",
    "publish",
    "read_about",
    "read_metrics",
    "read_outputs",
    "read_raw",
    "read_route",
    "read_run",
    "read_stats",
    "read_status",
    "remove_route",
    "rename_node",
    "revive_dead_letter",
    "start_task",
    "validate_pipeline",
}

WITHOUT_PROBLEMS = {"read_metrics"}
"""Prometheus reads it, which knows no problems."""


@pytest.fixture(scope="module")
def document() -> Json:
    return fixed_document()


def operations(document: Json) -> Iterator[Json]:
    for methods in document["paths"].values():
        yield from methods.values()


def test_operations_have_names_that_stay(document: Json) -> None:
    names = Counter(one["operationId"] for one in operations(document))

    assert names.keys() >= NAMES
    assert set(names.values()) == {1}
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", name) for name in names)


def test_every_answer_with_content_has_a_schema(document: Json) -> None:
    for operation in operations(document):
        good = {
            status: answer
            for status, answer in operation["responses"].items()
            if status.startswith("2")
        }
        assert good, operation["operationId"]
        for answer in good.values():
            schema = answer.get("content", {}).get("application/json", {"schema": 1})
            assert schema["schema"], operation["operationId"]


def test_every_operation_says_which_problems_it_has(document: Json) -> None:
    for operation in operations(document):
        if operation["operationId"] in WITHOUT_PROBLEMS:
            continue
        problems = [
            answer
            for status, answer in operation["responses"].items()
            if PROBLEM_TYPE in answer.get("content", {})
        ]
        assert len(problems) > 1, operation["operationId"]


def test_every_object_says_what_is_in_it(document: Json) -> None:
    schemas = document["components"]["schemas"]

    vague = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, inner in schema.get("properties", {}).items()
        if is_vague(inner) and field not in FREE
    ]

    # A document that is being written need not be a pipeline yet.
    assert vague == ["Rename.pipeline"]


FREE = {
    "api",
    "input",
    "output",
    "params",
    "body",
    "item",
    "value",
    "out",
    "collect",
} | {
    "headers",
    "query",
    "inputSchema",
    "outputSchema",
    "examples",
}
"""What an author or a task fills with any JSON."""


def is_vague(schema: Json) -> bool:
    """Whether it is an object, or a list of such, of which nothing is said."""
    kinds = [schema, *schema.get("anyOf", ())]
    kinds += [kind["items"] for kind in kinds if "items" in kind]
    return any(
        kind.get("type") == "object"
        and "properties" not in kind
        and kind.get("additionalProperties") in (None, True)
        for kind in kinds
    )


def test_all_that_is_referred_to_is_there(document: Json) -> None:
    text = str(document)

    referred = set(re.findall("#/components/schemas/([A-Za-z0-9_-]+)", text))

    assert referred <= document["components"]["schemas"].keys()
