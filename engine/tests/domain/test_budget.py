"""How far loops within loops multiply: the frames that are open at once."""

from collections import Counter

from documents import end, loop, service, starting_with
from engine.domain import messages as m
from engine.domain.budget import width_of_call
from engine.domain.frame import FrameStatus
from engine.domain.rules import Rules
from engine.domain.values import Json
from hypothesis import given
from hypothesis import strategies as st
from simulation import TASK, Simulation
from strategies import pipelines

from .test_properties import MANY, answer_in_any_order

ITEMS = "start.out.items"


def nested(levels: int, **fields: Json) -> Json:
    """Loops in each other over the same items; the innermost one calls a service."""
    body = [service("work", "loopEnd")]
    for level in range(levels, 1, -1):
        body = [loop(f"loop{level}", body, "loopEnd", items=ITEMS, **fields)]
    return starting_with(
        loop("loop1", body, "done", items=ITEMS, **fields), end("done")
    )


class Watched(Simulation):
    """Remembers how many frames were open at once, by how many loops are around."""

    def __init__(self, document: Json, data: Json, rules: Rules) -> None:
        self.most: Counter[int] = Counter()
        super().__init__(document, data, rules)

    def post(self, event: m.Event, path: str = TASK) -> None:
        super().post(event, path)
        open_now = Counter(len(f.loops) for f in self.frames.values() if f.open)
        self.most |= open_now


def test_one_loop_may_use_the_whole_width() -> None:
    rules = Rules(max_open_frames=7)

    simulation = Watched(nested(1, concurrency=1000), {"items": [*range(10)]}, rules)

    assert simulation.task.runs["loop1"].loop is not None
    assert simulation.task.runs["loop1"].loop.opened == 7


def test_loops_in_each_other_share_the_width_and_still_end() -> None:
    rules = Rules(max_open_frames=12)
    simulation = Watched(nested(4, concurrency=1000), {"items": [1, 2, 3]}, rules)

    simulation.answer_all()

    assert simulation.task.status is FrameStatus.FINISHED
    assert len(simulation.frames) == 1 + 3 + 9 + 27 + 81
    assert max(simulation.most.values()) <= 12


def test_loops_beside_each_other_share_the_width() -> None:
    body = [service("work", "loopEnd")]
    document = starting_with(
        loop("left", body, "done", items=ITEMS, concurrency=1000),
        loop("right", body, "done", items=ITEMS, concurrency=1000),
        end("done"),
    )
    document["nodes"][0]["next"] = ["left", "right"]

    simulation = Watched(document, {"items": [*range(9)]}, Rules(max_open_frames=6))

    assert simulation.most[1] <= 6
    assert {run.loop.opened for run in simulation.task.runs.values() if run.loop} == {3}


def test_the_tasks_that_a_frame_calls_share_its_width() -> None:
    document = starting_with(service("a", "b"), service("b", "done"), end("done"))
    simulation = Simulation(document, {}, Rules(max_open_frames=10))

    assert width_of_call(simulation.context(simulation.task), simulation.task) == 5


def test_what_was_made_is_added_up() -> None:
    simulation = Simulation(nested(1), {"items": [1]})

    simulation.post(m.FramesMade(20))
    simulation.post(m.FramesMade(3))

    assert simulation.task.made == 23


@MANY
@given(pipelines(), st.data())
def test_every_task_ends_with_the_smallest_width(
    document: Json, data: st.DataObject
) -> None:
    rules = Rules(max_rounds=3, max_open_frames=1)
    simulation = Watched(document, {}, rules)

    answer_in_any_order(simulation, data)

    assert all(not frame.open for frame in simulation.frames.values())
