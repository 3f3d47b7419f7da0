"""Whether references can lead to a value."""

from typing import Any

import pytest
from documents import (
    around,
    branch,
    end,
    entry,
    found,
    loop,
    node,
    pipeline,
    service,
)
from engine.domain.checks.check import check


def reading(text: str, **fields: Any) -> Any:
    """A pipeline with a node `blur` that reads `text`, between others."""
    return pipeline(
        entry("blur", "aside", **fields.pop("api", {})),
        service("blur", "late", input={"x": text}, params={"a": {"b": [1]}}, **fields),
        node("aside", "late"),
        loop("late", [node("first", "second"), node("second")], "end"),
        end(),
    )


def wrong(document: Any) -> tuple[str, str]:
    """The code and the hint of the only fault, which is of a reference."""
    [fault] = check(document)
    assert (fault.node, fault.field) == ("blur", "input.x")
    return fault.code, fault.hint


@pytest.mark.parametrize(
    "text",
    [
        "photo.out",
        "photo.out.anything.at.all",
        "photo.input",
        "photo.params",
        "node.params.a.b.0",
        "node.params",
        "blur.params.a.b",
        "late.params",
    ],
)
def test_a_reference_to_what_was_before_is_fine(text: str) -> None:
    assert found(reading(text)) == []


@pytest.mark.parametrize("text", ["photo", "", "photo.image", "photo.out..x", "loop"])
def test_a_reference_that_cannot_be_read_says_why(text: str) -> None:
    code, hint = wrong(reading(text))

    assert (code, hint) == (
        "bad-reference",
        "write “node.out.field”, with the id of a node",
    )


def test_a_reference_to_an_unknown_node_gets_a_hint() -> None:
    assert wrong(reading("foto.out")) == ("unknown-node", "did you mean “photo”?")


def test_an_unknown_node_may_be_the_one_that_cannot_be_read() -> None:
    document = reading("foto.out")
    document["nodes"].append({"type": "node"})

    assert ("unknown-node", "blur", "input.x") not in found(document)


@pytest.mark.parametrize("text", ["late.out.x", "aside.out", "end.input", "node.out"])
def test_a_value_is_read_after_it_was_made(text: str) -> None:
    assert wrong(reading(text))[0] == "not-before"


@pytest.mark.parametrize("text", ["node.input.x", "blur.input.x"])
def test_an_input_cannot_be_made_of_itself(text: str) -> None:
    assert wrong(reading(text))[0] == "not-before"


def test_in_a_cycle_what_comes_after_also_comes_before() -> None:
    document = pipeline(
        entry("a"),
        node("a", "check", input={"x": "check.out.x", "y": "node.out.y"}),
        branch("check", {"next": ["a"]}, {"next": ["end"]}),
        end(),
    )

    assert found(document) == []


def test_of_an_unreachable_node_only_that_is_told() -> None:
    document = reading("photo.out")
    document["nodes"].append(node("lost", "end", input={"x": "blur.out"}))

    assert found(document) == [("unreachable", "lost", "id")]


def test_behind_a_next_that_leads_nowhere_known_anything_may_have_run() -> None:
    document = pipeline(
        entry("a"),
        node("a", "bb"),
        node("b", "end", input={"x": "a.out"}),
        end(),
    )

    assert found(document) == [("unknown-next", "a", "next")]


@pytest.mark.parametrize("text", ["node._loop", "photo._loop.x", "late._loop"])
def test_there_is_an_item_only_in_a_loop(text: str) -> None:
    assert wrong(reading(text))[0] == "outside-loop"


def test_what_begins_with_loop_stands_in_a_loop() -> None:
    assert wrong(reading("loop.photo.out")) == (
        "outside-loop",
        "write it without “loop.”",
    )


def test_what_happens_in_a_loop_is_hidden_from_outside() -> None:
    assert wrong(reading("first.out")) == (
        "hidden-node",
        "give it out with “collect” of “late”",
    )


def test_a_constant_that_is_not_there_is_missed_at_once() -> None:
    [fault] = check(reading("node.params.a.c"))

    assert fault.code == "no-such-value"
    assert fault.message == (
        "“node.params.a.c” leads nowhere: no “c” in node.params.a (it has b)"
    )
    assert fault.hint == "add it to “params” of “blur”"


@pytest.mark.parametrize("index", ["1", "-2", "--1", "x"])
def test_an_index_beyond_a_constant_list_is_missed_at_once(index: str) -> None:
    assert wrong(reading(f"node.params.a.b.{index}"))[0] == "no-such-value"


def test_a_constant_of_a_node_without_any_is_missed_at_once() -> None:
    assert wrong(reading("photo.params.a"))[0] == "no-such-value"


def test_code_may_make_constants() -> None:
    assert found(reading("node.params.new", before="node.params['new'] = 1")) == []


def test_constants_that_cannot_be_read_are_told_once() -> None:
    document = reading("node.params.new")
    document["nodes"][1]["params"] = []

    assert found(document) == [("wrong-type", "blur", "params")]


PERSON = {"name": {"first": "Ada"}, "tags": ["x"], "any": {}, "none": None, "a.b": 1}


@pytest.mark.parametrize(
    "way", ["", ".name.first", ".tags.7.x", ".any.x.y", ".none.x", ".a.b"]
)
def test_what_a_json_body_may_hold_can_be_read(way: str) -> None:
    assert found(reading(f"photo.out{way}", api={"body": PERSON})) == []


@pytest.mark.parametrize("way", ["nme", "name.last", "name.first.x", "a", "a.b.c"])
def test_what_a_json_body_does_not_hold_is_missed_at_once(way: str) -> None:
    code, hint = wrong(reading(f"photo.out.{way}", api={"body": PERSON}))

    assert code == "no-such-value"
    assert hint == "the fields of the body are name, tags, any, none, a.b"


