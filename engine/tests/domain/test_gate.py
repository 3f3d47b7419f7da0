"""The gate: what may enter a run, and what never does."""

import time
from typing import Any

import pytest
from documents import around, branch, end, found, node, service, starting_with
from engine.domain import messages as m
from engine.domain.errors import NotJoined, ReservedKey, UnreadableDocument
from engine.domain.frame import Frame, FrameStatus, Parent
from engine.domain.frame_json import decode, encode
from engine.domain.gate import (
    admit,
    check_change,
    check_document,
    flaw,
    joined,
    may_refer,
    named,
)
from engine.domain.run import Loop, Run
from engine.domain.values import Blob, Large
from frames import T, new_frame
from simulation import Simulation

OWN = {"$blob": "t/a", "type": "image/png", "size": 3, "name": "a.png"}

NO_REFERENCES: list[Any] = [
    {**OWN, "$blob": "other/a"},
    {**OWN, "$blob": "t/../other/a"},
    {**OWN, "$blob": "t/"},
    {**OWN, "$blob": "ta"},
    {**OWN, "$blob": 5},
    {**OWN, "$blob": None},
    {**OWN, "type": None},
    {**OWN, "size": "abc"},
    {**OWN, "size": True},
    {**OWN, "size": -1},
    {**OWN, "size": 3.0},
    {**OWN, "name": 7},
    {**OWN, "more": 1},
    {**OWN, "$large": "t/b"},
    {"$blob": "t/a"},
    {"$large": 5},
    {"$large": "t/a"},
]

PLACES = [
    ({"$large": 5}, "$large"),
    ({"a": {"$blob": "t/a"}}, "a.$blob"),
    ({"a": [1, {"b": [[{"$large": 1}]]}]}, "a[1].b[0][0].$large"),
    # Above 64 bits, which the quick search cannot write.
    ({"a": {"$large": 2**64}}, "a.$large"),
]


@pytest.mark.parametrize(("data", "place"), PLACES)
def test_reserved_keys_from_outside_are_refused_with_their_place(
    data: Any, place: str
) -> None:
    with pytest.raises(ReservedKey) as refusal:
        admit(data)

    assert refusal.value.place == place
    assert "reserved" in str(refusal.value) and "use another key" in str(refusal.value)
    assert refusal.value.faults[0].field == place


def test_only_keys_are_reserved_not_texts() -> None:
    data = {
        "text": '"$blob":1',
        "quoted": '{"$large": 5}',
        "$schema": {"$ref": "$blob"},
    }

    assert admit(data) == data


def test_blobs_that_the_engine_stored_come_as_references() -> None:
    blob = Blob("t/a", "image/png", 3, "a.png")

    assert admit({"n": 1}, {"image": blob}) == {"n": 1, "image": OWN}


def test_a_blob_cannot_have_a_reserved_name() -> None:
    with pytest.raises(ReservedKey):
        admit({}, {"$large": Blob("t/a", "image/png", 3)})


def test_a_deep_or_long_value_takes_the_time_of_its_size() -> None:
    deep: Any = {"$blob": 1}
    for _ in range(100_000):
        deep = [deep]
    wide = {str(n): {"$large": n} for n in range(100_000)}

    began_at = time.thread_time()
    for value in ({"a": deep}, wide):
        with pytest.raises(ReservedKey):
            admit(value)

    # If the time grew with the square of the size, it would be minutes.
    assert time.thread_time() - began_at < 20


def test_names_of_authors_are_not_reserved() -> None:
    assert named({"a.b": OWN}) == {"a.b": OWN}
    with pytest.raises(ReservedKey):
        named({"$blob": "t/a", "type": "image/png", "size": 3})


def test_a_union_does_not_alter_a_reference() -> None:
    with pytest.raises(NotJoined, match="the output of b is a file"):
        joined([("a", {"size": "abc"}), ("b", OWN)])
    with pytest.raises(NotJoined, match="no object"):
        joined([("a", {"n": 1}), ("b", None)])


def test_what_was_admitted_has_no_flaw() -> None:
    assert flaw({"a": [OWN, {"b": OWN}], "n": 2**64}, "t") is None


@pytest.mark.parametrize("value", NO_REFERENCES)
def test_only_whole_references_of_the_same_task_are_without_flaw(value: Any) -> None:
    said = flaw({"a": [value]}, "t")

    assert said and "a[0].$" in said
    with pytest.raises(ReservedKey, match=r"node\.out\.a"):
        check_change({"a": value}, "t", "node.out")


def test_documents_are_searched_as_text_and_as_bytes() -> None:
    assert may_refer('{"$blob":1}') and may_refer(b'{"$large":1}')
    assert not may_refer(b'{"text":"\\"$blob\\":1"}')


# Documents of frames.


def stored(value: Any) -> Frame:
    return decode(encode(new_frame("t", runs={"a": Run(out=value)})))


