"""Ids, and the ways from the entry to the end."""

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


@pytest.mark.parametrize("id_", ["node", "pipeline", "input", "loop", "loopEnd", "in"])
def test_names_that_code_needs_are_reserved(id_: str) -> None:
    assert found(around(service(id_))) == [("reserved-id", id_, "id")]


def test_an_id_is_used_once() -> None:
    document = pipeline(entry("a"), node("a", "end"), node("a", "end"), end())

    [fault] = check(document)

    assert (fault.code, fault.node, fault.field) == ("duplicate-id", "a", "id")
    assert fault.message == "nodes[2] has the same id “a” as nodes[1]"


def test_an_id_is_used_once_on_all_levels() -> None:
    document = around(loop("faces", [node("photo")]))

    [fault] = check(document)

    assert fault.message == "nodes[1].nodes[0] has the same id “photo” as nodes[0]"


def test_a_pipeline_has_an_entry() -> None:
    assert found(pipeline(node("a", "end"), end())) == [("no-entry", None, "nodes")]


def test_a_pipeline_has_an_end() -> None:
    assert found(pipeline(entry("a"), node("a"))) == [("no-end", None, "nodes")]


def test_a_second_entry_is_one_too_many() -> None:
    document = pipeline(entry("end"), entry("end", id_="picture"), end())

    assert found(document) == [("several-entry", "picture", "type")]


def test_a_second_end_is_one_too_many() -> None:
    document = pipeline(entry("end", "stop"), end(), end("stop"))

    assert found(document) == [("several-end", "stop", "type")]


def test_an_entry_in_a_loop_is_misplaced() -> None:
    document = around(loop("faces", [entry("crop", id_="e"), node("crop")]))

    assert found(document) == [("inner-entry", "e", "type")]


def test_an_end_in_a_loop_is_misplaced() -> None:
    document = around(loop("faces", [node("crop", "stop"), end("stop")]))

    assert found(document) == [("inner-end", "stop", "type")]


def test_an_unknown_next_gets_a_hint() -> None:
    document = pipeline(entry("blurr"), node("blur", "end"), end())

    [fault] = check(document)

    assert (fault.code, fault.node, fault.field) == ("unknown-next", "photo", "next")
    assert fault.message == "“photo” leads to “blurr”, but there is no such node"
    assert fault.hint == "did you mean “blur”?"


def test_an_unknown_next_of_a_side_is_told_there() -> None:
    document = around(branch("check", {"next": ["blur"]}, {"next": ["end"]}))

    assert found(document) == [("unknown-next", "check", "then.next")]


def test_a_next_may_be_the_node_whose_id_cannot_be_read() -> None:
    document = pipeline(entry("blur"), {"ids": "blur", "type": "node"}, end())

    assert ("unknown-next", "photo", "next") not in found(document)


def test_next_cannot_lead_into_a_loop() -> None:
    document = pipeline(
        entry("crop", "faces"), loop("faces", [node("crop")], "end"), end()
    )

    [fault] = check(document)

    assert (fault.code, fault.node, fault.field) == ("crosses-levels", "photo", "next")
    assert "in the body of the loop “faces”" in fault.message


def test_next_cannot_lead_out_of_a_loop() -> None:
    document = around(loop("faces", [node("crop", "end")]))

    [fault] = check(document)

    assert (fault.code, fault.node, fault.field) == ("crosses-levels", "crop", "next")
    assert "outside of this loop" in fault.message


def test_loop_end_ends_nothing_outside_of_a_loop() -> None:
    document = pipeline(entry("a"), node("a", "loopEnd", "end"), end())

    assert found(document) == [("outside-loop", "a", "next")]


def test_the_end_leads_nowhere() -> None:
    document = pipeline(entry("end"), end(next=["a"]), node("a"))

    assert found(document) == [("end-with-next", "end", "next")]


@pytest.mark.parametrize("ways", [{}, {"next": []}])
def test_the_entry_leads_somewhere(ways: dict[str, list[str]]) -> None:
    start = entry()
    del start["next"]

    assert found(pipeline({**start, **ways}, node("a", "end"), end())) == [
        ("entry-without-next", "photo", "next")
    ]


def test_nothing_leads_back_into_the_entry() -> None:
    document = pipeline(
        entry("check"), branch("check", {"next": ["photo"]}, {"next": ["end"]}), end()
    )

    assert found(document) == [("edge-into-entry", "check", "then.next")]


def test_an_entry_that_leads_to_itself_is_told_once() -> None:
    document = pipeline(entry("photo"), node("a", "end"), end())

    assert found(document) == [("edge-into-entry", "photo", "next")]


def test_a_part_that_is_cut_off_is_told_where_it_begins() -> None:
    document = pipeline(
        entry("a"), node("a", "end"), node("c", "end"), node("b", "c"), end()
    )

    [fault] = check(document)

    assert (fault.code, fault.node) == ("unreachable", "b")
    assert fault.message == "no path leads from “photo” to “b”"


def test_a_ring_that_is_cut_off_is_told_once() -> None:
    ring = [node("a", "b"), branch("b", {"next": ["a"]}, {"next": ["end"]})]

    assert found(pipeline(entry("end"), *ring, end())) == [("unreachable", "a", "id")]


def test_an_end_to_which_nothing_leads_is_never_reached() -> None:
    assert found(pipeline(entry("a"), node("a"), end())) == [
        ("end-unreachable", "end", "id")
    ]


def test_when_the_way_to_the_end_is_cut_the_cut_is_told() -> None:
    document = pipeline(entry("a"), node("a"), node("b", "end"), end())

    assert found(document) == [("unreachable", "b", "id")]


def test_a_body_begins_with_its_first_node() -> None:
    document = around(loop("faces", [node("b"), node("a", "b")]))

    assert found(document) == [("unreachable", "a", "id")]


def test_a_side_path_may_end_where_it_likes() -> None:
    assert found(pipeline(entry("a", "end"), node("a"), end())) == []


def test_paths_cannot_multiply_without_bound() -> None:
    ids = [f"n{at}" for at in range(110)]
    document = pipeline(entry(*ids), *(node(id_, *ids, "end") for id_ in ids), end())

    assert found(document) == [("too-many-edges", None, None)]