PICTURES = ["image/png", "image/jpeg"]


@pytest.mark.parametrize(
    "api",
    [
        {"body": "image"},
        {"body": "image", "bodyType": ["image/png", "application/json"]},
        {"body": ["image", "areas"]},
        {"body": ["image", "areas"], "bodyType": [PICTURES]},
        {"body": ["image", "areas"], "bodyType": ["image/png", "*/*"]},
        {"body": "image", "bodyType": 3},
        {"body": {}},
    ],
)
def test_a_json_part_can_bring_any_field(api: Any) -> None:
    assert "no-such-value" not in {code for code, *_ in found(reading(PLACE, api=api))}


PLACE = "photo.out.place"


@pytest.mark.parametrize(
    "api",
    [
        {"body": "image", "bodyType": PICTURES},
        {"body": "image", "bodyType": "[image/png, image/jpeg]"},
        {"body": ["image", "mask"], "bodyType": [PICTURES, PICTURES]},
        {"body": ["image", "mask"], "bodyType": ["image/png", "[image/png]"]},
    ],
)
def test_parts_that_are_no_json_bring_only_their_own_fields(api: Any) -> None:
    assert wrong(reading(PLACE, api=api))[0] == "no-such-value"
    assert found(reading("photo.out.image.size", api=api)) == []


def test_code_may_add_to_the_data_of_the_request() -> None:
    document = reading(PLACE, api={"body": PERSON}, before="photo.out['place'] = 1")

    assert found(document) == []


def inside(text: str, **fields: Any) -> Any:
    """A pipeline with a node `blur` that reads `text`, in a loop in a loop."""
    inner = loop(
        "zones",
        [node("begin", "blur"), service("blur", input={"x": text}, **fields)],
        items="node._loop.zones",
        collect={"zone": "blur.out.result"},
    )
    body = [node("crop", "zones"), {**inner, "next": ["loopEnd"]}]
    return pipeline(
        entry("detect"),
        service("detect", "faces"),
        loop("faces", body, "more", items="detect.out.faces"),
        loop("more", [node("other")], "end"),
        end(),
    )


@pytest.mark.parametrize(
    "text",
    [
        "node._loop",
        "begin._loop.0",
        "crop._loop",
        "loop.begin.out.x",
        "begin.out",
        "crop.out",
        "detect.out.faces",
        "photo.out",
        "zones.input",
        "faces.input",
    ],
)
def test_from_a_loop_all_around_it_can_be_seen(text: str) -> None:
    assert found(inside(text)) == []


@pytest.mark.parametrize("text", ["zones.out.zone0", "faces.out", "more.input"])
def test_from_a_loop_nothing_later_can_be_seen(text: str) -> None:
    assert wrong(inside(text))[0] == "not-before"


@pytest.mark.parametrize("text", ["loop.crop.out", "loop.photo.out"])
def test_what_begins_with_loop_is_in_the_same_body(text: str) -> None:
    assert wrong(inside(text)) == ("not-in-body", "write it without “loop.”")


def test_from_a_loop_the_inside_of_another_cannot_be_seen() -> None:
    assert wrong(inside("other.out"))[0] == "hidden-node"


def test_an_outer_node_has_no_item_although_it_is_seen() -> None:
    assert wrong(inside("detect._loop"))[0] == "outside-loop"


def test_the_items_of_a_loop_come_from_before() -> None:
    document = around(loop("faces", [node("a")], items="faces.out.list"))

    assert found(document) == [("not-before", "faces", "items")]


def test_the_items_of_a_loop_can_come_from_its_input() -> None:
    document = around(loop("faces", [node("a")], items="node.input.list"))

    assert found(document) == []


@pytest.mark.parametrize("text", ["photo.out", "faces.input", "node.out", "deep.out"])
def test_a_loop_collects_from_its_own_body(text: str) -> None:
    body = [node("a", "inner"), loop("inner", [node("deep")], items="node._loop")]
    document = around(loop("faces", body, collect={"k": text}))

    assert found(document) == [("not-in-body", "faces", "collect.k")]


def test_what_a_loop_collects_can_be_misspelt() -> None:
    [fault] = check(around(loop("faces", [node("crop")], collect={"k": "crp.out"})))

    assert fault.hint == "did you mean “crop”?"


def test_a_body_that_cannot_be_read_may_hold_what_is_collected() -> None:
    document = around(loop("faces", [{"type": "node"}], collect={"k": "crop.out"}))

    assert found(document) == [("missing-field", None, "nodes[1].nodes[0].id")]


def test_what_an_empty_body_could_give_is_not_judged() -> None:
    document = around(loop("faces", [], collect={"k": "crop.out"}))

    assert found(document) == [("empty", "faces", "nodes")]


def test_what_a_node_cannot_have_is_not_judged_either() -> None:
    document = around(node("a", items="x", then="x ="))

    assert {code for code, *_ in found(document)} == {"unknown-field"}


@pytest.mark.parametrize("text", ["node.input.x", "node.out.x", "photo.out"])
def test_a_branch_hands_on_what_it_has(text: str) -> None:
    out = {"next": ["end"], "out": {"x": text}}

    assert found(around(branch("check", out, out))) == []


def test_a_branch_cannot_hand_on_what_is_not_there_yet() -> None:
    out = {"next": ["end"], "out": {"x": "end.out"}}

    assert found(around(branch("check", out, {"next": ["end"]}))) == [
        ("not-before", "check", "then.out.x")
    ]


def test_of_nodes_with_one_id_the_nearest_is_meant() -> None:
    document = inside("begin.out")
    document["nodes"].insert(0, node("begin", "end"))

    assert {code for code, *_ in found(document)} == {"duplicate-id", "unreachable"}
