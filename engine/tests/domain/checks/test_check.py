"""A document is checked as a whole, and nothing brings the check down."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from documents import around, end, entry, found, loop, node, pipeline, service
from engine.domain.checks.check import check, read
from engine.domain.errors import InvalidPipeline
from engine.domain.pipeline import KINDS, Pipeline, field_names
from hypothesis import given
from hypothesis import strategies as st
from strategies import pipelines

ROOT = Path(__file__).parents[4]
SAMPLE = pipeline(
    entry("faces", route="face-blur", summary="Blur every face", description="…"),
    node(
        "faces",
        "blur",
        kind="service",
        service="face-detect",
        input={"image": "photo.out.image"},
    ),
    node(
        "blur",
        "result",
        kind="service",
        service="image-blur",
        input={"image": "photo.out.image", "areas": "faces.out.answer"},
    ),
    end("result", input={"blurred": "blur.out.result"}),
)


def test_the_sample_of_the_protocol_has_no_fault() -> None:
    assert check(SAMPLE) == ()


@pytest.mark.parametrize("path", sorted((ROOT / "pipelines").glob("*.json")))
def test_the_ready_pipelines_have_no_fault(path: Path) -> None:
    document = json.loads(path.read_text())

    pipeline = read(document)

    assert pipeline.route == path.stem
    assert pipeline.to_json() == document


def test_all_faults_are_found_at_once() -> None:
    broken = pipeline(
        entry("faces"),
        service("faces", "blurr", input={"image": "foto.out.image"}, timeout=0),
        node("blur", "end", kind="http", url="ftp://host"),
        node("blur", "end", after="x ="),
        loop("node", [service("crop", "end")], "end"),
        end(next=["photo"], colour="red"),
    )

    assert set(found(broken)) == {
        ("out-of-range", "faces", "timeout"),
        ("unknown-field", "end", "colour"),
        ("duplicate-id", "blur", "id"),
        ("reserved-id", "node", "id"),
        ("unknown-next", "faces", "next"),
        ("crosses-levels", "crop", "next"),
        ("edge-into-entry", "end", "next"),
        ("end-with-next", "end", "next"),
        ("bad-url", "blur", "url"),
        ("unknown-node", "faces", "input.image"),
        ("bad-code", "blur", "after"),
    }


def test_a_fault_says_where_what_and_what_to_do() -> None:
    [fault] = check(around(service("blur", input={"image": "foto.out.image"})))

    assert fault.to_json() == {
        "node": "blur",
        "field": "input.image",
        "code": "unknown-node",
        "message": "“foto.out.image” names “foto”, but there is no such node",
        "hint": "did you mean “photo”?",
        "level": "error",
    }


def test_reading_a_broken_document_raises_all_its_faults() -> None:
    broken = pipeline(node("a", "b"))

    with pytest.raises(InvalidPipeline) as raised:
        read(broken)

    assert raised.value.faults == check(broken)


@pytest.mark.parametrize("document", [None, 3, True, "text", [], [{}], 1e400, ""])
def test_what_is_no_object_is_no_pipeline(document: Any) -> None:
    [fault] = check(document)

    assert fault.code == "wrong-type"


def nested(depth: int) -> Any:
    value: Any = {}
    for _ in range(depth):
        value = {"deeper": value}
    return value


def test_a_document_nested_too_deep_is_refused_before_all_else() -> None:
    assert found({"nodes": [nested(100_000)]}) == [("too-deep", None, None)]


def test_more_than_a_thousand_nodes_are_too_many() -> None:
    halves = [node(f"n{at}") for at in range(500)]
    body = [node(f"m{at}") for at in range(500)]

    assert found(pipeline(*halves, loop("l", body))) == [
        ("too-many-nodes", None, "nodes")
    ]


def test_code_is_no_place_for_whole_programs() -> None:
    steps = [node(f"n{at}", after="x = 1\n" * 1300) for at in range(30)]

    assert found(pipeline(*steps)) == [("too-much-code", None, None)]


def loops(deep: int) -> Any:
    inner = node("leaf")
    for at in range(deep):
        inner = loop(f"l{at}", [inner], items="node.params.items")
        inner["params"] = {"items": []}
    return around(inner)


def test_loops_nest_eight_deep() -> None:
    assert found(loops(8)) == []


def test_loops_do_not_nest_deeper_than_that() -> None:
    assert found(loops(9)) == [("too-deep", "l0", "nodes")]


def test_no_more_than_a_thousand_faults_are_told() -> None:
    broken = pipeline(*({"id": f"n{at}", "type": "?", "next": 3} for at in range(900)))

    assert len(check(broken)) == 1000


def test_what_an_author_wrote_is_told_in_words_that_can_be_sent() -> None:
    broken = around(service("a", "\ud800" * 1000))

    for fault in check(broken):
        assert json.dumps(fault.to_json(), ensure_ascii=False).encode()
        assert len(fault.message) < 600


half_characters = st.text(st.characters(categories=["Cs"]), max_size=2)
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), half_characters
)
json_values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=10,
)


@given(json_values)
def test_no_json_brings_the_check_down(document: Any) -> None:
    check(document)
    check({"type": "pipeline", "nodes": document})


names = sorted({name for kind in KINDS.values() for name in field_names(kind)})
words = st.sampled_from(
    ["a", "b", "a.out", "node.params.x", "loopEnd", "photo", "_", "a-b", "def", "a.b"]
)
near = words | scalars
fields = st.sampled_from([*names, "out", "exec", "route", "body", "bodyType", "nxt"])
parts = st.dictionaries(
    fields,
    near
    | st.lists(near, max_size=3)
    | st.dictionaries(fields, near | st.lists(near, max_size=3), max_size=3),
    max_size=4,
)
kinds = st.sampled_from([*KINDS, "brnch"])
nodes = st.builds(
    lambda kind, id_, part: {"type": kind, "id": id_, **part}, kinds, words, parts
)
bodies = st.builds(
    lambda part, inner: {**part, "nodes": inner}, nodes, st.lists(nodes, max_size=3)
)


@given(st.lists(nodes | bodies | scalars, max_size=5))
def test_no_document_that_looks_like_a_pipeline_brings_the_check_down(
    inner: list[Any],
) -> None:
    document = {"type": "pipeline", "nodes": inner}

    if not check(document):
        assert Pipeline.from_json(document)


@given(pipelines(), st.data())
def test_a_document_damaged_anywhere_brings_nothing_down(
    document: Any, data: st.DataObject
) -> None:
    victim = data.draw(st.sampled_from(document["nodes"]))
    victim[data.draw(st.sampled_from(names))] = data.draw(near | json_values)

    if not check(document):
        assert Pipeline.from_json(document)


@given(pipelines())
def test_random_pipelines_are_right_by_construction(document: Any) -> None:
    assert check(document) == ()


@given(pipelines())
def test_a_document_comes_back_as_it_was(document: Any) -> None:
    pipeline = read(document)

    assert pipeline.to_json() == document
    assert read(pipeline.to_json()).version == pipeline.version


def test_the_reference_explains_every_fault() -> None:
    source = "".join(p.read_text() for p in (ROOT / CHECKS).glob("*.py"))
    codes = {c for c in re.findall(r'"([a-z]+(?:-[a-z]+)+)"', source) if c not in OTHER}

    explained = (ROOT / "docs/reference/pipelines.md").read_text()

    assert [code for code in sorted(codes) if f"`{code}`" not in explained] == []


CHECKS = "engine/src/engine/domain/checks"
OTHER = {"face-2d"}
