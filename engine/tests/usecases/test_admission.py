"""Which orders begin: so many of each task, the deepest first."""

import pytest
from engine.domain import messages as m
from engine.domain.frame import Frame, FramePath
from engine.usecases import admission
from engine.usecases.admission import Admission, Beginning
from frames import new_frame


class Begun:
    """What was begun, in its order; `end` ends one and so lets another begin."""

    def __init__(self) -> None:
        self.orders: list[tuple[FramePath, Beginning, str, str]] = []
        self.admission = Admission(lambda *order: self.orders.append(order))

    @property
    def paths(self) -> list[str]:
        return [path for path, *_ in self.orders]

    def ask(self, *frames: Frame, node: str = "n") -> None:
        for frame in frames:
            self.admission.ask(frame, m.CallNode(node, 1))

    def end(self, at: int = 0) -> None:
        self.admission.ended(*self.orders[at][:3])


@pytest.fixture(autouse=True)
def two_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admission, "CALLS_PER_TASK", 2)
    monkeypatch.setattr(admission, "LOOPS_PER_TASK", 1)


def items(task: str, count: int) -> list[Frame]:
    return [new_frame(f"{task}/each[{n}]", loops=("each",)) for n in range(count)]


def test_a_task_begins_no_more_than_its_share() -> None:
    begun = Begun()

    begun.ask(*items("t", 5))
    assert begun.paths == ["t/each[0]", "t/each[1]"]

    begun.end()
    assert begun.paths == ["t/each[0]", "t/each[1]", "t/each[2]"]


def test_other_tasks_do_not_wait_for_it() -> None:
    begun = Begun()
    begun.ask(*items("t", 5))

    begun.ask(new_frame("other"))

    assert begun.paths[-1] == "other"


def test_what_a_task_called_is_on_its_account() -> None:
    begun = Begun()
    begun.ask(*items("t", 2))

    begun.ask(new_frame("called", origin="t", depth=1))

    assert begun.paths == ["t/each[0]", "t/each[1]"]


def test_the_deepest_comes_first() -> None:
    begun = Begun()
    begun.ask(*items("t", 4))

    begun.ask(new_frame("t/each[0]/deep[0]", loops=("each", "deep")))
    begun.ask(new_frame("called", origin="t", depth=1))
    begun.end(0)
    begun.end(1)

    assert begun.paths[2:] == ["called", "t/each[0]/deep[0]"]


def test_the_same_order_begins_once() -> None:
    begun = Begun()
    [frame] = items("t", 1)

    begun.ask(frame, frame)
    assert begun.paths == [frame.path]

    # Ended, it may be ordered again: its answer was lost.
    begun.end()
    begun.ask(frame)
    assert begun.paths == [frame.path, frame.path]


def test_calls_and_loops_do_not_wait_for_each_other() -> None:
    begun = Begun()
    begun.ask(*items("t", 2))
    [frame] = items("t", 1)

    for first in range(2):
        begun.admission.ask(frame, m.OpenFrames("each", 1, first, first + 1))

    assert len(begun.orders) == 3


def test_no_frames_are_missed_while_the_order_to_make_them_waits() -> None:
    begun = Begun()
    [frame] = items("t", 1)
    begun.admission.ask(frame, m.OpenFrames("each", 1, 0, 1))

    begun.admission.ask(frame, m.InspectLoop("each", 1))
    begun.end()
    assert len(begun.orders) == 1

    begun.admission.ask(frame, m.InspectLoop("each", 1))
    assert len(begun.orders) == 2


def test_what_cannot_wait_is_left_to_the_timers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(admission, "MAX_WAITING_PER_TASK", 1)
    begun = Begun()

    begun.ask(*items("t", 4))
    for at in range(3):
        begun.end(at)

    assert begun.paths == ["t/each[0]", "t/each[1]", "t/each[2]"]


def test_an_engine_that_stops_hears_what_still_waited() -> None:
    begun = Begun()
    begun.ask(*items("t", 3))

    assert begun.admission.give_up() == {"t/each[2]"}

    begun.end(0)
    begun.end(1)
    assert len(begun.paths) == 2
