"""Loops: a frame for every item, and what they give together."""

from datetime import timedelta

import pytest
from documents import end, loop, service, starting_with
from engine.domain import messages as m
from engine.domain.frame import FrameStatus
from engine.domain.rules import Rules
from engine.domain.run import Status
from engine.domain.values import Json, Large
from simulation import TASK, Simulation


def each(*body: Json, **fields: Json) -> dict[str, Json]:
    """A loop over the items that the task was given; it leads to `done`."""
    return loop("each", [*body], "done", **{"items": "start.out.items", **fields})


EACH = starting_with(
    each(service("work", "loopEnd"), collect={"k": "work.out.r"}, concurrency=2),
    end("done"),
)


def test_every_item_gets_a_frame_of_its_own() -> None:
    simulation = Simulation(EACH, {"items": [{"a": 1}, 7]})

    first = simulation.frames[f"{TASK}/each[0]"]
    second = simulation.frames[f"{TASK}/each[1]"]

    assert first.runs["work"].input == {"a": 1}
    assert second.runs["work"].input == {"item": 7}


def test_no_more_frames_are_open_than_the_loop_allows() -> None:
    simulation = Simulation(EACH, {"items": [1, 2, 3]})

    assert f"{TASK}/each[2]" not in simulation.frames
    simulation.finish("work", path=f"{TASK}/each[1]")
    assert f"{TASK}/each[2]" in simulation.frames


def test_what_frames_give_is_collected_in_the_order_of_the_items() -> None:
    simulation = Simulation(EACH, {"items": [1, 2, 3]})

    simulation.finish("work", {"r": "b"}, f"{TASK}/each[1]")
    simulation.finish("work", {"r": "a"}, f"{TASK}/each[0]")
    simulation.finish("work", {}, f"{TASK}/each[2]")

    assert list(simulation.out("done").items()) == [
        ("k0", "a"),
        ("k1", "b"),
        ("k2", {}),
    ]


def test_a_loop_over_nothing_gives_an_empty_object() -> None:
    simulation = Simulation(EACH, {"items": []})

    assert simulation.out("done") == {}


@pytest.mark.parametrize("items", [{"a": 1}, "text", 3])
def test_items_must_be_a_list(items: Json) -> None:
    simulation = Simulation(EACH, {"items": items})

    assert "not a list" in (simulation.task.error or "")


def test_the_number_of_items_is_bounded() -> None:
    simulation = Simulation(EACH, {"items": [1, 2, 3]}, Rules(max_items=2))

    assert simulation.task.error == (
        "node each: 3 items are more than the limit of 2 (MAX_ITEMS)"
    )


def test_an_item_that_fails_fails_the_loop_and_stops_the_others() -> None:
    simulation = Simulation(EACH, {"items": [1, 2, 3]})

    path = f"{TASK}/each[1]"
    simulation.post(m.NodeFailed("work", 1, "no picture", final=True), path)

    assert simulation.task.error == "node each: item 1: node work: no picture"
    assert simulation.frames[f"{TASK}/each[0]"].status is FrameStatus.CANCELLED


def test_a_repeated_end_of_an_item_changes_nothing() -> None:
    simulation = Simulation(EACH, {"items": [1, 2, 3]})
    simulation.finish("work", path=f"{TASK}/each[0]")
    before = simulation.task

    simulation.post(m.FrameEnded("each", 1, 0))

    assert simulation.task is before


def test_a_loop_that_cannot_be_read_fails() -> None:
    simulation = Simulation(EACH, {"items": [1]})

    simulation.post(m.LoopFailed("each", 1, "its frames cannot be read"))

    assert simulation.task.error == "node each: its frames cannot be read"


def test_the_items_under_way_are_known() -> None:
    simulation = Simulation(EACH, {"items": [1, 2, 3]})
    simulation.finish("work", path=f"{TASK}/each[0]")

    loop_of = simulation.task.runs["each"].loop

    assert loop_of is not None and loop_of.under_way() == {1, 2}


def test_events_of_another_activation_or_item_change_nothing() -> None:
    simulation = Simulation(EACH, {"items": [1, 2]})
    before = simulation.task

    simulation.post(m.FrameEnded("each", 2, 0))
    simulation.post(m.FrameEnded("each", 1, 2))
    simulation.post(m.LoopCollected("each", 1, {}))

    assert simulation.task is before


