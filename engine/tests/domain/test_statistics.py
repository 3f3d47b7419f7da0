"""Frames that end add to counters; these say how long things usually take."""

from collections import Counter
from datetime import timedelta

from documents import LOOP, SERIES
from engine.domain import messages as m
from engine.domain.frame import Frame
from engine.domain.rules import Rules
from engine.domain.run import Attempt, Run, Status
from engine.domain.statistics import (
    MAX_FAILURES_SHOWN,
    Failure,
    Figures,
    Kind,
    counted,
    failures,
    repeats,
    seconds_of,
    span_of,
    usual,
    usual_by_node,
)
from msgspec.structs import replace
from simulation import NOON, Simulation

SECOND = timedelta(seconds=1)


def counts(simulation: Simulation, kind: Kind, frame: Frame | None = None) -> object:
    """By subject and name, what a frame adds; the task, unless another one is given."""
    frame = frame or simulation.task
    graph = simulation.program.graph(frame.loops)
    return Counter(
        (subject, name)
        for (about, subject), name in counted(frame, graph)
        if about is kind
    )


def test_a_finished_task_counts_with_its_duration_and_those_of_its_nodes() -> None:
    simulation = Simulation(SERIES)
    simulation.now += SECOND
    simulation.finish("first")

    span = span_of(NOON, NOON + SECOND)
    assert counts(simulation, Kind.ROUTE) == {
        ("tried", "calls"): 1,
        ("tried", f"t{span}"): 1,
    }
    assert counts(simulation, Kind.NODES) == {("tried", f"first t{span}"): 1}
    assert counts(simulation, Kind.SERVICE) == {
        ("work", "calls"): 1,
        ("work", f"t{span}"): 1,
    }
    assert counts(simulation, Kind.FAILURES) == {}


def test_a_failed_task_counts_with_the_node_and_the_code() -> None:
    simulation = Simulation(SERIES, rules=Rules(retry=1))
    simulation.fail("first", "no paper")
    simulation.wait_until_due()
    simulation.fail("first", "no ink")

    assert counts(simulation, Kind.ROUTE) == {
        ("tried", "calls"): 1,
        ("tried", "failed"): 1,
    }
    assert counts(simulation, Kind.SERVICE) == {
        ("work", "calls"): 2,
        ("work", "failed"): 2,
        ("work", "repeated"): 1,
    }
    [(subject, name)] = counts(simulation, Kind.FAILURES)
    assert (subject, name.partition(" ")[0]) == ("tried", "first")


def test_a_call_that_succeeds_at_last_counts_each_that_repeated_another() -> None:
    simulation = Simulation(SERIES, rules=Rules(retry=3))
    for reason in ("no paper", "no ink"):
        simulation.fail("first", reason)
        simulation.wait_until_due()
    simulation.finish("first")

    of_service = counts(simulation, Kind.SERVICE)

    assert of_service[("work", "calls")] == 3
    assert of_service[("work", "repeated")] == 2


def test_the_first_call_of_another_round_repeats_none() -> None:
    failed = Attempt(number=1, at=NOON, ended_at=NOON, error="no paper")
    again = Attempt(number=2, at=NOON, ended_at=NOON, error="no ink")
    last = Attempt(number=3, at=NOON, ended_at=NOON, error="no power")

    run = Run(status=Status.FAILED, attempt=3, past=(failed, again, last))

    assert repeats(run) == 2
    assert repeats(replace(run, earlier_attempts=1)) == 1
    assert repeats(replace(run, earlier_attempts=2)) == 1
    assert repeats(replace(run, earlier_attempts=3)) == 2


def test_a_failure_that_nobody_gave_a_code_counts_all_the_same() -> None:
    simulation = Simulation(SERIES, rules=Rules(retry=0))
    simulation.now += SECOND
    simulation.fail("first", "no paper")
    nameless = replace(simulation.task, fault=None)

    assert counts(simulation, Kind.FAILURES, nameless) == {("tried", "first failed"): 1}


def test_a_cancelled_task_is_no_failure() -> None:
    simulation = Simulation(SERIES)
    simulation.post(m.CancelRequested("cancelled"))

    assert counts(simulation, Kind.ROUTE) == {
        ("tried", "calls"): 1,
        ("tried", "cancelled"): 1,
    }
    assert counts(simulation, Kind.NODES) == {}


def test_an_item_of_a_loop_counts_its_nodes_and_no_task() -> None:
    simulation = Simulation(LOOP, {"items": [1]})
    simulation.now += SECOND
    simulation.finish("work", path="task/each[0]")

    item = simulation.frames["task/each[0]"]
    assert counts(simulation, Kind.ROUTE, item) == {}
    assert len(counts(simulation, Kind.NODES, item)) == 1
    assert counts(simulation, Kind.SERVICE, item)[("work", "calls")] == 1


def test_what_was_taken_over_from_another_task_counts_once() -> None:
    simulation = Simulation(SERIES)
    simulation.now += SECOND
    simulation.finish("first")
    later = NOON + 2 * SECOND
    continued = replace(simulation.task, created_at=later, ended_at=later)

    assert counts(simulation, Kind.NODES, continued) == {}
    assert counts(simulation, Kind.SERVICE, continued) == {}


def test_each_duration_is_told_with_an_error_of_an_eighth_at_most() -> None:
    for micros in (4, 5, 17, 1_000, 123_456, 10**6, 10**9, 10**12):
        span = span_of(NOON, NOON + timedelta(microseconds=micros))

        assert abs(seconds_of(span) * 1e6 - micros) <= micros / 8 + 1


def test_counters_say_how_long_things_usually_take() -> None:
    counters = {"calls": 4, "failed": 1, "t80": 2, "t90": 1}

    figures = Figures.of(counters)

    assert (figures.calls, figures.failed, figures.cancelled) == (4, 1, 0)
    assert figures.p50 == usual(counters) == seconds_of(80)
    assert figures.p95 == seconds_of(90)
    assert usual({}) is None
    assert usual_by_node({"a t80": 1, "t t84": 3, "a t84": 2, "odd": 1}) == {
        "a": seconds_of(84),
        "t": seconds_of(84),
    }


def test_the_most_frequent_failures_are_told_first() -> None:
    by_route = {
        "blur": {f"n{number} timeout": number + 1 for number in range(200)},
        "crop": {"n not-taken": 1_000},
    }

    found = failures(by_route)

    assert found[0] == Failure("crop", "n", "not-taken", 1_000)
    assert found[1] == Failure("blur", "n199", "timeout", 200)
    assert len(found) == MAX_FAILURES_SHOWN