@pytest.mark.parametrize("value", NO_REFERENCES)
def test_a_document_with_a_false_reference_cannot_be_read(value: Any) -> None:
    if value == {"$large": "t/a"}:
        value = {"inner": value}

    with pytest.raises(UnreadableDocument, match="no reference to a file of this task"):
        stored(value)


@pytest.mark.parametrize(
    "place", [{"$large": "t/a"}, {"$large": "t/a", "size": 7}], ids=["old", "new"]
)
def test_places_of_large_values_are_read(place: dict[str, Any]) -> None:
    out = stored(place).runs["a"].out

    assert isinstance(out, Large)
    assert (out.key, out.size) == ("t/a", place.get("size", 0))


@pytest.mark.parametrize(
    "place",
    [
        {"$large": "other/a"},
        {"$large": "t/a", "size": "7"},
        {"$large": "t/a", "more": 1},
    ],
)
def test_a_false_place_of_a_large_value_cannot_be_read(place: Any) -> None:
    with pytest.raises(UnreadableDocument):
        stored(place)


def test_items_and_loops_are_read_as_strictly() -> None:
    parent = Parent(path=T, node="l", attempt=1, index=0, item={"$large": "x/y"})
    loop = Run(loop=Loop(items=[{"$blob": 1}], total=1))

    for frame in (new_frame("t/l[0]", parent=parent), new_frame("t", runs={"l": loop})):
        with pytest.raises(UnreadableDocument):
            decode(encode(frame))


# Events of other processes.


def test_an_event_with_a_false_reference_is_a_failure_of_its_node() -> None:
    forged = {"image": {**OWN, "$blob": "other/a"}}

    finished = m.admitted_again(m.NodeFinished("a", 2, forged), "t")
    collected = m.admitted_again(m.LoopCollected("a", 2, forged), "t")

    assert isinstance(finished, m.NodeFailed)
    assert finished.final and finished.reported and "image.$blob" in finished.reason
    assert isinstance(collected, m.LoopFailed)


def test_other_events_come_as_they_were_sent() -> None:
    events: list[m.Event] = [
        m.NodeFinished("a", 1, {"image": OWN}),
        m.LoopCollected("a", 1, {"image": OWN}),
        m.Started(),
    ]

    assert [m.admitted_again(event, "t") for event in events] == events


# Runs.


def failed(document: Any, data: Any = None) -> str:
    simulation = Simulation(document, data)
    simulation.post(m.Started())
    assert simulation.task.status is FrameStatus.FAILED
    return simulation.task.error or ""


@pytest.mark.parametrize("key", ["$large", "$blob"])
@pytest.mark.parametrize("how", ["before", "after"])
def test_code_cannot_make_a_reserved_key(key: str, how: str) -> None:
    section = "input" if how == "before" else "out"
    source = f"node.{section}['deep'] = [{{'{key}': 5}}]"

    said = failed(starting_with(node("n", "end", **{how: source}), end()))

    assert f"n.{section}.deep[0].{key}" in said
    assert "reserved" in said


def test_the_input_of_a_node_cannot_name_a_reserved_key() -> None:
    # As an engine could have stored it that did not check this.
    forged = {"$blob": "start.out.k", "type": "start.out.t", "size": "start.out.s"}
    document = starting_with(node("n", "end", input=forged), end())

    said = failed(document, {"k": "other/a", "t": "image/png", "s": 3})

    assert "$blob" in said and "reserved" in said


def test_a_branch_cannot_alter_a_reference() -> None:
    side = {
        "exec": "node['out'] = node.input['image']",
        "out": {"size": "start.out.n"},
        "next": ["end"],
    }
    document = starting_with(branch("b", side), end())

    said = failed(document, {"image": {**OWN, "$blob": "task/a"}, "n": "abc"})

    assert "the output of b is a file" in said


# Pipelines and announcements.


def test_a_pipeline_with_reserved_keys_is_told_where() -> None:
    document = around(
        node("n", params={"deep": [{"$large": 5}]}, input={"$blob": "node.params.deep"})
    )

    faults = found(document)

    assert ("reserved-key", "n", "params.deep[0].$large") in faults
    assert ("reserved-key", "n", "input.$blob") in faults


@pytest.mark.parametrize("body", ["$large", ["image", "$blob"]])
def test_a_field_of_a_body_cannot_have_a_reserved_name(body: Any) -> None:
    document = around(service("work"))
    document["nodes"][0]["api"]["body"] = body

    assert [fault[0] for fault in found(document)] == ["reserved-key"]


def test_documents_of_older_engines_are_looked_at_too() -> None:
    check_document({"nodes": []}, ["image"])
    with pytest.raises(ReservedKey, match=r"params\.\$large"):
        check_document({"params": {"$large": 1}}, [])
    with pytest.raises(ReservedKey, match=r"api\.body\.\$blob"):
        check_document({}, ["image", "$blob"])
