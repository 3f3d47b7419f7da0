"""What code prints is kept with its run, within bounds."""

from documents import branch, end, found, node, starting_with
from engine.domain.scope import MAX_FRAME_PRINTED_CHARACTERS, MAX_PRINTED_CHARACTERS
from simulation import Simulation


def test_all_code_of_a_node_prints_into_its_run() -> None:
    code = {"before": "print('in', 1)", "after": "print('out')"}
    simulation = Simulation(starting_with(node("a", "end", **code), end()))

    assert simulation.task.runs["a"].printed == "in 1\nout\n"


def test_what_was_printed_before_a_failure_is_kept() -> None:
    for field in ("before", "after"):
        code = {field: "print('so far')\n1 / 0"}
        simulation = Simulation(starting_with(node("a", "end", **code), end()))

        run = simulation.task.runs["a"]
        assert (run.status, run.printed) == ("failed", "so far\n")


def test_a_run_and_a_frame_keep_so_much_at_most() -> None:
    nodes = [node(f"n{i}", f"n{i + 1}", after="print('x' * 99_999)") for i in range(6)]
    simulation = Simulation(starting_with(*nodes, end("n6")))

    kept = [len(simulation.task.runs[f"n{i}"].printed) for i in range(6)]

    assert kept[0] == MAX_PRINTED_CHARACTERS
    assert sum(kept) == MAX_FRAME_PRINTED_CHARACTERS


def test_the_next_round_prints_anew() -> None:
    document = starting_with(
        node("a", "b", after="print(node.round)"),
        branch("b", {"next": ["a"]}, {"next": ["end"]}, if_="node.round < 2"),
        end(),
    )

    assert Simulation(document).task.runs["a"].printed == "2\n"


def test_code_that_only_prints_does_something() -> None:
    code = "text = f'{input}'\nprint(text)"

    assert found(starting_with(node("a", "end", after=code), end())) == []
