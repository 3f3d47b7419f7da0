"""A task that continues another keeps the runs that are certain to be the same."""

import pytest
from continued import Continued
from documents import branch, end, entry, loop, node, pipeline, service
from engine.domain import messages as m
from engine.domain.frame import FrameStatus
from engine.domain.rules import Rules
from engine.domain.values import Json
from msgspec.structs import replace
from simulation import TASK, Simulation

RULES = Rules(max_rounds=3)
DATA = {"text": "a", "size": 1}


def ran(document: Json, data: Json = None) -> Simulation:
    """A task in which every call gives its node's id."""
    simulation = Simulation(document, data or DATA, RULES)
    answer(simulation)
    return simulation


def answer(simulation: Simulation) -> None:
    while simulation.calls:
        path, order = simulation.calls.pop(0)
        out = {"from": order.node, "flag": sum(order.node.encode()) % 2 == 0}
        simulation.post(m.NodeFinished(order.node, order.attempt, out), path)


def line(*nodes: Json, **more: Json) -> Json:
    return {**pipeline(entry(nodes[0]["id"], id_="start"), *nodes), **more}


FIRST = service("first", "second", input={"t": "start.out.text"})
SECOND = service("second", "third", input={"a": "first.out.from"})
THIRD = service("third", "done", input={"b": "second.out.from"})
THREE = line(FIRST, SECOND, THIRD, end("done"))


def test_what_is_unchanged_is_kept_with_all_before_it() -> None:
    changed = line(FIRST, SECOND, THIRD | {"service": "other"}, end("done"))

    again = Continued(ran(THREE), changed)

    assert list(again.kept) == ["first", "second"]
    assert [order.node for _, order in again.calls] == ["third"]
    assert again.task.runs["first"].reused
    assert again.task.runs["first"].out == ran(THREE).out("first")


def test_a_task_of_which_all_is_kept_ends_at_once() -> None:
    again = Continued(ran(THREE), THREE)

    assert not again.calls
    assert again.task.status is FrameStatus.FINISHED
    assert again.out("done") == ran(THREE).out("done")


def test_what_comes_behind_a_changed_node_runs_again() -> None:
    changed = line(FIRST | {"params": {"x": 1}}, SECOND, THIRD, end("done"))

    assert Continued(ran(THREE), changed).kept == {}


def test_nodes_can_be_made_to_run_again() -> None:
    again = Continued(ran(THREE), THREE, again=["second"])

    assert list(again.kept) == ["first"]


@pytest.mark.parametrize(
    "field",
    [{"position": {"x": 1.0}}, {"description": "d"}, {"timeout": 5}, {"retry": 1}],
)
def test_what_changes_no_result_is_no_change(field: Json) -> None:
    changed = line(FIRST | field, SECOND, THIRD, end("done"))

    assert list(Continued(ran(THREE), changed).kept) == ["first", "second", "third"]


def test_a_node_that_failed_and_those_that_did_not_run_are_not_kept() -> None:
    failed = Simulation(THREE, DATA, RULES)
    failed.finish("first", {"from": "first"})
    failed.fail("second", "no", final=True)

    again = Continued(failed, THREE)

    assert list(again.kept) == ["first"]
    assert [order.node for _, order in again.calls] == ["second"]


def test_other_data_runs_again_what_sees_them() -> None:
    old = ran(
        line(
            FIRST, service("second", "done", input={"n": "start.out.size"}), end("done")
        )
    )

    size = Continued(old, pipeline(*nodes_of(old)), {"text": "a", "size": 2})
    text = Continued(old, pipeline(*nodes_of(old)), {"text": "b", "size": 1})
    less = Continued(old, pipeline(*nodes_of(old)), {"text": "a"})

    assert list(size.kept) == ["first"]
    assert list(text.kept) == []
    assert list(less.kept) == ["first"]


def nodes_of(simulation: Simulation) -> list[Json]:
    return list(simulation.program.pipeline.to_json()["nodes"])


