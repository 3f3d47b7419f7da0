"""Which events counted, and which calls are stopped."""

from documents import end, service, starting_with
from engine.domain import messages as m
from engine.domain.effects import is_accepted
from simulation import Simulation

SERIES = starting_with(
    service("first", "second"), service("second", "done"), end("done")
)


def test_a_result_counts_once_its_attempt_was_accepted() -> None:
    simulation = Simulation(SERIES)

    simulation.finish("first")

    assert is_accepted(simulation.task, m.NodeFinished("first", 1, {}))
    assert not is_accepted(simulation.task, m.NodeFinished("first", 2, {}))


def test_an_error_that_a_service_reported_counts_as_a_result_does() -> None:
    simulation = Simulation(SERIES)
    reported = m.NodeFailed("first", 1, "no memory", reported=True)

    simulation.post(reported)

    assert is_accepted(simulation.task, reported)
    assert not is_accepted(
        simulation.task, m.NodeFailed("first", 2, "no memory", reported=True)
    )


def cancelled_calls(simulation: Simulation) -> list[tuple[str, int]]:
    return [
        (effect.node, effect.attempt)
        for _, effect in simulation.performed
        if isinstance(effect, m.CancelCall)
    ]


def test_a_call_that_gave_its_result_is_not_cancelled() -> None:
    simulation = Simulation(SERIES)

    simulation.finish("first")

    assert cancelled_calls(simulation) == []


def test_a_cancelled_task_cancels_its_calls() -> None:
    simulation = Simulation(SERIES)

    simulation.post(m.CancelRequested("enough"))

    assert cancelled_calls(simulation) == [("first", 1)]


def test_an_attempt_is_cancelled_when_the_next_one_is_made_and_not_before() -> None:
    simulation = Simulation(SERIES)
    simulation.fail("first", "too late")
    # Its result would still be taken.
    assert cancelled_calls(simulation) == []

    simulation.wait_until_due()

    assert cancelled_calls(simulation) == [("first", 1)]


def test_all_other_events_count() -> None:
    simulation = Simulation(SERIES)

    assert is_accepted(simulation.task, m.TimeElapsed())
    assert is_accepted(simulation.task, m.NodeFailed("first", 7, "timed out"))
