"""What becomes of calls and of work when the engine or a service was away."""

from datetime import timedelta

from documents import SERIES, end, service, starting_with
from engine.domain import messages as m
from engine.domain.call_events import MAX_FREE_CRASHES
from engine.domain.frame import FrameStatus
from engine.domain.rules import Rules
from engine.domain.run import Status
from simulation import NOON, Simulation


def test_a_call_of_which_nothing_is_known_is_made_again_under_the_same_attempt() -> (
    None
):
    simulation = Simulation(SERIES)
    simulation.calls.clear()

    simulation.wait(Rules().call_again)

    assert [order for _, order in simulation.calls] == [m.CallNode("first", 1)]


def test_after_a_restart_calls_are_made_again_at_once() -> None:
    simulation = Simulation(SERIES)
    simulation.calls.clear()
    simulation.now += timedelta(seconds=1)

    simulation.post(m.TimeElapsed(restarted=True))

    assert [order for _, order in simulation.calls] == [m.CallNode("first", 1)]


def test_a_call_with_little_time_is_made_again_after_a_restart_too() -> None:
    document = starting_with(service("first", "done", timeout=5, retry=0), end("done"))
    simulation = Simulation(document)
    simulation.calls.clear()
    simulation.now += timedelta(minutes=1)

    simulation.post(m.TimeElapsed(restarted=True))

    assert [order for _, order in simulation.calls] == [m.CallNode("first", 1)]


def test_the_time_that_the_engine_was_away_is_not_the_services_fault() -> None:
    simulation = Simulation(SERIES)
    simulation.post(m.NodeAcknowledged("first", 1, "http://one"))
    simulation.calls.clear()
    simulation.now += timedelta(hours=1)

    simulation.post(m.TimeElapsed(restarted=True))

    run = simulation.task.runs["first"]
    assert run.status is Status.WORKING
    assert run.deadline == simulation.now + Rules().call_again
    assert simulation.calls == []


def test_work_in_progress_is_only_looked_at() -> None:
    simulation = Simulation(SERIES)
    simulation.post(m.NodeAcknowledged("first", 1, "http://one"))
    simulation.calls.clear()

    simulation.wait(Rules().look_after)

    assert simulation.calls == []
    assert simulation.task.runs["first"].wake_at == simulation.now + Rules().look_after


def test_work_of_a_service_that_is_gone_is_tried_again() -> None:
    simulation = Simulation(SERIES)
    simulation.post(m.NodeAcknowledged("first", 1, "http://one"))
    simulation.now += Rules().look_after

    simulation.post(m.TimeElapsed(gone=frozenset({"http://one"})))

    run = simulation.task.runs["first"]
    assert run.status is Status.RETRYING
    assert run.error == "the service at http://one stopped announcing itself"


def crashed(simulation: Simulation) -> None:
    """A service takes the work, and is started anew a second later."""
    attempt = simulation.task.runs["first"].attempt
    given_at = simulation.now
    acknowledged = m.NodeAcknowledged("first", attempt, "http://one", given_at)
    simulation.post(acknowledged)
    simulation.now += timedelta(seconds=1)
    simulation.post(m.TimeElapsed(restarts={"http://one": simulation.now}))


def test_work_of_a_service_that_was_started_anew_is_given_out_at_once() -> None:
    simulation = Simulation(SERIES, rules=Rules(retry=0))

    crashed(simulation)
    crashed(simulation)

    run = simulation.task.runs["first"]
    assert [order.attempt for _, order in simulation.calls] == [1, 2, 3]
    assert (run.status, run.attempt, run.tries) == (Status.CALLING, 3, 0)
    assert run.deadline == simulation.now + Rules().timeout
    simulation.finish("first", {"x": 1})
    assert simulation.task.runs["first"].succeeded


def test_what_was_given_after_the_restart_is_not_lost() -> None:
    simulation = Simulation(SERIES)
    acknowledged = m.NodeAcknowledged("first", 1, "http://one", simulation.now)
    simulation.post(acknowledged)
    before = simulation.task

    simulation.post(m.TimeElapsed(restarts={"http://one": simulation.now}))
    simulation.post(m.TimeElapsed(restarts={"http://two": NOON + timedelta(days=1)}))

    assert simulation.task is before


def test_work_that_brings_its_service_down_again_and_again_ends() -> None:
    simulation = Simulation(SERIES, rules=Rules(retry=1))
    for _ in range(MAX_FREE_CRASHES + 1):
        crashed(simulation)
    simulation.wait_until_due()

    crashed(simulation)

    assert simulation.task.status is FrameStatus.FAILED
    assert simulation.task.error == (
        "node first: the service at http://one crashed 4 times while working on it "
        "(tried 2 times)"
    )
