"""Parts of a document that are missing, unknown or not of the right form."""

from typing import Any

import pytest
from documents import around, branch, end, entry, found, loop, node, pipeline, service
from engine.domain.checks.check import check


def only(document: Any) -> tuple[str, str | None, str | None, str, str]:
    [fault] = check(document)
    return fault.code, fault.node, fault.field, fault.message, fault.hint


def test_a_pipeline_needs_nodes() -> None:
    assert found({"type": "pipeline"}) == [("missing-field", None, "nodes")]


def test_an_empty_list_of_nodes_is_one_fault() -> None:
    assert only(pipeline()) == (
        "empty",
        None,
        "nodes",
        "“nodes” is empty",
        "add a node",
    )


def test_nodes_are_a_list() -> None:
    assert found({"nodes": {"a": {}}}) == [("wrong-type", None, "nodes")]


def test_a_document_of_another_type_is_no_pipeline() -> None:
    document = {**around(node("a")), "type": "servce"}

    assert found(document) == [("bad-value", None, "type")]


def test_a_stranger_among_the_fields_of_the_pipeline_is_named() -> None:
    document = {**around(node("a")), "parms": {}}

    assert only(document)[2:] == (
        "parms",
        "there is no field “parms” here",
        "did you mean “params”?",
    )


def test_a_node_is_an_object() -> None:
    assert found(around(node("a"), "b", node("c", "end"))) == [
        ("wrong-type", None, "nodes[2]")
    ]


def test_a_node_without_an_id_is_known_by_its_place() -> None:
    body = [{"type": "node"}]

    assert found(around(loop("faces", body))) == [
        ("missing-field", None, "nodes[1].nodes[0].id")
    ]


@pytest.mark.parametrize("id_", ["my blur", "2d", "a.b", "é", "a" * 101, "a\n"])
def test_an_id_is_a_name_that_code_can_use(id_: str) -> None:
    document = around(service(id_, "next"), node("next", input={"a": f"{id_}.out"}))

    assert [code for code, *_ in found(document)] == ["bad-id"]


def test_an_empty_id_names_nothing() -> None:
    assert ("bad-id", None, "nodes[0].id") in found(pipeline(node("")))


def test_a_node_needs_a_type() -> None:
    assert found(around({"id": "a"})) == [("missing-field", "a", "type")]


def test_the_type_of_a_node_is_a_text() -> None:
    assert found(around({"id": "a", "type": 3})) == [("wrong-type", "a", "type")]


def test_a_type_that_is_nearly_right_gets_a_hint() -> None:
    document = around(node("a", kind="servce"))

    assert only(document)[:3] == ("unknown-type", "a", "type")
    assert only(document)[4] == "did you mean “service”?"


def test_a_type_that_is_far_off_gets_the_list() -> None:
    document = around(node("a", kind="x" * 10_000))

    assert only(document)[4].startswith("write one of node, entry, end")


def test_behind_a_misspelt_type_nothing_seems_lost() -> None:
    document = pipeline(
        entry("check"),
        branch("check", {"next": ["a"]}, {"next": ["end"]}, type="brnch"),
        node("a", "end"),
        end(),
    )

    assert found(document) == [("unknown-type", "check", "type")]


def test_a_misspelt_entry_is_not_missing_as_well() -> None:
    document = around(node("a"))
    document["nodes"][0]["type"] = "entri"

    assert found(document) == [("unknown-type", "photo", "type")]


def test_a_misspelt_field_gets_a_hint_and_is_understood() -> None:
    document = pipeline(entry("a"), node("a", nxet=["end"]), end())

    assert only(document) == (
        "unknown-field",
        "a",
        "nxet",
        "there is no field “nxet” here",
        "did you mean “next”?",
    )


def test_a_field_of_another_kind_of_node_is_unknown() -> None:
    document = around(node("a", service="work"))

    assert only(document)[:3] == ("unknown-field", "a", "service")


def test_a_field_unlike_all_others_gets_the_list() -> None:
    assert "id, type, params, input, next" in only(around(node("a", zzz=1)))[4]


def test_a_misspelt_field_of_a_side_gets_a_hint_and_is_understood() -> None:
    check_ = branch("check", {"nxt": ["a"]}, {"next": ["end"]}, next=["end"])

    document = pipeline(entry("check"), check_, node("a", "end"), end())

    assert only(document)[2] == "then.nxt"
    assert only(document)[4] == "did you mean “next”?"


def test_a_misspelt_field_of_the_api_gets_a_hint() -> None:
    document = pipeline(entry("end", sumary="…"), end())

    assert only(document)[2] == "api.sumary"
    assert only(document)[4] == "did you mean “summary”?"


def test_a_branch_needs_its_condition() -> None:
    document = around(branch("check"))
    del document["nodes"][1]["if"]

    assert only(document)[:4] == ("missing-field", "check", "if", "“if” is missing")


def test_an_entry_needs_a_route() -> None:
    document = pipeline({**entry("end"), "api": {}}, end())

    assert found(document) == [("missing-field", "photo", "api.route")]


def test_a_text_where_ids_are_listed_is_understood_and_told() -> None:
    document = pipeline(entry("a"), {**node("a"), "next": "end"}, end())

    assert only(document)[3:] == (
        "“next” must be a list, not the text “end”",
        'write ["end"]',
    )


