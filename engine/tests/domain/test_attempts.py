"""A run remembers its last calls: when each was, who had it, why it failed."""

from datetime import timedelta

from documents import SERIES, branch, end, service, starting_with
from engine.domain import messages as m
from engine.domain.frame import FrameStatus
from engine.domain.rules import Rules
from engine.domain.run import (
    MAX_PAST_ATTEMPTS,
    MAX_PAST_ERROR_CHARACTERS,
    Attempt,
    Run,
    Status,
)
from msgspec.structs import replace
from simulation import NOON, Simulation

SECOND = timedelta(seconds=1)
ONE = "http://one"


def attempts(simulation: Simulation) -> tuple[Attempt, ...]:
    return simulation.task.runs["first"].attempts


def taken(simulation: Simulation, instance: str = ONE) -> None:
    attempt = simulation.task.runs["first"].attempt
    simulation.post(m.NodeAcknowledged("first", attempt, instance))


def test_a_call_under_way_is_the_last_attempt() -> None:
    simulation = Simulation(SERIES)

    taken(simulation)

    assert attempts(simulation) == (Attempt(number=1, at=NOON, instance=ONE),)
    assert simulation.task.runs["start"].attempts == ()


def test_a_result_that_came_with_its_acknowledgement_tells_the_instance() -> None:
    simulation = Simulation(SERIES)

    simulation.post(m.NodeFinished("first", 1, {}, instance=ONE))

    assert [one.instance for one in attempts(simulation)] == [ONE]


def test_an_attempt_that_failed_stays_with_its_reason_and_instance() -> None:
    simulation = Simulation(SERIES)
    taken(simulation)
    simulation.now += SECOND
    simulation.fail("first", "no paper")

    waiting = attempts(simulation)
    simulation.wait_until_due()
    taken(simulation, "http://two")
    simulation.finish("first")
    first, second = attempts(simulation)

    assert waiting == (first,)
    assert first == Attempt(
        number=1, at=NOON, ended_at=NOON + SECOND, instance=ONE, error="no paper"
    )
    assert (second.number, second.instance, second.error) == (2, "http://two", None)
    assert second.ended_at == simulation.now


def test_the_attempt_that_failed_the_run_is_there_once() -> None:
    simulation = Simulation(SERIES, rules=Rules(retry=0))

    simulation.fail("first", "no paper")

    [only] = attempts(simulation)
    assert (only.number, only.error) == (1, "no paper")


def test_a_result_that_comes_after_all_makes_its_attempt_a_good_one() -> None:
    simulation = Simulation(SERIES)
    simulation.fail("first", "nothing was heard")

    simulation.finish("first")

    [only] = attempts(simulation)
    assert (only.number, only.error) == (1, None)


def test_a_call_that_nobody_took_is_no_attempt() -> None:
    simulation = Simulation(SERIES)

    simulation.post(m.NodePostponed("first", 1, "no service announces it"))
    simulation.wait(timedelta(hours=1))

    assert not simulation.task.open
    assert attempts(simulation)[0].number == 1


def test_attempts_of_earlier_rounds_stay() -> None:
    again = branch("again", {"next": ["first"]}, {"next": ["done"]}, if_="True")
    document = starting_with(service("first", "again"), again, end("done"))
    simulation = Simulation(document)

    simulation.finish("first")
    simulation.finish("first")

    assert [one.number for one in attempts(simulation)] == [1, 2, 3]
    assert [one.ended_at for one in attempts(simulation)] == [NOON, NOON, None]


def test_as_many_attempts_stay_as_are_shown_with_short_reasons() -> None:
    simulation = Simulation(SERIES, rules=Rules(retry=100, timeout=timedelta(days=9)))

    for number in range(MAX_PAST_ATTEMPTS + 5):
        simulation.fail("first", "x" * 1_000 + str(number))
        simulation.wait_until_due()

    found = attempts(simulation)
    assert len(found) == MAX_PAST_ATTEMPTS + 1
    assert found[-1].number == MAX_PAST_ATTEMPTS + 6
    assert len(found[0].error or "") == MAX_PAST_ERROR_CHARACTERS


def test_a_failed_attempt_stays_when_the_wait_after_it_is_cancelled() -> None:
    simulation = Simulation(SERIES)
    simulation.fail("first", "no paper")

    simulation.post(m.CancelRequested("cancelled"))

    assert [one.error for one in attempts(simulation)] == ["no paper"]


def test_a_call_that_waits_has_no_attempt_that_could_fail() -> None:
    waiting = Run(status=Status.RETRYING)

    assert waiting.attempt_failed("no paper", NOON) is waiting


def test_a_frame_awaits_the_attempt_that_runs_while_it_is_open() -> None:
    running = Simulation(SERIES).task

    ended = replace(running, status=FrameStatus.CANCELLED)

    assert running.awaits("first", 1)
    assert not running.awaits("first", 2)
    assert not running.awaits("nobody", 1)
    assert not ended.awaits("first", 1)
