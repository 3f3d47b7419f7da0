"""A pipeline gives what its entry declares in `outputSchema`."""

from typing import Any

import pytest
from documents import end, entry, node, pipeline, service
from engine.domain.checks.check import accept, check

from .test_contracts import AREAS, FILE, GOOD, OFFERS, document, found

NUMBER = {"type": "integer"}
GIVEN = {"blurred": "blur.out.result", "count": "faces.out.count"}


def declared(given: Any, **schema: Any) -> Any:
    """A pipeline whose end gives something, and whose entry says what it is."""
    made = document(GOOD, given)
    made["nodes"][0]["api"]["outputSchema"] = {"type": "object"} | schema
    return made


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"properties": {"blurred": FILE, "count": NUMBER}, "required": ["count"]},
        {"properties": {"blurred": FILE}, "additionalProperties": NUMBER},
        {"properties": {"blurred": FILE, "more": NUMBER}},
        {"patternProperties": {".*": {}}, "additionalProperties": False},
        # The files of a list may have keys of their own, with numbers.
        {
            "properties": {"pages": {"type": "array", "items": FILE}},
            "required": ["pages"],
        },
    ],
)
def test_what_is_declared_and_given_is_right(schema: Any) -> None:
    assert not found(declared(GIVEN, **schema))


@pytest.mark.parametrize(
    ("given", "schema", "field", "code"),
    [
        (GIVEN, {"required": ["areas"]}, "input", "missing-output"),
        (GIVEN, {"properties": {"count": AREAS}}, "input.count", "cannot-fit"),
        (
            GIVEN,
            {"properties": {"blurred": FILE}, "additionalProperties": False},
            "input.count",
            "unknown-output",
        ),
        ({"n": 3}, {"properties": {"n": {"maximum": 2}}}, "input.n", "cannot-fit"),
    ],
)
def test_what_is_declared_and_surely_not_given_is_an_error(
    given: Any, schema: Any, field: str, code: str
) -> None:
    assert found(declared(given, **schema)) == [("end", field, code, "error")]


def test_a_default_that_does_not_fit_is_a_warning() -> None:
    given = {"count": {"from": "faces.out.count", "default": "none"}}
    made = declared(given, properties={"count": NUMBER})

    assert found(made) == [("end", "input.count", "cannot-fit", "warning")]
    assert [one.level for one in accept(made, offers=OFFERS).warnings] == ["warning"]


def test_the_faults_say_what_is_so_and_what_to_do() -> None:
    [missing] = check(declared(GIVEN, required=["areas"]), offers=OFFERS)
    [other] = check(declared(GIVEN, properties={"count": AREAS}), offers=OFFERS)

    assert missing.hint == "add “areas” to “input”, or leave it out of “outputSchema”"
    assert other.message == ("“count” is an integer, but “outputSchema” says a list")


def test_an_end_without_input_gives_what_came_before_it() -> None:
    schema = {"properties": {"count": AREAS}}
    first = entry("faces", outputSchema={"type": "object"} | schema)
    call = service("faces", "end", service="face-detect")

    made = pipeline(first, call, end())

    assert found(made) == [("end", "input", "cannot-fit", "error")]


def test_what_failed_before_the_end_is_not_known() -> None:
    first = entry("faces", outputSchema={"properties": {"count": AREAS}})
    call = service("faces", "kept", service="face-detect") | {"catch": ["end"]}
    kept = node("kept", "end", input={"count": []})

    assert not found(pipeline(first, call, kept, end()))


def test_what_a_page_answers_is_not_judged() -> None:
    first = entry("ask", outputSchema={"properties": {"count": AREAS}})
    ask = node("ask", "end", kind="http", url="http://host/")

    assert not found(pipeline(first, ask, end()))


def test_what_code_gives_is_not_judged() -> None:
    made = declared(GIVEN, required=["areas"])
    made["nodes"][3]["after"] = "node.out['areas'] = []"

    assert not found(made)
