"""The end result is brought to the task's caller, again and again if need be."""

from datetime import timedelta

from documents import end, service, starting_with
from engine.domain import messages as m
from engine.domain.advance import advance
from engine.domain.effects import effects
from engine.domain.frame import Frame, Push
from engine.domain.new_frames import new_task
from engine.domain.rules import Rules
from msgspec.structs import replace
from simulation import NOON, TASK, Simulation

SIMULATION = Simulation(starting_with(service("work", "done"), end("done")))
PUSH = Push(url="http://caller/callback", task_id="theirs")


def ended(rules: Rules | None = None) -> Frame:
    SIMULATION.rules = rules or Rules()
    frame = new_task(TASK, SIMULATION.program, data={}, now=NOON, push=PUSH)
    return after(after(frame, m.Started()), m.NodeFinished("work", 1, {}))


def after(frame: Frame, event: m.Event, wait: timedelta | None = None) -> Frame:
    now = NOON + (wait or timedelta(0))
    return advance(frame, SIMULATION.context(frame), event, now)


def test_a_task_that_ended_orders_the_push_of_its_result() -> None:
    frame = ended()

    assert list(effects(None, frame)) == [m.PushResult()]
    assert frame.wake_at == NOON + Rules().call_again


def test_a_push_that_was_not_confirmed_is_ordered_again() -> None:
    frame = ended()

    again = after(frame, m.TimeElapsed(), Rules().call_again)

    assert list(effects(frame, again)) == [m.PushResult()]
    assert again.push is not None and again.push.tries == 1


def test_a_push_is_not_ordered_before_its_time() -> None:
    frame = ended()

    assert after(frame, m.TimeElapsed()) is frame
    assert after(frame, m.TimeElapsed(restarted=True)) is not frame


def test_a_confirmed_push_is_over() -> None:
    frame = after(ended(), m.ResultPushed())

    assert frame.wake_at is None
    assert after(frame, m.TimeElapsed(), timedelta(days=1)) is frame


def test_pushing_is_given_up_some_time() -> None:
    frame = ended(Rules(max_pushes=1))

    over = after(frame, m.TimeElapsed(), timedelta(days=1))

    assert over.push is not None and over.push.done
    assert list(effects(frame, over)) == []


def test_what_has_ended_changes_only_in_its_push() -> None:
    """Stores rely on it."""
    frame = ended()

    for event in (
        m.TimeElapsed(restarted=True),
        m.ResultPushed(),
        m.CancelRequested("too late"),
        m.NodeFinished("work", 1, {"late": True}),
        m.NodeFailed("work", 1, "late", final=True),
    ):
        later = after(frame, event, timedelta(days=1))
        assert replace(later, push=None) == replace(frame, push=None)