@pytest.mark.parametrize("value", [{"end": 1}, 3, ["end", 3]])
def test_behind_a_next_that_cannot_be_read_nothing_seems_lost(value: Any) -> None:
    document = pipeline(entry("a"), {**node("a"), "next": value}, node("b"), end())

    assert [(code, id_) for code, id_, _ in found(document)] == [("wrong-type", "a")]


@pytest.mark.parametrize(
    "value, said",
    [
        (None, "null"),
        (True, "true"),
        (0.5, "the number 0.5"),
        (10**16, "a number"),
        ("", "an empty text"),
        ([], "an empty list"),
        ([1], "a list"),
    ],
)
def test_what_stands_in_the_wrong_place_is_described(value: Any, said: str) -> None:
    document = around(node("a", params=value))

    assert only(document)[3] == f"“params” must be an object, not {said}"


@pytest.mark.parametrize(
    "fields, field",
    [
        ({"params": 3}, "params"),
        ({"input": ["photo.out"]}, "input"),
        ({"next": ["end", None]}, "next[1]"),
        ({"position": {"x": "left"}}, "position.x"),
        ({"description": 3}, "description"),
        ({"ready": {}}, "ready"),
    ],
)
def test_a_wrong_type_is_one_fault_at_its_place(fields: Any, field: str) -> None:
    document = around({"id": "a", "type": "node", **fields})

    assert found(document) == [("wrong-type", "a", field)]


def test_a_value_of_many_possible_types_is_still_one_fault() -> None:
    document = around(node("a"))
    document["nodes"][0]["api"]["body"] = 3

    assert only(document)[2:4] == (
        "api.body",
        "“api.body” must be an object, the name of a field or a list of names, not the "
        "number 3",
    )


@pytest.mark.parametrize("body", [3, None, ["image", 3], ""])
def test_a_body_is_an_example_or_names(body: Any) -> None:
    document = pipeline(entry("end", body=body), end())

    assert found(document) == [("wrong-type", "photo", "api.body")]


@pytest.mark.parametrize(
    "types, field", [(3, ""), ([3], "[0]"), ([["image/png"], ["a/b", 3]], "[1][1]")]
)
def test_media_types_are_texts(types: Any, field: str) -> None:
    document = pipeline(entry("end", body=["image", "areas"], bodyType=types), end())

    assert found(document) == [("wrong-type", "photo", f"api.bodyType{field}")]


def test_a_side_is_an_object_or_code() -> None:
    document = around(branch("check", 3))

    assert only(document)[3] == "“then” must be an object or code, not the number 3"


def test_where_a_list_stands_for_a_side_its_targets_are_understood() -> None:
    check_ = branch("check", ["a"], {"next": ["end"]})
    document = pipeline(entry("check"), check_, node("a", "end"), end())

    assert found(document) == [("wrong-type", "check", "then")]


def test_code_cannot_be_empty() -> None:
    assert found(around(branch("check", {"exec": ""}))) == [
        ("empty", "check", "then.exec")
    ]


def test_a_body_without_nodes_is_empty() -> None:
    assert found(around(loop("faces", []))) == [("empty", "faces", "nodes")]


def test_code_has_a_greatest_length() -> None:
    document = around(node("a", after="# " + "x" * 9000))

    assert found(document) == [("too-long", "a", "after")]


@pytest.mark.parametrize(
    "fields", [{"timeout": 0}, {"timeout": 1e9}, {"retry": -1}, {"retry": 101}]
)
def test_patience_has_its_bounds(fields: Any) -> None:
    [field] = fields

    assert found(around(service("a", **fields))) == [("out-of-range", "a", field)]


@pytest.mark.parametrize("concurrency", [0, 1001])
def test_a_loop_opens_some_frames_at_once_but_not_any_number(concurrency: int) -> None:
    document = around(loop("a", [node("b")], concurrency=concurrency))

    assert found(document) == [("out-of-range", "a", "concurrency")]


def test_a_verb_is_one_of_five() -> None:
    document = around(node("a", kind="http", url="http://host", verb="get"))

    assert only(document)[3:] == (
        "“verb” cannot be “get”",
        "write 'GET', 'POST', 'PUT', 'PATCH' or 'DELETE'",
    )


@pytest.mark.parametrize("route", ["a/b", "validate"])
def test_a_route_is_a_name_that_the_engine_does_not_use_itself(route: str) -> None:
    assert found(pipeline(entry("end", route=route), end())) == [
        ("bad-route", "photo", "api.route")
    ]


def test_the_route_of_a_service_is_a_name() -> None:
    assert found(around(service("a") | {"service": "a b"})) == [
        ("bad-route", "a", "service")
    ]


def test_a_service_is_named() -> None:
    document = around(node("a", kind="service"))

    assert only(document)[:4] == (
        "service-or-url",
        "a",
        "service",
        "neither “service” nor “url” is given",
    )


def test_a_service_is_named_once() -> None:
    document = around(service("a", url="http://host"))

    assert only(document)[3] == "both “service” and “url” are given"


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, float("nan"), float("inf")])
def test_numbers_fit_into_64_bits(value: Any) -> None:
    document = around(node("a", params={"list": [value]}))

    assert found(document) == [("bad-value", "a", "params.list[0]")]


@pytest.mark.parametrize("params", [{"a": "\ud800"}, {"\udfff": 1}])
def test_half_a_character_is_no_text(params: Any) -> None:
    [(code, id_, _)] = found(around(node("a", params=params)))

    assert (code, id_) == ("bad-value", "a")


def test_texts_of_all_languages_are_fine() -> None:
    assert found(around(node("a", params={"größe": "大きさ 😀"}))) == []