def test_an_end_that_was_not_heard_of_is_found_by_looking() -> None:
    simulation = Simulation(EACH, {"items": [1, 2]})
    unheard = simulation.task
    simulation.finish("work", {"r": 1}, f"{TASK}/each[0]")
    simulation.frames[TASK] = unheard

    simulation.wait(Rules().look_after)

    run = simulation.task.runs["each"]
    assert run.loop is not None and run.loop.has_ended(0)


def test_after_a_restart_a_loop_is_looked_at_at_once() -> None:
    simulation = Simulation(EACH, {"items": [1, 2]})
    simulation.now += timedelta(seconds=1)

    simulation.post(m.TimeElapsed(restarted=True))

    assert (TASK, m.InspectLoop("each", 1)) in simulation.performed


def test_a_cancelled_task_stops_the_frames_of_its_loop() -> None:
    simulation = Simulation(EACH, {"items": [1, 2]})

    simulation.post(m.CancelRequested("enough"))

    assert {str(f.status) for f in simulation.frames.values()} == {"cancelled"}


def test_bodies_see_their_item_and_the_nodes_around_them() -> None:
    body = service(
        "work",
        "loopEnd",
        input={
            "item": "node._loop",
            "x": "node._loop.x",
            "all": "start.out.items",
            "own": "loop.work.params.p",
        },
        params={"p": 5},
    )
    simulation = Simulation(
        starting_with(each(body), end("done")), {"items": [{"x": 3}]}
    )

    given = simulation.frames[f"{TASK}/each[0]"].runs["work"].input

    assert given == {"item": {"x": 3}, "x": 3, "all": [{"x": 3}], "own": 5}


def test_a_branch_without_next_ends_the_frame() -> None:
    document = starting_with(
        each(
            {
                "id": "check",
                "type": "branch",
                "if": "node._loop > 1",
                "then": {"next": ["work"]},
                "else": {"next": []},
            },
            service("work"),
            collect={"k": "work.out.r"},
        ),
        end("done"),
    )
    simulation = Simulation(document, {"items": [1, 2]})

    simulation.finish("work", {"r": 9}, f"{TASK}/each[1]")

    assert simulation.out("done") == {"k0": {}, "k1": 9}


def test_loops_nest() -> None:
    inner = {
        "id": "inner",
        "type": "loop",
        "items": "node._loop",
        "nodes": [service("work", "loopEnd", input={"n": "node._loop"})],
        "collect": {"r": "work.out.r"},
        "next": ["loopEnd"],
    }
    document = starting_with(each(inner, collect={"row": "inner.out"}), end("done"))
    simulation = Simulation(document, {"items": [[1, 2], [3]]})

    simulation.answer_all({"r": "x"})

    assert simulation.out("done") == {
        "row0": {"r0": "x", "r1": "x"},
        "row1": {"r0": "x"},
    }
    assert f"{TASK}/each[0]/inner[1]" in simulation.frames


def test_a_loop_that_runs_again_makes_new_frames() -> None:
    document = starting_with(
        {**each(service("work", "loopEnd"), collect={"k": "work.out"}), "next": ["q"]},
        {
            "id": "q",
            "type": "branch",
            "if": "each.out['k0'].get('good')",
            "then": {"next": ["done"]},
            "else": {"next": ["each"]},
        },
        end("done"),
    )
    simulation = Simulation(document, {"items": [1]})

    simulation.finish("work", {}, f"{TASK}/each[0]")
    simulation.finish("work", {"good": True}, f"{TASK}/each.2[0]")

    assert simulation.task.status is FrameStatus.FINISHED


def test_outer_nodes_cannot_be_changed_from_a_body() -> None:
    body = {"id": "sly", "type": "node", "next": ["loopEnd"]}
    document = starting_with(each(body | {"after": "start.out['x'] = 1"}), end("done"))

    simulation = Simulation(document, {"items": [1]})

    assert simulation.task.runs["each"].status is Status.FAILED
    assert simulation.task.runs["start"].out == {"items": [1]}


def test_large_values_are_read_wherever_they_are_kept() -> None:
    body = service("work", "loopEnd", input={"x": "node._loop.x"})
    document = starting_with(service("list", "each"), each(body), end("done"))
    document["nodes"][2]["items"] = "list.out.items"
    simulation = Simulation(document)

    kept = Large("task/json-1", {"items": [{"x": 3}]})
    simulation.post(m.NodeFinished("list", 1, kept))

    assert simulation.task.runs["each"].input == Large("task/json-1", None)
    assert simulation.frames[f"{TASK}/each[0]"].runs["work"].input == {"x": 3}
    assert len({kept, Large("task/json-1", None)}) == 1