@pytest.mark.parametrize(
    ("field", "kept"),
    [
        ({}, False),
        ({"input": {"all": "start.out"}}, False),
        ({"input": {"t": "start.out.text"}}, True),
        ({"input": {"t": "start.input.size"}}, False),
        ({"input": {"p": "start.params.x"}}, True),
        ({"input": {"p": "node.params.x"}, "params": {"x": "start at"}}, False),
        (
            {"input": {"p": "node.params.x"}, "params": {"x": "{a} {start.out.text}"}},
            False,
        ),
        ({"input": {"p": "node.params.x"}, "params": {"x": "{start.out.text}!"}}, True),
        ({"input": {"p": "node.params.x"}, "params": {"x": ["start.out.size"]}}, False),
        ({"input": {"p": {"from": "other.out.start", "default": 1}}}, True),
        ({"input": {}, "after": "node.out['a'] = start.out.text"}, False),
        ({"input": {}, "after": "node.out['a'] = pipeline.input.text"}, False),
        ({"input": {}, "after": "node.out['a'] = 1"}, True),
    ],
)
def test_a_node_is_kept_if_it_sees_the_same_data(field: Json, kept: bool) -> None:
    document = line(service("only", "done", **field), end("done"))
    document["nodes"][0]["params"] = {"x": 1}
    document["nodes"][0]["next"].append("other")
    document["nodes"].append(node("other"))

    again = Continued(ran(document), document, {"text": "a", "size": 2})

    assert ("only" in again.kept) == kept


@pytest.mark.parametrize(
    ("code", "params", "kept"),
    [
        ("node.out['a'] = pipeline.params['x']", {"x": 1}, True),
        ("node.out['a'] = pipeline.params['x']", {"x": 2}, False),
        ("node.out['a'] = pipeline.task", {"x": 1}, False),
        ("node.out['a'] = 1", {"x": 2}, True),
    ],
)
def test_code_that_sees_the_pipeline_may_see_another_one(
    code: str, params: Json, kept: bool
) -> None:
    nodes = (service("only", "done", input={"t": "start.out.text"}, after=code),)
    old = ran(line(*nodes, end("done"), params={"x": 1}))

    again = Continued(old, line(*nodes, end("done"), params=params))

    assert ("only" in again.kept) == kept


def test_an_entry_with_code_is_the_same_for_the_same_data_only() -> None:
    document = line(FIRST, SECOND, THIRD, end("done"))
    document["nodes"][0]["after"] = "node.out['size'] = 9"
    old = ran(document)

    assert list(Continued(old, document).kept) == ["first", "second", "third"]
    assert Continued(old, document, {"text": "a", "size": 2}).kept == {}


@pytest.mark.parametrize("change", [{"params": {"x": 1}}, {"before": "pass"}])
def test_an_entry_that_changed_keeps_nothing(change: Json) -> None:
    document = line(FIRST, SECOND, THIRD, end("done"))
    document["nodes"][0] |= change

    assert Continued(ran(THREE), document).kept == {}
    assert Continued(ran(THREE), THREE, again=["start"]).kept == {}


def test_an_entry_by_another_name_keeps_nothing() -> None:
    document = line(FIRST, SECOND, THIRD, end("done"))
    document["nodes"][0]["id"] = "begin"

    assert Continued(ran(THREE), document).kept == {}


def test_code_that_changed_others_is_run_again_with_those_that_it_changed() -> None:
    meddling = SECOND | {"after": "first.out['x'] = 1"}
    document = line(FIRST, meddling, THIRD, end("done"))
    old = ran(document)

    assert old.task.runs["second"].changes_others
    assert old.task.runs["first"].changed_by_others
    assert Continued(old, document).kept == {}


def test_code_that_changed_the_entry_lets_nothing_be_kept() -> None:
    meddling = FIRST | {"after": "start.out['x'] = 1"}
    document = line(meddling, SECOND, THIRD, end("done"))

    assert Continued(ran(document), document).kept == {}


def test_of_a_task_without_notes_nothing_is_kept_if_it_has_code() -> None:
    with_code = line(FIRST, SECOND | {"after": "node.out['x'] = 1"}, THIRD, end("done"))
    old, plain = ran(with_code), ran(THREE)
    for simulation in (old, plain):
        unnoted = replace(simulation.task, notes_changes=False)
        simulation.frames[TASK] = unnoted

    assert Continued(old, with_code).kept == {}
    assert list(Continued(plain, THREE).kept) == ["first", "second", "third"]


BRANCH = branch(
    "which",
    {"next": ["left"]},
    {"next": ["right"]},
    if_="node.params['go']",
    params={"go": True},
    input={"t": "start.out.text"},
)
FORKED = line(
    BRANCH,
    service("left", "join", input={"a": "which.input.t"}),
    service("right", "join", input={"a": "which.input.t"}),
    service("join", "done"),
    end("done"),
)


def test_a_join_is_kept_with_the_way_that_was_not_taken() -> None:
    again = Continued(ran(FORKED), FORKED)

    assert list(again.kept) == ["which", "left", "right", "join"]
    assert again.statuses()["right"] == "skipped"
    assert again.task.status is FrameStatus.FINISHED


