"""A node with a `delay` waits before it starts; the round of a cycle can be read."""

from datetime import timedelta
from typing import Any

import pytest
from documents import branch, end, found, loop, node, service, starting_with
from engine.domain import messages as m
from engine.domain.effects import effects
from engine.domain.frame import FrameStatus
from engine.domain.frame_json import decode, encode
from engine.domain.rules import Rules
from simulation import NOON, TASK, Simulation

TEN = timedelta(seconds=10)
DELAYED = starting_with(node("a", "b"), service("b", "end", delay="10s"), end())


def test_a_node_waits_for_its_delay_before_it_starts() -> None:
    simulation = Simulation(DELAYED)

    waiting = simulation.task.runs["b"]
    simulation.wait(timedelta(seconds=9))
    still = simulation.statuses()["b"]
    simulation.wait(timedelta(seconds=1))

    assert (waiting.status, waiting.wake_at, waiting.started_at) == (
        "waiting",
        NOON + TEN,
        None,
    )
    assert waiting.note == "its delay, until 2026-01-01T12:00:10+00:00"
    assert still == "waiting"
    run = simulation.task.runs["b"]
    assert (run.status, run.started_at, run.note) == ("calling", NOON + TEN, None)


def test_a_restart_neither_shortens_nor_repeats_a_delay() -> None:
    simulation = Simulation(DELAYED)

    simulation.now += timedelta(seconds=4)
    simulation.frames[TASK] = decode(encode(simulation.task))
    simulation.post(m.TimeElapsed(restarted=True))
    in_between = simulation.task.runs["b"]
    simulation.now += timedelta(seconds=6)
    simulation.post(m.TimeElapsed(restarted=True))

    assert (in_between.status, in_between.wake_at) == ("waiting", NOON + TEN)
    assert simulation.statuses()["b"] == "calling"


def test_each_round_of_a_cycle_waits_again() -> None:
    simulation = Simulation(
        starting_with(
            node("wait", "ask", delay="10s"),
            service("ask", "more", input={"round": "node.round"}),
            branch("more", {"next": ["wait"]}, {"next": ["end"]}, if_="node.round < 2"),
            end(),
        )
    )

    rounds = []
    for _ in range(3):
        simulation.wait(TEN)
        rounds.append(simulation.task.runs["ask"].input["round"])
        simulation.finish("ask")

    assert rounds == [0, 1, 2]
    assert simulation.now == NOON + 3 * TEN
    assert simulation.task.status is FrameStatus.FINISHED


def test_a_node_that_waits_receives_what_led_to_it() -> None:
    simulation = Simulation(
        starting_with(
            node("fork", "a", "b"),
            node("a", "join", input={"x": 1}),
            node("b", "join", input={"y": 2}),
            node("join", "end", delay="10s"),
            end(),
        )
    )

    simulation.wait(TEN)

    assert simulation.out("end") == {"x": 1, "y": 2}


def test_the_entry_a_failure_and_the_first_node_of_a_body_may_wait() -> None:
    body = [node("x", "loopEnd", delay="10s", catch=["loopEnd"], after="1 / 0")]
    document = starting_with(loop("each", body, "end", items="start.out.l"), end())
    document["nodes"][0]["delay"] = "10s"
    simulation = Simulation(document, {"l": [1, 2]})

    entry = simulation.statuses()["start"]
    simulation.wait(TEN)
    item = simulation.statuses("task/each[1]")["x"]
    simulation.wait(TEN)

    assert (entry, item) == ("waiting", "waiting")
    assert simulation.task.status is FrameStatus.FINISHED


def test_a_cancelled_task_waits_no_more() -> None:
    simulation = Simulation(DELAYED)

    simulation.post(m.CancelRequested("cancelled"))

    assert simulation.statuses()["b"] == "cancelled"
    assert simulation.task.wake_at is None


def test_a_failure_after_a_delay_is_the_tasks() -> None:
    document = starting_with(node("a", "end", delay="1s", before="1 / 0"), end())
    simulation = Simulation(document)

    simulation.wait(TEN)

    assert (
        simulation.task.error
        == "node a: before: line 1: ZeroDivisionError: division by zero (in: 1 / 0)"
    )


def test_no_time_in_a_turn_lets_one_waiting_node_begin_in_each() -> None:
    class Interrupted(Simulation):
        def is_over(self) -> bool:
            return True

    nodes = [node(f"n{i}", delay="10s") for i in range(3)]
    fork = node("fork", "n0", "n1", "n2", "end")
    document = starting_with(fork, *nodes, service("end", "done"), end("done"))
    simulation = Interrupted(document)

    begun = []
    for span in (TEN, timedelta(), timedelta()):
        simulation.wait(span)
        statuses = simulation.statuses()
        begun.append(sum(statuses[f"n{i}"] == "succeeded" for i in range(3)))

    assert begun == [1, 2, 3]


def test_a_wait_orders_nothing() -> None:
    simulation = Simulation(DELAYED)

    assert list(effects(None, simulation.task)) == []


@pytest.mark.parametrize(
    "delay, seconds",
    [
        ("0s", 0),
        ("0.5s", 0.5),
        ("10m", 600),
        ("2h", 7200),
        ("1d", 86400),
        ("7d", 604800),
    ],
)
def test_a_delay_is_a_number_and_a_unit(delay: str, seconds: float) -> None:
    document = starting_with(node("a", "end", delay=delay), end())
    simulation = Simulation(document, rules=Rules())

    simulation.wait(timedelta(seconds=seconds))

    assert not found(document)
    assert simulation.task.status is FrameStatus.FINISHED


@pytest.mark.parametrize(
    "delay, code",
    [
        (5, "wrong-type"),
        ("", "bad-value"),
        ("5", "bad-value"),
        ("5 s", "bad-value"),
        ("-5s", "bad-value"),
        ("٣s", "bad-value"),
        ("5s\n", "bad-value"),
        ("1e3s", "bad-value"),
        ("9999999999s", "bad-value"),
        ("7.001d", "out-of-range"),
        ("999999999d", "out-of-range"),
    ],
)
def test_what_is_no_delay_is_a_fault(delay: Any, code: str) -> None:
    document = starting_with(node("a", "end", delay=delay), end())

    assert found(document) == [(code, "a", "delay")]
