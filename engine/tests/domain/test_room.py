"""What becomes of nodes whose values are too large, too deep or too many."""

import time
from typing import Any

import pytest
from documents import Document, branch, end, loop, node, service, starting_with
from engine.domain.frame import FrameStatus
from engine.domain.gate import joined
from engine.domain.room import MIN_FRAME_BYTES
from engine.domain.rules import Rules
from engine.domain.values import Json
from simulation import Simulation

KB = 1024


def chain(count: int, **directive: str) -> Document:
    """Nodes that each make their input of the output of the one before."""
    nodes = [
        node(f"n{at}", f"n{at + 1}", input=_made_of(f"n{at - 1}.out", directive))
        for at in range(1, count)
    ]
    return starting_with(node("n0", "n1"), *nodes, end(f"n{count}"))


def _made_of(output: str, directive: dict[str, str]) -> dict[str, str]:
    return {key: f"{output}{way}" for key, way in directive.items()}


def test_values_that_double_fail_before_they_take_memory() -> None:
    simulation = Simulation(chain(300, a="", b=""), data={"text": "x"})

    error = simulation.task.error or ""
    assert simulation.task.status is FrameStatus.FAILED
    assert simulation.task.failed_node in error
    assert "its input would take at least" in error
    assert f"the limit is {24 << 20} (MAX_VALUE_BYTES)" in error


def test_values_within_each_other_fail_while_they_can_be_written() -> None:
    simulation = Simulation(chain(260, a=""), data={"text": "x"})

    error = simulation.task.error
    assert error == (
        "node n220: a value in it has more than 220 objects and lists within each "
        "other, which is the limit"
    )


def test_all_values_of_a_task_have_a_limit_too() -> None:
    rules = Rules(max_frame_bytes=500 * KB)
    document = chain(9, text=".text", more=".text")
    data = {"text": "x" * 50 * KB}

    simulation = Simulation(document, data, rules)

    error = simulation.task.error or ""
    assert "all values together, with its input, would take at least" in error
    assert f"the limit is {500 * KB} (MAX_FRAME_BYTES)" in error


def test_a_value_that_is_handed_on_takes_no_room() -> None:
    rules = Rules(max_frame_bytes=150 * KB)
    nodes = [node(f"n{at}", f"n{at + 1}") for at in range(50)]
    document = starting_with(*nodes, end("n50"))

    simulation = Simulation(document, {"text": "x" * 100 * KB}, rules)

    assert simulation.task.status is FrameStatus.FINISHED


def test_a_value_that_was_replaced_takes_no_room() -> None:
    rules = Rules(max_frame_bytes=450 * KB)
    once_more = {"next": ["n"], "exec": "node.params['turned'] = True"}
    document = starting_with(
        node("n", "call", input={"text": "start.out.text"}),
        service("call", "again", input={}),
        branch("again", once_more, {"next": ["end"]}, if_="not node.params"),
        end(),
    )
    simulation = Simulation(document, {"text": "x" * 100 * KB}, rules)

    for _ in range(2):
        simulation.finish("call", {"text": "y" * 100 * KB})

    assert simulation.task.status is FrameStatus.FINISHED
    assert simulation.task.value_bytes <= 450 * KB


def test_a_result_has_a_limit() -> None:
    rules = Rules(max_value_bytes=100 * KB)
    simulation = Simulation(starting_with(service("call", "end"), end()), rules=rules)

    simulation.finish("call", {"text": "x" * 200 * KB})

    error = simulation.task.error or ""
    assert error.startswith("node call: its output would take at least")


def test_what_code_makes_has_a_limit() -> None:
    rules = Rules(max_value_bytes=100 * KB)
    document = starting_with(
        node("big", "end", after="node.out['text'] = 'x' * 200_000"), end()
    )

    simulation = Simulation(document, rules=rules)

    error = simulation.task.error or ""
    assert error.startswith("node big: big.out would take at least")


def test_the_items_of_a_loop_have_a_limit() -> None:
    rules = Rules(max_frame_bytes=250 * KB)
    each = loop("each", [node("n")], "end", items="start.out.list")

    simulation = Simulation(
        starting_with(each, end()), {"list": ["x" * 200 * KB]}, rules
    )

    error = simulation.task.error or ""
    assert "all values together, with the list of items, would" in error


@pytest.mark.parametrize(("items", "succeeds"), [(4, True), (8, False)])
def test_each_item_has_an_equal_share_of_the_whole_task(
    items: int, succeeds: bool
) -> None:
    rules = Rules(max_task_bytes=800 * KB)
    body = node("n", input={"text": "start.out.text", "item": "node._loop"})
    each = loop("each", [body], "end", items="start.out.list")
    data: dict[str, Any] = {"text": "x" * 150 * KB, "list": list(range(items))}

    simulation = Simulation(starting_with(each, end()), data, rules)

    assert (simulation.task.status is FrameStatus.FINISHED) == succeeds
    if not succeeds:
        error = simulation.task.error or ""
        assert "(MAX_TASK_BYTES for each of 8 items)" in error


def test_even_the_smallest_share_lets_small_values_pass() -> None:
    rules = Rules(max_task_bytes=1)
    body = node("n", input={"item": "node._loop"})
    each = loop("each", [body], "end", items="start.out.list")
    list_ = ["x" * (MIN_FRAME_BYTES // 8)] * 3

    simulation = Simulation(starting_with(each, end()), {"list": list_}, rules)

    assert simulation.task.status is FrameStatus.FINISHED


def test_the_last_output_wins_in_a_union_also_if_it_came_before() -> None:
    first: Json = {"a": 1, "b": 1}
    second: Json = {"a": 2}

    assert joined([("x", first), ("y", second), ("z", first)]) == {"a": 1, "b": 1}
    assert joined([("x", first), ("y", second)]) == {"a": 2, "b": 1}


def test_a_union_of_many_equal_outputs_takes_the_time_of_one() -> None:
    out = dict.fromkeys(map(str, range(50_000)), 1)

    began_at = time.thread_time()
    joined([("x", out)] * 10_000)

    # Each by itself would take half a minute.
    assert time.thread_time() - began_at < 5


def test_errors_are_short_whatever_they_quote() -> None:
    simulation = Simulation(starting_with(service("call", "end"), end()))

    simulation.fail("call", "no " * 100_000)
    assert len(simulation.task.runs["call"].note or "") == 2000
    simulation.fail("call", "no " * 100_000, final=True)

    assert len(simulation.task.error or "") < 2100