def test_another_side_runs_with_all_behind_it() -> None:
    other = line(BRANCH | {"params": {"go": False}}, *FORKED["nodes"][2:])

    again = Continued(ran(FORKED), other)
    answer(again)

    assert again.kept == {}
    assert again.statuses()["left"] == "skipped"


def test_code_of_a_side_counts_as_code_of_its_branch() -> None:
    which = BRANCH | {"then": "node.out['seen'] = pipeline.task", "next": ["left"]}
    document = line(which, *FORKED["nodes"][2:])

    assert Continued(ran(document), document).kept == {}


def test_a_node_that_is_led_to_by_others_runs_again() -> None:
    more = line(
        FIRST | {"next": ["second", "extra"]},
        SECOND,
        node("extra", "third"),
        THIRD,
        end("done"),
    )

    again = Continued(ran(THREE), more)

    assert list(again.kept) == ["first", "second"]
    assert again.task.runs["first"].led_to == ("second", "extra")
    assert [order.node for _, order in again.calls] == ["third"]


def test_a_node_whose_ready_decides_runs_again() -> None:
    document = line(FIRST, SECOND | {"ready": "first.finished"}, THIRD, end("done"))

    assert list(Continued(ran(document), document).kept) == ["first"]


def test_a_node_that_names_another_by_code_depends_on_it() -> None:
    nodes = (
        node("split", "left", "right", input={"t": "start.out.text"}),
        service("left", "join", after="node.out['seen'] = right.params"),
        service("right", "join", params={"x": 1}),
        service("join", "done"),
        end("done"),
    )
    old = ran(line(*nodes))
    changed = list(nodes)
    changed[2] = nodes[2] | {"params": {"x": 2}}

    assert list(Continued(old, line(*nodes)).kept) == ["split", "right"]
    assert list(Continued(old, line(*changed)).kept) == ["split"]


def test_the_constants_of_a_later_node_count_for_those_that_name_it() -> None:
    asks = FIRST | {"input": {"n": "second.params.n"}}
    old = ran(line(asks, SECOND | {"params": {"n": 1}}, THIRD, end("done")))

    same = line(asks, SECOND | {"params": {"n": 1}, "retry": 1}, THIRD, end("done"))
    other = line(asks, SECOND | {"params": {"n": 2}}, THIRD, end("done"))

    assert "first" in Continued(old, same).kept
    assert Continued(old, other).kept == {}


def test_a_name_that_the_old_version_did_not_have_means_something_else() -> None:
    more = line(
        FIRST | {"service": "image-new"},
        service("new", "second"),
        SECOND,
        THIRD,
        end("done"),
    )
    more["nodes"][1]["next"] = ["new"]
    old = ran(line(FIRST | {"service": "image-new"}, SECOND, THIRD, end("done")))

    assert list(Continued(old, more).kept) == ["first"]


CYCLE = line(
    FIRST,
    service("second", "turn", input={"a": "first.out.from"}),
    branch("turn", {"next": ["second"]}, {"next": ["done"]}, if_="False"),
    end("done"),
)


def test_nodes_of_a_cycle_run_again() -> None:
    assert list(Continued(ran(CYCLE), CYCLE).kept) == ["first"]


def looping(body: list[Json], **more: Json) -> Json:
    fields = {"items": "node.params.list", "params": {"list": [1, 2]}, "input": {}}
    return line(loop("each", body, "done", **fields | more), end("done"))


BODY = [service("work", "loopEnd", input={"n": "node._loop"})]


def test_a_loop_is_kept_whole() -> None:
    document = looping(BODY, collect={"r": "work.out.from"})
    old = ran(document)

    again = Continued(old, document)

    assert not again.calls
    assert again.out("done") == {"r0": "work", "r1": "work"}
    assert again.task.runs["each"].loop is None


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"description": "d", "position": {"x": 1.0}}, True),
        ({"input": {"n": "node._loop", "m": "node._loop"}}, False),
    ],
)
def test_a_loop_runs_again_if_its_body_changed(change: Json, kept: bool) -> None:
    changed = [BODY[0] | change]

    again = Continued(ran(looping(BODY)), looping(changed))

    assert ("each" in again.kept) == kept


def test_a_loop_runs_again_if_its_body_catches_failures() -> None:
    document = looping([BODY[0] | {"catch": ["loopEnd"]}])

    assert "each" not in Continued(ran(document), document).kept


def test_a_loop_within_a_loop_counts_as_part_of_it() -> None:
    inner = loop("inner", BODY, "loopEnd", items="node.params.l", params={"l": [1]})
    document = looping([inner])
    laid_out = looping([inner | {"description": "d"}])

    assert "each" in Continued(ran(document), laid_out).kept
