"""Which events counted: the answer to a callback depends on it."""

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


def test_all_other_events_count() -> None:
    simulation = Simulation(SERIES)

    assert is_accepted(simulation.task, m.TimeElapsed())
    assert is_accepted(simulation.task, m.NodeFailed("first", 7, "timed out"))
